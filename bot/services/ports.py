"""What any back office must offer, in the organisation's own words; money is in cents.

Nothing personal is told without a `Customer`, and only `identify` and `customer` make one. Every
method may raise ServiceUnavailable; a method that can be refused says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


class ServiceError(Exception):
    """A back office could not do what was asked."""


class ServiceUnavailable(ServiceError):
    """The back office did not answer. Trying later may help."""


class ArrangementRefused(ServiceError):
    """The policy does not allow this arrangement, or one already runs."""


@dataclass(frozen=True)
class Customer:
    """Somebody who proved that the account is theirs."""

    account: str
    name: str
    zip: str


@dataclass(frozen=True)
class Line:
    """One charge (or credit, below zero) of a bill."""

    label: str
    cents: int


@dataclass(frozen=True)
class Bill:
    issued_on: date
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        return sum(line.cents for line in self.lines)


@dataclass(frozen=True)
class Plan:
    """Instalments that sum to what is owed; the first is due on `first_due_on`, then monthly."""

    payments: tuple[int, ...]
    first_due_on: date


@dataclass(frozen=True)
class Balance:
    """`arrangement` is the agreed plan, if one runs; `past_due` means that `due_on` has passed."""

    owed: int
    due_on: date | None
    past_due: bool
    arrangement: Plan | None


@dataclass(frozen=True)
class Outage:
    """`kind` is "power" or "internet"; `back_by` is an estimate."""

    kind: str
    zip: str
    cause: str
    began_at: datetime
    back_by: datetime


@dataclass(frozen=True)
class Opening:
    """Where food is to be had: `opens_at` and `closes_at` are of its next opening."""

    name: str
    address: str
    phone: str
    opens_at: datetime
    closes_at: datetime
    offers: str
    bring: str
    miles: float | None


class Billing(Protocol):
    async def identify(self, account: str, zip_code: str) -> Customer | None:
        """None unless both match: which of the two was wrong is not told."""

    async def customer(self, account: str) -> Customer | None:
        """The holder of an account whose sign-in somebody else has verified."""

    async def balance(self, customer: Customer) -> Balance: ...

    async def bills(self, customer: Customer) -> tuple[Bill, ...]:
        """Newest first."""

    async def plans(self, customer: Customer) -> tuple[Plan, ...]:
        """What the policy allows now, fewest payments first; empty when it allows none."""

    async def agree(self, customer: Customer, instalments: int) -> Plan:
        """Saves the arrangement. Raises ArrangementRefused."""


class Network(Protocol):
    async def serves(self, zip_code: str) -> bool: ...

    async def outages(self, zip_code: str) -> tuple[Outage, ...]: ...


class Meals(Protocol):
    async def serves(self, zip_code: str) -> bool: ...

    async def openings(self, zip_code: str | None, days: int = 1) -> tuple[Opening, ...]:
        """Openings that have not ended, from today for `days` days: by day, then nearest first.

        Without a ZIP code: those of the whole area, soonest first.
        """


class BackOffice(Billing, Network, Meals, Protocol):
    """One organisation's whole back office."""
