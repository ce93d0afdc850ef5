"""How rows are fetched and counted: one place each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection


class Fetch:
    """Queries within the transaction that is open on *connection*."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def _first(self, query: Any) -> RowMapping | None:
        return (await self._connection.execute(query)).mappings().first()

    async def _all(self, query: Any) -> Sequence[RowMapping]:
        return (await self._connection.execute(query)).mappings().all()

    async def _count(self, table: Table, where: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(table).where(where)
        return int((await self._connection.execute(query)).scalar_one())

    async def _counts(self, table: Table, where: ColumnElement[bool]) -> dict[str, int]:
        """Agent to the number of rows of *table* that match."""
        query = select(table.c.agent_id, func.count()).where(where).group_by(table.c.agent_id)
        return {row[0]: row[1] for row in await self._connection.execute(query)}
