"""`python -m bot <any rasa command>`: Rasa's own command line, started lean.

`run` listens on loopback unless `-i` says otherwise, takes the model of WARMLINE_MODEL
(models/warmline.tar.gz), and stops with one clear line when it cannot serve.
"""

from __future__ import annotations

import os
import socket
import sys
import tarfile
from pathlib import Path

MODEL = "models/warmline.tar.gz"
MIN_SECRET = 16  # characters; the gateway's generated one has 43


class StartRefused(Exception):
    """What is missing, in one line for the person at the terminal."""


def main(argv: list[str]) -> None:
    try:
        arguments = serving(argv) if argv[:1] == ["run"] and argv[1:2] != ["actions"] else argv
    except StartRefused as refusal:
        sys.exit(str(refusal))
    from bot import lean

    lean.apply()
    from rasa.__main__ import main as rasa_main

    sys.argv = ["python -m bot", *arguments]
    rasa_main()


def serving(argv: list[str]) -> list[str]:
    """The arguments of `run` with our defaults in place. Raises StartRefused."""
    if any(flag in argv for flag in ("--help", "-h")):
        return argv
    if any(flag in argv for flag in ("--debug", "-vv", "--very-verbose")):
        raise StartRefused(
            "run --debug would write customers' words to the log: "
            "use `python -m bot shell --debug` to look into a conversation."
        )
    model = option(argv, "-m", "--model") or os.environ.get("WARMLINE_MODEL", MODEL)
    interface = option(argv, "-i", "--interface") or "127.0.0.1"
    port = option(argv, "-p", "--port") or "5005"
    check_secret(os.environ.get("WARMLINE_BOT_SECRET", ""))
    check_model(Path(model))
    check_port(interface, port)
    return [*argv, "--model", model, "--interface", interface, "--port", port]


def option(argv: list[str], *names: str) -> str | None:
    """The value given for an option, written `-x value` or `--name=value`; the last one counts."""
    found = None
    for position, argument in enumerate(argv):
        name, equals, value = argument.partition("=")
        if name in names:
            found = value if equals else "".join(argv[position + 1 : position + 2])
    return found


def check_secret(secret: str) -> None:
    if len(secret) < MIN_SECRET:
        raise StartRefused(
            f"WARMLINE_BOT_SECRET must hold at least {MIN_SECRET} characters: "
            "the gateway and the assistant share it."
        )


def check_model(path: Path) -> None:
    """Reads the whole archive, so that a cut-off file is found now and not while serving."""
    if not path.is_file():
        raise StartRefused(f"No model in {path}: run `make train`.")
    try:
        with tarfile.open(path) as archive:
            names = archive.getnames()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise StartRefused(f"The model {path} cannot be loaded: {error}.") from error
    if "metadata.json" not in names:
        raise StartRefused(f"The model {path} cannot be loaded: it is not a model of Rasa 3.")


def check_port(interface: str, port: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((interface, int(port)))
        except (OSError, ValueError, OverflowError) as error:
            raise StartRefused(f"Cannot listen on {interface}:{port}: {error}.") from error


if __name__ == "__main__":
    main(sys.argv[1:])
