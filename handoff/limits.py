"""How often somebody may do something: so many times in a sliding window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from .domain.errors import RateLimited


class Limit:
    """At most *times* in *window_s* seconds for each key; *clock* counts seconds."""

    def __init__(self, times: int, window_s: float, clock: Callable[[], float]) -> None:
        self._times = times
        self._window_s = window_s
        self._clock = clock
        self._seen: dict[str, deque[float]] = {}
        self._swept_at = clock()

    def check(self, key: str, what: str) -> None:
        """Count one more. Raises RateLimited, and does not count it, where that is too many."""
        now = self._clock()
        seen = self._seen.setdefault(key, deque())
        self._drop_old(seen, now)
        if len(seen) >= self._times:
            wait = seen[0] + self._window_s - now
            raise RateLimited(f"Too many {what}. Try again in {wait:.0f} s.", retry_after=wait)
        seen.append(now)
        if now - self._swept_at > self._window_s:
            self._sweep(now)

    def forget(self, key: str) -> None:
        """Whoever this is has shown that the limit is not meant for them."""
        self._seen.pop(key, None)

    def _drop_old(self, seen: deque[float], now: float) -> None:
        while seen and seen[0] <= now - self._window_s:
            seen.popleft()

    def _sweep(self, now: float) -> None:
        """Forget who has been quiet."""
        self._swept_at = now
        for key, seen in list(self._seen.items()):
            self._drop_old(seen, now)
            if not seen:
                del self._seen[key]
