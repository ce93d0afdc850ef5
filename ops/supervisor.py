"""Keeps the programs running: started in order, restarted when one dies, stopped in reverse.

A program that dies again and again is not restarted for ever: the supervisor gives up and says so.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from ops import Problem
from ops.child import Child, how_it_ended

# 1, 2, 4 … 30 s between restarts; a minute of health and the count begins anew.
LONGEST_WAIT_S, HEALTHY_AFTER_S = 30.0, 60.0
QUICK_FAILURES = 5


class Supervisor:
    """`say` shows a line; `now` and `sleep` (both in seconds) are the clock."""

    def __init__(
        self,
        children: Sequence[Child],
        say: Callable[[str], None],
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.children = children
        self._say, self._now, self._sleep = say, now, sleep

    async def start(self) -> None:
        """One after the other, each ready before the next. Raises Problem when one is not."""
        for child in self.children:
            self._say(f"▸ Starting the {child.spec.name}…")
            await child.start()
            await child.ready()

    async def watch(self) -> None:
        """Never returns; raises Problem when a program cannot be kept running."""
        tasks = [asyncio.ensure_future(self._keep(child)) for child in self.children]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def stop(self) -> None:
        """Last started, first stopped: the desk can still take leave while the assistant runs."""
        for child in reversed(self.children):
            await child.stop()

    async def kill(self) -> None:
        await asyncio.gather(*(child.kill() for child in self.children))

    async def _keep(self, child: Child) -> None:
        failures, ready_at = 0, self._now()
        while True:
            code = await child.ended()
            if self._now() - ready_at >= HEALTHY_AFTER_S:
                failures = 0
            line = f"The {child.spec.name} stopped: {how_it_ended(code)}."
            failures = await self._bring_back(child, line, failures)
            ready_at = self._now()

    async def _bring_back(self, child: Child, line: str, failures: int) -> int:
        """How often it failed in a row by now; a start in vain is a failure, too."""
        while True:
            failures += 1
            await child.kill()
            await self._pause(child, line, failures)
            try:
                await child.start()
                await child.ready()
            except Problem as problem:
                line = str(problem)
            else:
                self._say(f"✓ The {child.spec.name} is running again.")
                return failures

    async def _pause(self, child: Child, line: str, failures: int) -> None:
        """Raises Problem when it failed too often for another start to be of use."""
        if failures >= QUICK_FAILURES:
            times = f"That was {failures} times in a row, so everything is being stopped."
            raise Problem(f"{line}\n{times} Its log: {child.spec.log}")
        wait_s = min(2.0 ** (failures - 1), LONGEST_WAIT_S)
        self._say(f"! {line} Starting it again in {wait_s:.0f} s.")
        await self._sleep(wait_s)


async def until_signal(supervisor: Supervisor, work: Coroutine[Any, Any, None]) -> None:
    """Does the work until Ctrl-C, SIGTERM or a closed terminal, then stops the programs.

    A second signal kills them instead of waiting. Raises what the work raises.
    """
    loop, asked = asyncio.get_running_loop(), asyncio.Event()
    impatient: list[asyncio.Task[None]] = []

    def ask() -> None:
        if asked.is_set():
            impatient.append(loop.create_task(supervisor.kill()))
        asked.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup ignores SIGHUP on purpose.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            loop.add_signal_handler(number, ask)
    working, waiting = asyncio.ensure_future(work), asyncio.ensure_future(asked.wait())
    try:
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        waiting.cancel()
        working.cancel()
        await asyncio.wait({working})
        await supervisor.stop()
