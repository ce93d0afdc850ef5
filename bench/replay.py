"""Plays messages as many customers at once through a running system, then proves what it kept.

    python -m bench.replay MESSAGES.jsonl --url http://127.0.0.1:8000 --messages 500 --customers 20

Each line of MESSAGES has a `text`. Every conversation is read again at the end, over a connection
of its own, and compared with what was acknowledged and with what was seen live. A message that was
handed over ends its conversation; the next one opens another.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import socketio

from bench.report import latencies, publish, row

ROOT = Path(__file__).resolve().parents[1]
NAMESPACE = "/customer"
LONGEST = 4000  # characters of one text; the wire contract's limit
WITH_A_PERSON = ("queued", "agent")
SERVER_S = 15.0  # to connect, and to acknowledge
TRIES = 5  # of one message, while the server answers that there are too many
URGENT = 3  # the triage level that brings a person in the same turn

Entry = dict[str, Any]


class CannotReplay(Exception):
    """Bad input or no server; the message is one line for whoever started the program."""


@dataclass
class Turn:
    """One message and what became of it; times in seconds."""

    text: str
    id: str
    seq: int | None = None
    ack_s: float = 0.0
    answer_s: float | None = None


@dataclass
class Tally:
    """What is reported. The faults are those that the contract excludes."""

    skipped: int = 0
    refused: int = 0
    rate_limited: int = 0
    unacknowledged: int = 0
    seconds: float = 0.0
    talks: list[Talk] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def turns(self) -> list[Turn]:
        return [turn for talk in self.talks for turn in talk.turns]


class Talk:
    """One conversation as its customer sees it."""

    def __init__(self, url: str, auth: dict[str, Any] | None = None) -> None:
        self.url, self.auth = url, auth or {}
        self.entries: list[Entry] = []
        self.turns: list[Turn] = []
        self.mode = "bot"
        self.token = ""
        self.last_seq = 0
        self._changed = asyncio.Event()
        self._http = aiohttp.ClientSession()
        self._sio = socketio.AsyncClient(reconnection=False, http_session=self._http)
        self._sio.on("session", self._on_session, namespace=NAMESPACE)
        self._sio.on("message", self._on_message, namespace=NAMESPACE)
        self._sio.on("state", self._on_state, namespace=NAMESPACE)

    @property
    def over(self) -> bool:
        return self.mode != "bot" or not self._sio.connected

    async def open(self) -> None:
        """Raises CannotReplay when nobody answers there."""
        try:
            await self._sio.connect(
                self.url,
                auth=self.auth,
                namespaces=[NAMESPACE],
                transports=["websocket"],
                wait_timeout=SERVER_S,
            )
            await self._until(lambda: bool(self.token), SERVER_S)
        except (socketio.exceptions.ConnectionError, TimeoutError) as exc:
            await self.leave()
            raise CannotReplay(f"{self.url}: no conversation can be opened there: {exc}") from exc

    async def leave(self) -> None:
        await self._sio.disconnect()
        await self._http.close()

    async def say(self, turn: Turn, patience_s: float, tally: Tally) -> None:
        """Sends until it is acknowledged, then waits for whatever answers it."""
        self.turns.append(turn)
        sent = time.perf_counter()
        ack = await self._acknowledged(turn, tally)
        if ack is None:
            return
        turn.ack_s, turn.seq = time.perf_counter() - sent, ack["seq"]
        try:
            await self._until(lambda: self._answered(ack["seq"]), patience_s)
        except TimeoutError:
            return
        turn.answer_s = time.perf_counter() - sent

    async def call(self, event: str, body: dict[str, Any]) -> dict[str, Any]:
        """Raises TimeoutError for silence, and for a connection that is gone."""
        try:
            ack: dict[str, Any] = await self._sio.call(
                event, body, namespace=NAMESPACE, timeout=SERVER_S
            )
        except socketio.exceptions.SocketIOError as exc:
            raise TimeoutError(str(exc)) from exc
        return ack

    async def _acknowledged(self, turn: Turn, tally: Tally) -> Entry | None:
        for _ in range(TRIES):
            try:
                ack = await self.call("message", {"id": turn.id, "text": turn.text})
            except TimeoutError:
                tally.unacknowledged += 1
                await self.leave()
                return None
            if ack.get("ok"):
                return ack
            if ack["error"]["code"] != "rate_limited":
                break
            tally.rate_limited += 1
            await asyncio.sleep(ack["error"].get("retry_after", 1))
        tally.refused += 1
        return None

    def _answered(self, seq: int) -> bool:
        return self.mode in WITH_A_PERSON or any(
            entry["seq"] > seq and entry["from"] != "customer" for entry in self.entries
        )

    async def _until(self, true: Any, patience_s: float) -> None:
        async with asyncio.timeout(patience_s):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    def _on_session(self, session: dict[str, Any]) -> None:
        self.token, self.last_seq = session["token"], session["last_seq"]
        self._on_state(session["state"])

    def _on_message(self, entry: Entry) -> None:
        self.entries.append(entry)
        self._changed.set()

    def _on_state(self, state: dict[str, Any]) -> None:
        self.mode = state["mode"]
        self._changed.set()


async def replay(url: str, texts: list[str], customers: int, patience_s: float) -> Tally:
    """Raises CannotReplay when the server cannot be reached."""
    tally = Tally()
    began = time.perf_counter()
    shares = [texts[number::customers] for number in range(customers)]
    await asyncio.gather(*(_customer(url, share, patience_s, tally) for share in shares if share))
    tally.seconds = time.perf_counter() - began
    for talk in tally.talks:
        await _verify(talk, tally.faults)
    return tally


async def _customer(url: str, texts: list[str], patience_s: float, tally: Tally) -> None:
    talk: Talk | None = None
    for text in texts:
        if talk is None or talk.over:
            if talk:
                await talk.leave()
            talk = Talk(url)
            await talk.open()
            tally.talks.append(talk)
        await talk.say(Turn(text, str(uuid4())), patience_s, tally)
    if talk:
        await talk.leave()


async def _verify(talk: Talk, faults: Counter[str]) -> None:
    """Reads the conversation again from its first entry and counts what should not be."""
    again = Talk(talk.url, {"token": talk.token, "after": 0})
    await again.open()
    # What was missed is sent before anything else, so this answer marks its end.
    try:
        await again.call("read", {"seq": max(again.last_seq, 1)})
    except TimeoutError as exc:
        raise CannotReplay(f"{talk.url}: a conversation cannot be read again: {exc}") from exc
    await again.leave()
    if again.mode in WITH_A_PERSON:
        talk.mode = again.mode
    faults.update(_faults(talk, again.entries, again.last_seq))


def _faults(talk: Talk, kept: list[Entry], last_seq: int) -> Counter[str]:
    """`kept` must be 1..`last_seq`, hold each acknowledged message once, and begin as seen live."""
    live = talk.entries
    acknowledged = [turn for turn in talk.turns if turn.seq is not None]
    texts = {entry["id"]: entry["text"] for entry in kept}
    by_seq = {entry["seq"]: entry for entry in kept}
    numbers, seen = set(by_seq), {entry["seq"] for entry in live}
    return Counter(
        {
            "lost": sum(turn.id not in texts for turn in acknowledged)
            + len(set(range(1, last_seq + 1)) - numbers - _lost_numbers(acknowledged, texts)),
            "lost live": len(set(range(1, max(seen, default=0) + 1)) - seen),
            "altered": sum(texts.get(turn.id, turn.text) != turn.text for turn in acknowledged)
            + sum(by_seq.get(entry["seq"], entry) != entry for entry in live),
            "duplicated": max(_repeated(kept, "id"), _repeated(kept, "seq"))
            + max(_repeated(live, "id"), _repeated(live, "seq")),
            "out of order": _falling(kept) + _falling(live),
        }
    )


def _lost_numbers(acknowledged: list[Turn], texts: dict[str, str]) -> set[int]:
    """The gaps that lost messages explain, so that none is counted twice."""
    return {turn.seq for turn in acknowledged if turn.seq and turn.id not in texts}


def _repeated(entries: list[Entry], name: str) -> int:
    return len(entries) - len({entry[name] for entry in entries})


def _falling(entries: list[Entry]) -> int:
    numbers = [entry["seq"] for entry in entries]
    return sum(after < before for before, after in itertools.pairwise(numbers))


def report(tally: Tally) -> list[dict[str, Any]]:
    """Rows of {what, value, unit, target?, met}; `met` is null where nothing is promised."""
    turns = tally.turns
    handed = [talk.turns[-1].text for talk in tally.talks if _handed_over(talk)]
    urgent = _urgent(handed)
    answered = sum(turn.answer_s is not None for turn in turns) - len(handed)
    acknowledged = sum(turn.seq is not None for turn in turns)
    counts = {
        "conversations": len(tally.talks),
        "sent": len(turns),
        "acknowledged": acknowledged,
        "answered by the bot": answered,
        "handed over, urgent by the triage floor": urgent,
        "handed over, asked for or the bot gave up": len(handed) - urgent,
        "unanswered": acknowledged - answered - len(handed),
        "not acknowledged": tally.unacknowledged,
        "refused": tally.refused,
        "answers that there were too many": tally.rate_limited,
        "skipped, blank or too long": tally.skipped,
    }
    rows = [row(what, value, "") for what, value in counts.items()]
    faults = ("lost", "lost live", "altered", "duplicated", "out of order")
    rows += [row(what, tally.faults[what], "", 0) for what in faults]
    rows += latencies("acknowledged in", [turn.ack_s for turn in turns if turn.seq is not None])
    rows += latencies("answered in", [t.answer_s for t in turns if t.answer_s is not None])
    rows.append(row("duration", round(tally.seconds, 2), "s"))
    rows.append(row("throughput", round(len(turns) / (tally.seconds or 1), 1), "messages/s"))
    return rows


def _handed_over(talk: Talk) -> bool:
    """Then its last message did it, for nothing was said after that."""
    return talk.mode in WITH_A_PERSON and bool(talk.turns) and talk.turns[-1].seq is not None


def _urgent(texts: list[str]) -> int:
    """How many the floor alone would hand over; the wire does not say who decided."""
    if not texts:
        return 0
    from triage.floor import Floor

    floor = Floor.load()
    return sum(floor.assess(text).level >= URGENT for text in texts)


def texts_of(path: Path, wanted: int, seed: int) -> tuple[list[str], int]:
    """`wanted` texts in an order that `seed` decides, from the start again if there are too few;
    and how many lines cannot be sent. Raises CannotReplay for a file that is not what it should be.
    """
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as exc:
        raise CannotReplay(f"{path}: cannot be read as JSON lines: {exc}") from exc
    if not all(isinstance(row, dict) and isinstance(row.get("text"), str) for row in rows):
        raise CannotReplay(f"{path}: every line must be an object with a text")
    texts = [row["text"] for row in rows if row["text"].strip() and len(row["text"]) <= LONGEST]
    if not texts:
        raise CannotReplay(f"{path}: holds no text that can be sent")
    random.Random(seed).shuffle(texts)
    return [texts[n % len(texts)] for n in range(wanted)], len(rows) - len(texts)


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        texts, skipped = texts_of(options.file, options.messages, options.seed)
        tally = asyncio.run(replay(options.url, texts, options.customers, options.timeout))
    except CannotReplay as exc:
        print(exc, file=sys.stderr)
        return 2
    tally.skipped = skipped
    publish(report(tally), options.out, ["python-socketio"])
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--customers", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=15.0, help="seconds to wait for an answer")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "replay.json")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
