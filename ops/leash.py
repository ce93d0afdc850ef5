"""No program outlives the one of ours that started it, even when that one is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with(parent: int) -> Callable[[], None] | None:
    """For `preexec_fn`: has Linux kill the new program when the parent is gone; None elsewhere."""
    if not sys.platform.startswith("linux"):
        return None
    # Looked up here: after the fork as little as possible may happen.
    prctl, getppid, leave = ctypes.CDLL(None, use_errno=True).prctl, os.getppid, os._exit
    kill = int(signal.SIGKILL)

    def prepare() -> None:
        prctl(PR_SET_PDEATHSIG, kill)
        if getppid() != parent:
            leave(1)

    return prepare
