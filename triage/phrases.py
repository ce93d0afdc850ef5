"""The pattern file: its phrase language, and what makes it valid.

A phrase is read word by word; `data/triage/patterns.yml` explains it to the trainers who edit it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CONTEXTS = ("negation", "past", "report", "question", "hypothesis", "joke", "resolved")
CUES = (*CONTEXTS, "not_negation", "not_hypothesis", "present", "telling")
_NOT_IN_GAPS = [".", "!", "?", ";", ",", ":", "(", ")", "-", "--", "but", "because"]
_GAP = re.compile(r"\.\.(\d*)")
_GROUP_OF_WORDINGS = re.compile(r"\(([^()]*)\)(\??)")
_OR = "\0"  # between single words that a group has made one choice; "|" may still part wordings
_MOST_READINGS = 100


Tokens = list[dict[str, Any]]  # one pattern of spaCy's matcher
Norms = Callable[[str], tuple[str, ...]]  # what spaCy's tokenizer makes of a word


class PatternError(ValueError):
    """The pattern file breaks its rules; the message names the file, the place and the phrase."""


class _Line(str):
    """A string of the file that remembers its line, counted from 1."""

    line = 0


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    def construct_scalar(self, node: Any) -> Any:
        value = super().construct_scalar(node)
        if not isinstance(value, str):
            return value
        marked = _Line(value)
        marked.line = node.start_mark.line + 1
        return marked


# The safe loader's own constructor of strings is found by tag and would bypass `construct_scalar`.
_Loader.add_constructor("tag:yaml.org,2002:str", _Loader.construct_scalar)


@dataclass(frozen=True)
class Group:
    """Phrases of one kind and level; with `together`, one live match of each named part."""

    kind: str
    level: int
    score: float
    ignores: frozenset[str]
    phrases: tuple[str, ...]
    together: tuple[str, ...]


@dataclass(frozen=True)
class Patterns:
    """The file's content, validated. Kinds stand in the order of their severity."""

    path: Path
    words: dict[str, tuple[str, ...]]
    misspelt: tuple[str, ...]
    lookalikes: tuple[str, ...]
    cues: dict[str, tuple[str, ...]]
    figures: tuple[str, ...]
    parts: dict[str, tuple[str, ...]]
    groups: tuple[Group, ...]

    def compiled(self, norms: Norms, place: str, phrase: str) -> list[Tokens]:
        """The phrase's spaCy token patterns, one a reading; raises PatternError if it has none."""
        try:
            return [_tokens(norms, self.words, one) for one in _readings(norms, str(phrase))]
        except ValueError as exc:
            line = getattr(phrase, "line", 0)
            raise PatternError(f"{self.path}:{line}: {place}: {phrase!r}: {exc}") from exc


def load(path: Path) -> Patterns:
    """Raises PatternError, naming the file and the place, when it is absent or breaks a rule."""
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506 (a SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise PatternError(f"{path}: cannot be read: {exc}") from exc
    return _File(path, data).patterns()


class _File:
    """The checks, each of which says where it failed."""

    def __init__(self, path: Path, data: Any) -> None:
        self.path = path
        self.data = self._mapping("the file", data, ("kinds", "figures"), _SECTIONS)

    def patterns(self) -> Patterns:
        parts = self._lists("parts")
        spelling = self._lists("misspelling", ("of", "never"))
        return Patterns(
            path=self.path,
            words=self._lists("words"),
            misspelt=spelling.get("of", ()),
            lookalikes=spelling.get("never", ()),
            cues=self._lists("context", CUES),
            figures=self._strings("figures", self.data["figures"]),
            parts=parts,
            groups=tuple(self._groups(parts)),
        )

    def _groups(self, parts: dict[str, tuple[str, ...]]) -> Iterator[Group]:
        kinds = self._mapping("kinds", self.data["kinds"])
        for kind, groups in kinds.items():
            if not isinstance(groups, list) or not groups:
                raise self._error(f"kinds.{kind}", "must be a list of groups")
            for number, group in enumerate(groups, 1):
                yield self._group(kind, f"kinds.{kind}, group {number}", group, parts)

    def _group(self, kind: str, place: str, data: Any, parts: Collection[str]) -> Group:
        data = self._mapping(place, data, ("level",), _GROUP)
        level, score = data["level"], data.get("score", 0.9)
        if level not in (1, 2, 3, 4) or isinstance(level, bool):
            raise self._error(place, f"level must be 1, 2, 3 or 4, not {level!r}")
        if isinstance(score, bool) or not isinstance(score, (int, float)) or not 0 < score <= 1:
            raise self._error(place, f"score must be above 0 and at most 1, not {score!r}")
        if ("phrases" in data) == ("together" in data):
            raise self._error(place, "must have either phrases or together")
        together = self._strings(place, data["together"]) if "together" in data else ()
        phrases = self._strings(place, data["phrases"]) if "phrases" in data else ()
        ignores = self._strings(place, data["ignores"]) if "ignores" in data else ()
        self._known(place, together, parts)
        self._known(place, ignores, CONTEXTS)
        return Group(kind, level, float(score), frozenset(ignores), phrases, together)

    def _lists(self, section: str, allowed: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
        data = self._mapping(section, self.data.get(section, {}), (), allowed)
        return {name: self._strings(f"{section}.{name}", data[name]) for name in data}

    def _mapping(
        self, place: str, data: Any, needed: Iterable[str] = (), allowed: Collection[str] = ()
    ) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise self._error(place, "must be a mapping of names")
        for name in needed:
            if name not in data:
                raise self._error(place, f"{name} is missing")
        if allowed:
            self._known(place, data, allowed)
        return data

    def _strings(self, place: str, data: Any) -> tuple[str, ...]:
        if not isinstance(data, list) or not data:
            raise self._error(place, "must be a list of texts with at least one entry")
        for entry in data:
            if not isinstance(entry, str) or not entry.strip():
                raise self._error(
                    place, f'{entry!r} is not a text (quote words such as "no" or "on")'
                )
        return tuple(data)

    def _known(self, place: str, names: Iterable[str], known: Collection[str]) -> None:
        for name in names:
            if name not in known:
                raise self._error(place, f"{name!r} is not one of {', '.join(known)}", name)

    def _error(self, place: str, problem: str, at: Any = None) -> PatternError:
        line = f":{at.line}" if isinstance(at, _Line) else ""
        return PatternError(f"{self.path}{line}: {place}: {problem}")


_SECTIONS = ("words", "misspelling", "context", "figures", "parts", "kinds")
_GROUP = ("level", "score", "ignores", "phrases", "together")


def _readings(norms: Norms, phrase: str) -> list[str]:
    """The phrase with each `(a b|c d)`, the innermost first, written out."""
    readings = [phrase]
    while any("(" in reading for reading in readings):
        readings = [longer for reading in readings for longer in _written_out(norms, reading)]
        if len(readings) > _MOST_READINGS:
            raise ValueError(f"has more than {_MOST_READINGS} readings: write it as two phrases")
    if ")" in phrase and "(" not in phrase:
        raise ValueError("a parenthesis was not opened")
    return readings


def _written_out(norms: Norms, reading: str) -> list[str]:
    """One reading for each wording of the innermost group; its single words stay one choice."""
    group = _GROUP_OF_WORDINGS.search(reading)
    if not group:
        if set("()") & set(reading):
            raise ValueError("a parenthesis is not closed")
        return [reading]
    wordings = group[1].split("|")
    single = [w for w in wordings if _is_word(norms, w)]
    chosen = [_OR.join(single)] * bool(single) + [w for w in wordings if w not in single]
    chosen += [""] * bool(group[2])
    return [f"{reading[: group.start()]}{wording}{reading[group.end() :]}" for wording in chosen]


def _is_word(norms: Norms, wording: str) -> bool:
    """One word, or the name of a list of words."""
    if set(wording) & set(f" ?*.{_OR}"):
        return False
    return wording.startswith("@") or len(norms(wording)) == 1


def _tokens(norms: Norms, words: dict[str, tuple[str, ...]], reading: str) -> Tokens:
    tokens = [token for word in reading.split() for token in _token(norms, words, word)]
    if all(token.get("OP") for token in tokens):
        raise ValueError("needs at least one word that must be there")
    return tokens


def _token(norms: Norms, words: dict[str, tuple[str, ...]], word: str) -> Tokens:
    if gap := _GAP.fullmatch(word):
        return [{"NORM": {"NOT_IN": _NOT_IN_GAPS}, "OP": f"{{0,{gap[1] or 3}}}"}]
    word, optional = (word[:-1], {"OP": "?"}) if word[-1] == "?" != word else (word, {})
    if word[-1] == "*" != word:
        return [{"NORM": {"REGEX": f"^{re.escape(word[:-1])}"}, **optional}]
    choices = [choice for part in re.split(rf"[|{_OR}]", word) for choice in _choices(words, part)]
    read = [norms(str(choice)) for choice in choices]
    if len(choices) == 1:
        return [{"NORM": norm, **optional} for norm in read[0]]
    if any(len(norm) != 1 for norm in read):
        raise ValueError(f"a choice must be of single words: {word.replace(_OR, '|')!r}")
    return [{"NORM": {"IN": sorted({norm[0] for norm in read})}, **optional}]


def _choices(words: dict[str, tuple[str, ...]], part: str) -> tuple[str, ...]:
    if not part:
        raise ValueError("an empty word")
    if not part.startswith("@"):
        return (part,)
    if part[1:] not in words:
        raise ValueError(f"there is no word list {part!r}")
    return words[part[1:]]
