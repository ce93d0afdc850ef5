"""When the gateway fetches a person by itself: distress in a message, or an assistant that fails.

These are the rules of triage that must hold with no model loaded. When the assistant itself
gives up is decided in ``bot/escalation.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

from triage.floor import Triage
from triage.safety import SafetyLines

from . import words
from .change import Change
from .domain.conversation import Assessed, HandoffRequested, State
from .domain.messages import Author, Entry, Signal

HANDS_OVER = 3  # triage.md, rule 1
SHOWS_SAFETY = 4
SUMMARY_LENGTH = 200  # characters; two lines in an agent's queue


@dataclass(frozen=True)
class Escalate:
    safety: SafetyLines

    async def heed(self, change: Change, entry: Entry, triage: Triage, *, staffed: bool) -> None:
        """Act on what *triage* found in the customer's *entry*, whoever holds the conversation."""
        if triage.level == 0:
            return
        signals = [Signal(entry.seq, k, triage.level, triage.evidence) for k in triage.kinds]
        await change.tx.add_signals(change.conversation.id, signals)
        change.case_changed = True
        if triage.level > change.conversation.level:
            await change.happen(Assessed(change.now, triage.level))
        if triage.level >= HANDS_OVER:
            await self._care(change, entry, triage, staffed=staffed)

    async def hand_over(
        self,
        change: Change,
        reason: str,
        skill: str,
        about: Entry | None,
        wish: str = "",
        *,
        staffed: bool,
    ) -> None:
        """Put the conversation in the queue.

        An agent reads there what the customer wished, or else *about*, the message that led to it.
        """
        summary = (wish or (about.text if about else ""))[:SUMMARY_LENGTH]
        await change.happen(HandoffRequested(change.now, reason, skill, summary))
        await change.write(Author.SYSTEM, _outlook(change.conversation.level, staffed))

    async def _care(self, change: Change, entry: Entry, triage: Triage, *, staffed: bool) -> None:
        line = self.safety.text(triage.kinds) if triage.level >= SHOWS_SAFETY else None
        if line:
            await say_once(change, line)
        if change.conversation.state is State.BOT:
            kind = words.AFTER_SAFETY if line else words.URGENT
            await change.write(Author.BOT, kind)
            await self.hand_over(change, "distress", "general", entry, staffed=staffed)


def _outlook(level: int, staffed: bool) -> str:
    """An honest word about the wait. Nobody in danger is told that they may come back later."""
    if staffed:
        return words.COMING
    return words.NOBODY_HERE_IN_DANGER if level >= SHOWS_SAFETY else words.NOBODY_HERE


async def say_once(change: Change, text: str, author: Author = Author.BOT) -> None:
    """Write *text* unless this conversation already shows it."""
    shown = await change.tx.transcript(change.conversation.id)
    if all(entry.text != text for entry in shown):
        await change.write(author, text)
