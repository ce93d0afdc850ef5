"""Which back office the actions speak to: the embedded one in the data folder, opened when
first needed. Tests put another in its place with `use`."""

from __future__ import annotations

import os
from pathlib import Path

from bot.services.embedded import EmbeddedOffice
from bot.services.ports import BackOffice

_open: list[BackOffice] = []  # at most one


def office() -> BackOffice:
    """Raises ServiceUnavailable when it cannot be opened; the next call tries again."""
    if not _open:
        folder = Path(os.environ.get("WARMLINE_DATA", "var"))
        _open.append(EmbeddedOffice(folder / "backoffice.db"))
    return _open[0]


def use(back_office: BackOffice | None) -> None:
    """None makes the next call open the embedded one."""
    _open[:] = [] if back_office is None else [back_office]
