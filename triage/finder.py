"""Where the file's phrases stand in a message.

Each phrase has its own spaCy matcher and is only tried on a message that holds one of its rarest
words, so that the hundreds of phrases cost next to nothing on ordinary messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc

from triage.phrases import Patterns, Tokens

Spot = tuple[int, int]  # token numbers, the end excluded
Spots = dict[tuple[str, bool], list[Spot]]  # by name, and whether the phrase is itself negative

_NEGATIVE = frozenset(
    {"no", "not", "never", "nothing", "nobody", "none", "nowhere", "without", "neither", "nor"}
)
_COMMON_COST = 50  # a common word is as bad a choice as fifty rare ones


@dataclass(frozen=True)
class _Phrase:
    name: str
    negative: bool
    matcher: Matcher


class Finder:
    """Finds the phrases of named sets, such as the cues or the parts, in a message."""

    def __init__(
        self,
        nlp: Language,
        patterns: Patterns,
        sets: Mapping[str, tuple[str, Sequence[str]]],
    ) -> None:
        """`sets` gives by name the place in the file and the phrases.

        Raises triage.phrases.PatternError for a phrase that cannot be read.
        """
        self.words: set[str] = set()
        self._nlp = nlp
        self._by_word: dict[str, list[_Phrase]] = {}
        norms = cache(lambda word: tuple(token.norm_ for token in nlp.make_doc(word)))
        for name, (place, phrases) in sets.items():
            for phrase in phrases:
                self._add(name, patterns.compiled(norms, place, phrase))

    def find(self, doc: Doc) -> Spots:
        spots: Spots = {}
        tried: set[int] = set()
        for word in {token.norm_ for token in doc} | {""}:
            for phrase in self._by_word.get(word, ()):
                if id(phrase) not in tried:
                    tried.add(id(phrase))
                    found = [(start, end) for _, start, end in phrase.matcher(doc)]
                    if found:
                        spots.setdefault((phrase.name, phrase.negative), []).extend(found)
        return spots

    def _add(self, name: str, readings: list[Tokens]) -> None:
        for negative in (False, True):
            alike = [r for r in readings if bool(_NEGATIVE & set(_words(r))) == negative]
            if alike:
                matcher = Matcher(self._nlp.vocab, validate=False)
                matcher.add(name, alike)
                phrase = _Phrase(name, negative, matcher)
                for word in {word for reading in alike for word in self._rarest(reading)}:
                    self._by_word.setdefault(word, []).append(phrase)
        self.words.update(word for reading in readings for word in _words(reading))

    def _rarest(self, reading: Tokens) -> list[str]:
        """The words of the choice that the fewest messages hold; "" when any message might do."""
        choices = [list(_words([token])) for token in reading if "OP" not in token]
        return min((c for c in choices if c), key=self._cost, default=[""])

    def _cost(self, words: list[str]) -> int:
        common = sum(word in self._nlp.Defaults.stop_words for word in words)
        return len(words) + _COMMON_COST * common


def _words(reading: Tokens) -> Iterator[str]:
    """The words that a reading is made of; those of a gap and of word beginnings are not known."""
    for token in reading:
        norm = token["NORM"]
        if isinstance(norm, str):
            yield norm
        elif "IN" in norm:
            yield from norm["IN"]
