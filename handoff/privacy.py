"""Card numbers are masked before anything is stored or shown: we never take one in a chat."""

from __future__ import annotations

import re

# 13 to 19 digits (ISO/IEC 7812), alone or in groups set apart by single spaces or hyphens.
CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])")
SHOWN = 4  # PCI DSS 3.4 allows the last four digits


def masked(text: str) -> str:
    """*text* with every card number but its last four digits replaced by bullets."""
    return CARD.sub(lambda found: _mask(found.group()), text)


def _mask(number: str) -> str:
    digits = [c for c in number if c.isdigit()]
    if not _luhn(digits):
        return number
    hidden = len(digits) - SHOWN
    return "•" * hidden + "".join(digits[hidden:])


def _luhn(digits: list[str]) -> bool:
    """The check digit of ISO/IEC 7812, which a mistyped or other number rarely satisfies."""
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0
