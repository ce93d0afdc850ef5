"""Set-up and supervision: standard library only, because it runs before any environment exists."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Problem(Exception):
    """Something only the person at the terminal can put right; the text says what and how."""
