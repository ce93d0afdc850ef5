"""Which agents have a console open, and who has been without one for too long.

Known to this process alone: a socket is no row. Agents who hold conversations when the process
starts count as lost from then on, until their browsers are back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta


class Consoles:
    """*grace_s*: how many seconds a lost connection is taken for a passing one."""

    def __init__(self, now: Callable[[], datetime], grace_s: float) -> None:
        self._now = now
        self._grace = timedelta(seconds=grace_s)
        self._open: Counter[str] = Counter()
        self._lost_at: dict[str, datetime] = {}

    def __iter__(self) -> Iterator[str]:
        """Agents with at least one open console."""
        return iter(self._open)

    def opened(self, agent_id: str) -> None:
        self._open[agent_id] += 1
        self._lost_at.pop(agent_id, None)

    def closed(self, agent_id: str) -> bool:
        """Whether that was the agent's last."""
        self._open[agent_id] -= 1
        if self._open[agent_id] > 0:
            return False
        del self._open[agent_id]
        self.missing([agent_id])
        return True

    def missing(self, agent_ids: Iterable[str]) -> None:
        """They ought to have a console, and have none."""
        for agent_id in agent_ids:
            if agent_id not in self._open:
                self._lost_at.setdefault(agent_id, self._now())

    def given_up(self) -> list[str]:
        """Agents whose grace is over; each is named once."""
        over = [a for a, at in self._lost_at.items() if at + self._grace <= self._now()]
        for agent_id in over:
            del self._lost_at[agent_id]
        return over
