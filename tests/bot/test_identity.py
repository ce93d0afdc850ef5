"""Who may be told what: nothing personal before a proof, and no proof by accident."""

from __future__ import annotations

import pytest
from conftest import Customer, words

from bot.services.embedded import EmbeddedOffice

pytestmark = pytest.mark.asyncio(loop_scope="session")
SIGNED_IN = {"customer": {"id": "204417", "name": "Maria Delgado"}}


async def test_asking_about_another_place_is_no_guess(customer: Customer) -> None:
    """A ZIP code for an outage is neither taken as proof nor counted as a wrong one."""
    await customer.says("is there an outage in 49902")
    asked = [words(await customer.says(text)) for text in ("how much do i owe", "204417")]
    assert "account number" in asked[0]
    assert "ZIP" in asked[1]
    outage = await customer.says("is there an outage in 49903")
    assert "power cut" in words(outage)
    assert "don't match" not in words(outage)
    await customer.says("and my bill?")
    assert "$142.60" in words(await customer.says("49901"))


async def test_a_place_asked_about_proves_nothing(customer: Customer) -> None:
    """Even where it happens to be the account's own ZIP code."""
    await customer.says("where can i get food in 49901")
    reply = await customer.says("how much is my bill, account 204417")
    assert "$" not in words(reply)
    assert "ZIP" in words(reply)


@pytest.mark.parametrize("wish", ["no the other account", "447120", "my bill for account 447120"])
async def test_another_account_needs_its_own_proof(customer: Customer, wish: str) -> None:
    await customer.says("my balance please, account 204417 zip 49901")
    reply = await customer.says(wish)
    assert "$" not in words(reply)
    assert "don't match" not in words(reply)
    assert "doesn't look like" not in words(reply)
    assert "name" not in reply["known"]
    reply = await customer.says("447120 49903")
    assert "June" in words(reply)
    assert "$386.15" in words(reply)


async def test_another_account_in_the_same_town_is_not_told_without_its_own_zip(
    customer: Customer, office: EmbeddedOffice
) -> None:
    """A neighbour's account number alone opens nothing, and no number is confirmed or denied."""
    office._db.execute(
        "INSERT INTO customer (account, name, zip) VALUES ('555001', 'N N', '49901')"
    )
    await customer.says("my balance please, account 204417 zip 49901")
    known, unknown = [await customer.says(f"and account {a}") for a in ("555001", "555002")]
    assert "N N" not in words(known)
    assert known["known"].keys() == unknown["known"].keys()
    assert "$" not in words(known) + words(unknown)


async def test_a_proof_that_came_first_is_not_asked_for_again(customer: Customer) -> None:
    assert "$" not in words(await customer.says("204417 49901"))
    assert "$142.60" in words(await customer.says("how much do i owe"))


async def test_after_two_wrong_pairs_a_person_is_fetched_and_nothing_is_checked(
    customer: Customer,
) -> None:
    first = await customer.says("my balance, account 204417 zip 49902")
    assert first["handoff"] is None
    second = await customer.says("my balance, account 204417 zip 49903")
    assert second["handoff"] == {"reason": "complex", "skill": "billing"}
    for text in ("my balance, account 204417 zip 49901", "why is my bill so high", "pay in parts"):
        reply = await customer.says(text)
        assert "$" not in words(reply)
        assert "name" not in reply["known"]
        assert reply["on_task"] is False


async def test_new_chats_do_not_help_a_guesser(
    customer: Customer, office: EmbeddedOffice, clock
) -> None:
    """Five wrong ZIP codes for an account close it to proof for an hour, in every chat."""
    for _ in range(5):
        assert await office.identify("204417", "49902") is None
    assert await office.identify("204417", "49901") is None
    assert await office.identify("447120", "49903") is not None
    clock.now = clock.now.replace(hour=clock.now.hour + 1, minute=1)
    assert await office.identify("204417", "49901") is not None


async def test_who_is_signed_in_is_not_asked(customer: Customer) -> None:
    """Whose sign-in the gateway vouches for needs neither number nor ZIP code."""
    status, reply = await customer.turn(text="how much do i owe", metadata=SIGNED_IN)
    assert status == 200
    assert "$142.60" in words(reply)
    assert reply["known"]["name"] == "Maria Delgado"
    _, plans = await customer.turn(text="can i pay in parts", metadata=SIGNED_IN)
    assert "3 payments" in words(plans)


async def test_a_sign_in_opens_no_other_account(customer: Customer) -> None:
    _, reply = await customer.turn(text="balance of account 447120", metadata=SIGNED_IN)
    assert "$" not in words(reply)
    assert "ZIP" in words(reply)


@pytest.mark.parametrize(
    "who", [None, "204417", {}, {"id": None}, {"id": "999999"}, {"id": ["204417"]}]
)
async def test_whatever_else_the_metadata_holds_is_no_sign_in(customer: Customer, who) -> None:
    status, reply = await customer.turn(text="how much do i owe", metadata={"customer": who})
    assert status == 200
    assert "account number" in words(reply)
