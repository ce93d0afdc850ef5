"""The back office of the sample organisation: one SQLite file in the data folder.

It is made and filled on first use, and what customers agree to stays in it. SQLite answers in
well under a millisecond, but a commit waits for the disk, so everything runs on a thread.
"""

from __future__ import annotations

import asyncio
import json
import math
import sqlite3
import threading
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.services.ports import (
    ArrangementRefused,
    Balance,
    Bill,
    Customer,
    Line,
    Opening,
    Outage,
    Plan,
    ServiceUnavailable,
)

MAX_GUESSES = 5  # wrong ZIP codes for one account; two are a customer's own slips in one chat
GUESSES_WITHIN = timedelta(hours=1)
BUSY_S = 2.0  # a form and its action wait one after the other; the gateway gives up at 6 s
SAMPLE = Path(__file__).with_name("sample.sql")
T = TypeVar("T")


class EmbeddedOffice:
    """`now` tells the local time; tests move it."""

    def __init__(self, path: Path, now: Callable[[], datetime] = datetime.now) -> None:
        """Raises ServiceUnavailable when the file cannot be opened or made."""
        self._now = now
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = _opened(path)
        except (sqlite3.Error, OSError) as error:
            raise ServiceUnavailable(f"{path}: {error}") from error

    def close(self) -> None:
        self._db.close()

    async def identify(self, account: str, zip_code: str) -> Customer | None:
        return await self._on_thread(lambda: self._identify(account, zip_code))

    async def customer(self, account: str) -> Customer | None:
        rows = await self._rows(
            "SELECT account, name, zip FROM customer WHERE account = ?", account
        )
        return Customer(*rows[0]) if rows else None

    async def balance(self, customer: Customer) -> Balance:
        return await self._on_thread(lambda: self._balance(customer))

    async def bills(self, customer: Customer) -> tuple[Bill, ...]:
        rows = await self._rows(
            "SELECT months_ago, label, cents FROM line WHERE account = ?"
            " ORDER BY months_ago, place",
            customer.account,
        )
        this_month = self._now().date().replace(day=1)
        return tuple(
            Bill(
                _month_before(this_month, ago),
                tuple(Line(label, cents) for months, label, cents in rows if months == ago),
            )
            for ago in sorted({row[0] for row in rows})
        )

    async def plans(self, customer: Customer) -> tuple[Plan, ...]:
        return await self._on_thread(lambda: self._plans(customer))

    async def agree(self, customer: Customer, instalments: int) -> Plan:
        return await self._on_thread(lambda: self._agree(customer, instalments))

    async def serves(self, zip_code: str) -> bool:
        return bool(await self._rows("SELECT 1 FROM area WHERE zip = ?", zip_code))

    async def outages(self, zip_code: str) -> tuple[Outage, ...]:
        rows = await self._rows("SELECT * FROM outage WHERE zip = ?", zip_code)
        now = self._now()
        return tuple(
            Outage(
                kind,
                place,
                cause,
                now - timedelta(minutes=ago),
                _next_half_hour(now + timedelta(minutes=back)),
            )
            for kind, place, cause, ago, back in rows
        )

    async def openings(self, zip_code: str | None, days: int = 1) -> tuple[Opening, ...]:
        return await self._on_thread(lambda: self._openings(zip_code, days))

    # --- on the thread ---------------------------------------------------------------------------

    async def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return await self._on_thread(lambda: self._db.execute(query, values).fetchall())

    async def _on_thread(self, work: Callable[[], T]) -> T:
        """One piece of work at a time. Raises ServiceUnavailable for whatever SQLite raises."""

        def locked() -> T:
            with self._lock, self._db:
                return work()

        try:
            return await asyncio.to_thread(locked)
        except sqlite3.Error as error:
            raise ServiceUnavailable(str(error)) from error

    def _one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
        return row

    def _identify(self, account: str, zip_code: str) -> Customer | None:
        """Refuses an account altogether for a while after wrong guesses, in whatever chats."""
        earliest = (self._now() - GUESSES_WITHIN).isoformat()
        guesses = self._one(
            "SELECT 1 FROM wrong_guess WHERE account = ? AND at >= ? LIMIT 1 OFFSET ?",
            account,
            earliest,
            MAX_GUESSES - 1,
        )
        if guesses:
            return None
        row = self._one(
            "SELECT account, name, zip FROM customer WHERE account = ? AND zip = ?",
            account,
            zip_code,
        )
        if row:
            return Customer(*row)
        self._db.execute("DELETE FROM wrong_guess WHERE at < ?", (earliest,))
        self._db.execute(
            "INSERT INTO wrong_guess VALUES (?, ?)", (account, self._now().isoformat())
        )
        return None

    def _balance(self, customer: Customer) -> Balance:
        due = self._one("SELECT cents, in_days FROM due WHERE account = ?", customer.account)
        cents, in_days = due or (0, None)
        due_on = None if in_days is None else self._now().date() + timedelta(days=in_days)
        agreed = self._arrangement(customer)
        return Balance(cents, due_on, in_days is not None and in_days < 0 and not agreed, agreed)

    def _arrangement(self, customer: Customer) -> Plan | None:
        row = self._one(
            "SELECT payments, first_due_on FROM arrangement WHERE account = ?", customer.account
        )
        return Plan(tuple(json.loads(row[0])), date.fromisoformat(row[1])) if row else None

    def _plans(self, customer: Customer) -> tuple[Plan, ...]:
        balance = self._balance(customer)
        policy = dict(self._db.execute("SELECT name, value FROM policy"))
        if balance.arrangement or balance.owed < policy["smallest_cents"]:
            return ()
        counts = (3, 6) if balance.owed >= policy["smallest_for_six_cents"] else (3,)
        first = self._now().date() + timedelta(days=policy["first_due_in_days"])
        return tuple(Plan(_shares(balance.owed, count), first) for count in counts)

    def _agree(self, customer: Customer, instalments: int) -> Plan:
        fitting = [p for p in self._plans(customer) if len(p.payments) == instalments]
        if not fitting:
            raise ArrangementRefused(f"{instalments} payments")
        self._db.execute(
            "INSERT INTO arrangement VALUES (?, ?, ?, ?)",
            (
                customer.account,
                json.dumps(fitting[0].payments),
                fitting[0].first_due_on.isoformat(),
                self._now().isoformat(),
            ),
        )
        return fitting[0]

    def _openings(self, zip_code: str | None, days: int) -> tuple[Opening, ...]:
        home = self._one("SELECT x, y FROM area WHERE zip = ?", zip_code)
        rows = self._db.execute(
            "SELECT name, address || ', ' || zip, phone, offers, bring, x, y,"
            " weekdays, opens, closes FROM place JOIN hours ON hours.place = place.id"
        ).fetchall()
        now = self._now()
        found = [
            opening
            for day in range(days)
            for row in rows
            if (opening := _opening(row, now.date() + timedelta(days=day), home)) is not None
            and opening.closes_at > now
        ]
        return tuple(sorted(found, key=_soonest if home is None else _nearest))


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, check_same_thread=False, timeout=BUSY_S)
    db.execute("PRAGMA journal_mode = WAL")
    with db:
        db.execute("BEGIN IMMEDIATE")  # two processes may start at once
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'place'").fetchone():
            for statement in _statements(SAMPLE.read_text(encoding="utf-8")):
                db.execute(statement)
        db.execute("CREATE TABLE IF NOT EXISTS wrong_guess (account TEXT, at TEXT)")
    return db


def _statements(script: str) -> list[str]:
    """Unlike `executescript`, what runs them one by one stays inside the transaction."""
    statements, rest = [], ""
    for line in script.splitlines():
        rest += line + "\n"
        if sqlite3.complete_statement(rest):
            statements.append(rest)
            rest = ""
    return statements


def _shares(cents: int, count: int) -> tuple[int, ...]:
    """Equal payments; the last one takes the cents that do not divide."""
    return (cents // count,) * (count - 1) + (cents - cents // count * (count - 1),)


def _month_before(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _next_half_hour(moment: datetime) -> datetime:
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return whole + timedelta(minutes=30 * math.ceil((moment - whole).total_seconds() / 1800))


def _opening(row: tuple[Any, ...], day: date, home: tuple[Any, ...] | None) -> Opening | None:
    name, address, phone, offers, bring, x, y, weekdays, opens, closes = row
    if str(day.weekday()) not in weekdays:
        return None
    miles = None if home is None else round(math.dist(home, (x, y)), 1)
    return Opening(name, address, phone, _at(day, opens), _at(day, closes), offers, bring, miles)


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def _soonest(opening: Opening) -> tuple[Any, ...]:
    return opening.opens_at, opening.name


def _nearest(opening: Opening) -> tuple[Any, ...]:
    return opening.opens_at.date(), opening.miles, opening.opens_at
