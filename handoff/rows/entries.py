"""Entries, notes and signals of a conversation. Notes are read by no query that reads entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import RowMapping, insert, select

from ..domain.messages import Author, Button, Entry, Link, Note, Signal
from ..tables import entries, notes, signals
from .fetch import Fetch


class EntryRows(Fetch):
    async def append(self, conversation_id: str, entry: Entry) -> None:
        """The caller numbers *entry* and saves the conversation's ``last_seq``."""
        await self._connection.execute(
            insert(entries).values(
                conversation_id=conversation_id,
                seq=entry.seq,
                id=entry.id,
                at=entry.at,
                author=entry.author.value,
                text=entry.text,
                agent_id=entry.agent_id,
                agent_name=entry.agent_name,
                buttons=[asdict(b) for b in entry.buttons],
                links=[asdict(link) for link in entry.links],
                payload=entry.payload,
            )
        )

    async def entry(self, conversation_id: str, entry_id: str) -> Entry | None:
        mine = entries.c.conversation_id == conversation_id
        row = await self._first(select(entries).where(mine & (entries.c.id == entry_id)))
        return _entry(row) if row else None

    async def transcript(self, conversation_id: str, after: int = 0) -> list[Entry]:
        """Every entry numbered higher than *after*, in order."""
        mine = (entries.c.conversation_id == conversation_id) & (entries.c.seq > after)
        return [_entry(row) for row in await self._all(select(entries).where(mine).order_by("seq"))]

    async def add_note(self, conversation_id: str, agent_id: str, note: Note) -> None:
        await self._connection.execute(
            insert(notes).values(conversation_id=conversation_id, agent_id=agent_id, **asdict(note))
        )

    async def notes(self, conversation_id: str) -> list[Note]:
        mine = select(notes).where(notes.c.conversation_id == conversation_id).order_by("seq")
        return [
            Note(r["seq"], r["id"], r["at"], r["agent_name"], r["text"])
            for r in await self._all(mine)
        ]

    async def add_signals(self, conversation_id: str, found: Iterable[Signal]) -> None:
        """A kind already noted for that entry is left as it is."""
        have = {(s.seq, s.kind) for s in await self.signals(conversation_id)}
        new = [asdict(s) for s in found if (s.seq, s.kind) not in have]
        if new:
            rows = [{"conversation_id": conversation_id} | row for row in new]
            await self._connection.execute(insert(signals), rows)

    async def signals(self, conversation_id: str) -> list[Signal]:
        mine = select(signals).where(signals.c.conversation_id == conversation_id)
        ordered = mine.order_by(signals.c.seq, signals.c.level.desc(), signals.c.kind)
        return [
            Signal(r["seq"], r["kind"], r["level"], r["evidence"]) for r in await self._all(ordered)
        ]


def _entry(row: RowMapping) -> Entry:
    same = {name: row[name] for name in Entry.__dataclass_fields__}
    return Entry(
        **same
        | {
            "author": Author(row["author"]),
            "buttons": tuple(Button(**b) for b in row["buttons"]),
            "links": tuple(Link(**link) for link in row["links"]),
        }
    )
