"""Stop and start on the same data, and a database that fails: nobody is forgotten."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from clients import agent, customer
from doubles import HELLO, Running, ScriptedBot, Served, Start
from sqlalchemy import text

from handoff import settings as handoff_settings
from handoff.app import make_app
from handoff.domain.conversation import State
from handoff.domain.errors import Unavailable
from handoff.settings import BadSetting, Settings
from handoff.store import Store


async def test_a_turn_that_a_stop_cut_short_is_taken_up(
    running: Running, start: Start, bot: ScriptedBot
) -> None:
    """All of them, in order, once; what is answered already is not asked again."""
    done, cut = await running.opened(), await running.opened()
    await running.says(done, "hello")
    bot.may_answer.clear()
    await running.desk.say(cut, "m1", "first")
    await running.desk.say(cut, "m2", "second")
    await running.runner.cleanup()
    bot.may_answer.set()
    again = await start()
    await again.settled()
    assert [e.text for e in bot.heard] == ["hello", "first", "second"]
    assert (await again.lines(cut))[-2:] == [("bot", HELLO.messages[0].text)] * 2
    assert (await again.desk.standing(cut)).conversation.state is State.BOT


async def test_what_was_offered_before_a_stop_is_offered_after_it(
    running: Running, start: Start
) -> None:
    """The agent who comes back is rung, though the old offer had not run out."""
    sam = await running.agent()
    await running.desk.offers.connected(sam, "console")
    c = await running.opened()
    await running.desk.request_handoff(c, "")
    await running.runner.cleanup()
    again = await start()
    assert await again.desk.offers.open_for(sam.id) == []
    await again.desk.offers.connected(sam, "console")
    [(case, _)] = await again.desk.offers.open_for(sam.id)
    assert case.conversation.id == c


async def test_an_agent_who_never_comes_back_is_noticed(running: Running, start: Start) -> None:
    """Who held a conversation when the service stopped counts as lost from its start."""
    sam = await running.agent()
    c = await running.opened()
    await running.desk.request_handoff(c, "")
    await running.desk.accept(c, sam)
    await running.runner.cleanup()
    again = await start()
    again.clock.pass_s(again.settings.agent_grace_s)
    assert again.consoles.given_up() == [sam.id]


async def test_an_open_page_does_not_hold_up_a_stop(served: Served) -> None:
    """Clients are cut off at once, so that a restart is quick."""
    async with customer(served.url) as them, agent(served.url, served.token()) as sam:
        await sam.next("session")
        await them.next("session")
        await served.runner.shutdown()
        await asyncio.gather(them.is_cut_off(), sam.is_cut_off())


async def test_a_database_that_fails_is_said_and_nothing_is_half_done(served: Served) -> None:
    """The contract's code, no word of SQL; later the same message goes through."""
    async with customer(served.url) as them:
        c = (await them.next("session"))["conversation"]
        async with served.desk.store._engine.begin() as connection:
            await connection.execute(text("alter table entries rename to gone"))
        answer = await them.call("message", {"id": "m1", "text": "hello"})
        assert answer["error"]["code"] == "unavailable"
        assert "entries" not in answer["error"]["message"]
        async with served.desk.store._engine.begin() as connection:
            await connection.execute(text("alter table gone rename to entries"))
        assert (await them.call("message", {"id": "m1", "text": "hello"}))["seq"] == 1
        await served.settled()
        assert (await served.lines(c))[0] == ("customer", "hello")


async def test_a_database_without_our_tables_is_not_ready(tmp_path: Path) -> None:
    """An empty file answers, and is of no use."""
    store = Store(f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite'}")
    with pytest.raises(Unavailable):
        await store.ping()
    await store.migrate()
    await store.ping()
    await store.close()


@pytest.mark.parametrize("url", ["nonsense", "nosuch+driver://x", "sqlite+aiosqlite:////no/where"])
async def test_a_database_that_cannot_be_opened_is_one_sentence(
    url: str, settings: Settings, tmp_path: Path
) -> None:
    """For the operator, at start."""
    with pytest.raises(Unavailable, match="database"):
        await Store(url).migrate()


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "0", "soon", "99999999"])
@pytest.mark.parametrize("name", ["WARMLINE_PORT", "WARMLINE_OFFER_S", "WARMLINE_BOT_TIMEOUT_S"])
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str) -> None:
    """Before anything starts."""
    with pytest.raises(BadSetting, match=name):
        handoff_settings.read({name: value})


def test_the_secret_is_made_once_and_private(settings: Settings, floor: object) -> None:
    """Tokens outlive a restart, and nobody else on the machine can read their key."""
    secret = settings.data / "secret"
    make_app(settings, floor=floor)
    first = secret.read_text()
    make_app(settings, floor=floor)
    assert secret.read_text() == first
    assert len(first) == 64
    assert secret.stat().st_mode & 0o077 == 0
