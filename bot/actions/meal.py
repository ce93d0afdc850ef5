"""Meals: where food is to be had today, and which food programs a home may qualify for."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.identity import Events, ZipForm, latest
from bot.actions.office import office
from bot.actions.say import button, clock, listed, told, tried
from bot.escalation import SEVERE
from bot.services.eligibility import Chance, Home, Programs
from bot.services.ports import Opening

MAX_PLACES = 3
MAX_PLACES_IN_NEED = 4
MAX_PEOPLE = 20
LEAST_INCOME = 20  # dollars a month; below, the number meant something else
FORM_SLOTS = ("household", "members", "income")


class ValidateMealFindNearbyForm(ZipForm):
    """Somebody in urgent need is told of all open places at once instead of being asked."""

    def name(self) -> str:
        return "validate_meal_find_nearby_form"

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: Any,
    ) -> list[str]:
        return [] if urgent(tracker) else domain_slots


def urgent(tracker: Tracker) -> bool:
    triage = tracker.latest_message.get("triage") or {}
    return int(triage.get("level", 0)) >= SEVERE


class FindMeals(Action):
    def name(self) -> str:
        return "action_find_meals"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        zip_code = tracker.get_slot("zip")
        if zip_code and not await office().serves(zip_code):
            if not urgent(tracker):
                dispatcher.utter_message(response="utter_outside_area", zip=zip_code)
                return []
            zip_code = None
        most = MAX_PLACES_IN_NEED if urgent(tracker) else MAX_PLACES
        today = first_of_each(await office().openings(zip_code))[:most]
        where = zip_code or "the whole area"
        tried(dispatcher, f"Looked for food places open today near {where}: {len(today)} found")
        if today:
            told(dispatcher, places_words("Food you can get today", today))
        else:
            later = first_of_each(await office().openings(zip_code, days=3))[:most]
            told(dispatcher, places_words("Nothing is open any more today. Next", later))
        return []


def first_of_each(openings: tuple[Opening, ...]) -> list[Opening]:
    """A place that opens twice is named once, with its next opening."""
    first: dict[str, Opening] = {}
    for opening in openings:
        first.setdefault(opening.name, opening)
    return list(first.values())


def places_words(heading: str, openings: list[Opening]) -> str:
    return "\n".join([f"{heading}:", *(f"• {place_words(opening)}" for opening in openings)])


def place_words(opening: Opening) -> str:
    away = "" if opening.miles is None else f", {opening.miles} miles away"
    return (
        f"{opening.name} ({opening.offers}): {opening.opens_at:%A} "
        f"{clock(opening.opens_at)} to {clock(opening.closes_at)}. "
        f"{opening.address}{away}, phone {opening.phone}. {opening.bring}"
    )


class ValidateMealCheckEligibilityForm(FormValidationAction):
    def name(self) -> str:
        return "validate_meal_check_eligibility_form"

    def validate_household(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        people = int(latest(value))
        if 1 <= people <= MAX_PEOPLE:
            return {"household": str(people)}
        dispatcher.utter_message(response="utter_household_form")
        return {"household": None}

    def validate_members(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """Each kind once; "none" is an answer too."""
        return {"members": list(dict.fromkeys(value))}

    def validate_income(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """A skipped question is an answer; a figure too small to be a month's income is not."""
        amounts = [int(v) for v in value if v.isdigit() and (v == "0" or int(v) >= LEAST_INCOME)]
        if amounts:
            return {"income": [str(sum(amounts))]}
        return {"income": ["skip"] if "skip" in value else None}


class CheckEligibility(Action):
    """Forgets the answers afterwards, so that a changed situation can be asked about again."""

    def name(self) -> str:
        return "action_check_eligibility"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        home = home_of(tracker)
        programs = Programs.load()
        chances = programs.chances(home)
        tried(dispatcher, f"Checked food programs for a home of {home.people}: {names(chances)}")
        told(
            dispatcher,
            eligibility_words(chances, home, programs.as_of),
            [button("Where to get food today", "meal_find_nearby")],
        )
        return [SlotSet(slot, None) for slot in FORM_SLOTS]


def home_of(tracker: Tracker) -> Home:
    (income,) = tracker.get_slot("income")
    members = frozenset(tracker.get_slot("members")) - {"none"}
    return Home(
        int(tracker.get_slot("household")), members, None if income == "skip" else int(income)
    )


def names(chances: tuple[Chance, ...]) -> str:
    return listed([chance.name for chance in chances]) if chances else "none likely"


def eligibility_words(chances: tuple[Chance, ...], home: Home, as_of: str) -> str:
    if not chances:
        return (
            "By the federal limits your income looks too high for these programs. States may allow "
            "more, so it can be worth asking. Community kitchens and pantries ask for nothing."
        )
    lines = [chance_words(chance, home) for chance in chances]
    return "\n".join(
        [
            "From what you told me, your home may qualify for:",
            *lines,
            f"The programs decide, and limits change (these are of {as_of}).",
        ]
    )


def chance_words(chance: Chance, home: Home) -> str:
    if chance.limit is None:
        why = "income does not matter"
    elif home.income is not None and home.income > chance.limit:
        why = "with someone of 60 or over, other income rules apply"
    else:
        why = f"the limit for {home.people} is about ${chance.limit:,} a month before taxes"
    return f"• {chance.name}: {chance.what}; {why}. Ask {chance.apply}."
