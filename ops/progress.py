"""How a long command is shown: one line that lives while it runs, its output only when it fails."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from ops import ROOT, Problem
from ops.leash import die_with

SHOWN_LINES = 80
# On a terminal the elapsed time ticks; in a log, one line now and then proves that it is alive.
TICK_S, LOG_LINE_S = 1, 30


def announce(text: str) -> None:
    print(text, flush=True)


def run(
    title: str,
    command: Sequence[str | Path],
    *,
    expect: str = "",
    cwd: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    shows_progress: bool = False,
) -> str:
    """What the command wrote. Raises Problem with the end of that output when it fails.

    `expect` is the usual duration in words. `shows_progress` is for commands that draw their own
    progress: on a terminal they write straight to it, and nothing is returned.
    """
    announce(f"▸ {title}{f' ({expect})' if expect else ''}…")
    started = time.monotonic()
    on_terminal = sys.stdout.isatty()
    with tempfile.TemporaryFile() as output:
        # stderr=None leaves it on the terminal.
        direct = shows_progress and on_terminal
        process = _start(command, cwd, environment, None if direct else output)
        _wait(process, started, ticking=on_terminal and not direct)
        output.seek(0)
        text = output.read().decode(errors="replace")
    took = f"{time.monotonic() - started:.0f} s"
    if process.returncode:
        shown = " ".join(map(str, command))
        end = "\n".join(text.splitlines()[-SHOWN_LINES:])
        raise Problem(f"{title} failed after {took}.\n{end}\nThe command was: {shown}")
    announce(f"  done in {took}")
    return text


def _start(
    command: Sequence[str | Path],
    cwd: Path,
    environment: Mapping[str, str] | None,
    output: IO[bytes] | None,
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **({"NO_COLOR": "1"} if output else {}), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            # An orphan would write into what the next set-up makes.
            preexec_fn=die_with(os.getpid()),  # noqa: PLW1509 - there are no threads here
        )
    except OSError as error:
        raise Problem(f"{command[0]} does not start: {error}") from error


def _wait(process: subprocess.Popen[bytes], started: float, *, ticking: bool) -> None:
    """Until the command ends; it never outlives us, however we are interrupted."""
    try:
        while True:
            try:
                process.wait(TICK_S if ticking else LOG_LINE_S)
                break
            except subprocess.TimeoutExpired:
                _tick(time.monotonic() - started, ticking)
    finally:
        if ticking:
            print("\r\033[K", end="", flush=True)
        if process.poll() is None:
            process.terminate()
            process.wait()


def _tick(elapsed_s: float, ticking: bool) -> None:
    if ticking:
        print(f"\r\033[K  {elapsed_s:.0f} s", end="", flush=True)
    else:
        announce(f"  still working after {elapsed_s:.0f} s")
