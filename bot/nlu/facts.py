"""The facts in a message that rules find best: account, ZIP, people, money, plain numbers.

A figure is decided by the words around it ("24000 a year" is no ZIP code). What a plain number
means depends on what was asked, so it stays a `number` and the form decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import spacy
from spacy.language import Language
from spacy.tokens import Token

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ],
        start=1,
    )
}
MONTHS_PER = {  # how many of a period one month has
    "week": 52 / 12, "weekly": 52 / 12, "wk": 52 / 12, "biweekly": 26 / 12,
    "month": 1.0, "monthly": 1.0, "mo": 1.0, "year": 1 / 12, "yearly": 1 / 12, "yr": 1 / 12,
    "annually": 1 / 12, "annual": 1 / 12,
}  # fmt: skip
CURRENCY = frozenset(["$", "dollar", "dollars", "buck", "bucks", "usd"])
ACCOUNT_WORDS = frozenset(["account", "acct", "acc", "customer"])
UNBROKEN = re.compile(r"\S{60}")
DATE_LEADS = frozenset(["since", "in", "from", "until", "till"])
ZIP_WORDS = frozenset(["zip", "zipcode", "postcode", "postal"])
PEOPLE_WORDS = frozenset(["people", "persons", "ppl", "adults", "members", "mouths"])
HOME_WORDS = frozenset(["family", "household", "house", "home", "us"])
CHILD_WORDS = frozenset(
    ["kid", "kids", "child", "children", "son", "sons", "daughter", "daughters", "teen", "teens"]
)
INFANT_WORDS = frozenset(["baby", "babies", "infant", "newborn", "toddler", "toddlers"])
SENIOR_WORDS = frozenset(
    [
        "grandma",
        "grandpa",
        "grandmother",
        "grandfather",
        "senior",
        "seniors",
        "elderly",
        "retired",
        "retiree",
    ]
)
AGE_LEADS = SENIOR_WORDS | CHILD_WORDS | {"is", "age", "aged", "mom", "mother", "dad", "father"}
SELF_LEADS = frozenset(["am", "'m", "m", "im"])
AGE_ENDS = re.compile(r"$|[,.!?;]|and|years?(?!behind)|now|but|with")  # not "I'm 3 weeks behind"
PARTNER_WORDS = frozenset(["husband", "wife", "partner", "boyfriend", "girlfriend", "spouse"])
ALONE = re.compile(
    r"\b(just|only) (me|myself)\b|\bmyself only\b|\b(live|living|am|i'm) alone\b|\bby myself\b",
    re.I,
)
SKIP = re.compile(
    r"\bskip\b|\b(rather|prefer|want) not\b|\bdon'?t (want to|wanna) say\b|\bnot sure\b|\bno idea\b"
    r"|\bdon'?t know\b|\bdunno\b|\bit (varies|depends)\b",
    re.I,
)
NO_INCOME = re.compile(
    r"\b(no (income|job)|(do(es)?n'?t|do(es)? not) (work|earn)|not working|unemployed|jobless"
    r"|out of work|nothing coming in)\b",
    re.I,
)


@dataclass(frozen=True)
class Fact:
    """`start` and `end` are character offsets; money is whole dollars a month."""

    kind: str
    value: str
    start: int
    end: int


class FactFinder:
    def __init__(self) -> None:
        self._nlp: Language = spacy.blank("en")

    def facts(self, text: str) -> list[Fact]:
        """In the order of the text, except people, who are counted over all of it."""
        tokens = list(self._nlp.make_doc(spaced(text)))
        found = list(_people(text, tokens))
        counted = {fact.start for fact in found}
        found += [
            f for t in tokens for f in _about(t) if not (f.kind == "number" and t.idx in counted)
        ]
        if skip := SKIP.search(text):
            found.append(Fact("skip", "skip", skip.start(), skip.end()))
        if none := NO_INCOME.search(text):
            found.append(Fact("money", "0", none.start(), none.end()))
        return found


def spaced(text: str) -> str:
    """The text, same length, with figures standing alone: spaces for `#:=/`, and in what is longer
    than any fact, where the tokenizer would take seconds."""
    return UNBROKEN.sub(lambda run: run.group()[:-1] + " ", re.sub(r"[#:=/]", " ", text))


def _about(token: Token) -> Iterator[Fact]:
    if member := _member(token):
        yield _fact("member", member, token)
    elif (amount := _amount(token)) is not None and not _continues_figure(token):
        yield from _figure(token, amount)


def _figure(token: Token, amount: float) -> Iterator[Fact]:
    digits = re.sub(r"\D", "", token.text)
    if _is_money(token):
        yield _fact("money", str(round(amount * (_period(token) or 1))), token)
    elif joined := _split_account(token):
        yield Fact("account", joined, token.idx, token.idx + len(joined) + 1)
    elif len(digits) == 6 or (len(digits) >= 4 and _labelled_account(token)):
        yield _fact("account", digits, token)
    elif len(digits) == 5:
        yield _fact("zip", digits, token)
    elif amount == int(amount) and not _counts_time(token):
        yield _fact("number", str(int(amount)), token)


def _fact(kind: str, value: str, token: Token) -> Fact:
    return Fact(kind, value, token.idx, token.idx + len(token.text))


def _amount(token: Token) -> float | None:
    """The number a token stands for: "1,500", "30k", "four"."""
    if token.lower_ in NUMBER_WORDS:
        # "one" is more often a pronoun ("the red one", "one is ill") than a number
        lonely = token.lower_ != "one" or len(token.doc) == 1
        return NUMBER_WORDS[token.lower_] if lonely else None
    match = re.fullmatch(r"(\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(\.\d{1,9})?(k)?", token.lower_)
    if not match:
        return None
    return float(match[1].replace(",", "") + (match[2] or "")) * (1000 if match[3] else 1)


def _continues_figure(token: Token) -> bool:
    """The "+4" of a ZIP code and the second half of a split account number."""
    head = _text(token, -3, 0)
    return bool(re.search(r"(?<!\d)\d{5}-$", head)) or (
        bool(re.search(r"(?<!\d)\d{3}[ -]$", head)) and len(token.text) == 3
    )


def _split_account(token: Token) -> str | None:
    """ "204 417" and "204-417" are one account number; None otherwise."""
    match = re.match(r"(\d{3})[ -](\d{3})(?!\w)", _text(token, 0, 3))
    return match[1] + match[2] if match else None


def _text(token: Token, start: int, end: int) -> str:
    """As it was written, between two tokens counted from this one."""
    return str(token.doc[max(0, token.i + start) : token.i + end].text_with_ws)


def _before(token: Token, reach: int) -> list[Token]:
    return list(token.doc[max(0, token.i - reach) : token.i])


def _after(token: Token, reach: int) -> list[Token]:
    return list(token.doc[token.i + 1 : token.i + 1 + reach])


def _labelled_account(token: Token) -> bool:
    """The nearest label before the figure says that it is an account number; "since 1974" is a
    year."""
    if any(word.lower_ in DATE_LEADS for word in _before(token, 1)):
        return False
    for word in (t.lower_ for t in reversed(_before(token, 4))):
        if word in ACCOUNT_WORDS:
            return True
        if word in ZIP_WORDS or word.isdigit():
            return False
    return False


def _counts_time(token: Token) -> bool:
    after = [t.lower_.rstrip("s") for t in _after(token, 2)]
    return bool(after) and (after[0] in {"week", "day", "hour", "minute"} or after[-1] == "hour")


def _is_money(token: Token) -> bool:
    beside = _before(token, 1) + _after(token, 1)
    return (
        any(t.lower_ in CURRENCY for t in beside)
        or _period(token) is not None
        or token.lower_.endswith("k")
    )


def _period(token: Token) -> float | None:
    """How many of the period named beside the figure a month has; None if none is named."""
    following = [t.lower_ for t in _after(token, 4)]
    leading = [t.lower_ for t in _before(token, 3)]
    return _named_period(_until_figure(following)) or (
        _named_period(leading) if leading[:1] in (["every"], ["each"]) else None
    )


def _until_figure(words: list[str]) -> list[str]:
    """Words up to the next figure, which has a period of its own ("every 2 weeks" has none)."""
    for position, word in enumerate(words):
        if word[:1].isdigit() and words[position + 1 : position + 2] not in (["weeks"], ["week"]):
            return words[:position]
    return words


def _named_period(words: list[str]) -> float | None:
    for position, word in enumerate(words):
        if word in {"two", "2"} and words[position + 1 : position + 2] in (["weeks"], ["week"]):
            return 26 / 12
        named = position == 0 or words[position - 1] in {
            "a",
            "an",
            "per",
            "every",
            "each",
            *CURRENCY,
        }
        if word in MONTHS_PER and named:
            return MONTHS_PER[word]
    return None


def _member(token: Token) -> str | None:
    word = token.lower_
    for kind, words in (("infant", INFANT_WORDS), ("child", CHILD_WORDS), ("senior", SENIOR_WORDS)):
        if word in words:
            return kind
    if word in {"pregnant", "expecting"}:
        return "pregnant"
    return _by_age(token) if word.isdigit() and 0 < len(word) < 4 else None


def _by_age(token: Token) -> str | None:
    """ "my mom is 72", "my mother 66", "a 3 year old"; a bare number is no age."""
    after = "".join(t.lower_ for t in _after(token, 4))
    before = [t.lower_ for t in _before(token, 1)]
    is_age = re.match(r"-?(years?|yrs?|months?)?-?(old|yo|y/o)", after) or (
        bool(before)
        and (before[0] in AGE_LEADS or (before[0] in SELF_LEADS and AGE_ENDS.match(after)))
    )
    if not is_age:
        return None
    age = 0 if after.lstrip("-").startswith("month") else int(token.text)
    if age >= 60:
        return "senior"
    return "infant" if age < 5 else "child" if age < 18 else None


def _people(text: str, tokens: list[Token]) -> Iterator[Fact]:
    """How many live together: "family of 4", "three of us", "me and my two kids", "just me"."""
    if alone := ALONE.search(text):
        yield Fact("people", "1", alone.start(), alone.end())
        return
    for token in tokens:
        count = _amount(token)
        if count is None or count != int(count) or not 0 < count <= 20 or _is_money(token):
            continue
        people = _counted(token, int(count))
        if people:
            yield _fact("people", str(people), token)
            return


def _counted(token: Token, count: int) -> int | None:
    before = [t.lower_ for t in _before(token, 2)]
    after = [t.lower_ for t in _after(token, 2)]
    if before[-1:] == ["of"] and before[0] in HOME_WORDS:
        return count
    if after == ["of", "us"] or (after[:1] and after[0] in PEOPLE_WORDS):
        return count
    if after[:1] and after[0] in CHILD_WORDS | INFANT_WORDS:
        words = {t.lower_ for t in token.doc}
        return count + 1 + bool(words & PARTNER_WORDS) if words & {"me", "i", "my"} else None
    return None
