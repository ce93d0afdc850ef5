"""The safety words are those of the file, for the gravest kind, in the customer's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.safety import LONGEST, SafetyError, SafetyLines

SMALL = """
locales: [en, es]
quiet: [food]
kinds:
  fire: {en: Get out., es: Salga.}
  gas: {en: Go outside., es: Vaya afuera.}
  emergency: {en: Call 911., es: Llame al 911.}
"""


def loaded(tmp_path: Path, content: str = SMALL) -> SafetyLines:
    file = tmp_path / "safety.yml"
    file.write_text(content, "utf-8")
    return SafetyLines.load(file)


@pytest.mark.parametrize(
    ("kinds", "locale", "text"),
    [
        (["gas"], "en", "Go outside."),
        (["gas", "fire"], "en", "Get out."),
        (["food", "gas"], "es", "Vaya afuera."),
        (["gas"], "es-MX", "Vaya afuera."),
        (["gas"], "ES_us", "Vaya afuera."),
        (["gas"], "fr", "Go outside."),
        (["gas"], "", "Go outside."),
        (["flood"], "es", "Llame al 911."),
        (["food", "flood"], "en", "Call 911."),
        (["food"], "en", None),
        ([], "en", None),
    ],
)
def test_the_line_for_the_gravest_kind(
    tmp_path: Path, kinds: list[str], locale: str, text: str | None
) -> None:
    """English where the language is unknown, the generic line where the kind is."""
    assert loaded(tmp_path).text(kinds, locale) == text


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("suicide", {"911", "988", "741741"}),
        ("poison", {"911", "1-800-222-1222"}),
        ("domestic_violence", {"911", "1-800-799-7233"}),
        *((kind, {"911"}) for kind in ("violence", "medical", "gas", "fire", "electrical")),
        *((kind, {"911"}) for kind in ("rescue", "life_support", "emergency")),
    ],
)
@pytest.mark.parametrize("locale", ["en", "es"])
def test_the_reviewed_lines_hold_their_numbers(kind: str, numbers: set[str], locale: str) -> None:
    """In each language, and never a link."""
    text = SafetyLines.load().text([kind], locale)
    assert text
    assert all(number in text for number in numbers)
    assert "http" not in text


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("es: Salga.", "", "kinds.fire: must have exactly the locales en, es"),
        ("es: Salga.", "fr: Sortez.", "kinds.fire: must have exactly the locales"),
        ("en: Get out.", "en: 911", "kinds.fire.en: must be a text of 1 to"),
        ("en: Get out.", f"en: {'x' * (LONGEST + 1)}", "kinds.fire.en: must be a text of 1 to"),
        ("quiet: [food]", "quiet: [gas]", "quiet: gas also has texts"),
        ("quiet: [food]", "", "quiet must be a list of names"),
        ("[en, es]", "[es]", "locales must hold en"),
        ("  emergency:", "  danger:", "that holds emergency"),
        ("kinds:", "kinds: [", "cannot be read"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    """The file and the kind."""
    with pytest.raises(SafetyError) as error:
        loaded(tmp_path, SMALL.replace(old, new, 1))
    assert str(error.value).startswith(str(tmp_path / "safety.yml"))
    assert told in str(error.value)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    """Nobody finds out in an emergency."""
    with pytest.raises(SafetyError, match=r"absent\.yml"):
        SafetyLines.load(tmp_path / "absent.yml")
