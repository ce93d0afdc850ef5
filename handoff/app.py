"""The composition root: builds every part once, for production and for tests alike."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import socketio
from aiohttp import web

from triage.floor import Floor
from triage.safety import SafetyLines

from .announce import AGENT, CUSTOMER, Announcer
from .auth import Login, Passwords, Tokens, secret_in
from .bot_client import BotClient
from .change import Change, Changes
from .consoles import Consoles
from .demo import add_demo_agents
from .desk import Desk
from .escalate import Escalate
from .limits import Limit
from .offers import Offers
from .rest import Rest
from .settings import Settings
from .sockets import Services, TextPacket, namespaces
from .store import Store
from .turns import Bot, InOrder, Turns

log = logging.getLogger(__name__)

LARGEST_FRAME = 64 * 1024  # bytes; standards.md, "Security"
MESSAGES_A_MINUTE = 100  # the same source
HINTS_A_MINUTE = 600  # typing and reads: ten a second is more than fingers do
LOGINS_A_NAME, LOGINS_AN_ADDRESS = 10, 100  # in five minutes; an office shares an address
TICK_S = 0.5
GOODBYE_S = 1.0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Parts:
    """What a running service consists of; a test reaches in here."""

    sio: socketio.AsyncServer
    store: Store
    rasa: BotClient
    tokens: Tokens
    passwords: Passwords
    consoles: Consoles
    offers: Offers
    turns: Turns
    desk: Desk
    announcer: Announcer


PARTS: web.AppKey[Parts] = web.AppKey("parts")


def make_app(
    settings: Settings,
    bot: Bot | None = None,
    floor: Floor | None = None,
    now: Callable[[], datetime] = utc_now,
    clock: Callable[[], float] = time.monotonic,
) -> web.Application:
    """The whole service. In tests, *bot* replaces Rasa, *now* and *clock* the time."""
    settings.data.mkdir(parents=True, exist_ok=True)
    app = web.Application()
    parts = app[PARTS] = _assemble(settings, bot, floor or Floor.load(), now)
    parts.sio.attach(app)
    messages, hints = (Limit(n, 60, clock) for n in (MESSAGES_A_MINUTE, HINTS_A_MINUTE))
    _add_sockets(parts, settings, messages, hints)
    _add_rest(app, parts, settings, clock)

    async def life(app: web.Application) -> AsyncIterator[None]:
        await _start(parts, settings)
        ticking = asyncio.create_task(_tick(parts))
        yield
        ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticking
        await _stop(parts)

    app.cleanup_ctx.append(life)
    app.on_shutdown.append(_hang_up)
    return app


def _assemble(
    settings: Settings, bot: Bot | None, floor: Floor, now: Callable[[], datetime]
) -> Parts:
    sio = socketio.AsyncServer(
        async_mode="aiohttp",
        cors_allowed_origins=list(settings.origins) or None,
        max_http_buffer_size=LARGEST_FRAME,
        namespaces=[CUSTOMER, AGENT],
        serializer=TextPacket,
    )
    store = Store(settings.database)
    rasa = BotClient(settings.rasa_url, settings.bot_secret, settings.bot_timeout_s)
    announcer = Announcer(sio, store)
    consoles = Consoles(now, settings.agent_grace_s)
    offers = Offers(store, consoles, announcer.ring, now, settings.offer_s)

    async def tell(change: Change) -> None:
        await announcer.tell(change)
        if change.events:
            await offers.try_to_make()

    changes = Changes(store, tell, now)
    escalate = Escalate(SafetyLines.load())
    asked = bot or rasa
    turns = Turns(store, changes, asked, escalate, offers.staffed, announcer.bot_typing, InOrder())
    return Parts(
        sio=sio,
        store=store,
        rasa=rasa,
        tokens=Tokens(secret_in(settings.data / "secret"), now),
        passwords=Passwords(),
        consoles=consoles,
        offers=offers,
        turns=turns,
        desk=Desk(store, changes, turns, offers, floor, escalate, now),
        announcer=announcer,
    )


def _add_sockets(parts: Parts, settings: Settings, messages: Limit, hints: Limit) -> None:
    services = Services(
        desk=parts.desk,
        offers=parts.offers,
        announcer=parts.announcer,
        tokens=parts.tokens,
        messages=messages,
        hints=hints,
        site_secret=settings.site_secret,
    )
    for namespace in namespaces(services):
        parts.sio.register_namespace(namespace)


def _add_rest(
    app: web.Application, parts: Parts, settings: Settings, clock: Callable[[], float]
) -> None:
    login = Login(parts.store, parts.passwords, parts.tokens)
    names, addresses = (Limit(n, 300, clock) for n in (LOGINS_A_NAME, LOGINS_AN_ADDRESS))
    Rest(parts.store, parts.rasa, login, names, addresses, settings.pages).add_to(app)


async def _start(parts: Parts, settings: Settings) -> None:
    await parts.store.migrate()
    if settings.demo_password:
        await add_demo_agents(parts.store, parts.passwords, settings.demo_password)
    await parts.offers.begin()
    async with parts.store.read() as tx:
        parts.consoles.missing(await tx.holders())
    await parts.turns.take_up()


async def _stop(parts: Parts) -> None:
    await parts.turns.queue.cancel()
    await parts.sio.shutdown()
    await parts.rasa.close()
    await parts.store.close()


async def _hang_up(app: web.Application) -> None:
    """Clients are told at once; they come back by themselves when the service does."""
    eio = app[PARTS].sio.eio
    connected = list(eio.sockets.values())
    if connected:
        # It waits for what each client has still to be sent, also for one that is gone for good.
        await asyncio.wait({asyncio.create_task(eio.disconnect())}, timeout=GOODBYE_S)
    for socket in connected:
        socket.queue.put_nowait(None)  # closes a websocket now; its client ignores the goodbye


async def _tick(parts: Parts) -> None:
    """What happens by the clock: offers lapse, lost agents' conversations wait again, and
    turns that broke off are taken up."""
    while True:
        await asyncio.sleep(TICK_S)
        try:
            if await parts.offers.due():
                await parts.offers.make()
            for agent_id in parts.consoles.given_up():
                await parts.desk.give_back(agent_id)
                parts.consoles.forget(agent_id)
            parts.turns.retry()
        except Exception:  # the outermost loop of a task: the clock must not stop
            log.exception("the clock missed a beat")
