"""The state diagram of the documentation, drawn from the transition table itself.

``python -m handoff.domain.diagram`` prints it.
"""

from __future__ import annotations

import re

from .conversation import NEXT, Event, State


def mermaid() -> str:
    """A Mermaid diagram; an event that leaves everything in its place is not drawn."""
    moves = [
        f"    {state.value} --> {to.value}: {_words(event)}"
        for state, row in NEXT.items()
        for event, to in row.items()
        if to is not state
    ]
    ends = [f"    {state.value} --> [*]" for state, row in NEXT.items() if not row]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {State.BOT.value}", *moves, *ends])


def _words(event: type[Event]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", event.__name__).lower()


if __name__ == "__main__":
    print(mermaid())
