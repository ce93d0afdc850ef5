"""The database: one transaction at a time writes a conversation, and what is committed is on disk.

SQLite by default (WAL, ``synchronous=FULL``, one writer); any database that SQLAlchemy drives
asynchronously by its URL. Raises Unavailable where the database cannot be reached or written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from .domain.errors import Unavailable
from .rows import Transaction
from .tables import conversations

log = logging.getLogger(__name__)

MIGRATIONS = "handoff:migrations"


class Store:
    """Opens transactions. ``begin`` may write; ``read`` sees one committed state."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._sqlite = self._engine.dialect.name == "sqlite"
        self._one_writer = asyncio.Lock()

    async def migrate(self) -> None:
        """Bring the tables to the newest version; safe to repeat.

        Raises Unavailable with the reason where that is impossible.
        """
        with _as_unavailable(say_why=True):
            async with self._engine.begin() as connection:
                await connection.run_sync(_upgrade)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        """A transaction that is committed at the end of the block, and undone by an exception."""
        async with self._writer(), self._engine.connect() as connection:
            await connection.execution_options(writes=True)
            async with connection.begin():
                yield Transaction(connection)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        with _as_unavailable():
            async with self._engine.connect() as connection, connection.begin():
                yield Transaction(connection)

    async def ping(self) -> None:
        """Raises Unavailable where the database does not answer, or has not our tables."""
        with _as_unavailable():
            async with self._engine.connect() as connection:
                await connection.execute(select(conversations.c.id).limit(1))

    async def close(self) -> None:
        await self._engine.dispose()

    @asynccontextmanager
    async def _writer(self) -> AsyncIterator[None]:
        """SQLite's own waiting for its one writer polls and is unfair; a lock is neither."""
        with _as_unavailable():
            if not self._sqlite:
                yield
                return
            async with self._one_writer:
                yield


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


class _as_unavailable:  # noqa: N801 - reads as the statement it is
    """Database errors become the contract's: nothing was stored, the sender keeps the message.
    Why is for the operator, who reads it in the log, or at start in the terminal."""

    def __init__(self, say_why: bool = False) -> None:
        self._say_why = say_why

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, DBAPIError):
            reason = str(error.orig).strip() or type(error.orig).__name__
            if self._say_why:
                raise Unavailable(f"The database cannot be used: {reason}.") from error
            log.error("the database cannot be used: %s", reason)
            raise Unavailable("Nothing was stored just now. Please try again.") from error


def _engine(url: str) -> AsyncEngine:
    try:
        engine = create_async_engine(url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as exc:
        raise Unavailable(f"The database address cannot be used: {exc}") from exc
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves; the driver's own is too late
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=1000"):
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
