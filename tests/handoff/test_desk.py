"""The use cases on a real database: who has the conversation, what is written, who is asked."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3

import pytest
from doubles import HELLO, Running, ScriptedBot

from handoff import words
from handoff.bot_client import BotFailed, BotMessage, BotReply
from handoff.domain.agents import Presence
from handoff.domain.conversation import State
from handoff.domain.errors import (
    Closed,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Unavailable,
)
from handoff.domain.messages import Button
from triage.floor import Triage

COLD_BABY = "they cut my power this morning and my baby is cold"
CALM = "what do I owe?"
KITCHEN = BotReply((BotMessage("The kitchen on Pier Street is open until 6."),), on_task=True)


async def test_an_answer_follows_a_message(running: Running) -> None:
    """The customer's entry is first, the assistant's second, numbered without a gap."""
    c = await running.opened()
    await running.says(c, CALM)
    entries = await running.desk.entries(c, 0)
    assert [(e.seq, e.author.value) for e in entries] == [(1, "customer"), (2, "bot")]


async def test_the_same_id_again_adds_nothing(running: Running) -> None:
    """A client that heard no acknowledgement may send again without harm."""
    c = await running.opened()
    first = await running.says(c, CALM, "m1")
    again = await running.says(c, CALM, "m1")
    assert again == first
    assert len(await running.lines(c)) == 2
    assert len(running.bot.heard) == 1


async def test_an_id_cannot_name_two_things(running: Running) -> None:
    """The same id with another text is a fault of the sender and changes nothing."""
    c = await running.opened()
    await running.says(c, CALM, "m1")
    with pytest.raises(Conflict):
        await running.says(c, "something else", "m1")
    assert len(await running.lines(c)) == 2


async def test_distress_reaches_the_queue_before_the_bot_answers(
    running: Running, bot: ScriptedBot
) -> None:
    """The floor works with the assistant hanging: the case waits at once, with its evidence."""
    bot.may_answer.clear()
    c = await running.opened()
    await running.desk.say(c, "m1", COLD_BABY)
    [waiting] = await running.desk.queue()
    assert (waiting.id, waiting.reason, waiting.summary) == (c, "distress", COLD_BABY)
    assert waiting.level >= 3
    signals = (await running.desk.case(c)).signals
    assert signals
    assert all(s.evidence in COLD_BABY for s in signals)
    bot.may_answer.set()
    await running.settled()


async def test_imminent_danger_shows_the_safety_line_first(running: Running) -> None:
    """The line comes straight after the customer's words, once, in whichever state."""
    c = await running.opened()
    await running.says(c, "I smell gas in my kitchen")
    await running.says(c, "I still smell gas, please hurry")
    lines = await running.lines(c)
    safety = running.desk.escalate.safety.text(("gas",))
    assert lines[1] == ("bot", safety)
    assert [text for _, text in lines].count(safety) == 1


async def test_danger_in_front_of_an_agent_shows_the_line_too(running: Running) -> None:
    """The agent reads why, the customer has the number to call at once."""
    c = await running.opened()
    await running.desk.request_handoff(c, "")
    await running.desk.accept(c, await running.agent())
    await running.says(c, "I smell gas in my kitchen")
    safety = running.desk.escalate.safety.text(("gas",))
    assert (await running.lines(c))[-1] == ("bot", safety)
    case = await running.desk.case(c)
    assert (case.conversation.state, case.conversation.level) == (State.AGENT, 4)


async def test_a_routine_need_is_answered_while_a_person_is_fetched(
    running: Running, bot: ScriptedBot
) -> None:
    """Somebody hungry gets today's kitchen and a person."""
    bot.says = KITCHEN
    c = await running.opened()
    await running.says(c, "my kids have not eaten since yesterday, there is no food in the house")
    assert ("bot", KITCHEN.messages[0].text) in await running.lines(c)
    assert (await running.desk.standing(c)).conversation.state is State.WAITING


async def test_small_talk_is_kept_back_from_somebody_who_waits(
    running: Running, bot: ScriptedBot
) -> None:
    """No “sorry, I did not get that” in line; one reassurance, once."""
    c = await running.opened()
    await running.desk.request_handoff(c, "")
    bot.says = BotReply((BotMessage("Sorry, I did not get that."),))
    await running.says(c, "hello?")
    await running.says(c, "is anybody there")
    texts = [text for _, text in await running.lines(c)]
    assert "Sorry, I did not get that." not in texts
    assert texts.count(words.STILL_IN_LINE) == 1
    assert bot.modes == ["queued", "queued"]


@pytest.mark.parametrize("failure", ["the assistant was silent for 6 s", "answered nothing"])
async def test_a_bot_that_fails_is_a_handoff_with_a_kind_word(
    running: Running, bot: ScriptedBot, failure: str
) -> None:
    """Never silence: the customer reads why, the agent reads what went wrong."""
    bot.says = BotFailed(failure)
    c = await running.opened()
    await running.says(c, CALM)
    lines = await running.lines(c)
    assert lines[1] == ("bot", words.BOT_FAILED)
    case = await running.desk.case(c)
    assert case.conversation.reason == "failed"
    assert failure in case.tried[0]


async def test_a_bot_that_asks_for_a_person_gets_one(running: Running, bot: ScriptedBot) -> None:
    """Its words come first, then the place in line; what it knows goes along."""
    bot.says = BotReply(
        (BotMessage("Of course."),),
        handoff=("asked", "billing"),
        known={"account": "204417"},
        tried=("Looked up the balance",),
    )
    c = await running.opened()
    await running.says(c, "a person please")
    case = await running.desk.case(c)
    assert [text for _, text in await running.lines(c)][1:] == ["Of course.", words.NOBODY_HERE]
    assert (case.conversation.skill, case.known) == ("billing", {"account": "204417"})
    assert case.tried == ["Looked up the balance"]


async def test_what_the_bot_finds_counts_as_much_as_the_floor(
    running: Running, bot: ScriptedBot
) -> None:
    """The assistant's own triage hands over too, with its evidence."""
    found = Triage(level=4, score=0.9, kinds=("gas",), evidence="feels dizzy")
    bot.says = BotReply((BotMessage("…"),), triage=found)
    c = await running.opened()
    await running.says(c, "everyone in the house feels dizzy since we lit the stove")
    case = await running.desk.case(c)
    assert case.conversation.level == 4
    assert ("gas", "feels dizzy") in [(s.kind, s.evidence) for s in case.signals]
    assert case.conversation.state is State.WAITING


async def test_what_a_person_dealt_with_is_not_answered_later(
    running: Running, bot: ScriptedBot
) -> None:
    """Neither the turn under way nor the one that waits, though the bot has the word again."""
    bot.may_answer.clear()
    agent = await running.agent()
    c = await running.opened()
    await running.desk.say(c, "m1", CALM)
    await running.desk.say(c, "m2", "and when is it due?")
    await bot.asked.wait()
    await running.desk.request_handoff(c, "")
    await running.desk.accept(c, agent)
    await running.desk.return_to_bot(c, agent)
    before = await running.lines(c)
    bot.may_answer.set()
    await running.settled()
    assert await running.lines(c) == before


async def test_an_answer_that_comes_after_a_person_is_dropped(
    running: Running, bot: ScriptedBot
) -> None:
    """The bot never talks over an agent."""
    bot.may_answer.clear()
    c = await running.opened()
    await running.desk.say(c, "m1", CALM)
    await bot.asked.wait()
    await running.desk.request_handoff(c, "")
    await running.desk.accept(c, await running.agent())
    bot.may_answer.set()
    await running.settled()
    assert HELLO.messages[0].text not in [text for _, text in await running.lines(c)]


async def test_the_bot_is_silent_while_a_person_has_the_conversation(running: Running) -> None:
    """Text and buttons alike reach the agent only."""
    running.bot.says = BotReply((BotMessage("Choose", (Button("Yes", "/affirm"),)),))
    c = await running.opened()
    await running.says(c, CALM)
    await running.desk.request_handoff(c, "")
    await running.desk.accept(c, await running.agent())
    await running.says(c, "hello Sam")
    await running.desk.press(c, "p1", "2.0")
    await running.settled()
    assert len(running.bot.heard) == 1


async def test_the_bot_is_told_what_people_agreed(running: Running) -> None:
    """On return it hears the human stretch, and answers only what is new."""
    agent = await running.agent()
    c = await running.opened()
    await running.desk.request_handoff(c, "")
    await running.desk.accept(c, agent)
    await running.says(c, "can you help")
    await running.desk.reply(c, agent, "r1", "I have put you on the list for Friday.")
    await running.desk.return_to_bot(c, agent, "meals on Friday agreed")
    await running.says(c, "thank you")
    [stretch] = running.bot.told
    assert "I have put you on the list for Friday." in stretch
    assert [e.text for e in running.bot.heard] == ["thank you"]


async def test_two_agents_cannot_have_one_case(running: Running) -> None:
    """One of two simultaneous accepts wins, the other is told so; repeating the first is fine."""
    c = await running.opened()
    await running.desk.request_handoff(c, "")
    agents = [await running.agent(), await running.agent("agent2")]
    results = await asyncio.gather(
        *(running.desk.accept(c, a) for a in agents), return_exceptions=True
    )
    assert [type(r) for r in results].count(Conflict) == 1
    winner = agents[0] if isinstance(results[1], Conflict) else agents[1]
    assert (await running.desk.accept(c, winner)).conversation.agent_id == winner.id
    joined = [text for who, text in await running.lines(c) if "has joined" in text]
    assert len(joined) == 1


async def test_only_the_holder_writes_returns_and_closes(running: Running) -> None:
    """Another agent is refused and nothing changes."""
    mine, other = await running.agent(), await running.agent("agent2")
    c = await running.opened()
    await running.desk.request_handoff(c, "")
    await running.desk.accept(c, mine)
    before = await running.lines(c)
    for attempt in (
        running.desk.reply(c, other, "r", "hi"),
        running.desk.return_to_bot(c, other),
        running.desk.close(c, other, "resolved"),
    ):
        with pytest.raises(Forbidden):
            await attempt
    assert await running.lines(c) == before


async def test_trainers_take_no_conversations(running: Running) -> None:
    """They edit data; people in distress are not theirs."""
    c = await running.opened()
    await running.desk.request_handoff(c, "")
    with pytest.raises(Forbidden):
        await running.desk.accept(c, await running.agent("trainer"))


async def test_a_closed_conversation_takes_no_more(running: Running) -> None:
    """Every later write says that it has ended; what was said stays."""
    agent = await running.agent()
    c = await running.opened()
    await running.desk.request_handoff(c, "")
    await running.desk.accept(c, agent)
    await running.desk.close(c, agent, "resolved", "called the kitchen")
    before = await running.lines(c)
    for attempt in (
        running.desk.say(c, "m", "hello?"),
        running.desk.request_handoff(c, ""),
        running.desk.reply(c, agent, "r", "hi"),
        running.desk.accept(c, agent),
    ):
        with pytest.raises(Closed):
            await attempt
    assert await running.lines(c) == before
    assert [n.text for n in (await running.desk.case(c)).notes] == ["called the kitchen"]


async def test_closing_twice_is_closing_once(running: Running) -> None:
    """An acknowledgement that was lost on the way does no harm."""
    agent = await running.agent()
    c = await running.opened()
    await running.desk.request_handoff(c, "")
    await running.desk.accept(c, agent)
    await running.desk.close(c, agent, "resolved")
    before = await running.lines(c)
    await running.desk.close(c, agent, "resolved")
    assert await running.lines(c) == before


async def test_a_note_is_kept_once_and_never_for_another(running: Running) -> None:
    """The same again is the same; the id with other words is refused, and nothing is lost."""
    agent = await running.agent()
    c = await running.opened()
    first = await running.desk.note(c, agent, "n1", "called the kitchen")
    assert await running.desk.note(c, agent, "n1", "called the kitchen") == first
    with pytest.raises(Conflict):
        await running.desk.note(c, agent, "n1", "something else")
    assert [n.text for n in (await running.desk.case(c)).notes] == ["called the kitchen"]


async def test_a_customer_may_end_while_offered_or_held(running: Running) -> None:
    """It leaves the queue and the agent, who is free for the next; ending twice is fine."""
    agent = await running.agent()
    await running.desk.offers.connected(agent, "console")
    waiting, held = await running.opened(), await running.opened()
    for c in (waiting, held):
        await running.desk.request_handoff(c, "")
    await running.desk.accept(held, agent)
    for c in (waiting, held, held):
        await running.desk.end(c)
        assert (await running.desk.standing(c)).conversation.state is State.CLOSED
    assert await running.desk.queue() == []
    assert await offered_to(running, waiting) is None
    assert (await running.agent()).load == 0


async def test_a_rating_is_kept_without_card_numbers(running: Running) -> None:
    """So are the wish for a person and a note."""
    agent = await running.agent()
    c = await running.opened()
    await running.desk.rate(c, 5, "my card 4111 1111 1111 1111 works")
    await running.desk.request_handoff(c, "about 4111 1111 1111 1111")
    await running.desk.note(c, agent, "n", "they typed 4111 1111 1111 1111")
    case = await running.desk.case(c)
    assert "4111 1111" not in case.conversation.summary + case.notes[0].text
    with contextlib.closing(sqlite3.connect(running.settings.data / "warmline.sqlite")) as database:
        row = database.execute("select rating, rating_comment from conversations").fetchone()
    assert row == (5, "my card ••••••••••••1111 works")


async def test_a_declined_offer_rings_elsewhere(running: Running) -> None:
    """Without a penalty, and not at the same agent again."""
    for name in ("agent", "agent2"):
        await running.desk.offers.connected(await running.agent(name), name)
    c = await running.opened()
    await running.desk.request_handoff(c, "")
    first = await offered_to(running, c)
    await running.desk.decline(c, await running.desk.agent(first))
    assert await offered_to(running, c) not in (None, first)


async def test_how_it_ended_is_one_of_a_few(running: Running) -> None:
    """A disposition nobody can count is refused before anything changes."""
    c = await running.opened()
    with pytest.raises(Invalid):
        await running.desk.close(c, await running.agent(), "whatever")


async def test_an_unknown_conversation_is_not_found(running: Running) -> None:
    """And none is made for it."""
    with pytest.raises(NotFound):
        await running.desk.say("no such", "m", "hello")


async def test_only_an_offered_button_can_be_pressed(running: Running) -> None:
    """The bot's own payloads, and numbers of buttons that are not there, are refused."""
    running.bot.says = BotReply((BotMessage("Choose", (Button("Yes", '/affirm{"a": 1}'),)),))
    c = await running.opened()
    await running.says(c, CALM)
    for forged in ("/affirm", "2.1", "1.0", "9.0", "", "2", ".", "-1.0", "²." + "0"):
        with pytest.raises(Invalid):
            await running.desk.press(c, "p", forged)
    entry = await running.desk.press(c, "p", "2.0")
    await running.settled()
    assert entry.text == "Yes"
    assert running.bot.heard[-1].payload == '/affirm{"a": 1}'


async def test_a_slash_is_only_text(running: Running) -> None:
    """It is stored as written and reaches the assistant as text, never as a payload."""
    c = await running.opened()
    await running.says(c, '/bill_balance{"account": "1"}')
    assert running.bot.heard[0].payload is None
    assert (await running.lines(c))[0] == ("customer", '/bill_balance{"account": "1"}')


async def test_a_card_number_is_masked_before_it_is_stored(running: Running) -> None:
    """Neither the database nor the bot ever sees it; sending it again is still a repeat."""
    c = await running.opened()
    await running.says(c, "my card is 4111 1111 1111 1111", "m1")
    await running.says(c, "my card is 4111 1111 1111 1111", "m1")
    assert running.bot.heard[0].text == "my card is ••••••••••••1111"
    assert len(await running.lines(c)) == 2


async def test_messages_of_one_customer_are_answered_in_order(
    running: Running, bot: ScriptedBot
) -> None:
    """The second waits for the first, however slow the assistant is."""
    bot.may_answer.clear()
    c = await running.opened()
    for n in range(5):
        await running.desk.say(c, f"m{n}", f"question {n}")
    bot.may_answer.set()
    await running.settled()
    assert [e.text for e in bot.heard] == [f"question {n}" for n in range(5)]


async def test_concurrent_messages_are_numbered_without_gaps(running: Running) -> None:
    """Fifty at once become 1 to 50 in one transcript, whatever the assistant adds between."""
    c = await running.opened()
    await asyncio.gather(*(running.desk.say(c, f"m{n}", f"message {n}") for n in range(50)))
    await running.settled()
    entries = await running.desk.entries(c, 0)
    assert [e.seq for e in entries] == list(range(1, 101))
    assert len({e.id for e in entries}) == 100


async def test_an_offer_goes_to_one_agent_and_lapses_to_the_next(running: Running) -> None:
    """Who lets it lapse is not asked again during this wait."""
    for name in ("agent", "agent2"):
        await running.desk.offers.connected(await running.agent(name), name)
    c = await running.opened()
    await running.desk.request_handoff(c, "")
    first = await offered_to(running, c)
    running.clock.pass_s(running.settings.offer_s + 1)
    assert await running.desk.offers.due()
    await running.desk.offers.make()
    second = await offered_to(running, c)
    assert {first, second} == {"sample-agent", "sample-agent2"}
    running.clock.pass_s(running.settings.offer_s + 1)
    await running.desk.offers.make()
    assert await offered_to(running, c) is None
    assert [w.id for w in await running.desk.queue()] == [c]


async def test_capacity_that_frees_is_used_at_once(running: Running) -> None:
    """Closing one case rings for the next that waits."""
    agent = await running.agent()
    await running.desk.offers.connected(agent, "console")
    cases = [await running.opened() for _ in range(4)]
    for c in cases:
        await running.desk.request_handoff(c, "")
    for c in cases[:3]:
        await running.desk.accept(c, agent)
    assert await offered_to(running, cases[3]) is None
    await running.desk.close(cases[0], agent, "resolved")
    assert await offered_to(running, cases[3]) == agent.id


async def test_an_agent_who_leaves_gives_the_offer_back(running: Running) -> None:
    """Going away, or losing the connection, rings for somebody else without delay."""
    for name in ("agent", "agent2"):
        await running.desk.offers.connected(await running.agent(name), name)
    c = await running.opened()
    await running.desk.request_handoff(c, "")
    first = await offered_to(running, c)
    await running.desk.offers.set_presence(first, Presence.AWAY)
    second = await offered_to(running, c)
    await running.desk.offers.disconnected(second, second.removeprefix("sample-"))
    assert second != first
    assert await offered_to(running, c) is None


async def test_a_lost_agents_cases_wait_again_at_their_old_place(running: Running) -> None:
    """After the grace, and not before; the customer is told, and nobody who is back loses any."""
    sam = await running.agent()
    await running.desk.offers.connected(sam, "console")
    ended, c = await running.opened(), await running.opened()
    await running.desk.request_handoff(ended, "")
    await running.desk.accept(ended, sam)
    since = (await running.desk.request_handoff(c, "")).waiting_since
    await running.desk.accept(c, sam)
    await running.desk.offers.disconnected(sam.id, "console")
    assert running.consoles.given_up() == []
    running.clock.pass_s(running.settings.agent_grace_s)
    await running.desk.end(ended)
    [lost] = running.consoles.given_up()
    await running.desk.give_back(lost)
    conversation = (await running.desk.standing(c)).conversation
    assert (conversation.state, conversation.waiting_since) == (State.WAITING, since)
    assert (await running.lines(c))[-1] == ("system", words.LOST.format(name=sam.name))


async def test_an_agent_who_is_back_in_time_keeps_their_cases(running: Running) -> None:
    """A reload or a dropped line is no reason to change hands; nor is one of two consoles."""
    sam = await running.agent()
    for console in ("one", "other"):
        await running.desk.offers.connected(sam, console)
    await running.desk.offers.disconnected(sam.id, "one")
    await running.desk.offers.disconnected(sam.id, "one")
    running.clock.pass_s(running.settings.agent_grace_s)
    assert running.consoles.given_up() == []
    await running.desk.offers.disconnected(sam.id, "other")
    await running.desk.offers.connected(sam, "third")
    running.clock.pass_s(running.settings.agent_grace_s)
    assert running.consoles.given_up() == []


async def test_a_turn_that_the_database_broke_is_taken_up_again(running: Running) -> None:
    """A passing fault of the store is no reason for silence."""
    c = await running.opened()
    broken = running.desk.turns.changes
    object.__setattr__(running.desk.turns, "changes", Broken())
    await running.says(c, CALM)
    assert len(await running.lines(c)) == 1
    object.__setattr__(running.desk.turns, "changes", broken)
    running.desk.turns.retry()
    await running.settled()
    assert (await running.lines(c))[1] == ("bot", HELLO.messages[0].text)


class Broken:
    """Changes of a database that cannot be written."""

    def to(self, conversation_id: str) -> None:
        raise Unavailable("The disk is full.")


async def test_the_customer_is_told_whether_anybody_is_there(running: Running) -> None:
    """An honest word about the wait, both ways."""
    alone, attended = await running.opened(), await running.opened()
    await running.desk.request_handoff(alone, "")
    await running.desk.offers.connected(await running.agent(), "console")
    await running.desk.request_handoff(attended, "")
    assert (await running.lines(alone))[-1][1] == words.NOBODY_HERE
    assert (await running.lines(attended))[-1][1] == words.COMING


async def test_the_place_in_line_counts_who_is_more_urgent(running: Running) -> None:
    """A later, worse case moves ahead, and the position says so."""
    calm, severe = await running.opened(), await running.opened()
    await running.desk.request_handoff(calm, "")
    await running.says(severe, COLD_BABY)
    assert (await running.desk.standing(severe)).position == 1
    assert (await running.desk.standing(calm)).position == 2


async def test_asking_for_a_person_twice_is_asking_once(running: Running) -> None:
    """The place in line is kept and nothing is written again."""
    c = await running.opened()
    first = await running.desk.request_handoff(c, "my bill")
    before = await running.lines(c)
    second = await running.desk.request_handoff(c, "hurry")
    assert (second.waiting_since, await running.lines(c)) == (first.waiting_since, before)


async def offered_to(running: Running, conversation_id: str) -> str | None:
    async with running.desk.store.read() as tx:
        return (await tx.offered()).get(conversation_id)
