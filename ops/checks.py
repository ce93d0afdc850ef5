"""What must be true before anything is started; each that is not is one line for the person."""

from __future__ import annotations

import errno
import fcntl
import socket
import tarfile
import tempfile
from pathlib import Path
from typing import IO

from ops import Problem


def port_is_free(host: str, port: int) -> None:
    if not 0 < port < 65536:
        raise Problem(f"{port} is not a port: choose one from 1024 to 65535.")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # As servers do: a connection that is just closing does not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            # Several may bind with the option above; only one may listen.
            probe.listen(1)
    except PermissionError as error:
        raise Problem(f"Port {port} is reserved for the system: choose one from 1024.") from error
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise Problem(f"Cannot listen on {host}: {error.strerror}.") from error
        other = f"choose one with `make run PORT={port + 10 if port < 65000 else 8010}`"
        raise Problem(f"Port {port} is taken by another program: {other}.") from error


def free_port(besides: int) -> int:
    """A port on loopback that nobody uses now, and not the one that is spoken for."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        port = int(first.getsockname()[1])
        return port if port != besides else int(second.getsockname()[1])


def data_folder(folder: Path) -> None:
    """Made when it is missing, for this user only; proved writable by writing into it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "logs").mkdir(mode=0o700, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder) as probe:
            probe.write(b"x" * 4096)
    except OSError as error:
        what = f"The data folder {folder} cannot be written: {error.strerror}."
        raise Problem(f"{what} Choose another with WARMLINE_DATA=/a/folder.") from error


def database(file: Path) -> None:
    """One that is there can be opened for writing; one that is not is made by the desk."""
    if not file.exists():
        return
    try:
        with file.open("r+b") as opened:
            head = opened.read(16)
    except OSError as error:
        raise Problem(f"The database {file} cannot be written: {error.strerror}.") from error
    # sqlite.org/fileformat.html: the first 16 bytes; a new file is empty.
    if head and head != b"SQLite format 3\0":
        raise Problem(f"The database {file} is not a SQLite file: move it away or restore it.")


def sole_user(folder: Path) -> IO[str]:
    """Keeps the data folder ours for as long as the result is held."""
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        what = f"Another Warmline is running with the data folder {folder}."
        raise Problem(f"{what} Stop it, or choose another with WARMLINE_DATA.") from error
    return lock


def model(file: Path) -> None:
    """There, and an archive that can be read to its end."""
    if not file.is_file():
        raise Problem(f"The model {file} is missing: make it with `make train`.")
    try:
        with tarfile.open(file, "r:gz") as archive:
            names = {Path(member.name).name for member in archive}
    except (tarfile.TarError, EOFError, OSError) as error:
        what = f"The model {file} is broken ({error})"
        raise Problem(f"{what}: make it again with `make train`.") from error
    if "metadata.json" not in names:
        raise Problem(f"{file} is not a Rasa model: make one with `make train`.")
