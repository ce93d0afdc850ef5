"""Who is asking: passwords, signed tokens, and customers whom the host site vouches for.

Passwords: argon2id with OWASP's parameters (19 MiB, two passes, one lane). Tokens: JWT signed
with the data folder's secret; one audience each for customers and agents, so that the one is
never taken for the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from .domain.agents import Agent
from .domain.conversation import Customer
from .domain.errors import Invalid, Unauthorized
from .domain.messages import readable
from .store import Store

ALGORITHM = "HS256"
CUSTOMER = "customer"
AGENT = "agent"
# ASVS 5 asks for a limit fitted to the risk: a shift, and a month in which to come back.
LIFETIMES = {AGENT: timedelta(hours=8), CUSTOMER: timedelta(days=30)}
LONGEST_CUSTOMER_ID = 200


def secret_in(path: Path) -> str:
    """The secret kept in *path*, made at first use, whole at once and for its owner only."""
    if not path.exists():
        handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # mode 0600
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        os.unlink(fresh)
    return path.read_text().strip()


@dataclass(frozen=True)
class Claims:
    """*subject*: a conversation's id for a customer, an agent's for an agent."""

    subject: str
    expires_at: float  # seconds since 1970


class Tokens:
    def __init__(self, secret: str, now: Callable[[], datetime]) -> None:
        self._secret = secret
        self._now = now

    def issue(self, audience: str, subject: str) -> str:
        expires_at = self._now() + LIFETIMES[audience]
        claims = {"sub": subject, "aud": audience, "exp": int(expires_at.timestamp())}
        return jwt.encode(claims, self._secret, ALGORITHM)

    def read(self, token: object, audience: str) -> Claims:
        """Raises Unauthorized for a forged, foreign or expired token."""
        if not isinstance(token, str):
            raise Unauthorized("Please sign in.")
        options: Any = {"require": ["sub", "exp"], "verify_exp": False}
        try:
            claims = jwt.decode(
                token, self._secret, [ALGORITHM], audience=audience, options=options
            )
        except (jwt.InvalidTokenError, UnicodeEncodeError):
            raise Unauthorized("This session is not valid. Please start again.") from None
        found = Claims(claims["sub"], claims["exp"])
        self.still_valid(found)
        return found

    def left_s(self, claims: Claims) -> float:
        """Seconds until the token expires."""
        return max(0.0, claims.expires_at - self._now().timestamp())

    def still_valid(self, claims: Claims) -> None:
        """Raises Unauthorized once the token has expired, also in the middle of a connection."""
        if claims.expires_at <= self._now().timestamp():
            raise Unauthorized("This session has expired. Please sign in again.")


class Passwords:
    @cached_property
    def _hasher(self) -> PasswordHasher:
        return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

    @cached_property
    def _nobodys(self) -> str:
        """Checked for unknown names, so that they take as long as known ones."""
        return self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password: str, password_hash: str | None) -> bool:
        return await asyncio.to_thread(self._verify, password, password_hash)

    def _verify(self, password: str, password_hash: str | None) -> bool:
        try:
            self._hasher.verify(password_hash or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None


@dataclass(frozen=True)
class Login:
    store: Store
    passwords: Passwords
    tokens: Tokens

    async def __call__(self, username: str, password: str) -> tuple[str, Agent]:
        """A token and the agent it is for. Raises Unauthorized, without saying what was wrong."""
        async with self.store.read() as tx:
            found = await tx.login(username)
        agent_id, password_hash = found or (None, None)
        if not await self.passwords.fits(password, password_hash) or agent_id is None:
            raise Unauthorized("The name or the password is wrong.")
        async with self.store.read() as tx:
            return self.tokens.issue(AGENT, agent_id), await tx.agent(agent_id)


def vouched_for(identity: object, site_secret: str) -> Customer:
    """The customer whom the host site has signed in; a visitor where it names nobody.

    The site signs the id with HMAC-SHA256 under *site_secret*, in hexadecimal. Raises Invalid
    for a malformed identity and Unauthorized for a wrong signature.
    """
    if identity is None:
        return Customer()
    if not isinstance(identity, Mapping):
        raise Invalid("“identity” must be an object.")
    customer_id, given = identity.get("id"), identity.get("hmac")
    if not isinstance(customer_id, str) or not 0 < len(customer_id) <= LONGEST_CUSTOMER_ID:
        raise Invalid("“identity” needs an “id” of 1 to 200 characters.")
    customer_id = readable(customer_id)
    right = hmac.new(site_secret.encode(), customer_id.encode(), hashlib.sha256).hexdigest()
    signed = isinstance(given, str) and hmac.compare_digest(given.encode(), right.encode())
    if not site_secret or not signed:
        raise Unauthorized("The site's signature of this customer is wrong.")
    name = identity.get("name")
    shown = readable(name)[:LONGEST_CUSTOMER_ID] if name is not None else None
    return Customer(customer_id, shown, verified=True)
