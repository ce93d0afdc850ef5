"""The real programs as processes of their own: Rasa and the handoff service, each on a free port.

A test may kill and start them again; the end of a test ends them all, by their own ids.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "models" / "warmline.tar.gz"
PASSWORD = "sample password for tests"
READY_WITHIN_S = 90  # a failure, never a pause
SECRET = "sample secret between bot and desk"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@dataclass
class Program:
    """One process; ``start`` waits until it answers at *ready_url*."""

    command: list[str]
    environ: dict[str, str]
    ready_url: str
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = self._spawn(log)
        self._wait()

    def kill(self) -> None:
        """As a crash would: no goodbye."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        self._signal(signal.SIGTERM)

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        environ = os.environ | self.environ
        return subprocess.Popen(self.command, cwd=ROOT, env=environ, stdout=log, stderr=log)

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        while not answers(self.ready_url):
            assert self.process is not None
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{self.command[:4]} did not start:\n{self.log.read_text()}")
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)

    def _signal(self, number: int) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(30)


@dataclass
class System:
    bot: Program
    handoff: Program
    url: str
    data: Path
    programs: list[Program] = field(default_factory=list)

    def send_everybody_home(self) -> None:
        """No conversation of an earlier test waits or is held; a test sees its own only."""
        with contextlib.closing(sqlite3.connect(self.data / "warmline.sqlite")) as database:
            database.execute("update conversations set state = 'closed', waiting_since = null")
            database.execute("update offers set outcome = 'withdrawn' where outcome is null")
            database.commit()

    def token(self, username: str) -> str:
        """Signs in over HTTP as a console does."""
        body = json.dumps({"username": username, "password": PASSWORD}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/api/login", body, headers)
        with urllib.request.urlopen(request) as response:
            return str(json.load(response)["token"])


def answers(url: str) -> Any:
    """Whether anything there says 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


def bot_program(data: Path) -> tuple[Program, str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    python = str(ROOT / ".venv" / "bot" / "bin" / "python")
    command = [python, "-m", "bot", "run", "-i", "127.0.0.1", "-p", str(port), "-m", str(MODEL)]
    command += ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    environ = {"WARMLINE_DATA": str(data), "WARMLINE_BOT_SECRET": SECRET}
    return Program(command, environ, f"{url}/webhooks/warmline/", data / "bot.log"), url


def handoff_program(data: Path, rasa_url: str, **environ: str) -> tuple[Program, str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        "WARMLINE_PORT": str(port),
        "WARMLINE_DATA": str(data),
        "WARMLINE_RASA_URLS": rasa_url,
        "WARMLINE_BOT_SECRET": SECRET,
        "WARMLINE_DEMO": "1",
        "WARMLINE_DEMO_PASSWORD": PASSWORD,
    }
    command = [sys.executable, "-m", "handoff"]
    return Program(command, settings | environ, f"{url}/readyz", data / "handoff.log"), url


@contextlib.contextmanager
def running_system(data: Path) -> Iterator[System]:
    bot, rasa_url = bot_program(data)
    handoff, url = handoff_program(data, rasa_url)
    system = System(bot, handoff, url, data)
    try:
        bot.start()
        handoff.start()
        yield system
    finally:
        handoff.stop()
        bot.stop()
