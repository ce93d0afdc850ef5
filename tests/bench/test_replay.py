"""The replay finds each fault that it is there to find: a server that misbehaves on demand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import socketio
from aiohttp import web

from bench.replay import CannotReplay, Tally, main, replay, report, texts_of

TEXTS = [f"How much do I owe on account {number}?" for number in range(12)]
PATIENCE_S = 20.0  # for an answer; only waited for in full when something is broken


@dataclass
class Server(socketio.AsyncNamespace):
    """A desk that keeps conversations in memory, with the one `fault` that a test asks for."""

    fault: str = ""
    url: str = ""
    kept: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)
    told_to_wait: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__("/customer")

    async def on_connect(self, sid: str, _environ: Any, auth: dict[str, Any] | None) -> None:
        auth = auth or {}
        token = auth.get("token") or f"conversation {len(self.kept)}"
        kept = self.kept.setdefault(token, [])
        mode = self.modes.setdefault(token, "bot")
        await self.save_session(sid, {"token": token})
        state = {"mode": mode}
        session = {"conversation": token, "token": token, "last_seq": len(kept), "state": state}
        await self.emit("session", session, to=sid)
        if "after" in auth:
            for entry in self._as_kept(kept):
                await self.emit("message", entry, to=sid)

    def _as_kept(self, kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(kept) < 2:
            return kept
        first, second, *rest = kept
        return {
            "loses": [second, *rest],
            "loses an answer": [first, *rest],
            "duplicates": [first, second, second, *rest],
            "reorders": [second, first, *rest],
            "alters": [first | {"text": "something else"}, second, *rest],
        }.get(self.fault, kept)

    async def on_message(self, sid: str, message: dict[str, Any]) -> dict[str, Any]:
        token = (await self.get_session(sid))["token"]
        if self.fault == "refuses":
            return {"ok": False, "error": {"code": "invalid", "message": "no"}}
        if self.fault == "asks to wait" and message["id"] not in self.told_to_wait:
            self.told_to_wait.add(message["id"])
            return {"ok": False, "error": {"code": "rate_limited", "retry_after": 0}}
        said = self._append(token, message["id"], "customer", message["text"])
        await self._tell(sid, said)
        if self.fault == "hands over" or message["text"] == "I smell gas":
            self.modes[token] = "queued"
            await self.emit("state", {"mode": "queued", "position": 1}, to=sid)
        elif self.fault != "is silent":
            answer = self._append(token, f"answer to {message['id']}", "bot", "Nothing at all.")
            await self._tell(sid, answer)
        return {"ok": True, "seq": said["seq"], "at": said["at"]}

    async def on_read(self, _sid: str, _body: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True}

    def _append(self, token: str, entry_id: str, author: str, text: str) -> dict[str, Any]:
        seq = len(self.kept[token]) + 1
        at = "2026-03-04T09:00:00.000Z"
        entry = {"seq": seq, "id": entry_id, "at": at, "from": author, "text": text}
        self.kept[token].append(entry)
        return entry

    async def _tell(self, sid: str, entry: dict[str, Any]) -> None:
        if self.fault == "loses live" and entry["seq"] == 1:
            return
        for _ in range(2 if self.fault == "repeats live" and entry["seq"] == 1 else 1):
            await self.emit("message", entry, to=sid)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    sio = socketio.AsyncServer(async_mode="aiohttp")
    desk = Server()
    sio.register_namespace(desk)
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    desk.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield desk
    await sio.shutdown()
    await runner.cleanup()


def figures(tally: Tally) -> dict[str, Any]:
    return {row["what"]: row["value"] for row in report(tally)}


async def test_a_faithful_server_has_no_faults(server: Server) -> None:
    """Everything is acknowledged, answered and kept."""
    tally = await replay(server.url, TEXTS, 3, PATIENCE_S)
    found = figures(tally)
    assert not +tally.faults
    assert (found["sent"], found["acknowledged"], found["answered by the bot"]) == (12, 12, 12)
    assert (found["conversations"], found["unanswered"]) == (3, 0)
    assert all(row["met"] in (True, None) for row in report(tally))


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("loses", {"lost": 2}),
        ("loses an answer", {"lost": 2}),
        ("duplicates", {"duplicated": 2}),
        ("reorders", {"out of order": 2}),
        ("alters", {"altered": 4}),
        ("loses live", {"lost live": 2}),
        ("repeats live", {"duplicated": 2}),
    ],
)
async def test_each_fault_is_found_in_both_conversations(
    server: Server, fault: str, found: dict[str, int]
) -> None:
    """One fault a conversation, under its own name and no other; an altered message differs both
    from what was sent and from what was seen."""
    server.fault = fault
    tally = await replay(server.url, TEXTS, 2, PATIENCE_S)
    assert dict(+tally.faults) == found
    assert [row["what"] for row in report(tally) if row["met"] is False] == list(found)


async def test_a_handoff_ends_the_conversation(server: Server) -> None:
    """The next message opens another, and the reason is told as far as it can be seen."""
    tally = await replay(server.url, ["I smell gas", *TEXTS[:2]], 1, PATIENCE_S)
    found = figures(tally)
    assert found["conversations"] == 2
    assert found["handed over, urgent by the triage floor"] == 1
    assert (found["answered by the bot"], found["unanswered"]) == (2, 0)


async def test_too_many_is_waited_for_and_sent_again_under_the_same_id(server: Server) -> None:
    """So nothing is lost, and nothing is there twice."""
    server.fault = "asks to wait"
    tally = await replay(server.url, TEXTS, 2, PATIENCE_S)
    found = figures(tally)
    assert (found["acknowledged"], found["answers that there were too many"]) == (12, 12)
    assert not +tally.faults


async def test_silence_and_refusals_are_counted(server: Server) -> None:
    """They are not errors of the replay."""
    server.fault = "is silent"
    assert figures(await replay(server.url, TEXTS[:1], 1, 0.01))["unanswered"] == 1
    server.fault = "refuses"
    assert figures(await replay(server.url, TEXTS[:1], 1, PATIENCE_S))["refused"] == 1


def test_the_same_seed_gives_the_same_messages(tmp_path: Path) -> None:
    """Blank and too long texts are left out; a short file is played again."""
    file = tmp_path / "messages.jsonl"
    lines = [{"text": text} for text in [*TEXTS, "  ", "a" * 4001]]
    file.write_text("\n".join(map(json.dumps, lines)))
    texts, skipped = texts_of(file, 20, seed=7)
    assert (texts, skipped) == texts_of(file, 20, seed=7)
    assert (len(texts), skipped, set(texts)) == (20, 2, set(TEXTS))


@pytest.mark.parametrize("content", [None, "not json", '{"message": "hello"}', '{"text": ""}', ""])
def test_a_bad_file_is_told_in_one_line(tmp_path: Path, content: str | None) -> None:
    """The file is named."""
    file = tmp_path / "messages.jsonl"
    if content is not None:
        file.write_text(content)
    with pytest.raises(CannotReplay, match=r"messages\.jsonl"):
        texts_of(file, 5, seed=1)


def test_no_server_is_told_in_one_line_with_status_2(
    tmp_path: Path, unused_tcp_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written where nothing was measured."""
    file, out = tmp_path / "messages.jsonl", tmp_path / "replay.json"
    file.write_text('{"text": "hello"}')
    url = f"http://127.0.0.1:{unused_tcp_port}"
    assert main([str(file), "--url", url, "--out", str(out)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not out.exists()
