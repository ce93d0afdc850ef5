"""When a step of the set-up may be skipped: its stamp says the same inputs made what is there.

A stamp lies inside or beside what the step makes and is written after success only, so an
interrupted step, or a product deleted by hand, is made again.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ops.progress import announce

PASSED_OVER = {"node_modules", "dist", "__pycache__", "coverage", "test-results"}


def fingerprint(inputs: Iterable[Path], *facts: str) -> str:
    """A hash of the names and contents of files (folders are walked) and of further facts.

    A path that does not exist counts too: creating it changes the fingerprint.
    """
    digest = hashlib.sha256()
    for fact in facts:
        digest.update(f"{fact}\0".encode())
    for path in inputs:
        for file in _files(path):
            digest.update(f"{path.name}/{file.relative_to(path)}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        digest.update(b"\1")
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = (file for file in path.rglob("*") if file.is_file())
    return sorted(file for file in found if not _passed_over(file.relative_to(path)))


def _passed_over(file: Path) -> bool:
    return any(part in PASSED_OVER for part in file.parts) or file.suffix == ".tsbuildinfo"


def is_current(stamp: Path, value: str) -> bool:
    try:
        return stamp.read_text().strip() == value
    except (FileNotFoundError, NotADirectoryError):
        return False


def write(stamp: Path, value: str) -> None:
    stamp.write_text(value + "\n")


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Holds the lock file; a second set-up says that it waits, and waits."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            announce("▸ Another set-up is running here: waiting for it…")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
