"""The files that Rasa reads agree with the code and with each other."""

from __future__ import annotations

import re
from typing import Any

import yaml
from conftest import ROOT

from bot import reply

DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
RULES = [
    rule
    for path in sorted((ROOT / "data" / "rules").glob("*.yml"))
    for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
]
NLU = {
    item["intent"]: [line[2:] for line in item["examples"].splitlines()]
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml"))
    for item in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
}


def test_every_intent_has_a_rule() -> None:
    """So that no message meets silence."""
    answered = {step["intent"] for rule in RULES for step in rule["steps"] if "intent" in step}
    assert answered == set(DOMAIN["intents"])


def test_every_intent_has_examples_enough() -> None:
    counts = {intent: len(examples) for intent, examples in NLU.items()}
    assert set(counts) == set(DOMAIN["intents"]) - {"nlu_fallback"}
    assert min(counts.values()) >= 20
    assert counts["out_of_scope"] >= 150


def test_no_example_is_there_twice() -> None:
    examples = [example.lower() for group in NLU.values() for example in group]
    assert sorted(set(examples)) == sorted(examples)


def test_every_response_is_said_by_something() -> None:
    """By a rule, by an action, or by a form that asks."""
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
    said = set(re.findall(r"utter_\w+", code)) | {
        step["action"] for rule in RULES for step in rule["steps"] if "action" in step
    }
    asked = {
        f"utter_ask_{slot}" for form in DOMAIN["forms"].values() for slot in form["required_slots"]
    }
    asked |= {
        f"utter_ask_{form}_{slot}"
        for form, body in DOMAIN["forms"].items()
        for slot in body["required_slots"]
    }
    assert set(DOMAIN["responses"]) <= said | asked | {"utter_default"}


def test_no_form_takes_a_wish_for_a_person_as_an_answer() -> None:
    for form in DOMAIN["forms"].values():
        assert {"request_human", "cancel"} <= set(form["ignored_intents"])


def test_free_text_never_fills_a_slot() -> None:
    """Forms are filled from rules' facts and from yes and no only."""
    kinds = {mapping["type"] for slot in DOMAIN["slots"].values() for mapping in slot["mappings"]}
    assert kinds <= {"from_entity", "from_intent", "custom"}


def test_every_handoff_has_a_reason_of_the_contract() -> None:
    reasons = {
        variant["custom"]["reason"]
        for variants in DOMAIN["responses"].values()
        for variant in variants
        if variant.get("custom", {}).get("type") == "handoff"
    }
    assert reasons == {"asked", "complex", "failed", "not_understood"}


def test_texts_are_short() -> None:
    """Three sentences and 300 characters at most."""
    for name, variants in DOMAIN["responses"].items():
        for variant in variants:
            assert len(variant["text"]) <= 300, name


def test_task_actions_exist() -> None:
    assert {*DOMAIN["actions"], *DOMAIN["responses"]} >= reply.TASK_ACTIONS
