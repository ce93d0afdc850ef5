"""Two real Socket.IO clients against a listening service: the contract, and bad input."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from clients import Client, agent, customer
from doubles import Served
from socketio.exceptions import ConnectionError as Refused

from handoff.bot_client import BotMessage, BotReply
from handoff.domain.messages import Button, Link

EXAMPLES = json.loads((Path(__file__).parents[1] / "wire" / "examples.json").read_text())
COLD_BABY = "they cut my power this morning and my baby is cold"
SOMETIMES = {
    *("buttons", "links", "agent", "position", "eta_s", "id", "name", "retry_after"),
}


def misfits(got: Any, example: Any, where: str = "") -> list[str]:
    """Where *got* has not the shape of *example*."""
    if isinstance(example, dict) and isinstance(got, dict):
        free = where.endswith(".known")
        extra = (
            [] if free else [f"{where}.{k} is not in the contract" for k in got - example.keys()]
        )
        gone = [f"{where}.{k} is missing" for k in example.keys() - got - SOMETIMES if not free]
        both = got.keys() & example.keys()
        return extra + gone + [m for k in both for m in misfits(got[k], example[k], f"{where}.{k}")]
    if isinstance(example, list) and isinstance(got, list):
        shapes = example or got
        return [m for g in got for m in min((misfits(g, x, where) for x in shapes), key=len)]
    if type(got) is not type(example):
        return [f"{where} is {got!r}, not like {example!r}"]
    return []


def shapes_of(namespace: str, event: str) -> list[Any]:
    """The examples of an event; a customer's entry may look like any that an agent sees."""
    found = [
        x["payload"]
        for x in EXAMPLES.values()
        if (x["namespace"], x["event"], x["direction"]) == (namespace, event, "to_client")
    ]
    if (namespace, event) == ("/customer", "message"):
        found += shapes_of("/agent", "case")[0]["transcript"]
    if (namespace, event) == ("/agent", "message"):
        found += [{"conversation": "c", "entry": e} for e in shapes_of("/customer", "message")]
    if (namespace, event) == ("/agent", "offer"):
        found = [x | {"case": case} for x in found for case in shapes_of("/agent", "case")]
    return found


def off_contract(client: Client) -> list[str]:
    """Everything this client received that no example looks like."""
    found = []
    for event, body in client.events:
        shapes = shapes_of(client.namespace, event)
        closest = min((misfits(body, s, event) for s in shapes), key=len, default=[f"{event}?"])
        found += closest
    return found


async def test_the_whole_line(served: Served) -> None:
    """Distress → offer → accept → talk → return → close, every event as the contract says."""
    served.bot.says = BotReply(
        (
            BotMessage(
                "Choose", (Button("Yes", "/affirm"),), (Link("Map", "https://maps.example"),)
            ),
        ),
        on_task=True,
    )
    async with customer(served.url) as them, agent(served.url, served.token()) as sam:
        c = (await them.next("session"))["conversation"]
        await sam.next("session")
        assert (await them.say(COLD_BABY))["ok"]
        offer = await sam.next("offer")
        assert offer["case"]["conversation"] == c
        assert (await them.until("state", mode="queued"))["position"] == 1
        accepted = await sam.call("accept", {"conversation": c})
        assert accepted["case"]["transcript"][0]["text"] == COLD_BABY
        assert misfits(accepted["case"], shapes_of("/agent", "case")[0]) == []
        joined = await them.until("state", mode="agent")
        assert joined["agent"] == {"name": "Sam Rivera"}
        await sam.call("typing", {"conversation": c, "on": True})
        assert await them.until("typing", **{"from": "agent"}) == {"on": True, "from": "agent"}
        await sam.call("message", {"conversation": c, "id": "r1", "text": "Hello, I am Sam."})
        await them.until("message", text="Hello, I am Sam.")
        await them.call("typing", {"on": True})
        await sam.next("typing")
        await them.call("read", {"seq": 3})
        assert (await sam.next("read"))["seq"] == 3
        await sam.call("read", {"conversation": c, "seq": 3})
        await them.next("read")
        await them.say("thank you Sam")
        await sam.call("note", {"conversation": c, "id": "n1", "text": "heater on its way"})
        await sam.call("return_to_bot", {"conversation": c})
        await them.until("state", mode="bot")
        await them.say("one more thing")
        await them.call("handoff", {})
        await sam.call("accept", {"conversation": c})
        await sam.call("close", {"conversation": c, "disposition": "resolved"})
        await them.until("state", mode="closed")
        await sam.until("case", state="closed")
        assert "heater on its way" not in json.dumps(them.events)
        assert off_contract(them) == []
        assert off_contract(sam) == []


async def test_everybody_sees_the_same_entries_in_the_same_order(served: Served) -> None:
    """The sender's tab, another tab of theirs and the agent agree, with no gap."""
    async with customer(served.url) as them, agent(served.url, served.token()) as sam:
        session = await them.next("session")
        async with customer(served.url, token=session["token"]) as second_tab:
            await them.call("handoff", {})
            await sam.call("accept", {"conversation": session["conversation"]})
            for n in range(3):
                await them.say(f"line {n}")
                await them.until("message", text=f"line {n}")
                await second_tab.until("message", text=f"line {n}")
                assert (await sam.next("message"))["entry"]["seq"] > n
            entries = [b for e, b in them.events if e == "message"]
            assert [b for e, b in second_tab.events if e == "message"] == entries
            assert [e["seq"] for e in entries] == list(range(1, len(entries) + 1))
            seen = [b["entry"] for e, b in sam.events if e == "message"]
            assert seen[-3:] == entries[-3:]


async def test_a_returning_customer_gets_exactly_what_they_missed(served: Served) -> None:
    """Everything after the last entry seen, once, and the state as it is."""
    async with customer(served.url) as them:
        session = await them.next("session")
        await them.say("what do I owe?")
        await them.until("message", seq=2)
    await served.desk.request_handoff(session["conversation"], "")
    async with customer(served.url, token=session["token"], after=2) as back:
        again = await back.next("session")
        assert (again["last_seq"], again["state"]["mode"]) == (3, "queued")
        assert (await back.next("message"))["seq"] == 3
        assert again["conversation"] == session["conversation"]


async def test_an_agent_who_reloads_has_their_cases(served: Served) -> None:
    """Whole, with every entry."""
    async with customer(served.url) as them:
        c = (await them.next("session"))["conversation"]
        await them.say("hello")
        await them.call("handoff", {})
        async with agent(served.url, served.token()) as sam:
            await sam.call("accept", {"conversation": c})
        async with agent(served.url, served.token()) as sam:
            [case] = (await sam.next("session"))["cases"]
            assert case["transcript"][0]["text"] == "hello"
            assert case["transcript"][-1]["seq"] == case["last_seq"]


async def test_agents_hear_of_the_queue_as_it_changes(served: Served) -> None:
    """On connecting, when somebody comes, and when they leave; each customer hears their place."""
    async with customer(served.url) as first, customer(served.url) as second:
        await first.call("handoff", {"reason": "my bill"})
        await second.call("handoff", {})
        assert (await second.until("state", mode="queued"))["position"] == 2
        async with agent(served.url, served.token()) as sam:
            [row, _] = (await sam.next("queue"))["waiting"]
            assert row["summary"] == "my bill"
            await first.call("end", {})
            assert len((await sam.next("queue"))["waiting"]) == 1
            assert (await second.until("state", mode="queued"))["position"] == 1


async def test_a_second_console_rings_as_well(served: Served) -> None:
    """And one that was opened after the offer was made."""
    async with customer(served.url) as them, agent(served.url, served.token()) as desk:
        await them.call("handoff", {})
        offer = await desk.next("offer")
        async with agent(served.url, served.token()) as phone:
            assert await phone.next("offer") == offer


async def test_a_line_that_drops_gives_the_offer_to_the_next(served: Served) -> None:
    """Without waiting for the offer to lapse."""
    async with customer(served.url) as them, agent(served.url, served.token("agent2")) as noor:
        await noor.call("presence", {"status": "away"})
        async with agent(served.url, served.token()) as sam:
            await them.call("handoff", {})
            await sam.next("offer")
            await noor.call("presence", {"status": "available"})
        assert (await noor.next("offer"))["case"]["reason"] == "asked"


async def test_danger_reaches_the_agent_who_holds_the_case(served: Served) -> None:
    """As a case that changed, with the new evidence, and a note of a colleague as well."""
    async with (
        customer(served.url) as them,
        agent(served.url, served.token()) as sam,
        agent(served.url, served.token("agent2")) as noor,
    ):
        c = (await them.next("session"))["conversation"]
        await them.say("I smell gas in my kitchen")
        await sam.call("accept", {"conversation": c})
        await them.say("I want to kill myself")
        seen: set[str] = set()
        while "suicide" not in seen:
            seen |= {s["kind"] for s in (await sam.next("case"))["signals"]}
        await noor.call("note", {"conversation": c, "id": "n", "text": "I called her sister"})
        while (await sam.next("case"))["notes"] == []:
            pass
        assert "sister" not in json.dumps(them.events)


BAD_MESSAGES = [
    ({"id": "1", "text": ""}, "invalid"),
    ({"id": "1", "text": " \n\t\u00a0 "}, "invalid"),
    ({"id": "1", "text": "x" * 4001}, "too_long"),
    ({"id": "1", "text": "nul \x00"}, "invalid"),
    ({"id": "1", "text": 7}, "invalid"),
    ({"id": "1", "text": None}, "invalid"),
    ({"id": "1", "text": ["a"]}, "invalid"),
    ({"id": "", "text": "hi"}, "invalid"),
    ({"id": "x" * 65, "text": "hi"}, "invalid"),
    ({"id": 7, "text": "hi"}, "invalid"),
    ({"text": "hi"}, "invalid"),
    ({"id": "1"}, "invalid"),
    ({"id": "1", "payload": "/bill_balance"}, "invalid"),
    ({"id": "1", "payload": "1.0"}, "invalid"),
    ({"id": "1", "payload": {}}, "invalid"),
    ("just a string", "invalid"),
    ([1, 2], "invalid"),
    (None, "invalid"),
]


async def test_bad_messages_get_a_clear_error_and_change_nothing(served: Served) -> None:
    """Each its code and a sentence; the connection stays and the next message goes through."""
    async with customer(served.url) as them:
        c = (await them.next("session"))["conversation"]
        for body, code in BAD_MESSAGES:
            answer = await them.call("message", body)
            assert (answer["ok"], answer["error"]["code"]) == (False, code), body
            assert answer["error"]["message"].endswith(".")
        assert await served.lines(c) == []
        assert (await them.say("x" * 4000))["seq"] == 1


async def test_other_bad_events_are_answered_too(served: Served) -> None:
    """Unknown names, names that only the library may use, and wrong types."""
    async with customer(served.url) as them:
        c = (await them.next("session"))["conversation"]
        for event, body in [
            ("no_such_event", {}),
            ("accept", {"conversation": c}),
            ("connect", {}),
            ("connect", {"aiohttp.request": 1}),
            (7, {}),
            ("read", {"seq": 10**25}),
            ("message", {"id": "1", "payload": "99999999999999999999999.0"}),
            ("disconnect", "transport close"),
            ("typing", {"on": "yes"}),
            ("read", {"seq": -1}),
            ("read", {"seq": True}),
            ("rate", {"score": 6}),
            ("rate", {"score": "5"}),
            ("handoff", {"reason": 5}),
            ("end", "now"),
        ]:
            answer = await them.call(event, body)
            assert answer["error"]["code"] == "invalid", event
        assert (await served.desk.standing(c)).conversation.version == 0
        assert (await them.say("still here"))["ok"]


async def test_an_agent_sees_clear_errors_too(served: Served) -> None:
    """Unknown, foreign and already taken conversations; a disposition that does not exist."""
    async with (
        customer(served.url) as them,
        agent(served.url, served.token()) as sam,
        agent(served.url, served.token("agent2")) as noor,
    ):
        c = (await them.next("session"))["conversation"]
        await them.call("handoff", {})
        await sam.call("accept", {"conversation": c})
        for event, body, code in [
            ("accept", {"conversation": "no such"}, "not_found"),
            ("accept", {"conversation": c}, "conflict"),
            ("accept", {}, "invalid"),
            ("message", {"conversation": c, "id": "1", "text": "hi"}, "forbidden"),
            ("message", {"conversation": "no such", "id": "1", "text": "hi"}, "not_found"),
            ("close", {"conversation": c, "disposition": "resolved"}, "forbidden"),
            ("close", {"conversation": c, "disposition": "nonsense"}, "invalid"),
            ("return_to_bot", {"conversation": c}, "forbidden"),
            ("presence", {"status": "asleep"}, "invalid"),
            ("typing", {"conversation": c, "on": True}, "forbidden"),
        ]:
            answer = await noor.call(event, body)
            assert answer["error"]["code"] == code, (event, answer)
        assert (await sam.call("message", {"conversation": c, "id": "1", "text": "hi"}))["ok"]


@pytest.mark.parametrize(
    "token", ["", "nonsense", 7, "\ud800", "the agent's", "an expired one"], ids=repr
)
async def test_a_wrong_token_opens_nothing(served: Served, token: object) -> None:
    """Refused with the contract's code; the client then starts anew with an empty one."""
    if token == "the agent's":
        token = served.token()
    if token == "an expired one":
        async with customer(served.url) as them:
            token = (await them.next("session"))["token"]
        served.clock.pass_s(31 * 24 * 3600)
    client = customer(served.url, token=token)
    with pytest.raises(Refused):
        await client.__aenter__()
    assert client.refused["code"] == "unauthorized"


async def test_a_customers_token_is_no_agents_token(served: Served) -> None:
    """Nor may a trainer watch live conversations."""
    async with customer(served.url) as them:
        token = (await them.next("session"))["token"]
    for wrong, code in ((token, "unauthorized"), (served.token("trainer"), "forbidden")):
        client = agent(served.url, wrong)
        with pytest.raises(Refused):
            await client.__aenter__()
        assert client.refused["code"] == code


async def test_a_token_that_expires_mid_connection_is_refused(served: Served) -> None:
    """Not only at the door."""
    async with agent(served.url, served.token()) as sam:
        served.clock.pass_s(9 * 3600)
        answer = await sam.call("presence", {"status": "away"})
        assert answer["error"]["code"] == "unauthorized"


async def test_a_customer_the_site_vouches_for_is_known(served: Served) -> None:
    """With the right signature; a wrong one is refused; earlier conversations are counted."""
    right = hmac.new(b"sample site secret", b"204417", hashlib.sha256).hexdigest()
    identity = {"id": "204417", "name": "Maria Delgado", "hmac": right}
    async with customer(served.url, identity=identity):
        pass
    async with customer(served.url, identity=identity) as them:
        c = (await them.next("session"))["conversation"]
    case = await served.desk.case(c)
    known = case.conversation.customer
    assert (known.id, known.name, known.verified) == ("204417", "Maria Delgado", True)
    assert case.previous == 1
    forger = customer(served.url, identity=identity | {"id": "318852"})
    with pytest.raises(Refused):
        await forger.__aenter__()
    assert forger.refused["code"] == "unauthorized"


@pytest.mark.parametrize(
    "auth", [{"after": 10**25}, {"after": "1"}, {"identity": {"id": "1", "hmac": "é"}}], ids=repr
)
async def test_what_cannot_be_opened_is_refused_with_a_code(served: Served, auth: dict) -> None:
    """Never left without an answer."""
    client = customer(served.url, **auth)
    with pytest.raises(Refused):
        await client.__aenter__()
    assert client.refused["code"] in ("invalid", "unauthorized")


async def test_announced_attachments_are_not_waited_for(served: Served) -> None:
    """They would be collected for ever; the connection goes on as if nothing had been said."""
    async with customer(served.url) as them:
        await them.sio.eio.send('459999999-/customer,["message",{"_placeholder":true,"num":0}]')
        await them.sio.eio.send(b"0" * 1000)
        assert (await them.say("hello"))["ok"]


async def test_a_namespace_that_is_not_ours_is_refused(served: Served) -> None:
    """Rather than opened and never answered."""
    with pytest.raises(Refused):
        await Client(served.url, "/").__aenter__()


async def test_too_many_messages_are_slowed_not_lost(served: Served) -> None:
    """The hundred-and-first in a minute is told when to try again, and then goes through."""
    async with customer(served.url) as them:
        await them.next("session")
        answers = [await them.call("message", {"id": "same", "text": "hi"}) for _ in range(101)]
        assert all(a["ok"] for a in answers[:100])
        refused = answers[100]["error"]
        assert refused["code"] == "rate_limited"
        served.clock.pass_s(refused["retry_after"] + 1)
        assert (await them.say("again"))["ok"]


async def test_a_frame_over_the_limit_costs_only_the_connection(served: Served) -> None:
    """The conversation is as it was, and the client is back with its token."""
    async with customer(served.url) as them:
        session = await them.next("session")
        await them.say("before")
        await them.sio.emit("message", {"id": "big", "text": "x" * 70_000}, namespace="/customer")
        await them.is_cut_off()
    async with customer(served.url, token=session["token"]) as back:
        assert (await back.next("session"))["last_seq"] >= 1
        assert (await back.next("message"))["text"] == "before"
        assert (await back.say("after"))["ok"]
