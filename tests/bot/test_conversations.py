"""Whole conversations, over HTTP, with the trained model and a real back office."""

from __future__ import annotations

from datetime import datetime

import pytest
from conftest import Clock, Customer, buttons, words

from bot.actions.office import use
from bot.services.embedded import EmbeddedOffice
from bot.services.ports import Customer as Account
from bot.services.ports import ServiceUnavailable

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def identify(customer: Customer, account: str = "204417", zip_code: str = "49901") -> str:
    await customer.says("how much do i owe")
    await customer.says(account)
    return words(await customer.says(zip_code))


async def test_the_balance_is_told_to_who_proves_who_they_are(customer: Customer) -> None:
    assert "account number" in words(await customer.says("how much do i owe"))
    asked = await customer.says("204417")
    assert "ZIP" in words(asked)
    told = await customer.says("49901")
    assert "Maria" in words(told)
    assert "$142.60" in words(told)
    assert "Friday, May 15" in words(told)
    assert told["messages"][0]["links"][0]["url"].startswith("https://")
    assert told["on_task"] is True
    assert told["known"] == {"account": "204417", "zip": "49901", "name": "Maria Delgado"}
    assert told["tried"] == ["Looked up the balance of account 204417"]


async def test_everything_in_one_message(customer: Customer) -> None:
    told = await customer.says("my balance please, account 447120 zip 49903")
    assert "$386.15" in words(told)
    assert "was due" in words(told)


async def test_the_account_is_not_asked_twice(customer: Customer) -> None:
    await identify(customer)
    explained = await customer.says("why is my bill so high")
    assert "$32.33 more than April" in words(explained)
    assert "Electricity went up by $26.68 (612 kWh, before 428 kWh)" in words(explained)
    assert "Late fee is new: $5.00" in words(explained)


async def test_a_payment_plan_is_agreed_and_stays(
    customer: Customer, office: EmbeddedOffice
) -> None:
    await identify(customer)
    offered = await customer.says("i can't pay that all at once")
    assert [b["title"] for b in buttons(offered)] == ["3 payments", "6 payments"]
    chosen = await customer.presses(buttons(offered)[0]["payload"])
    assert "2 of $47.53 and a last one of $47.54" in words(chosen)
    done = await customer.says("yes please")
    assert "Done" in words(done)
    assert done["tried"][-1] == "Arranged 3 payments for account 204417"
    balance = await office.balance(Account("204417", "Maria Delgado", "49901"))
    assert balance.arrangement is not None
    assert "payment plan covers it" in words(await customer.says("how much do i owe"))


@pytest.mark.parametrize("refusal", ["no thanks", "never mind"])
async def test_a_plan_that_is_refused_is_not_saved(
    customer: Customer, office: EmbeddedOffice, refusal: str
) -> None:
    await identify(customer)
    await customer.says("can i pay in installments")
    await customer.says("6")
    reply = await customer.says(refusal)
    assert reply["messages"]
    balance = await office.balance(Account("204417", "Maria Delgado", "49901"))
    assert balance.arrangement is None


async def test_no_at_the_choice_leaves_the_form(customer: Customer) -> None:
    await identify(customer)
    await customer.says("can i pay in installments")
    await customer.says("no")
    after = await customer.says("hello")
    assert "payments" not in words(after)


async def test_nothing_owed_has_nothing_to_split(customer: Customer) -> None:
    await customer.says("i need a payment plan")
    await customer.says("318852")
    assert "don't owe anything" in words(await customer.says("49902"))


async def test_an_outage_and_its_end(customer: Customer) -> None:
    asked = await customer.says("is there an outage?")
    told = await customer.presses(buttons(asked)[1]["payload"])
    assert "internet outage in 49902 since 8:25 am" in words(told)
    assert "by 12:30 pm" in words(told)
    assert "no power cut in 49902" in words(await customer.says("and the power?"))
    other = await customer.says("what about 49903")
    assert "power cut in 49903" in words(other)
    assert "outside the area" in words(await customer.says("is there an outage in 10001"))


async def test_food_near_with_hours_and_address(customer: Customer) -> None:
    await customer.says("where can i get food today")
    told = await customer.says("49901")
    assert words(told).splitlines()[1].startswith("• Harborlight Community Kitchen")
    assert "11:30 am to 2 pm" in words(told)
    assert "555-0110" in words(told)


async def test_when_all_is_closed_the_next_opening_is_told(
    customer: Customer, clock: Clock
) -> None:
    clock.now = datetime(2026, 5, 6, 23, 30)
    told = await customer.says("food pantry near 49901")
    assert "Nothing is open any more today" in words(told)
    assert "Thursday" in words(told)


async def test_food_programs_in_three_questions(customer: Customer) -> None:
    await customer.says("do i qualify for food stamps")
    await customer.says("me and my two kids")
    told = await customer.says("about 500 a week")
    assert "SNAP" in words(told)
    assert "school meals" in words(told)
    assert "may qualify" in words(told)


async def test_an_answer_that_is_none_is_an_answer(customer: Customer) -> None:
    await customer.says("am i eligible for snap")
    await customer.says("2")
    await customer.says("no")
    told = await customer.presses('/inform{"skip": "skip"}')
    assert "SNAP" in words(told)
    assert "WIC" not in words(told)


async def test_a_joke_inside_a_form_is_answered_and_the_question_comes_again(
    customer: Customer,
) -> None:
    await customer.says("how much is my bill")
    reply = await customer.says("tell me a joke")
    assert len(reply["messages"]) == 2
    assert "account number" in reply["messages"][1]["text"]
    assert reply["on_task"] is False


async def test_no_form_swallows_a_wish_for_a_person(customer: Customer) -> None:
    """Even when the message holds what the form asked for."""
    await customer.says("how much is my bill")
    reply = await customer.says("let me talk to a person about account 204417")
    assert reply["handoff"] == {"reason": "asked", "skill": "billing"}
    assert reply["on_task"] is False


async def test_no_form_swallows_a_wish_to_die(customer: Customer) -> None:
    """No question, no apology, no safety words: those are the gateway's."""
    await customer.says("how much is my bill")
    reply = await customer.says("i want to kill myself")
    assert reply["triage"]["level"] == 4
    assert reply["handoff"] == {"reason": "distress", "skill": "billing"}
    assert reply["messages"] == []


async def test_hungry_children_get_kitchens_and_a_person_at_once(customer: Customer) -> None:
    """All open places of the area, without a question first."""
    reply = await customer.says("my kids have not eaten since yesterday")
    assert reply["triage"]["level"] == 3
    assert reply["handoff"] == {"reason": "distress", "skill": "meals"}
    assert reply["on_task"] is True
    assert words(reply).count("555-01") == 4


async def test_the_intent_is_reported_as_it_was_understood(customer: Customer) -> None:
    """The urgent answer does not change what the trainers see."""
    reply = await customer.says("we have nothing left to eat, do we qualify for food stamps")
    assert reply["intent"]["name"] == "meal_check_eligibility"
    assert "555-01" in words(reply)


async def test_not_understood_asks_then_offers_then_fetches(customer: Customer) -> None:
    first = await customer.says("qzxv bnmpl")
    assert first["handoff"] is None
    second = await customer.says("wrtk plmnb")
    assert "/request_human" in [b["payload"] for b in buttons(second)]
    assert second["handoff"] is None
    third = await customer.says("xkcdq vvbn")
    assert third["handoff"] == {"reason": "not_understood", "skill": "general"}


async def test_an_understood_message_starts_the_count_again(customer: Customer) -> None:
    await customer.says("qzxv bnmpl")
    await customer.says("hello")
    reply = await customer.says("wrtk plmnb")
    assert buttons(reply) == []


async def test_yes_to_the_offer_fetches_a_person(customer: Customer) -> None:
    await customer.says("qzxv bnmpl")
    await customer.says("wrtk plmnb")
    assert (await customer.says("yes"))["handoff"] == {"reason": "asked", "skill": "general"}


async def test_yes_to_nothing_asks_what_is_needed(customer: Customer) -> None:
    assert (await customer.says("yes"))["handoff"] is None


async def test_cancel_leaves_the_form(customer: Customer) -> None:
    await customer.says("how much is my bill")
    await customer.says("cancel")
    assert "ZIP" not in words(await customer.says("204417"))


async def test_the_last_answer_is_repeated(customer: Customer) -> None:
    answer = await customer.says("is there an outage in 49902")
    again = await customer.says("can you say that again")
    assert again["messages"] == answer["messages"]


async def test_what_is_beyond_us_counts_as_not_understood(customer: Customer) -> None:
    """Whether we did not understand or cannot do it: the customer is no further."""
    first = await customer.says("tell me a joke")
    assert "bring in a person" in words(first)
    second = await customer.says("qzxv bnmpl")
    assert "/request_human" in [b["payload"] for b in buttons(second)]
    third = await customer.says("what's the weather today")
    assert third["handoff"] == {"reason": "not_understood", "skill": "general"}


async def test_a_question_asked_twice_is_no_failure(customer: Customer) -> None:
    """Who asks again what is being worked on is told so, and the form goes on."""
    for question, answer in (
        ("how much do i owe", "account number"),
        ("is there an outage", "ZIP"),
        ("where can i get food", "ZIP"),
        ("do i qualify for food stamps", "How many people"),
    ):
        await customer.says(question)
        again = await customer.says(question)
        assert again["handoff"] is None
        assert answer in words(again)


async def test_buttons_can_be_typed(customer: Customer) -> None:
    """By their title, or by their place."""
    await identify(customer)
    await customer.says("Pay in parts")
    chosen = await customer.says("the second one")
    assert "6 payments" in words(chosen)
    assert "Done" in words(await customer.says("Yes, set it up"))


async def test_a_typed_button_hides_no_distress(customer: Customer) -> None:
    """The words are still read for how urgent they are."""
    await identify(customer)
    await customer.says("can i pay in installments")
    assert (await customer.says("i want to die"))["triage"]["level"] == 4


async def test_a_number_after_the_balance_is_a_plan(customer: Customer) -> None:
    await identify(customer)
    assert "$47.53" in words(await customer.says("3 payments"))


async def test_yes_to_an_open_question_asks_it_again(customer: Customer) -> None:
    await identify(customer)
    await customer.says("can i pay in installments")
    reply = await customer.says("yes")
    assert "this question first" in words(reply)
    assert "Which suits you" in words(reply)


async def test_no_after_a_plan_was_made_says_what_is_so(customer: Customer) -> None:
    """It does not undo the plan, and must not sound as if it did."""
    await identify(customer)
    await customer.says("3 payments")
    await customer.says("yes")
    regret = await customer.says("wait no")
    assert "is set up" in words(regret)
    assert (await customer.says("yes"))["handoff"] == {"reason": "asked", "skill": "billing"}


async def test_when_is_it_back_is_about_what_was_asked_before(customer: Customer) -> None:
    power = await customer.says("is the power out in 49903")
    assert words(await customer.says("and when will it be back")) == words(power)


async def test_an_outage_of_no_kind_is_any_outage(customer: Customer) -> None:
    reply = await customer.says("is there an outage in 49903")
    assert words(reply).startswith("Yes, there is a power cut in 49903")
    none = await customer.says("is there an outage in 49901")
    assert words(none).startswith("I see no outage in 49901")


async def test_all_of_a_family_counts(customer: Customer) -> None:
    """Several members and several incomes in one message, and none lost to the next answer."""
    await customer.says("do i qualify for food stamps")
    await customer.says("4 of us")
    asked = await customer.says("a baby and my mom is 72")
    assert asked["known"]["members"] == "infant, senior"
    told = await customer.says("$400 from my job and $300 from my kids dad")
    assert "WIC" in words(told)
    assert "CSFP" in words(told)


async def test_no_work_is_an_income_of_nothing(customer: Customer) -> None:
    await customer.says("do i qualify for food stamps")
    await customer.says("just me")
    await customer.says("no")
    assert "SNAP" in words(await customer.says("i don't work"))


async def test_spanish_is_answered_honestly_in_spanish(customer: Customer) -> None:
    first = await customer.says("hola necesito ayuda con mi factura")
    assert "solo entiendo inglés" in words(first)
    assert buttons(first)[0]["payload"] == "/request_human"
    assert (await customer.says("sí"))["handoff"] == {"reason": "asked", "skill": "general"}


async def test_spanish_again_fetches_a_person(customer: Customer) -> None:
    await customer.says("hola necesito ayuda con mi factura")
    second = await customer.says("no entiendo nada, solo hablo español")
    assert second["handoff"] == {"reason": "not_understood", "skill": "general"}
    assert "persona" in words(second)


async def test_a_death_is_met_with_condolence_and_a_person(customer: Customer) -> None:
    """And with no question for an account number."""
    reply = await customer.says("my grandmother passed away and I need to close her account")
    assert reply["handoff"] == {"reason": "complex", "skill": "general"}
    assert "sorry for your loss" in words(reply)
    assert len(reply["messages"]) == 1
    assert reply["on_task"] is False


async def test_hardship_is_met_with_a_kind_word_and_help(customer: Customer) -> None:
    reply = await customer.says("i lost my job and cannot pay")
    assert reply["triage"]["kinds"] == ["hardship"]
    assert reply["handoff"] is None
    assert "sorry" in words(reply)
    assert "account number" in reply["messages"][-1]["text"]


@pytest.mark.parametrize(
    "text",
    [
        "how do i reset my password",
        "i want to close my account",
        "i'm moving to 49904 next month",
        "someone opened an account in my name",
        "you charged me twice",
    ],
)
async def test_what_takes_a_person_gets_one(customer: Customer, text: str) -> None:
    reply = await customer.says(text)
    assert reply["handoff"]["reason"] == "complex"
    assert "takes a person" in words(reply)


async def test_paying_needs_no_questions(customer: Customer) -> None:
    reply = await customer.says("how can i pay my bill")
    assert reply["messages"][0]["links"][0]["url"].startswith("https://")
    assert reply["on_task"] is True


async def test_a_shutoff_notice_leads_to_a_plan(customer: Customer) -> None:
    await customer.says("i got a shutoff notice, account 447120 zip 49903")
    reply = await customer.says("will you cut me off")
    assert "nothing is cut off" in words(reply)
    assert "Which suits you" in words(reply)


class Unreachable:
    """A back office whose every call fails, with a customer's words in the error."""

    def __getattr__(self, name: str):
        async def fails(*args: object) -> None:
            raise ServiceUnavailable(f"{name}{args} timed out")

        return fails


async def test_a_service_that_fails_is_an_honest_sentence_and_a_person(
    customer: Customer, caplog: pytest.LogCaptureFixture
) -> None:
    """And the log names the error without the customer's words."""
    await customer.says("how much do i owe")
    await customer.says("204417")
    use(Unreachable())  # type: ignore[arg-type]
    reply = await customer.says("49901")
    assert reply["handoff"] == {"reason": "failed", "skill": "billing"}
    assert "can't reach" in words(reply)
    assert len(reply["messages"]) == 1
    assert reply["on_task"] is False
    assert "ServiceUnavailable" in caplog.text
    assert "204417" not in caplog.text


@pytest.mark.parametrize("text", ["is there an outage in 49902", "food pantry near 49901"])
async def test_every_topic_fails_the_same_way(customer: Customer, text: str) -> None:
    use(Unreachable())  # type: ignore[arg-type]
    reply = await customer.says(text)
    assert reply["handoff"]["reason"] == "failed"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hey good morning", "greet"),
        ("ok thank you very much", "thank"),
        ("wats my bill", "bill_balance"),
        ("why is the bill higher then last month??", "bill_explain"),
        ("i cant pay the whole bill this month", "bill_payment_arrangement"),
        ("is the internet down in 49902", "net_outage_status"),
        ("no power since this morning", "power_outage_status"),
        ("where is a food bank near me", "meal_find_nearby"),
        ("can my family get snap", "meal_check_eligibility"),
        ("give me a real person", "request_human"),
        ("are u a robot", "bot_challenge"),
        ("whats the weather tomorrow", "out_of_scope"),
    ],
)
async def test_ordinary_wording_is_understood(customer: Customer, text: str, intent: str) -> None:
    assert (await customer.says(text))["intent"]["name"] == intent
