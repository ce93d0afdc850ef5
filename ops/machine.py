"""What the machine offers, and where we look for it: Python, pip, uv, Node, Chromium.

A program counts as found only when it was run and answered: a version manager's shim may be on
the path and still fail.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ops import Problem

Version = tuple[int, ...]
# What Rasa and the desk import from the standard library and a thin build may lack.
PROBE = "import ssl, sqlite3, ctypes, sys; print('%d.%d' % sys.version_info[:2])"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def answer(*command: str | Path) -> str | None:
    """What a short command prints, or None when it is not there or fails."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def version_in(text: str | None) -> Version:
    """The first dotted number of a text; () without one, which is less than every version."""
    found = re.search(r"\d+(\.\d+)+", text or "")
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def is_python(path: str | Path, version: str) -> bool:
    return answer(path, "-c", PROBE) == version


def find_python(
    versions: Sequence[str], managed: Path, environment: Mapping[str, str] = os.environ
) -> str | None:
    """A working interpreter of one of the versions, the first version being liked best.

    Raises Problem when WARMLINE_PYTHON310 (or 311, …) names one that is not what it should be.
    """
    for version in versions:
        name = "WARMLINE_PYTHON" + version.replace(".", "")
        chosen = environment.get(name)
        if chosen and not is_python(chosen, version):
            raise Problem(f"{name}={chosen} is not a working Python {version}.")
        for path in [chosen] if chosen else _pythons(version, managed, environment):
            if is_python(path, version):
                return str(path)
    return None


def _pythons(version: str, managed: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    for folder in environment.get("PATH", "").split(os.pathsep):
        yield Path(folder or ".") / f"python{version}"
    home = Path(environment.get("HOME", "/"))
    for root in (Path(environment.get("PYENV_ROOT", home / ".pyenv")), home / ".pyenv"):
        yield from _newest_first(root / "versions", f"{version}.*/bin/python{version}")
    yield from _newest_first(managed, f"cpython-{version}*/bin/python{version}")


def _newest_first(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern), key=lambda path: version_in(str(path)), reverse=True)


def require_pip() -> None:
    """Raises Problem, naming the command that installs pip, when this Python has none."""
    if answer(sys.executable, "-m", "pip", "--version") is not None:
        return
    ways = "apt-get install python3-pip" if shutil.which("apt-get") else "python3 -m ensurepip"
    raise Problem(f"{sys.executable} has no pip, which fetches the rest. Install it: {ways}")


def pip_sources() -> dict[str, str]:
    """pip's package sources in uv's words, so that a machine with a mirror set up for pip works.

    Sources on disk that are not there are left out: pip only warns of them, uv stops.
    """
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    sources: dict[str, str] = {}
    for line in (answer(sys.executable, "-m", "pip", "config", "list") or "").splitlines():
        key, _, value = line.partition("=")
        name = names.get(key.rpartition(".")[2])
        usable = [part for part in value.strip("'").split() if _is_there(part)]
        if name and usable and name not in os.environ:
            sources[name] = (" " if name != "UV_FIND_LINKS" else ",").join(usable)
    return sources


def _is_there(source: str) -> bool:
    path = source.removeprefix("file://")
    return "://" in path or Path(path).exists()


def is_uv(path: str | Path | None) -> bool:
    # 0.5 is the first with every option used here.
    return path is not None and version_in(answer(path, "--version")) >= (0, 5)


def has_node(folder: str | Path | None) -> bool:
    """Whether the folder (None: the path) has a Node that Vite accepts, and its npm."""
    path = os.pathsep.join([str(folder)] * (folder is not None) + [os.environ.get("PATH", "")])
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if not node or not npm or version_in(answer("env", f"PATH={path}", npm, "--version")) == ():
        return False
    version = version_in(answer(node, "--version"))
    return (20, 19) <= version < (21,) or version >= (22, 12)


def find_chromium() -> str | None:
    for name in CHROMIUM_NAMES:
        path = shutil.which(name)
        if path and answer(path, "--version") is not None:
            return path
    return None
