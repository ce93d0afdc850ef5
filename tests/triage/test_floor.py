"""The floor tells what is meant, here and now, from the same words meant otherwise."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.floor import Floor, Triage, _broken_up

_FILE = yaml.safe_load(Path(__file__).with_name("pairs.yml").read_text("utf-8"))
PAIRS = [
    pytest.param(kind, pair["level"], pair["urgent"], pair["calm"], id=pair["urgent"])
    for kind, pairs in _FILE["pairs"].items()
    for pair in pairs
]
URGENT = [param.values[2] for param in PAIRS]
CALM = [param.values[3] for param in PAIRS] + _FILE["calm"]

DISGUISED = [
    "I want to d i e",
    "i will k!ll myself",
    "i want to k i l l myself",
    "im suicidal",
    "i am su1cidal",
    "I’m s*icidal",
    "i am suicdal",
    "I WANT TO KILL MYSELF",
    "I want to\u200b d\u200bie",
    "i wanna dieeeee",
    "ｉ want to die",
    "I can’t go on living",
    "<p>I want to&nbsp;die</p> i want to die",
    "i dont want to live any more",
]


@cache
def _floor() -> Floor:
    return Floor.load()


@pytest.fixture(name="floor")
def the_floor() -> Floor:
    return _floor()


@pytest.mark.parametrize(("kind", "level", "urgent", "_calm"), PAIRS)
def test_what_is_urgent_has_its_kind_and_level(
    floor: Floor, kind: str, level: int, urgent: str, _calm: str
) -> None:
    """A person is brought, and sees what kind of need it is."""
    found = floor.assess(urgent)
    assert (found.level, found.kinds[:1]) == (level, (kind,))


@pytest.mark.parametrize("calm", CALM)
def test_the_same_words_meant_otherwise_are_calm(floor: Floor, calm: str) -> None:
    """Denied, past, reported, asked, supposed, joked or figurative words bring nobody."""
    assert floor.assess(calm) == Triage.NONE


@pytest.mark.parametrize("text", DISGUISED)
def test_a_disguise_does_not_hide_it(floor: Floor, text: str) -> None:
    """Spelling, spacing, look-alikes and hidden characters do not matter."""
    found = floor.assess(text)
    assert (found.level, found.kinds) == (4, ("suicide",))


@pytest.mark.parametrize(
    "text",
    [
        "What can I do, there is no food in the house",
        "what should i do my kids are hungry and we have no food",
        "can someone come I smell gas",
        "If you don't come my baby will freeze, we have no heat",
        "why is there no heat in my apartment",
        "Last month they cut the water and we still have no water",
        "I don't have the money for rent and I smell gas",
        "I don't know what to do, he has a knife",
        "not sure what it is but my house is on fire",
    ],
)
def test_a_cue_does_not_reach_beyond_its_clause(floor: Floor, text: str) -> None:
    """A question, an "if", a "not" or a "last month" elsewhere takes nothing back."""
    assert floor.assess(text).level >= 3


def test_the_most_severe_is_told_first(floor: Floor) -> None:
    """Kinds are in order of severity, and the level is the highest of them."""
    found = floor.assess("We have no food, no heat, and my dad is unconscious.")
    assert found.level == 4
    assert found.kinds == ("medical", "food", "heat")
    assert found.evidence == "is unconscious"


def test_the_evidence_is_what_the_customer_wrote(floor: Floor) -> None:
    """Not what the text was made into, to be understood."""
    found = floor.assess("Please, I REALLY don’t\u200b want to L-I-V-E anymore!!")
    assert found.evidence == "don’t\u200b want to L-I-V-E"


def test_parts_that_are_far_apart_are_not_one_need(floor: Floor) -> None:
    """A baby on one page and a power cut on another are no emergency."""
    between = "We like the lake. " * 30
    assert floor.assess(f"My baby is lovely. {between}My power is out.") == Triage.NONE


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=300))
def test_any_text_is_assessed(text: str) -> None:
    """Whatever is written, there is an answer, and its evidence is in the text."""
    _holds(_floor(), text)


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(URGENT),
    st.text(alphabet='\u200b\ufe0f😀‘’<>&"\\\x00\n\t\u0301ßİ½ﬁ 1!*.', max_size=12),
    st.integers(0, 40),
)
def test_noise_within_an_urgent_text_breaks_nothing(text: str, noise: str, at: int) -> None:
    """Evidence stays a piece of the raw text, however that is littered."""
    _holds(_floor(), text[:at] + noise + text[at:])


@pytest.mark.parametrize(
    "text",
    [
        ("My power is out, we have no food and it hurts. " * 100)[:4000],
        "a" * 4000,
        "a b " * 1000,
        "😀" * 4000,
        "<b>" * 1333,
        "!*!*" * 1000,
        "no not " * 570,
    ],
)
def test_the_longest_message_is_assessed(floor: Floor, text: str) -> None:
    """4,000 characters of anything."""
    _holds(floor, text)


def _holds(floor: Floor, text: str) -> None:
    found = floor.assess(text)
    assert 0 <= found.score <= 1
    assert found.evidence in text
    assert (found == Triage.NONE) == (found.level == 0) == (not found.evidence)


@pytest.mark.parametrize("sign", ["!", "?", "'", "$", "😀", ".", "-"])
def test_a_page_of_signs_hides_nothing_and_is_cut_up(floor: Floor, sign: str) -> None:
    """What no word is that long has gaps, so the work grows with the length and not its square."""
    assert floor.assess(f"I smell gas {sign * 3900}").level == 4
    assert max(map(len, _broken_up(sign * 4000).split())) < 60
