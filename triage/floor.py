"""The triage floor: what a message's level is when no model is asked.

Its rule: the most severe thing that is meant, here and now, decides; what is denied, past,
reported, only asked about or a figure of speech does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple, cast

import spacy
from spacy.attrs import NORM, ORTH
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc

from triage.context import Context
from triage.finder import Finder, Spot, Spots
from triage.phrases import Group, Patterns, load
from triage.plain import Reader

DEFAULT_PATH = Path(__file__).resolve().parents[1] / "data" / "triage" / "patterns.yml"
UNBROKEN = re.compile(r"\S{60}")  # characters; longer than any word that a phrase could name
TOGETHER_REACH = 60  # words over which parts still belong together; a long letter is not one need
# Those which spaCy does not know.
_CONTRACTIONS = {
    "wanna": [("wan", "want"), ("na", "to")],
    "im": [("i", "i"), ("m", "am")],
}


@dataclass(frozen=True)
class Triage:
    """`level` 0-4 as in the triage table; `score` 0-1 is how sure the deciding pattern is;
    `evidence` is the part of the customer's own words that decided."""

    level: int
    score: float
    kinds: tuple[str, ...]
    evidence: str

    NONE: ClassVar[Triage]


Triage.NONE = Triage(0, 0.0, (), "")


class _Finding(NamedTuple):
    group: Group
    rank: int
    spot: Spot

    def weight(self) -> tuple[int, int, float, int]:
        """More severe, the graver kind, surer, said at more length."""
        return self.group.level, -self.rank, self.group.score, _length(self.spot)


class Floor:
    """Keeps nothing of the messages it has seen."""

    def __init__(self, patterns: Patterns) -> None:
        """Raises triage.phrases.PatternError for a phrase that cannot be read."""
        self._nlp = _english()
        self._groups = patterns.groups
        kinds = list(dict.fromkeys(group.kind for group in patterns.groups))
        self._ranks = [kinds.index(group.kind) for group in patterns.groups]
        self._needs = Finder(self._nlp, patterns, _needs(patterns))
        self._cues = Finder(self._nlp, patterns, _cues(patterns))
        known = self._needs.words | self._cues.words
        self._reader = Reader(known, patterns.misspelt, patterns.lookalikes)

    @classmethod
    def load(cls, path: Path | str = DEFAULT_PATH) -> Floor:
        """Raises triage.phrases.PatternError when the file is absent or breaks a rule."""
        return cls(load(Path(path)))

    def assess(self, text: str) -> Triage:
        plain = self._reader.read(text)
        doc = self._nlp.make_doc(_broken_up(plain.text))
        spots = self._needs.find(doc)
        findings = list(self._findings(doc, spots)) if spots else []
        if not findings:
            return Triage.NONE
        findings.sort(key=_Finding.weight, reverse=True)
        top, spot = findings[0].group, findings[0].spot
        kinds = tuple(dict.fromkeys(finding.group.kind for finding in findings))
        return Triage(top.level, top.score, kinds, text[slice(*plain.raw_span(*_whole(doc, spot)))])

    def _findings(self, doc: Doc, spots: Spots) -> Iterator[_Finding]:
        context = Context(doc, self._cues.find(doc))
        for number, group in enumerate(self._groups):
            parts = [
                [
                    spot
                    for negative in (False, True)
                    for spot in spots.get((name, negative), ())
                    if context.meant(spot, negative, group.ignores)
                ]
                for name in group.together or (_name(number),)
            ]
            for spot in _joined(parts):
                yield _Finding(group, self._ranks[number], spot)


def _broken_up(text: str) -> str:
    """Of the same length, with a gap in what no word is that long: the tokenizer takes off signs
    one by one and looks at the rest again each time, seconds for a page of exclamation marks."""
    return UNBROKEN.sub(lambda run: run.group()[:-1] + " ", text)


def _english() -> Language:
    """A tokenizer whose norms undo contractions, with or without their apostrophe."""
    nlp = spacy.blank("en")
    tokenizer = cast(Tokenizer, nlp.tokenizer)
    for word, parts in _CONTRACTIONS.items():
        tokenizer.add_special_case(word, [{ORTH: orth, NORM: norm} for orth, norm in parts])
    return nlp


def _name(group: int) -> str:
    return f"group {group}"


def _needs(patterns: Patterns) -> dict[str, tuple[str, tuple[str, ...]]]:
    parts = {name: (f"parts.{name}", phrases) for name, phrases in patterns.parts.items()}
    groups = {_name(n): (f"kinds.{g.kind}", g.phrases) for n, g in enumerate(patterns.groups)}
    return parts | groups


def _cues(patterns: Patterns) -> dict[str, tuple[str, tuple[str, ...]]]:
    cues = {name: (f"context.{name}", phrases) for name, phrases in patterns.cues.items()}
    return cues | {"figures": ("figures", patterns.figures)}


def _joined(parts: list[list[Spot]]) -> Iterator[Spot]:
    """Spots over one of each part, the nearest ones, if these stand near enough."""
    for first in parts[0] if all(parts) else ():
        span = first
        for others in parts[1:]:
            span = min((_over(span, other) for other in others), key=_length)
        if len(parts) == 1 or _length(span) <= TOGETHER_REACH:
            yield span


def _length(spot: Spot) -> int:
    return spot[1] - spot[0]


def _over(one: Spot, other: Spot) -> Spot:
    return min(one[0], other[0]), max(one[1], other[1])


def _whole(doc: Doc, spot: Spot) -> tuple[int, int]:
    """The letters of the spot, with the word that it begins in the middle of: "n't" of "don't"."""
    first = spot[0]
    while first and doc[first - 1].is_alpha and not doc[first - 1].whitespace_:
        first -= 1
    span = doc[first : spot[1]]
    return span.start_char, span.end_char
