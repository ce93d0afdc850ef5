"""What a customer and an agent experience with the real assistant behind the real desk."""

from __future__ import annotations

import time

from clients import agent, customer
from system import System


async def test_a_balance_is_answered_from_data(system: System) -> None:
    """Account and ZIP are asked for once; the sum is the back office's."""
    async with customer(system.url) as them:
        await them.say("how much do I owe?")
        await them.until("typing", on=False)
        await them.say("204417")
        await them.until("typing", on=False)
        await them.say("49901")
        await them.until("typing", on=False)
        assert any("$142.60" in text for text in them.texts())


async def test_the_first_promise_of_all(system: System) -> None:
    """Cold baby: a safe and kind answer at once, a case that says why, every word with it."""
    async with agent(system.url, system.token("agent")) as sam, customer(system.url) as them:
        cry = "they cut my power this morning and my baby is cold"
        session = await them.next("session")
        asked_at = time.monotonic()
        await them.say(cry)
        offer = await sam.next("offer")
        waited_s = time.monotonic() - asked_at
        case = (await sam.call("accept", {"conversation": session["conversation"]}))["case"]
        assert offer["case"]["level"] >= 3
        assert case["transcript"][0]["text"] == cry
        assert all(s["evidence"] in cry for s in case["signals"])
        await sam.call("message", {"conversation": case["conversation"], "id": "1", "text": "Hi"})
        await them.until("message", text="Hi")
        await sam.call("return_to_bot", {"conversation": case["conversation"]})
        await them.until("state", mode="bot")
        print(f"message to ringing: {waited_s * 1000:.0f} ms")


async def test_a_person_is_a_word_away(system: System) -> None:
    """The plain wish is honoured at once, in the middle of a form."""
    async with customer(system.url) as them:
        await them.say("how much do I owe?")
        await them.until("typing", on=False)
        await them.say("just let me talk to a real person")
        state = await them.until("state", mode="queued")
        assert state["position"] >= 1


async def test_a_slash_is_harmless(system: System) -> None:
    """Rasa's own commands and intents, typed by a customer, are text."""
    async with customer(system.url) as them:
        for text in (
            '/bill_balance{"account": "204417"}',
            "/restart",
            "/session_start",
            "//affirm",
        ):
            assert (await them.say(text))["ok"]
            await them.until("typing", on=False)
        assert not any("142.60" in text for text in them.texts())
        await them.say("hello")
        await them.until("typing", on=False)
