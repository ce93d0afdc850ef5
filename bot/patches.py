"""How Rasa is changed while it runs: one attribute at a time, each with its reason.

What is replaced is kept in `applied`, so that a contract test can show that the replaced code
still is what we took it for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class LeanStartError(RuntimeError):
    """Rasa is not the Rasa these patches were written for."""


@dataclass(frozen=True)
class Patch:
    """One replaced attribute of Rasa."""

    owner: Any
    attribute: str
    original: Any
    replacement: Any
    why: str


applied: dict[str, Patch] = {}


def replace(owner: Any, attribute: str, replacement: Any, why: str) -> Any:
    """The original, after `replacement` took its place. Raises LeanStartError if there is none."""
    name = f"{owner.__name__}.{attribute}"
    if attribute not in vars(owner):
        raise LeanStartError(f"{name} is gone: {why!r} needs another way")
    if name not in applied:
        applied[name] = Patch(owner, attribute, vars(owner)[attribute], replacement, why)
        setattr(owner, attribute, replacement)
    return applied[name].original
