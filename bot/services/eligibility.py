"""Which food programs a home may qualify for. A hint, never a decision: the programs decide.

The limits are in food_programs.yml, with their sources and date.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).with_name("food_programs.yml")


@dataclass(frozen=True)
class Home:
    """`members` holds any of senior (60 and over), child (under 18), infant (under 5), pregnant;
    `income` is dollars a month before taxes, None when not told."""

    people: int
    members: frozenset[str]
    income: int | None


@dataclass(frozen=True)
class Chance:
    """`limit` is dollars a month for this home, None where income is not asked."""

    name: str
    what: str
    apply: str
    limit: int | None


class Programs:
    def __init__(self, data: dict[str, Any]) -> None:
        self._guideline = data["guideline"]
        self._programs = data["programs"]
        self.as_of: str = data["as_of"]

    @classmethod
    def load(cls, path: Path = PATH) -> Programs:
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")))

    def chances(self, home: Home) -> tuple[Chance, ...]:
        """The programs that this home may qualify for, in the file's order."""
        return tuple(
            Chance(program["name"], program["what"], program["apply"], limit)
            for program in self._programs
            if self._concerns(program, home)
            and self._within(program, limit := self._limit(program, home.people), home)
        )

    def _limit(self, program: dict[str, Any], people: int) -> int | None:
        """Percent of the poverty guideline, by the month, rounded up as the programs do."""
        if program["percent"] is None:
            return None
        yearly: int = self._guideline["one_person"] + self._guideline["each_further"] * (people - 1)
        limit: int = math.ceil(yearly * program["percent"] / 1200)
        return limit

    @staticmethod
    def _concerns(program: dict[str, Any], home: Home) -> bool:
        return not program["for_whom"] or bool(home.members & set(program["for_whom"]))

    @staticmethod
    def _within(program: dict[str, Any], limit: int | None, home: Home) -> bool:
        lenient = home.members & set(program.get("lenient_for", ()))
        return limit is None or home.income is None or bool(lenient) or home.income <= limit
