"""The contract of the channel: who may call it, what it refuses, and that it answers once."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from conftest import Customer, words
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from bot.services.embedded import EmbeddedOffice

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_ready_names_the_model(
    http: aiohttp.ClientSession, address: str, agent: Agent
) -> None:
    async with http.get(f"{address}/") as answer:
        assert answer.status == 200
        assert await answer.json() == {"ready": True, "model": agent.model_id}


async def test_without_a_model_everything_is_503(
    customer: Customer, http: aiohttp.ClientSession, address: str, agent: Agent, monkeypatch: Any
) -> None:
    monkeypatch.setattr(agent, "is_ready", lambda: False)
    async with http.get(f"{address}/") as answer:
        assert answer.status == 503
        assert await answer.json() == {"ready": False, "error": "no model is loaded"}
    assert await customer.turn(text="hello") == (503, {"error": "no model is loaded"})


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic abc", "Bearer é"])
@pytest.mark.parametrize("path", ["turn", "resume"])
async def test_the_secret_is_needed(customer: Customer, path: str, header: str) -> None:
    status, body = await customer.post(path, {}, headers={"Authorization": header})
    assert (status, list(body)) == (401, ["error"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "text",
        {"conversation": "c", "id": "1"},
        {"conversation": "c", "id": "1", "text": "   "},
        {"conversation": "c", "id": "1", "text": 7},
        {"conversation": "c", "id": "1", "text": None},
        {"conversation": "c", "id": "1", "text": "x" * 4001},
        {"conversation": "", "id": "1", "text": "hi"},
        {"conversation": "c", "text": "hi"},
        {"conversation": "c", "id": 1, "text": "hi"},
        {"conversation": "c", "id": "1", "text": "hi", "payload": "/greet"},
        {"conversation": "c", "id": "1", "payload": "greet"},
        {"conversation": "c", "id": "1", "payload": "/restart"},
        {"conversation": "c", "id": "1", "payload": "/session_start"},
        {"conversation": "c", "id": "1", "text": "hi", "metadata": "en"},
    ],
)
async def test_a_wrong_body_is_422(customer: Customer, body: Any) -> None:
    status, answer = await customer.post("turn", body)
    assert (status, list(answer)) == (422, ["error"])


async def test_what_is_not_json_is_422(http: aiohttp.ClientSession, address: str) -> None:
    async with http.post(f"{address}/turn", data=b"{no json") as answer:
        assert answer.status == 422


@pytest.mark.parametrize(
    "text",
    [
        '/bill_balance{"account": "204417"}',
        ' \t//bill_balance{"account": "204417"}',
        '/inform{"name": "Maria Delgado", "identity_failures": "0"}',
        "/restart",
        "/ /restart",
        "\u00a0/restart",
        '\u3000/bill_balance{"account": "204417"}',
        "\x1c\u2028/restart",
        "\u200e\u2060/restart",
        "/session_start",
        "///",
    ],
)
async def test_a_slash_is_harmless(customer: Customer, text: str, agent: Agent) -> None:
    """It never is an intent with slots, nor a command."""
    reply = await customer.says(text)
    assert reply["intent"]["confidence"] < 1 or reply["intent"]["name"] == "nlu_fallback"
    assert "name" not in reply["known"]
    tracker = await agent.tracker_store.retrieve(customer.id)
    assert not tracker.latest_message.text.startswith("/")
    assert "Maria" not in words(reply)


@pytest.mark.parametrize(
    "text",
    ["\ud83d half an emoji", "\udc00/restart", "😀" * 2000, "!" * 4000, "1" * 4000, "12 " * 1333,
     "\u200b", "\u202e", "مرحبا أريد مساعدة", "<b>", "{account}", "$owe", "%s"],
)  # fmt: skip
async def test_any_text_is_answered(customer: Customer, text: str) -> None:
    reply = await customer.says(text)
    assert reply["messages"]


async def test_the_whole_reply(customer: Customer) -> None:
    """Every field of the contract is there, with its type."""
    reply = await customer.says("hello")
    assert set(reply) == {
        "messages", "on_task", "handoff", "triage", "intent", "known", "tried",
    }  # fmt: skip
    assert reply["on_task"] is False
    assert reply["handoff"] is None
    assert reply["triage"] == {"level": 0, "score": 0.0, "kinds": [], "evidence": ""}
    assert reply["intent"]["name"] == "greet"
    assert 0 < reply["intent"]["confidence"] <= 1
    (message,) = reply["messages"]
    assert set(message) == {"text", "buttons"}
    assert all(set(button) == {"title", "payload"} for button in message["buttons"])


async def test_the_same_id_is_answered_once(customer: Customer, agent: Agent) -> None:
    first = await customer.turn(id="m1", text="hello")
    second = await customer.turn(id="m1", text="hello")
    assert first == second
    tracker = await agent.tracker_store.retrieve(customer.id)
    assert sum(event.type_name == "user" for event in tracker.events) == 1


async def test_an_id_belongs_to_its_conversation(customer: Customer) -> None:
    await customer.turn(id="m1", text="hello")
    status, reply = await customer.turn(conversation=customer.id + "x", id="m1", text="goodbye")
    assert (status, reply["intent"]["name"]) == (200, "goodbye")


class Gate:
    """Stops a turn inside the back office until it is opened."""

    def __init__(self, office: EmbeddedOffice, monkeypatch: Any) -> None:
        self.reached, self.open = asyncio.Event(), asyncio.Event()
        self._outages = office.outages
        monkeypatch.setattr(office, "outages", self.outages)

    async def outages(self, zip_code: str) -> Any:
        self.reached.set()
        await self.open.wait()
        return await self._outages(zip_code)


async def test_a_second_turn_at_the_same_time_is_409(
    customer: Customer, office: EmbeddedOffice, monkeypatch: Any
) -> None:
    """The same id waits for the one answer instead; afterwards the conversation goes on."""
    gate = Gate(office, monkeypatch)
    ask = {"id": "m1", "text": "is there an outage in 49902"}
    first = asyncio.ensure_future(customer.turn(**ask))
    await gate.reached.wait()
    assert (await customer.turn(text="hello"))[0] == 409
    assert (await customer.post("resume", {"conversation": customer.id, "entries": []}))[0] == 409
    same = asyncio.ensure_future(customer.turn(**ask))
    gate.open.set()
    assert await first == await same
    assert (await customer.turn(text="hello"))[0] == 200


async def test_a_turn_that_breaks_is_500_and_can_be_tried_again(
    customer: Customer, agent: Agent, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the answer nor the log quotes the customer."""

    async def broken(message: UserMessage) -> None:
        raise RuntimeError(f"cannot parse {message}")

    with monkeypatch.context() as patched:
        patched.setattr(agent, "parse_message", broken)
        status, body = await customer.turn(id="m1", text="my number is 204417")
    assert (status, body) == (500, {"error": "the turn failed: RuntimeError"})
    assert "204417" not in caplog.text
    assert (await customer.turn(id="m1", text="hello"))[0] == 200


async def test_silence_is_500(customer: Customer, agent: Agent, monkeypatch: Any) -> None:
    """A turn without words and without a handoff is a failure, never an empty success."""

    async def nothing(*_: Any) -> tuple[Any, Any]:
        return None

    monkeypatch.setattr(agent.processor, "_run_prediction_loop", nothing)
    assert (await customer.turn(text="hello"))[0] == 500


async def test_distress_without_an_urgent_need_gets_a_kind_word_first(
    customer: Customer, agent: Agent, monkeypatch: Any
) -> None:
    """Level 2: acknowledgement, the offer of a person, and the answer; repeated, a person."""
    parse = agent.parse_message

    async def distressed(text: str) -> dict[str, Any]:
        triage = {"level": 2, "score": 0.8, "kinds": ["hardship"], "evidence": text}
        return {**await parse(text), "triage": triage}

    monkeypatch.setattr(agent, "parse_message", distressed)
    first = await customer.says("how much do i owe, i am so worried")
    assert first["handoff"] is None
    assert first["messages"][0]["buttons"][0]["payload"] == "/request_human"
    assert "account number" in first["messages"][-1]["text"]
    second = await customer.says("204417")
    assert second["handoff"] == {"reason": "distress", "skill": "billing"}


async def test_after_a_person_the_assistant_listens_anew(customer: Customer, agent: Agent) -> None:
    """What was said is in its memory, and the form that was open is gone."""
    await customer.says("how much do i owe")
    entries = [
        {"from": "agent", "text": "Hello, Ana here.", "at": "2026-05-06T10:00:00+00:00"},
        {"from": "customer", "text": "/restart", "at": "2026-05-06T10:00:05Z"},
    ]
    answer = await customer.post("resume", {"conversation": customer.id, "entries": entries})
    assert answer == (200, {"ok": True})
    tracker = await agent.tracker_store.retrieve(customer.id)
    assert [e.text for e in tracker.events if e.type_name == "agent"] == ["Hello, Ana here."]
    assert tracker.active_loop_name is None
    assert tracker.get_slot("requested_slot") is None
    reply = await customer.says("is there an outage in 49901")
    assert "no outage in 49901" in words(reply)
    assert len(reply["messages"]) == 1


async def test_a_conversation_that_only_a_person_had_can_come_back(customer: Customer) -> None:
    entries = [{"from": "customer", "text": "hi", "at": "2026-05-06T10:00:00Z"}]
    await customer.post("resume", {"conversation": customer.id, "entries": entries})
    assert (await customer.says("hello"))["intent"]["name"] == "greet"


@pytest.mark.parametrize(
    "entries",
    [None, "text", [7], [{}], [{"from": "bot", "text": "x", "at": "2026-05-06T10:00:00Z"}],
     [{"from": "agent", "text": 5, "at": "2026-05-06T10:00:00Z"}],
     [{"from": "agent", "text": "x", "at": "yesterday"}]],
)  # fmt: skip
async def test_a_wrong_stretch_is_422_and_changes_nothing(customer: Customer, entries: Any) -> None:
    await customer.says("how much do i owe")
    status, _ = await customer.post("resume", {"conversation": customer.id, "entries": entries})
    assert status == 422
    assert "ZIP" in words(await customer.says("204417"))
