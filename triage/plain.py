"""Raw text made plain enough for patterns, while every letter still knows where it came from.

Owns the rule for disguise: curly quotes, hidden characters, look-alike letters, spaced-out and
stretched words, and near misspellings of the few words that must not be missed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass

_QUOTES = str.maketrans("‘’‛`´ʼ＇“”„–—", "'''''''\"\"\"--")
_LOOKALIKES = str.maketrans("!1|@4$5307", "iiiaasseot")
_DISGUISE = re.compile(r"[!1|@4$5307*]")
_SPACED = re.compile(r"(?<![\w'])[a-z](?:[ .\-_*]{1,3}[a-z]){2,11}(?![\w'])")
_WORD = re.compile(r"[a-z0-9!|@$*]+")
_STRETCH = re.compile(r"([a-z])\1{2,}")


@dataclass(frozen=True)
class Plain:
    """`text` in lower case; `origin[i]` is the (start, end) in the raw text of its character i."""

    text: str
    origin: tuple[tuple[int, int], ...]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]`, which must not be empty, stood in the raw text."""
        return self.origin[start][0], self.origin[end - 1][1]


class Reader:
    """Makes texts plain; a disguised word is only replaced by one that the patterns know.

    `known` are the words of the patterns, `misspelt` those whose near misspellings count, and
    `never` the real words that look like one of them.
    """

    def __init__(
        self, known: Collection[str], misspelt: Collection[str], never: Collection[str]
    ) -> None:
        self._known = frozenset(known)
        self._never = frozenset(never) | self._known
        self._near = {form: word for word in misspelt for form in _one_letter_less(word)}

    def read(self, raw: str) -> Plain:
        plain = _fold(raw)
        plain = _replace(plain, _SPACED, self._join)
        return _replace(plain, _WORD, self._repair)

    def _join(self, spaced: str) -> str:
        letters = re.sub(r"[^a-z]", "", spaced)
        if letters in self._known:
            return letters
        tails = (letters[cut:] for cut in (1, 2) if len(letters) - cut >= 3)
        found = next((tail for tail in tails if tail in self._known), None)
        return f"{' '.join(letters[: -len(found)])} {found}" if found else spaced

    def _repair(self, word: str) -> str:
        if word in self._known:
            return word
        if _DISGUISE.search(word):
            return self._unmask(word)
        if _STRETCH.search(word):
            once, twice = (_STRETCH.sub(by, word) for by in (r"\1", r"\1\1"))
            word = next((form for form in (once, twice) if form in self._known), word)
        return self._spell(word)

    def _unmask(self, word: str) -> str:
        core = word.rstrip("!*")
        letters = core.translate(_LOOKALIKES)
        if len(core) > 2 and re.search("[a-z]", core) and letters in self._known:
            return letters + " " + word[len(core) :] if core != word else letters
        if "*" in core and core.count("*") * 2 <= len(core):
            shape = re.compile(re.escape(core).replace(r"\*", "[a-z]"))
            fits = [known for known in self._known if shape.fullmatch(known)]
            if len(fits) == 1:
                return fits[0]
        return re.sub(r"([!*|]+)", r" \1 ", word)

    def _spell(self, word: str) -> str:
        if len(word) < 5 or word in self._never:
            return word
        forms = (word, *_one_letter_less(word))
        found = next((self._near[form] for form in forms if form in self._near), word)
        return found if found[0] == word[0] else word


def _one_letter_less(word: str) -> set[str]:
    """The word without each of its letters in turn, and itself: near words share one of these."""
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _fold(raw: str) -> Plain:
    """Lower case, simple quotes and letters without marks; hidden characters are left out."""
    letters: list[str] = []
    origin: list[tuple[int, int]] = []
    for at, char in enumerate(raw):
        for letter in char if char.isascii() else _simple(char):
            letters.append(letter)
            origin.append((at, at + 1))
    return Plain("".join(letters).lower(), tuple(origin))


def _simple(char: str) -> str:
    char = char.translate(_QUOTES)
    folded = unicodedata.normalize("NFKD", char)
    kept = [c for c in folded if unicodedata.category(c) not in ("Cf", "Mn", "Me", "Cs")]
    return "".join(c if len(c.lower()) == 1 else " " for c in kept)


def _replace(plain: Plain, pattern: re.Pattern[str], change: Callable[[str], str]) -> Plain:
    """`plain` with every match changed; a changed word's letters all come from the whole word."""
    text: list[str] = []
    origin: list[tuple[int, int]] = []
    done = 0
    for match in pattern.finditer(plain.text):
        new = change(match[0])
        if new == match[0]:
            continue
        text += plain.text[done : match.start()], new
        origin += plain.origin[done : match.start()]
        origin += [plain.raw_span(*match.span())] * len(new)
        done = match.end()
    return Plain("".join((*text, plain.text[done:])), (*origin, *plain.origin[done:]))
