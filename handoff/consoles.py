"""Which agents have a console open, and who has been without one for too long.

Known to this process alone: a socket is no row. Agents who hold conversations when the process
starts count as lost from then on, until their browsers are back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta


class Consoles:
    """*grace_s*: how many seconds a lost connection is taken for a passing one."""

    def __init__(self, now: Callable[[], datetime], grace_s: float) -> None:
        self._now = now
        self._grace = timedelta(seconds=grace_s)
        self._open: dict[str, set[str]] = {}
        self._lost_at: dict[str, datetime] = {}

    def __iter__(self) -> Iterator[str]:
        """Agents with at least one open console."""
        return iter(self._open)

    def opened(self, agent_id: str, console: str) -> None:
        self._open.setdefault(agent_id, set()).add(console)
        self._lost_at.pop(agent_id, None)

    def closed(self, agent_id: str, console: str) -> bool:
        """Whether that was the agent's last; closing one again changes nothing."""
        left = self._open.get(agent_id, set())
        if console not in left:
            return False
        left.remove(console)
        if left:
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
        """Agents whose grace is over, until they are forgotten or back."""
        return [a for a, at in self._lost_at.items() if at + self._grace <= self._now()]

    def forget(self, agent_id: str) -> None:
        """Nothing is expected of the agent any more."""
        self._lost_at.pop(agent_id, None)
