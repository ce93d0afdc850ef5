"""Starts Warmline: what is checked first, which programs run, and how they find each other."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress as ip
import os
import secrets
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ops import ROOT, Problem, checks
from ops.child import Child, Spec
from ops.setup import MODEL, VENV
from ops.supervisor import Supervisor, until_signal

LOG_LIMIT_BYTES = 10_000_000
LOGINS = ("agent", "agent2", "supervisor", "trainer")
# Without the letters and digits that are taken for each other.
LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Settings:
    """What the person decides; everything else follows from it."""

    host: str
    port: int
    data: Path
    demo: bool

    @classmethod
    def read(cls, arguments: list[str], environment: Mapping[str, str]) -> Settings:
        """Options win over WARMLINE_… variables. Raises Problem on a port that is no number."""
        parser = argparse.ArgumentParser(prog="python3 -m ops.run", description=__doc__)
        parser.add_argument("--host", default=environment.get("WARMLINE_HOST") or "127.0.0.1")
        parser.add_argument("--port", default=environment.get("WARMLINE_PORT") or "8000")
        options = parser.parse_args(arguments)
        if not options.port.isdecimal():
            raise Problem(f"{options.port!r} is not a port: choose a number from 1024 to 65535.")
        return cls(
            host=options.host,
            port=int(options.port),
            data=Path(environment.get("WARMLINE_DATA") or ROOT / "var").absolute(),
            demo=environment.get("WARMLINE_DEMO", "1").lower() not in ("0", "", "no", "false"),
        )


def check(settings: Settings) -> None:
    """Raises Problem with the first thing that would keep Warmline from running."""
    for program in ("bot", "handoff"):
        if not (VENV / program / "bin" / "python").exists():
            raise Problem("Warmline is not set up here yet: run `make setup`.")
    checks.port_is_free(settings.host, settings.port)
    checks.data_folder(settings.data)
    if not os.environ.get("WARMLINE_DATABASE_URL"):
        checks.database(settings.data / "warmline.sqlite")
    checks.model(MODEL)


def demo_password(data: Path, environment: Mapping[str, str]) -> str:
    """The person's own, or one that is made once and kept, so that a restart does not change it."""
    chosen = environment.get("WARMLINE_DEMO_PASSWORD")
    if chosen:
        return chosen
    file = data / "demo-password"
    if not file.exists():
        letters = [secrets.choice(LEGIBLE) for _ in range(12)]
        file.write_text("-".join("".join(letters[i : i + 4]) for i in (0, 4, 8)) + "\n")
        file.chmod(0o600)
    return file.read_text().strip()


def specs(settings: Settings, password: str) -> list[Spec]:
    """The assistant first: the desk would otherwise begin by handing everything over."""
    assistant_port = str(checks.free_port(besides=settings.port))
    assistant = f"http://127.0.0.1:{assistant_port}"
    # Known to these two only, and only until they stop.
    secret = {"WARMLINE_BOT_SECRET": secrets.token_urlsafe(32), "PYTHONUNBUFFERED": "1"}
    secret["WARMLINE_DATA"] = str(settings.data)
    desk = {
        **secret,
        "WARMLINE_HOST": settings.host,
        "WARMLINE_PORT": str(settings.port),
        "WARMLINE_RASA_URLS": assistant,
        "WARMLINE_DEMO": "1" if settings.demo else "0",
        "WARMLINE_DEMO_PASSWORD": password,
    }
    where = ["-i", "127.0.0.1", "-p", assistant_port]
    files = ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    return [
        Spec(
            name="assistant",
            command=_python("bot", "run", *where, "-m", str(MODEL), *files),
            log=settings.data / "logs" / "bot.log",
            ready=f"{assistant}/webhooks/warmline/",
            environment=secret,
            refusal_is_final=True,
        ),
        Spec(
            name="desk",
            command=_python("handoff"),
            log=settings.data / "logs" / "handoff.log",
            ready=f"http://{_reachable(settings.host)}:{settings.port}/readyz",
            environment=desk,
        ),
    ]


def _python(module: str, *arguments: str) -> list[str]:
    return [str(VENV / module / "bin" / "python"), "-m", module, *arguments]


def _reachable(host: str) -> str:
    """Where to ask for what listens there; an IPv6 address as it is written in a link."""
    if _address(host).is_unspecified or _address(host).is_loopback:
        return "localhost" if host != "::1" else "[::1]"
    return f"[{host}]" if ":" in host else host


def _address(host: str) -> ip.IPv4Address | ip.IPv6Address:
    """Names other than localhost are taken for public ones (192.0.2.0/24 is for such examples)."""
    try:
        return ip.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return ip.ip_address("192.0.2.1")


def rotate(log: Path) -> None:
    """One old log is kept, so that logs never fill the disk."""
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))


def welcome(settings: Settings, password: str) -> str:
    address = f"http://{_reachable(settings.host)}:{settings.port}"
    lines = ["", "  Warmline is running.", ""]
    lines += [
        f"  Website with the chat   {address}/",
        f"  Agents' console         {address}/console",
    ]
    if settings.demo:
        lines += ["", f"  Demo logins             {', '.join(LOGINS)}"]
        lines += [f"  Password                {password}"]
    if settings.demo and not _address(settings.host).is_loopback:
        lines += ["  (The network can reach these logins: WARMLINE_DEMO=0 turns them off.)"]
    lines += ["", f"  Data and logs           {settings.data}", "  Stop with Ctrl-C.", ""]
    return "\n".join(lines)


def say(line: str) -> None:
    print(line, flush=True)


async def serve(settings: Settings) -> None:
    """Until a signal asks to stop. Raises Problem when it cannot start or keep going."""
    password = demo_password(settings.data, os.environ) if settings.demo else ""
    children = [Child(spec) for spec in specs(settings, password)]
    for child in children:
        rotate(child.spec.log)
    supervisor = Supervisor(children, say, time.monotonic)

    async def work() -> None:
        await supervisor.start()
        say(welcome(settings, password))
        await supervisor.watch()

    await until_signal(supervisor, work())


def main(arguments: list[str] | None = None) -> int:
    # Logs, the database and the password file hold what customers wrote, or open doors to it.
    os.umask(0o077)
    try:
        settings = Settings.read(sys.argv[1:] if arguments is None else arguments, os.environ)
        check(settings)
        with checks.sole_user(settings.data):
            asyncio.run(serve(settings))
    except (Problem, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    say("✓ Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
