"""The supervisor against real programs: nothing here is a mock but the clock."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ops import ROOT, Problem
from ops.child import Child, Spec
from ops.supervisor import Supervisor
from tests.ops.programs import DEADLINE_S, Alive, server


class Scene:
    """A supervisor with a clock that only the test moves, and the lines it said."""

    def __init__(self, *specs: Spec) -> None:
        self.time, self.slept = 0.0, list[float]()
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self.children = [Child(spec) for spec in specs]
        self.supervisor = Supervisor(
            self.children, self._lines.put_nowait, lambda: self.time, self._sleep
        )

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def said(self, words: str) -> str:
        while words not in (line := await self._lines.get()):
            pass
        return line

    async def die(self) -> None:
        """Kills the first program and waits until it runs again."""
        pid = self.children[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await self.said("is running again")
        assert self.children[0].pid not in (None, pid)


@asynccontextmanager
async def running(scene: Scene) -> AsyncIterator[asyncio.Task[None]]:
    async with asyncio.timeout(DEADLINE_S):
        await scene.supervisor.start()
        watching = asyncio.create_task(scene.supervisor.watch())
        try:
            yield watching
        finally:
            watching.cancel()
            await asyncio.wait({watching})
            await scene.supervisor.stop()


async def test_a_program_that_dies_is_started_again(folder: Path, programs: Alive) -> None:
    """Its death is told with the reason and the wait; the other programs are left alone."""
    scene = Scene(server(folder, "assistant"), server(folder, "desk"))
    async with running(scene):
        desk = scene.children[1].pid
        os.kill(scene.children[0].pid or 0, signal.SIGKILL)
        line = await scene.said("stopped")
        await scene.said("The assistant is running again")
        assert scene.children[1].pid == desk
    assert line == ("! The assistant stopped: it was ended by SIGKILL. Starting it again in 1 s.")
    assert programs.all_gone()


async def test_each_further_death_is_answered_more_slowly(folder: Path, programs: Alive) -> None:
    scene = Scene(server(folder, "assistant"))
    async with running(scene):
        for _ in range(3):
            await scene.die()
    assert scene.slept == [1.0, 2.0, 4.0]


async def test_a_minute_of_health_is_forgiveness(folder: Path, programs: Alive) -> None:
    scene = Scene(server(folder, "assistant"))
    async with running(scene):
        await scene.die()
        scene.time += 60.0
        await scene.die()
    assert scene.slept == [1.0, 1.0]


async def test_a_program_that_keeps_failing_ends_everything(folder: Path, programs: Alive) -> None:
    """After five failures in a row, with its last words."""
    scene = Scene(server(folder, "assistant", "once"), server(folder, "desk"))
    async with running(scene) as watching:
        os.kill(scene.children[0].pid or 0, signal.SIGKILL)
        with pytest.raises(Problem, match=r"it cannot start twice(.|\n)*5 times in a row"):
            await watching
    assert scene.slept == [1.0, 2.0, 4.0, 8.0]
    assert programs.all_gone()


async def test_the_last_started_stops_first(folder: Path, programs: Alive) -> None:
    async with running(Scene(server(folder, "assistant"), server(folder, "desk"))):
        pass
    assert (folder / "order").read_text().split() == ["desk", "assistant"]


async def test_what_a_program_started_goes_with_it(folder: Path, programs: Alive) -> None:
    async with running(Scene(server(folder, "assistant", "parent"))):
        pass
    assert programs.all_gone()


async def test_a_program_that_does_not_listen_is_killed(folder: Path, programs: Alive) -> None:
    async with running(Scene(server(folder, "assistant", "deaf", grace_s=0.1))):
        pass
    assert programs.all_gone()


async def test_a_refusal_ends_the_start_with_its_reason(folder: Path, programs: Alive) -> None:
    scene = Scene(server(folder, "assistant", status=503, refusal_is_final=True))
    with pytest.raises(Problem, match=r"assistant did not start: no model is loaded.*\.log"):
        await scene.supervisor.start()
    await scene.supervisor.stop()
    assert programs.all_gone()


async def test_not_yet_ready_is_waited_for_but_not_for_ever(folder: Path, programs: Alive) -> None:
    scene = Scene(server(folder, "desk", status=503, ready_within_s=0.3))
    with pytest.raises(Problem, match="not ready within"):
        await scene.supervisor.start()
    await scene.supervisor.stop()


async def test_an_early_end_is_told_in_the_programs_own_words(folder: Path) -> None:
    """The last line of this start, not one of an earlier start that is in the same log."""
    (folder / "desk.log").write_text("an old line\n")
    words = "import sys; sys.exit('Port 8000 is taken.')"
    child = Child(
        Spec("desk", [sys.executable, "-c", words], folder / "desk.log", "http://127.0.0.1:9/")
    )
    await child.start()
    with pytest.raises(Problem, match=r"desk did not start: Port 8000 is taken\. Its log"):
        await child.ready()
    silent = Child(Spec("desk", [sys.executable, "-c", ""], folder / "desk.log", child.spec.ready))
    await silent.start()
    with pytest.raises(Problem, match="it ended with code 0"):
        await silent.ready()


async def test_a_program_that_is_not_there_is_named(folder: Path) -> None:
    child = Child(Spec("desk", [str(folder / "none")], folder / "desk.log", "http://127.0.0.1:9/"))
    with pytest.raises(Problem, match=r"desk does not start: .*none"):
        await child.start()


@pytest.fixture
def supervisor(folder: Path, programs: Alive) -> subprocess.Popen[str]:
    """A supervisor in a process of its own, with two programs that are ready."""
    script = textwrap.dedent(
        """
        import asyncio, pathlib, sys, time
        from ops.child import Child
        from ops.supervisor import Supervisor, until_signal
        from tests.ops.programs import server

        async def main(folder):
            children = [Child(server(folder, name, "parent")) for name in ("assistant", "desk")]
            supervisor = Supervisor(children, lambda line: None, time.monotonic)
            async def work():
                await supervisor.start()
                print("up", flush=True)
                await supervisor.watch()
            await until_signal(supervisor, work())

        asyncio.run(main(pathlib.Path(sys.argv[1])))
        """
    )
    command = [sys.executable, "-c", script, str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_order(
    supervisor: subprocess.Popen[str], folder: Path, programs: Alive, number: signal.Signals
) -> None:
    supervisor.send_signal(number)
    assert supervisor.wait(DEADLINE_S) == 0
    assert programs.all_gone()
    assert (folder / "order").read_text().split() == ["desk", "assistant"]


def test_no_program_outlives_a_killed_supervisor(folder: Path, programs: Alive) -> None:
    """A service of Linux; the program itself does nothing for it."""
    script = textwrap.dedent(
        """
        import asyncio, pathlib, sys
        from ops.child import Child
        from tests.ops.programs import server

        async def main(folder):
            child = Child(server(folder, "assistant", "deaf"))
            await child.start()
            await child.ready()
            print("up", flush=True)
            await child.ended()

        asyncio.run(main(pathlib.Path(sys.argv[1])))
        """
    )
    command = [sys.executable, "-c", script, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.kill()
        assert programs.all_gone()
