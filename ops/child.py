"""One program that runs for as long as we do: started, found ready, stopped, never left behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ops import ROOT, Problem
from ops.leash import die_with

PROBE_EVERY_S, PROBE_TIMEOUT_S = 0.2, 5.0
SHOWN_BYTES = 20_000


@dataclass(frozen=True)
class Spec:
    """What to run. `ready` is an address that answers 200 once the program can do its work."""

    name: str
    command: Sequence[str]
    log: Path
    ready: str
    environment: Mapping[str, str] = field(default_factory=dict)
    ready_within_s: float = 120.0
    # Its 503 says that waiting is of no use, as with a model that cannot be loaded.
    refusal_is_final: bool = False
    grace_s: float = 10.0


class Child:
    """The program of a Spec; it may be started again after it ended."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self._process: asyncio.subprocess.Process | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """In a process group of its own, so that Ctrl-C reaches us only and the order is ours."""
        with self.spec.log.open("ab") as log:
            self._log_start = log.tell()
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *self.spec.command,
                    cwd=ROOT,
                    env={**os.environ, **self.spec.environment},
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=die_with(os.getpid()),
                )
            except OSError as error:
                raise Problem(f"The {self.spec.name} does not start: {error}") from error

    async def ended(self) -> int:
        """Its exit code, negative for a signal; returns at once when it is not running."""
        return await self._process.wait() if self._process else 0

    async def ready(self) -> None:
        """Raises Problem, with the program's own words, when it ends, refuses or takes too long."""
        ended = asyncio.ensure_future(self.ended())
        probing = asyncio.ensure_future(self._probe())
        try:
            await asyncio.wait(
                {ended, probing},
                timeout=self.spec.ready_within_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if probing.done():
                return probing.result()
            if ended.done():
                raise self._failure(self.last_words() or how_it_ended(ended.result()))
            raise self._failure(f"it was not ready within {self.spec.ready_within_s:.0f} s")
        finally:
            ended.cancel()
            probing.cancel()

    async def _probe(self) -> None:
        while True:
            status, text = await _get(self.spec.ready)
            if status == 200:
                return
            if status == 503 and self.spec.refusal_is_final:
                raise self._failure(_error_in(text))
            await asyncio.sleep(PROBE_EVERY_S)

    def _failure(self, why: str) -> Problem:
        why = why.rstrip(".")
        return Problem(f"The {self.spec.name} did not start: {why}. Its log: {self.spec.log}")

    def last_words(self) -> str:
        """The last line it wrote since it was started; "" without one."""
        with self.spec.log.open("rb") as log:
            end = log.seek(0, os.SEEK_END)
            log.seek(max(self._log_start, end - SHOWN_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    async def stop(self) -> None:
        """Asks, waits `grace_s`, then kills; whatever it had started itself goes with it."""
        if self._process is None:
            return
        _signal_group(self._process.pid, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), self.spec.grace_s)
        await self.kill()

    async def kill(self) -> None:
        """At once, with its whole group: also clears what a dead one left behind."""
        if self._process is None:
            return
        _signal_group(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        self._process = None


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # all of it has ended
        os.killpg(group, number)


def how_it_ended(code: int) -> str:
    if code < 0:
        return f"it was ended by {signal.Signals(-code).name}"
    return f"it ended with code {code}"


async def _get(address: str) -> tuple[int, str]:
    """Status and body of a GET, (0, "") while nobody answers. HTTP/1.0, so the body is plain."""
    url = urlsplit(address)
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            reader, writer = await asyncio.open_connection(url.hostname, url.port)
            try:
                writer.write(f"GET {url.path} HTTP/1.0\r\nHost: {url.netloc}\r\n\r\n".encode())
                head, _, body = (await reader.read()).partition(b"\r\n\r\n")
            finally:
                writer.close()
        return int(head.split()[1]), body.decode(errors="replace")
    except (OSError, TimeoutError, ValueError, IndexError):
        return 0, ""


def _error_in(text: str) -> str:
    try:
        return str(json.loads(text)["error"])
    except (ValueError, KeyError, TypeError):
        return text.strip() or "it answered 503"
