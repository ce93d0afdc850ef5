"""The embedded back office keeps what the ports promise, on a real SQLite file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Clock

from bot.services.eligibility import Home, Programs
from bot.services.embedded import EmbeddedOffice
from bot.services.ports import ArrangementRefused, BackOffice, Customer, ServiceUnavailable

MARIA = Customer("204417", "Maria Delgado", "49901")
THOMAS = Customer("318852", "Thomas Okafor", "49902")
JUNE = Customer("447120", "June Whitaker", "49903")


@pytest.mark.parametrize("customer", [MARIA, THOMAS, JUNE])
async def test_account_and_zip_together_identify(office: BackOffice, customer: Customer) -> None:
    assert await office.identify(customer.account, customer.zip) == customer


@pytest.mark.parametrize(
    ("account", "zip_code"),
    [("204417", "49902"), ("000000", "49901"), ("", ""), ("204417' OR '1'='1", "49901")],
)
async def test_anything_else_identifies_nobody(
    office: BackOffice, account: str, zip_code: str
) -> None:
    assert await office.identify(account, zip_code) is None


async def test_balances_of_the_sample_customers(office: BackOffice) -> None:
    """Owed, nothing owed, past due."""
    maria, thomas, june = [await office.balance(c) for c in (MARIA, THOMAS, JUNE)]
    assert (maria.owed, maria.past_due, maria.due_on) == (14260, False, date(2026, 5, 15))
    assert (thomas.owed, thomas.due_on) == (0, None)
    assert (june.owed, june.past_due, june.due_on) == (38615, True, date(2026, 4, 13))


async def test_the_latest_bill_is_what_is_owed(office: BackOffice) -> None:
    """Its lines sum to the balance; the bill before it is there to compare with."""
    for customer in (MARIA, JUNE):
        this, before = await office.bills(customer)
        assert this.total == (await office.balance(customer)).owed
        assert (this.issued_on, before.issued_on) == (date(2026, 5, 1), date(2026, 4, 1))


async def test_january_follows_december(office: BackOffice, clock: Clock) -> None:
    clock.now = datetime(2027, 1, 20)
    issued = [bill.issued_on for bill in await office.bills(MARIA)]
    assert issued == [date(2027, 1, 1), date(2026, 12, 1)]


async def test_payments_sum_to_what_is_owed(office: BackOffice) -> None:
    """To the cent; the last payment takes what does not divide."""
    for customer in (MARIA, JUNE):
        for plan in await office.plans(customer):
            assert sum(plan.payments) == (await office.balance(customer)).owed
            assert len(set(plan.payments[:-1])) == 1
            assert plan.first_due_on == date(2026, 5, 20)


async def test_an_arrangement_is_there_tomorrow(
    office: EmbeddedOffice, clock: Clock, tmp_path: Path
) -> None:
    """It survives a restart, and a second one is refused."""
    agreed = await office.agree(MARIA, 3)
    office.close()
    clock.now += timedelta(days=1)
    reopened = EmbeddedOffice(tmp_path / "backoffice.db", clock)
    assert (await reopened.balance(MARIA)).arrangement == agreed
    assert await reopened.plans(MARIA) == ()
    with pytest.raises(ArrangementRefused):
        await reopened.agree(MARIA, 6)
    reopened.close()


async def test_an_arrangement_ends_being_past_due(office: BackOffice) -> None:
    await office.agree(JUNE, 6)
    assert (await office.balance(JUNE)).past_due is False


@pytest.mark.parametrize(("customer", "count"), [(THOMAS, 3), (MARIA, 4), (MARIA, 0)])
async def test_what_the_policy_does_not_allow_is_refused(
    office: BackOffice, customer: Customer, count: int
) -> None:
    with pytest.raises(ArrangementRefused):
        await office.agree(customer, count)
    assert (await office.balance(customer)).arrangement is None


async def test_outages_by_zip(office: BackOffice, clock: Clock) -> None:
    (internet,) = await office.outages("49902")
    (power,) = await office.outages("49903")
    assert (internet.kind, power.kind) == ("internet", "power")
    assert await office.outages("49901") == ()
    assert internet.began_at < clock.now < internet.back_by
    assert internet.back_by.minute in (0, 30)


async def test_the_area(office: BackOffice) -> None:
    served = [z for z in ("49901", "49902", "49903", "49904", "49905") if await office.serves(z)]
    assert served == ["49901", "49902", "49903", "49904"]


async def test_food_places_near_are_nearest_first_and_not_over(
    office: BackOffice, clock: Clock
) -> None:
    """Wednesday, ten in the morning, in 49901."""
    found = await office.openings("49901")
    assert found[0].name == "Harborlight Community Kitchen"
    assert [o.miles for o in found] == sorted(o.miles for o in found)
    assert all(o.closes_at > clock.now and o.opens_at.date() == clock.now.date() for o in found)


async def test_without_a_zip_the_whole_area_soonest_first(office: BackOffice) -> None:
    found = await office.openings(None)
    assert len({o.name for o in found}) >= 5
    assert [o.opens_at for o in found] == sorted(o.opens_at for o in found)


async def test_late_in_the_evening_tomorrow_is_told(office: BackOffice, clock: Clock) -> None:
    clock.now = datetime(2026, 5, 6, 23, 0)
    assert await office.openings("49901") == ()
    later = await office.openings("49901", days=3)
    assert later[0].opens_at.date() == date(2026, 5, 7)


async def test_every_day_somewhere_is_open(office: BackOffice, clock: Clock) -> None:
    for days in range(7):
        clock.now = datetime(2026, 5, 4, 9, 0) + timedelta(days=days)
        assert await office.openings(None), clock.now


async def test_a_broken_file_is_an_error_of_the_service(tmp_path: Path, clock: Clock) -> None:
    """Neither at opening nor later does SQLite's own error come through."""
    path = tmp_path / "backoffice.db"
    office = EmbeddedOffice(path, clock)
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE customer")
    with pytest.raises(ServiceUnavailable):
        await office.identify("204417", "49901")
    office.close()
    path.write_bytes(b"this is no database, but it is long enough to be read as a header" * 40)
    with pytest.raises(ServiceUnavailable):
        EmbeddedOffice(path, clock)


async def test_who_only_reads_waits_for_nobody(office: BackOffice, tmp_path: Path) -> None:
    """While another process writes, a customer is still recognised and answered."""
    with closing(sqlite3.connect(tmp_path / "backoffice.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await office.identify("204417", "49901") == MARIA
        assert (await office.balance(MARIA)).owed == 14260


def names(home: Home) -> list[str]:
    return [chance.name for chance in Programs.load().chances(home)]


def test_programs_fit_the_home() -> None:
    """A family with a small child and a school child, below every limit."""
    home = Home(4, frozenset({"infant", "child"}), 2000)
    assert names(home) == ["SNAP", "WIC", "free or low-cost school meals"]
    older = Home(1, frozenset({"senior"}), 1200)
    assert names(older) == ["SNAP", "CSFP", "senior meals (Older Americans Act)"]


def test_a_high_income_leaves_what_asks_for_none() -> None:
    assert names(Home(2, frozenset(), 9000)) == []
    assert "senior meals (Older Americans Act)" in names(Home(1, frozenset({"senior"}), 9000))


def test_an_untold_income_excludes_nothing() -> None:
    assert names(Home(3, frozenset(), None)) == ["SNAP"]


def test_limits_are_the_guideline_by_the_month() -> None:
    """130 % of $33,000 a year for four, as published for 2026, is $3,575 a month."""
    (snap,) = Programs.load().chances(Home(4, frozenset(), 3575))
    assert snap.limit == 3575
    assert names(Home(4, frozenset(), 3576)) == []
