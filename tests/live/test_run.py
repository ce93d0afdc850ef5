"""`make run` itself: it says where things are, restarts what dies, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from clients import customer
from system import PASSWORD, READY_WITHIN_S, ROOT, answers, free_port


class Run:
    """`ops.run` in a process of its own."""

    def __init__(self, data: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environ = {"WARMLINE_DATA": str(data), "WARMLINE_DEMO_PASSWORD": PASSWORD}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ops.run", "--port", str(self.port)],
            cwd=ROOT,
            env=os.environ | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def said_until(self, words: str) -> list[str]:
        """What it printed up to the line with *words*."""
        lines: list[str] = []
        for line in self.process.stdout or ():
            lines.append(line)
            if words in line:
                return lines
        raise AssertionError(f"never said {words!r}: {lines}")

    def programs(self) -> dict[str, int]:
        """The module that each child runs, and its process id."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            command, parent = command_of(folder), parent_of(folder)
            if parent == self.process.pid and "-m" in command:
                found[command[command.index("-m") + 1]] = int(folder.name)
        return found


def command_of(folder: Path) -> list[str]:
    try:
        return (folder / "cmdline").read_text().split("\0")
    except OSError:  # gone meanwhile
        return []


def parent_of(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started = Run(tmp_path)
    yield started
    if started.process.poll() is None:
        started.process.kill()
        started.process.wait()


async def test_from_start_to_ctrl_c(run: Run) -> None:
    """Addresses and logins are printed; a killed Rasa is a handoff, then it is back by itself;
    Ctrl-C ends everything, and the exit says that all was well."""
    said = "".join(run.said_until("Ctrl-C"))
    assert f"http://localhost:{run.port}/console" in said
    assert PASSWORD in said
    programs = run.programs()
    assert set(programs) == {"bot", "handoff"}
    assert all(answers(f"{run.url}{page}") for page in ("/", "/console", "/widget.js"))

    os.kill(programs["bot"], signal.SIGKILL)
    async with customer(run.url) as them:
        await them.say("how much do I owe?")
        await them.until("state", mode="queued")
    run.said_until("is running again")
    assert run.programs()["bot"] != programs["bot"]

    programs = run.programs()
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(READY_WITHIN_S) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in programs.values())


def test_a_taken_port_is_one_clear_line(run: Run, tmp_path: Path) -> None:
    """Before anything is started."""
    run.said_until("Ctrl-C")
    second = subprocess.run(
        [sys.executable, "-m", "ops.run", "--port", str(run.port)],
        cwd=ROOT,
        env=os.environ | {"WARMLINE_DATA": str(tmp_path / "other")},
        capture_output=True,
        text=True,
        timeout=READY_WITHIN_S,
        check=False,
    )
    assert second.returncode != 0
    [line] = (second.stdout + second.stderr).strip().splitlines()
    assert f"Port {run.port} is taken" in line
