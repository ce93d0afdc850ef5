"""Whether a phrase is meant, here and now: negation, tense, reports, questions, jokes, figures.

The cues are data (`context` and `figures` in the pattern file); how far each reaches is decided
here.
"""

from __future__ import annotations

from collections.abc import Callable

from spacy.tokens import Doc

from triage.finder import Spot, Spots

NEGATION_REACH = 6  # words, the window of NegEx (Chapman et al. 2001)
PAST_REACH = 10  # words between "last year" and what happened then
ENDS = frozenset({".", "!", "?", ";", "…"})
CLAUSE_ENDS = ENDS | {
    *(",", ":", "(", ")", "-", "--"),
    *("but", "because", "however", "though", "although"),
}
# Before "I" they show that the denial goes on: "I don't think I ...", "I'm not saying we ...".
_CARRY_ON = frozenset(
    {"not", "no", "think", "believe", "say", "said", "saying", "feel", "know", "that", "like"}
    | {"mean", "if", "do", "did"}
)
_OPENERS = frozenset(
    {"and", "so", "or", "please", "hi", "hello", "hey", "ok", "okay", "also", "well", "sorry"}
)


class Context:
    """One message and where its cues stand."""

    def __init__(self, doc: Doc, cues: Spots) -> None:
        self._norms = [token.norm_ for token in doc]
        self._cues: dict[str, list[Spot]] = {}
        for (name, _), spots in cues.items():
            self._cues.setdefault(name, []).extend(spots)
        for name in ("negation", "hypothesis"):
            self._take_out(name, self._cues.get(f"not_{name}", []))
        self._sentences = self._pieces(ENDS)
        self._clauses = self._pieces(CLAUSE_ENDS)
        self._tests: dict[str, Callable[[Spot], bool]] = {
            "negation": self._negated,
            "past": self._past,
            "report": self._reported,
            "question": self._asked,
            "hypothesis": self._supposed,
            "joke": self._joked,
            "resolved": self._resolved,
        }

    def meant(self, spot: Spot, negative: bool, ignores: frozenset[str]) -> bool:
        """`negative` phrases hold the negation themselves ("no food"): it does not deny them."""
        if any(spot[0] < end and start < spot[1] for start, end in self._cue("figures")):
            return False
        ignored = ignores | {"negation"} if negative else ignores
        return not any(test(spot) for name, test in self._tests.items() if name not in ignored)

    def _negated(self, spot: Spot) -> bool:
        near = max(self._clause(spot)[0], spot[0] - NEGATION_REACH)
        near = max([near, *(at for at in range(near + 1, spot[0]) if self._begins_anew(at))])
        return any(near <= start < spot[1] for start, _ in self._cue("negation"))

    def _begins_anew(self, at: int) -> bool:
        """ "and"; or "I" where nobody denies that I think, as in "nobody helps I am hurt"."""
        norm, before = self._norms[at], self._norms[at - 1]
        return norm == "and" or (norm in ("i", "we") and before not in _CARRY_ON)

    def _past(self, spot: Spot) -> bool:
        low, high = self._sentence(spot)
        reach = max(low, spot[0] - PAST_REACH), min(high, spot[1] + PAST_REACH)
        return self._within("past", reach) and not self._within("present", self._clause(spot))

    def _reported(self, spot: Spot) -> bool:
        return self._within("report", self._sentence(spot))

    def _asked(self, spot: Spot) -> bool:
        """From the question's first word on, until something is said of the customer's own:
        "what should I do, my ..." asks, and then tells."""
        start = self._clause(spot)[0]
        while start < spot[0] and self._norms[start] in _OPENERS:
            start += 1
        asked = [end for begin, end in self._cue("question") if begin == start]
        told = [at for at, _ in self._cue("telling") if asked and min(asked) <= at < spot[1]]
        return bool(asked) and min(asked) <= spot[1] and not told

    def _supposed(self, spot: Spot) -> bool:
        """Behind the "if" in the same clause; "if you don't come" supposes nothing."""
        clause = self._clause(spot)[0]
        return any(clause <= start and end <= spot[0] for start, end in self._cue("hypothesis"))

    def _joked(self, _: Spot) -> bool:
        return bool(self._cue("joke"))

    def _resolved(self, spot: Spot) -> bool:
        return any(start >= spot[0] for start, _ in self._cue("resolved"))

    def _cue(self, name: str) -> list[Spot]:
        return self._cues.get(name, [])

    def _take_out(self, name: str, exempt: list[Spot]) -> None:
        """Leaves no cue that begins inside one of its exceptions: "not" in "not sure"."""
        words = {at for start, end in exempt for at in range(start, end)}
        self._cues[name] = [spot for spot in self._cue(name) if spot[0] not in words]

    def _within(self, cue: str, reach: Spot) -> bool:
        return any(reach[0] <= start and end <= reach[1] for start, end in self._cue(cue))

    def _sentence(self, spot: Spot) -> Spot:
        return self._sentences[spot[0]][0], self._sentences[spot[1] - 1][1]

    def _clause(self, spot: Spot) -> Spot:
        return self._clauses[spot[0]][0], self._clauses[spot[1] - 1][1]

    def _pieces(self, ends: frozenset[str]) -> list[Spot]:
        """For each word the piece of the message, between two ends, that it stands in."""
        pieces: list[Spot] = []
        start = 0
        for at, norm in enumerate([*self._norms, "."]):
            if norm in ends or norm[:1] in (".", "!", "?", "\n"):
                pieces += [(start, at)] * (at + 1 - start)
                start = at + 1
        return pieces
