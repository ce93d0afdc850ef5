"""What an operator may choose, read once from environment variables that all have defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

A_DAY_S, HIGHEST_PORT = 86_400, 65_535
HERE = Path(__file__).resolve().parent


class BadSetting(Exception):
    """The message names the variable and what it may be."""


@dataclass(frozen=True)
class Settings:
    """*bot_timeout_s*: a customer is passed to a person after that long without an answer.
    *offer_s*: how long an agent has to accept. *agent_grace_s*: after that long without a console
    an agent's conversations go to somebody else. *demo_password*: set for ``make run`` only."""

    host: str = "127.0.0.1"
    port: int = 8000
    data: Path = Path("var")
    database_url: str = ""
    rasa_url: str = "http://127.0.0.1:5005"
    bot_secret: str = ""
    site_secret: str = ""
    origins: tuple[str, ...] = ()
    bot_timeout_s: float = 6.0
    offer_s: float = 20.0
    agent_grace_s: float = 30.0
    demo_password: str = ""
    pages: Path = HERE / "web" / "dist"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.data / 'warmline.sqlite'}"


def read(environ: Mapping[str, str]) -> Settings:
    """Raises BadSetting."""
    demo = environ.get("WARMLINE_DEMO") == "1"
    return Settings(
        host=environ.get("WARMLINE_HOST", Settings.host),
        port=int(_number(environ, "WARMLINE_PORT", Settings.port, HIGHEST_PORT)),
        data=Path(environ.get("WARMLINE_DATA", Settings.data)).absolute(),
        database_url=environ.get("WARMLINE_DATABASE_URL", ""),
        rasa_url=environ.get("WARMLINE_RASA_URLS", Settings.rasa_url).split(",")[0].rstrip("/"),
        bot_secret=environ.get("WARMLINE_BOT_SECRET", ""),
        site_secret=environ.get("WARMLINE_SITE_SECRET", ""),
        origins=tuple(o for o in environ.get("WARMLINE_ORIGINS", "").split(",") if o),
        bot_timeout_s=_number(environ, "WARMLINE_BOT_TIMEOUT_S", Settings.bot_timeout_s),
        offer_s=_number(environ, "WARMLINE_OFFER_S", Settings.offer_s),
        agent_grace_s=_number(environ, "WARMLINE_AGENT_GRACE_S", Settings.agent_grace_s),
        demo_password=environ.get("WARMLINE_DEMO_PASSWORD", "") if demo else "",
    )


def _number(
    environ: Mapping[str, str], name: str, otherwise: float, most: float = A_DAY_S
) -> float:
    try:
        value = float(environ.get(name, otherwise))
    except ValueError:
        value = 0.0
    if not 0 < value <= most:
        raise BadSetting(f"{name} must be a number up to {most:g}, not “{environ[name]}”.")
    return value
