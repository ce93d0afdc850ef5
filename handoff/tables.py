"""The tables, as migrations leave them. Times are UTC instants; notes never share a table with
what a customer can read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, also on SQLite, which forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


metadata = MetaData()


def _conversation_key(**options: Any) -> Column[Any]:
    return Column("conversation_id", String(64), ForeignKey("conversations.id"), **options)


agents = Table(
    "agents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("username", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("skills", JSON, nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("presence", String(16), nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("idle_since", Instant),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("created_at", Instant, nullable=False),
    Column("customer_id", String(200), index=True),
    Column("customer_name", String(200)),
    Column("customer_verified", Boolean, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("agent_id", String(64), ForeignKey("agents.id"), index=True),
    Column("level", Integer, nullable=False),
    Column("reason", String(64)),
    Column("skill", String(64), nullable=False),
    Column("summary", Text, nullable=False),
    Column("requested_at", Instant),
    Column("waiting_since", Instant),
    Column("disposition", String(64)),
    Column("last_seq", Integer, nullable=False),
    Column("bot_seq", Integer, nullable=False),
    Column("bot_from_seq", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("known", JSON, nullable=False),
    Column("tried", JSON, nullable=False),
    Column("rating", Integer),
    Column("rating_comment", Text),
)

entries = Table(
    "entries",
    metadata,
    _conversation_key(primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("id", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("author", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("agent_id", String(64)),
    Column("agent_name", String(200)),
    Column("buttons", JSON, nullable=False),
    Column("links", JSON, nullable=False),
    Column("payload", Text),
    UniqueConstraint("conversation_id", "id", name="an_id_names_one_entry"),
)

notes = Table(
    "notes",
    metadata,
    _conversation_key(primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("id", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("agent_id", String(64), nullable=False),
    Column("agent_name", String(200), nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("conversation_id", "id", name="an_id_names_one_note"),
)

signals = Table(
    "signals",
    metadata,
    _conversation_key(primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("level", Integer, nullable=False),
    Column("evidence", Text, nullable=False),
)

# Every change of hands, in order: what an auditor reads, and what a report counts.
changes = Table(
    "changes",
    metadata,
    _conversation_key(primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("event", String(32), nullable=False),
    Column("facts", JSON, nullable=False),
)

# An open offer has no outcome yet; the outcome is accepted, declined, lapsed or withdrawn.
offers = Table(
    "offers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _conversation_key(nullable=False, index=True),
    Column("agent_id", String(64), ForeignKey("agents.id"), nullable=False),
    Column("requested_at", Instant, nullable=False),  # which wait of the conversation it is for
    Column("expires_at", Instant, nullable=False),
    Column("outcome", String(16)),
    Index("open_offers", "outcome", "expires_at"),
)
