"""The fixed words shown when a life may be at stake, by kind and locale, from one reviewed file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

DEFAULT_PATH = Path(__file__).resolve().parents[1] / "data" / "triage" / "safety.yml"
FALLBACK = "en"
GENERIC = "emergency"
LONGEST = 400  # characters: it is read by somebody who is frightened


class SafetyError(ValueError):
    """The safety file breaks its rules; the message names the file and the place."""


class SafetyLines:
    """Kinds in the order of their severity, each with one text a locale.

    `quiet` are the urgent needs that get no such words. Any other kind that has no text of its own
    gets the generic one: a kind that somebody adds later is never met with silence.
    """

    def __init__(self, lines: dict[str, dict[str, str]], quiet: Iterable[str]) -> None:
        self._lines = lines
        self._quiet = frozenset(quiet)

    @classmethod
    def load(cls, path: Path | str = DEFAULT_PATH) -> SafetyLines:
        """Raises SafetyError when the file is absent, or a kind lacks a text or a locale."""
        try:
            data = yaml.safe_load(Path(path).read_text("utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
            raise SafetyError(f"{path}: cannot be read: {exc}") from exc
        try:
            return cls(*_checked(data))
        except ValueError as exc:
            raise SafetyError(f"{path}: {exc}") from exc

    def text(self, kinds: Iterable[str], locale: str = FALLBACK) -> str | None:
        """The line of the most severe kind; None when none of them calls for one.

        `locale` may carry a region ("es-MX", "es_US"); an unknown one is answered in English.
        """
        wanted = set(kinds) - self._quiet
        if not wanted:
            return None
        texts = self._lines[next((kind for kind in self._lines if kind in wanted), GENERIC)]
        language = locale.replace("_", "-").split("-")[0].lower()
        return texts.get(language, texts[FALLBACK])


def _checked(data: Any) -> tuple[dict[str, dict[str, str]], list[str]]:
    if not isinstance(data, dict):
        raise ValueError("must be a mapping with locales, quiet and kinds")
    locales, quiet = _names(data, "locales"), _names(data, "quiet")
    kinds = data.get("kinds")
    if FALLBACK not in locales:
        raise ValueError(f"locales must hold {FALLBACK}, which all others fall back to")
    if not isinstance(kinds, dict) or GENERIC not in kinds:
        raise ValueError(f"kinds must be a mapping that holds {GENERIC}")
    if both := set(quiet) & set(kinds):
        raise ValueError(f"quiet: {', '.join(sorted(both))} also has texts in kinds")
    return {kind: _texts(kind, texts, locales) for kind, texts in kinds.items()}, quiet


def _names(data: dict[str, Any], section: str) -> list[str]:
    names = data.get(section)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{section} must be a list of names")
    return names


def _texts(kind: str, texts: Any, locales: list[str]) -> dict[str, str]:
    if not isinstance(texts, dict) or set(texts) != set(locales):
        raise ValueError(f"kinds.{kind}: must have exactly the locales {', '.join(locales)}")
    for locale, text in texts.items():
        if not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST:
            raise ValueError(f"kinds.{kind}.{locale}: must be a text of 1 to {LONGEST} characters")
    return {locale: " ".join(text.split()) for locale, text in texts.items()}
