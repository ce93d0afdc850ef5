"""The one boundary where errors become answers: python-socketio sends none for a handler that
raises, and a client would wait in vain. What both namespaces share stands here."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import socketio
from socketio.exceptions import ConnectionRefusedError as Refused
from socketio.packet import Packet

from .. import wire
from ..announce import Announcer
from ..auth import Claims, Tokens
from ..desk import Desk
from ..domain.errors import DomainError, Invalid, Unavailable
from ..limits import Limit
from ..offers import Offers

log = logging.getLogger(__name__)

LIBRARYS_OWN = ("connect", "disconnect")
Handler = Callable[..., Awaitable[wire.Json | None]]


@dataclass(frozen=True)
class Services:
    """What both namespaces need; *messages* and *hints* limit how often one may write, and how
    often say that one is typing or has read."""

    desk: Desk
    offers: Offers
    announcer: Announcer
    tokens: Tokens
    messages: Limit
    hints: Limit
    site_secret: str


def answering(handler: Handler) -> Any:
    """Check the session and the payload's form, call, and acknowledge success or the error."""

    @functools.wraps(handler)
    async def answer(self: Desks, sid: str, *args: object) -> wire.Json:
        try:
            claims = await self.claims(sid)
            payload = wire.fields(args[0] if args else {})
            return {"ok": True} | (await handler(self, claims.subject, payload) or {})
        except DomainError as error:
            return wire.error(error)
        except Exception:  # the edge: the client must hear of it, and so must the operator
            log.exception("%s failed", handler.__name__)
            return wire.error(Unavailable("Something went wrong here. Please try again."))

    return answer


def refusing(connect: Callable[..., Awaitable[None]]) -> Any:
    """A connection that cannot be opened is refused with the contract's code and words."""

    @functools.wraps(connect)
    async def refuse(self: Desks, sid: str, environ: object, auth: object = None) -> None:
        try:
            await connect(self, sid, auth if isinstance(auth, dict) else {})
        except DomainError as error:
            raise _refusal(error) from error
        except Exception as exc:  # the edge: the client must hear of it, and so must the operator
            log.exception("a connection failed")
            raise _refusal(Unavailable("Something went wrong here. Please try again.")) from exc

    return refuse


def _refusal(error: DomainError) -> Refused:
    return Refused(str(error), wire.error(error)["error"])


class TextPacket(Packet):  # type: ignore[misc]
    """Our events carry no binary data, and what announces some would be collected for ever."""

    def decode(self, encoded_packet: str) -> int:
        if super().decode(encoded_packet):
            raise ValueError("binary attachments are not spoken here")
        return 0


class Desks(socketio.AsyncNamespace):  # type: ignore[misc]
    """What the two namespaces share: who a connection belongs to, and what nobody knows."""

    def __init__(self, namespace: str, services: Services) -> None:
        super().__init__(namespace)
        self.desk = services.desk
        self.offers = services.offers
        self.announcer = services.announcer
        self.tokens = services.tokens
        self.messages = services.messages
        self.hints = services.hints
        self.site_secret = services.site_secret

    async def claims(self, sid: str) -> Claims:
        """Raises Unauthorized once the token that opened the connection has expired."""
        session = await self.get_session(sid)
        claims: Claims = session["claims"]
        self.tokens.still_valid(claims)
        return claims

    async def trigger_event(self, event: Any, *args: Any) -> Any:
        """An event that no handler is named after is answered like any other bad input, and so
        is one that a client named after what only the library may tell us."""
        name = str(event)[:40]
        forged = name in LIBRARYS_OWN and not self._from_library(name, *args)
        if forged or (name not in LIBRARYS_OWN and not hasattr(self, f"on_{name}")):
            return wire.error(Invalid(f"There is no event “{name}” here."))
        return await super().trigger_event(event, *args)

    def _from_library(self, event: str, sid: str, *args: Any) -> bool:
        if event == "connect":
            return bool(args) and args[0] is self.server.get_environ(sid, self.namespace)
        return not self.server.manager.is_connected(sid, self.namespace)
