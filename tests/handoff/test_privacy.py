"""Card numbers never reach the database; other numbers are left alone."""

from hypothesis import given
from hypothesis import strategies as st

from handoff.privacy import masked


def with_check_digit(digits: str) -> str:
    """*digits* completed to a number that a card scheme could have issued."""
    doubled = [int(d) * (1 + (i + 1) % 2) for i, d in enumerate(reversed(digits))]
    total = sum(d // 10 + d % 10 for d in doubled)
    return digits + str(-total % 10)


@given(st.text("0123456789", min_size=12, max_size=18), st.sampled_from(["", " ", "-"]))
def test_every_card_number_is_masked(digits: str, gap: str) -> None:
    """Of any length a card may have, with the groups people write."""
    number = with_check_digit(digits)
    written = gap.join(number[i : i + 4] for i in range(0, len(number), 4))
    shown = masked(f"my card {written}, thanks")
    assert number[:-4] not in shown.replace(gap, "") if gap else number not in shown
    assert shown == f"my card {'•' * (len(number) - 4)}{number[-4:]}, thanks"


def test_other_numbers_are_left_alone() -> None:
    """Accounts, telephones, dates, amounts, and long numbers that are no card's."""
    for text in ("account 204417", "call 555-0142-3377", "2026-03-04 15:04", "4111111111111112"):
        assert masked(text) == text


@given(st.text())
def test_masking_twice_is_masking_once(text: str) -> None:
    """A repeat of a message is recognised by its masked text."""
    assert masked(masked(text)) == masked(text)
