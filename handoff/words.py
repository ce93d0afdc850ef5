"""What the gateway itself says. Short, plain and warm; the assistant's own words are in domain.yml
and the safety lines in data/triage/safety.yml."""

from __future__ import annotations

URGENT = (
    "Thank you for telling us. This matters, and you should not have to deal with it alone. "
    "I am calling a person for you right now."
)
AFTER_SAFETY = "I am also calling a person for you right now."
BOT_FAILED = (
    "I am sorry, something on my side is not working. You do not need to start again: "
    "I am passing you to a person."
)
COMING = "You are in line for a person. They will see everything you wrote here."
NOBODY_HERE = (
    "You are in line for a person. Nobody is at the desk this minute; the next one to come in "
    "will see everything you wrote here. You can leave this page and come back."
)
NOBODY_HERE_IN_DANGER = (
    "Nobody is at our desk this minute, and I keep calling. Please use the number above now: "
    "somebody answers there at any hour."
)
STILL_IN_LINE = (
    "You are still in line, and nothing is lost: "
    "the person who joins will read what you just wrote."
)
CLOSED_BY_CUSTOMER = "You ended the chat."
CLOSED_BY_AGENT = "{name} closed the chat. Take care."
JOINED = "{name} has joined and can see the whole chat."
LOST = "{name} lost the connection. You keep your place; the next person sees the whole chat."
RETURNED = "{name} has left. The assistant is back; you can ask for a person again at any time."
