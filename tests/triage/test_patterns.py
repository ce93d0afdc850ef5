"""A pattern file that breaks a rule is refused with the place and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.floor import DEFAULT_PATH, Floor
from triage.phrases import PatternError, load
from triage.safety import SafetyLines

SMALL = """
words:
  animal: [cat, dog]
context:
  negation: ["no", not]
figures:
  - cat walk
parts:
  pet: ["my @animal"]
  ill: [is ill]
kinds:
  pets:
    - level: 3
      phrases: ["(lost|can not find) my @animal", "my dog ..2 hurt", "vet* bill?",
        "(@animal|her @animal|they) escaped"]
    - level: 4
      score: 0.5
      together: [pet, ill]
"""


def written(tmp_path: Path, content: str) -> Path:
    file = tmp_path / "patterns.yml"
    file.write_text(content, "utf-8")
    return file


@pytest.fixture(name="small")
def small_floor(tmp_path: Path) -> Floor:
    return Floor.load(written(tmp_path, SMALL))


@pytest.mark.parametrize(
    ("text", "level", "evidence"),
    [
        ("I lost my cat", 3, "lost my cat"),
        ("can't find my dog", 3, "can't find my dog"),
        ("I cannot find my dog", 3, "cannot find my dog"),
        ("My dog is badly hurt", 3, "My dog is badly hurt"),
        ("my dog, it has hurt", 0, ""),
        ("the veterinary", 3, "veterinary"),
        ("the vet bill", 3, "vet bill"),
        ("My cat, I think, is ill", 4, "My cat, I think, is ill"),
        ("her cat escaped", 3, "her cat escaped"),
        ("they escaped", 3, "they escaped"),
        ("her escaped", 0, ""),
        ("I have not lost my cat", 0, ""),
        ("I lost my cat walk shoes", 0, ""),
    ],
)
def test_the_phrase_language(small: Floor, text: str, level: int, evidence: str) -> None:
    """Lists, choices, gaps that end with the clause, beginnings, options, parts, and figures."""
    found = small.assess(text)
    assert (found.level, found.evidence) == (level, evidence)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("level: 3", "level: 5", "kinds.pets, group 1: level must be 1, 2, 3 or 4, not 5"),
        ("level: 3", "level: true", "group 1: level must be"),
        ("score: 0.5", "score: 2", "group 2: score must be above 0 and at most 1, not 2"),
        ("    - level: 3\n", "    - score: 0.1\n", "group 1: level is missing"),
        (
            "together: [pet, ill]",
            "together: [pet, rich]",
            ":18: kinds.pets, group 2: 'rich' is not one",
        ),
        ("together: [pet, ill]", "phrases: []", "group 2: must be a list of texts with at least"),
        ("together: [pet, ill]", "ignores: [question]", "must have either phrases or together"),
        ("score: 0.5", "ignores: [rain]", "'rain' is not one of negation, past"),
        ("score: 0.5", "scores: 0.5", "'scores' is not one of level, score"),
        ('["no", not]', "[no, not]", "context.negation: False is not a text (quote words"),
        ("context:", "contexts:", "'contexts' is not one of words"),
        ("figures:\n  - cat walk\n", "", "figures is missing"),
        (
            "my dog ..2 hurt",
            "my @bird",
            ":14: kinds.pets: 'my @bird': there is no word list '@bird'",
        ),
        ("my dog ..2 hurt", "my (dog|cat", "'my (dog|cat': a parenthesis is not closed"),
        ("my dog ..2 hurt", "my dog) hurt", "a parenthesis was not opened"),
        ("my dog ..2 hurt", "..3 dog?", "needs at least one word that must be there"),
        ("my dog ..2 hurt", "my dog||cat", "an empty word"),
        ("my dog ..2 hurt", "my dog|can't", "a choice must be of single words"),
        ("my dog ..2 hurt", "(a b|c d) " * 8, "has more than 100 readings"),
        ("kinds:\n", "kinds: [\n", "cannot be read"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    """The file, the kind or section, and the line or the phrase."""
    assert old in SMALL
    file = written(tmp_path, SMALL.replace(old, new, 1))
    with pytest.raises(PatternError) as error:
        Floor.load(file)
    assert str(error.value).startswith(str(file))
    assert told in str(error.value)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    """And not taken for an empty one: a floor that knows nothing would be silent."""
    with pytest.raises(PatternError, match=r"absent\.yml: cannot be read"):
        Floor.load(tmp_path / "absent.yml")


def test_every_kind_of_the_reviewed_file_has_its_words_or_is_meant_to_have_none() -> None:
    """A level 4 kind has a safety line of its own; one that is never above 3 has none."""
    highest: dict[str, int] = {}
    for group in load(DEFAULT_PATH).groups:
        highest[group.kind] = max(group.level, highest.get(group.kind, 0))
    lines = SafetyLines.load()
    generic = lines.text(["a kind that nobody has written for"])
    shown = {kind: lines.text([kind]) for kind in highest}
    assert {kind for kind, text in shown.items() if text} == {
        k for k, v in highest.items() if v == 4
    }
    assert generic not in shown.values()
