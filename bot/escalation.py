"""When the assistant gives a case to a person, and for what: the signals of one turn decide.

Everything here is pure. The levels are those of the triage table (design: 4 imminent, 3 urgent
need, 2 distress, 1 frustration).
"""

from __future__ import annotations

from dataclasses import dataclass

SEVERE = 3
DISTRESS = 2
ASKED = "request_human"
BEREAVEMENT = "bereavement"  # calm, and still no matter for a machine
SKILLS = {"bill": "billing", "net": "connectivity", "power": "connectivity", "meal": "meals"}
GENERAL = "general"
# Kinds of need for which the assistant has an answer that helps today.
ANSWERS_TO = {"food": "meal_find_nearby"}
KIND_SKILLS = {"food": "meals"}
# Nobody who wants to die, or is being hurt, is told about a bill.
PERSON_ONLY = frozenset({"suicide", "violence", "domestic_violence"})


@dataclass(frozen=True)
class Signals:
    """What one turn showed. `topics` are the intents of the conversation, this turn's last;
    `requested` is the reason of a handoff that the dialogue itself asked for; `earlier_distress`
    means a level of 2 or more in an earlier turn."""

    level: int = 0
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    requested: str | None = None
    failed: bool = False
    earlier_distress: bool = False

    @property
    def intent(self) -> str:
        return self.topics[-1] if self.topics else ""


@dataclass(frozen=True)
class Escalation:
    reason: str
    skill: str


def escalation(signals: Signals) -> Escalation | None:
    """The gravest reason wins: it orders the queue."""
    reason = _reason(signals)
    return Escalation(reason, skill(signals)) if reason else None


def _reason(signals: Signals) -> str | None:
    if signals.level >= SEVERE or (signals.level == DISTRESS and signals.earlier_distress):
        return "distress"
    if signals.intent == ASKED:
        return "asked"
    if signals.failed:
        return "failed"
    if signals.requested:
        return signals.requested
    return "complex" if BEREAVEMENT in signals.kinds else None


def skill(signals: Signals) -> str:
    """By what the conversation was last about; by the need where it was about nothing."""
    for topic in reversed(signals.topics):
        name = SKILLS.get(topic.partition("_")[0])
        if name:
            return name
    return next((KIND_SKILLS[kind] for kind in signals.kinds if kind in KIND_SKILLS), GENERAL)


def helping_intent(level: int, kinds: tuple[str, ...], intent: str) -> str:
    """The intent to answer: somebody hungry gets the open kitchens, whatever they asked.

    Only from level 3, and never where only a person may answer.
    """
    if level < SEVERE or PERSON_ONLY & set(kinds):
        return intent
    return next((ANSWERS_TO[kind] for kind in kinds if kind in ANSWERS_TO), intent)


def keeps_answer(level: int, kinds: tuple[str, ...], on_task: bool) -> bool:
    """Whether the assistant's words go along with a handoff for distress.

    At level 3 and 4 only an answer to a routine need does.
    """
    return level < SEVERE or (on_task and not PERSON_ONLY & set(kinds))
