"""Figures are read by the words around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.facts import FactFinder

FINDER = FactFinder()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("account 204417 zip 49901", {"account": "204417", "zip": "49901"}),
        ("zip 49901 account 204417", {"account": "204417", "zip": "49901"}),
        ("my account is 447120, 49903", {"account": "447120", "zip": "49903"}),
        ("#204417", {"account": "204417"}),
        ("204 417", {"account": "204417"}),
        ("204-417", {"account": "204417"}),
        ("acct: 20441", {"account": "20441"}),
        ("49901-1234", {"zip": "49901"}),
        ("zip=49903.", {"zip": "49903"}),
        ("I make 24000 a year", {"money": "2000"}),
        ("$1,500 a month", {"money": "1500"}),
        ("about 400 a week", {"money": "1733"}),
        ("every two weeks 900 dollars", {"money": "1950"}),
        ("800 dollars every 2 weeks", {"money": "1733"}),
        ("family of four making 2000 a month", {"people": "4", "money": "2000"}),
        ("there are 5 of us", {"people": "5"}),
        ("just me", {"people": "1"}),
        ("me and my two kids", {"people": "3", "member": "child"}),
        ("me, my wife and 3 kids", {"people": "5", "member": "child"}),
        ("my mom is 72", {"member": "senior"}),
        ("kids 7 and my mother 66", {"member": "senior"}),
        ("a 3 year old", {"member": "infant"}),
        ("a 6 month old", {"member": "infant"}),
        ("3 payments please", {"number": "3"}),
        ("six", {"number": "6"}),
        ("the red one", {}),
        ("12 an hour", {}),
        ("I'd rather not say", {"skip": "skip"}),
        ("hello there", {}),
        ("a customer since 1974", {"number": "1974"}),
        ("i'm 67 and alone at home", {"member": "senior"}),
        ("I'm 3 weeks behind", {}),
        ("I am 62 months behind", {"number": "62"}),
        ("i don't work", {"money": "0"}),
        ("my husband is out of work", {"money": "0"}),
        ("9" * 400, {}),
    ],
)
def test_facts(text: str, expected: dict[str, str]) -> None:
    assert {fact.kind: fact.value for fact in FINDER.facts(text)} == expected


def test_several_of_a_kind_are_all_found() -> None:
    members = [f.value for f in FINDER.facts("a baby and my mother who is 71")]
    assert members == ["infant", "senior"]


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    """And every fact lies inside the text."""
    for fact in FINDER.facts(text):
        assert 0 <= fact.start < fact.end <= len(text)
