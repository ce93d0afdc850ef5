"""Tiny programs to supervise, and how a test learns that they are gone without waiting idly."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ops import checks
from ops.child import Spec

DEADLINE_S = 15.0

# Arguments: name, port, folder, status, and words: "deaf" ignores SIGTERM, "parent" starts a
# program of its own, "once" fails from its second start on. It holds the folder's pipe open.
SERVER = """
import os, signal, socket, subprocess, sys
name, port, folder, status, *words = sys.argv[1:]
pipe = open(folder + "/alive", "w")
def leave(*_):
    with open(folder + "/order", "a") as order:
        order.write(name + "\\n")
    os._exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN if "deaf" in words else leave)
if "once" in words:
    try:
        open(folder + "/started", "x").close()
    except FileExistsError:
        sys.exit("it cannot start twice")
if "parent" in words:
    wait = [sys.executable, "-c", "import signal; signal.pause()"]
    subprocess.Popen(wait, pass_fds=[pipe.fileno()])
with socket.create_server(("127.0.0.1", int(port))) as server:
    while True:
        connection, _ = server.accept()
        connection.recv(9999)
        body = '{"error": "no model is loaded"}'
        connection.sendall(f"HTTP/1.0 {status} Hi\\r\\n\\r\\n{body}".encode())
        connection.close()
"""


def server(folder: Path, name: str, *words: str, status: int = 200, **options: object) -> Spec:
    """A Spec of the program above; the test must be inside `alive(folder)` before it starts."""
    port = str(checks.free_port(besides=0))
    return Spec(
        name=name,
        command=[sys.executable, "-c", SERVER, name, port, str(folder), str(status), *words],
        log=folder / f"{name}.log",
        ready=f"http://127.0.0.1:{port}/",
        **options,  # type: ignore[arg-type]
    )


class Alive:
    """The reading end of a pipe that every program, and what it starts, holds open."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def all_gone(self) -> bool:
        """True as soon as nobody holds the pipe any more; False when the deadline passes."""
        readable, _, _ = select.select([self._descriptor], [], [], DEADLINE_S)
        return bool(readable) and os.read(self._descriptor, 1) == b""


@contextmanager
def alive(folder: Path) -> Iterator[Alive]:
    os.mkfifo(folder / "alive")
    descriptor = os.open(folder / "alive", os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield Alive(descriptor)
    finally:
        os.close(descriptor)
