"""When a person is fetched, and for what; no Rasa involved."""

from __future__ import annotations

import pytest

from bot.escalation import (
    Escalation,
    Signals,
    escalation,
    helping_intent,
    keeps_answer,
    skill,
)


def test_an_ordinary_turn_stays_with_the_assistant() -> None:
    assert escalation(Signals(topics=("bill_balance",))) is None


@pytest.mark.parametrize("level", [3, 4])
def test_severe_levels_hand_over_at_once(level: int) -> None:
    """Whatever the intent was, and before any other reason."""
    signals = Signals(level=level, topics=("request_human",), requested="asked", failed=True)
    assert escalation(signals) == Escalation("distress", "general")


def test_distress_hands_over_when_repeated() -> None:
    assert escalation(Signals(level=2)) is None
    assert escalation(Signals(level=2, earlier_distress=True)) == Escalation("distress", "general")
    assert escalation(Signals(level=1, earlier_distress=True)) is None


def test_a_wish_for_a_person_is_honoured_without_the_dialogue() -> None:
    """Even when no action of the turn ran."""
    assert escalation(Signals(topics=("request_human",))) == Escalation("asked", "general")


def test_what_the_dialogue_asked_for() -> None:
    assert escalation(Signals(requested="not_understood")) == Escalation(
        "not_understood", "general"
    )
    assert escalation(Signals(failed=True, requested="failed")) == Escalation("failed", "general")


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        (("bill_explain", "request_human"), "billing"),
        (("bill_balance", "net_outage_status", "nlu_fallback"), "connectivity"),
        (("power_outage_status",), "connectivity"),
        (("meal_find_nearby", "thank"), "meals"),
        (("greet",), "general"),
        ((), "general"),
    ],
)
def test_the_skill_is_that_of_the_last_topic(topics: tuple[str, ...], expected: str) -> None:
    assert skill(Signals(topics=topics)) == expected


def test_without_a_topic_the_need_gives_the_skill() -> None:
    assert skill(Signals(topics=("nlu_fallback",), kinds=("infant", "food"))) == "meals"


def test_somebody_hungry_gets_the_kitchens_whatever_they_asked() -> None:
    assert helping_intent(3, ("food",), "meal_check_eligibility") == "meal_find_nearby"
    assert helping_intent(3, ("heat",), "nlu_fallback") == "nlu_fallback"
    assert helping_intent(2, ("food",), "meal_check_eligibility") == "meal_check_eligibility"
    assert helping_intent(4, ("suicide", "food"), "bill_balance") == "bill_balance"


def test_which_answers_go_along_with_a_person() -> None:
    """A routine answer does; an apology, or a bill for somebody who wants to die, does not."""
    assert keeps_answer(3, ("food",), on_task=True)
    assert keeps_answer(4, ("medical",), on_task=True)
    assert not keeps_answer(3, ("food",), on_task=False)
    assert not keeps_answer(4, ("suicide",), on_task=True)
    assert keeps_answer(2, (), on_task=False)
