"""What can be pressed can be typed."""

from __future__ import annotations

import pytest

from bot.choice import pressed

PLANS = [
    {"title": "3 payments", "payload": '/inform{"number": "3"}'},
    {"title": "6 payments", "payload": '/inform{"number": "6"}'},
]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("3 payments", 0),
        (" 3  Payments. ", 0),
        ("the first one", 0),
        ("First", 0),
        ("2nd one please", 1),
        ("i'll take the second", 1),
        ("I’ll take the second", 1),
        ("option 2", 1),
        ("the last one", 1),
    ],
)
def test_a_title_or_a_place_is_a_press(text: str, place: int) -> None:
    assert pressed(text, PLANS) == PLANS[place]["payload"]


@pytest.mark.parametrize(
    "text",
    ["2", "the third one", "first of all, hello", "at first i paid", "3 payments each", "", "…"],
)
def test_anything_else_is_not(text: str) -> None:
    """A bare figure may be an answer of its own, and what is not there cannot be pressed."""
    assert pressed(text, PLANS) is None


def test_without_buttons_nothing_is_pressed() -> None:
    assert pressed("the last one", []) is None
