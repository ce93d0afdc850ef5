"""A customer may type what they could press: a button's title, or "the second one"."""

from __future__ import annotations

import re
from collections.abc import Sequence

PLACES = ("first", "second", "third", "fourth", "fifth", "sixth")
SHORT = ("1st", "2nd", "3rd", "4th", "5th", "6th")
PLACE = re.compile(
    rf"(?:i(?:'ll| will)? (?:take|want|choose) )?(?:the )?"
    rf"(?:(?P<word>{'|'.join((*PLACES, *SHORT, 'last'))})(?: (?:one|option|choice))?"
    r"|(?:option|choice|number) (?P<digit>[1-6]))(?: please)?"
)


def pressed(text: str, buttons: Sequence[dict[str, str]]) -> str | None:
    """The payload of the button that `text` names; None when it names none of them.

    A bare figure is only ever a title: "2" may be how many people there are.
    """
    said = plain(text)
    for button in buttons:
        if plain(button["title"]) == said:
            return button["payload"]
    place = place_of(said)
    if place is None or not -len(buttons) <= place < len(buttons):
        return None
    return buttons[place]["payload"]


def plain(text: str) -> str:
    """In lower case, without punctuation around it and with single spaces."""
    return re.sub(r"\s+", " ", text.replace("’", "'")).strip(" .,!?\"'").lower()


def place_of(said: str) -> int | None:
    """From 0; -1 is the last one."""
    match = PLACE.fullmatch(said)
    if not match:
        return None
    if match["digit"]:
        return int(match["digit"]) - 1
    word = match["word"]
    if word == "last":
        return -1
    return (PLACES if word in PLACES else SHORT).index(word)
