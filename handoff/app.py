"""The composition root: builds every part once, for production and for tests alike."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import socketio
from aiohttp import web

from triage.floor import Floor
from triage.safety import SafetyLines

from .announce import Announcer
from .auth import Login, Passwords, Tokens, secret_in
from .bot_client import BotClient
from .change import Change, Changes
from .demo import add_demo_agents
from .desk import Desk
from .escalate import Escalate
from .limits import Limit
from .offers import Offers
from .rest import Rest
from .settings import Settings
from .sockets import Services, namespaces
from .store import Store
from .turns import Bot, InOrder, Turns

log = logging.getLogger(__name__)

LARGEST_FRAME = 64 * 1024  # bytes; standards.md, "Security"
MESSAGES_A_MINUTE = 100  # the same source
LOGINS_IN_FIVE_MINUTES = 10
TICK_S = 0.5

DESK: web.AppKey[Desk] = web.AppKey("desk")
PASSWORDS: web.AppKey[Passwords] = web.AppKey("passwords")
TOKENS: web.AppKey[Tokens] = web.AppKey("tokens")


def utc_now() -> datetime:
    return datetime.now(UTC)


def make_app(
    settings: Settings,
    bot: Bot | None = None,
    floor: Floor | None = None,
    now: Callable[[], datetime] = utc_now,
    clock: Callable[[], float] = time.monotonic,
) -> web.Application:
    """The whole service. In tests, *bot* replaces Rasa, *now* and *clock* the time."""
    settings.data.mkdir(parents=True, exist_ok=True)
    sio = socketio.AsyncServer(
        async_mode="aiohttp",
        cors_allowed_origins=list(settings.origins) or None,
        max_http_buffer_size=LARGEST_FRAME,
    )
    app = web.Application()
    sio.attach(app)
    store = Store(settings.database)
    rasa = BotClient(settings.rasa_url, settings.bot_secret, settings.bot_timeout_s)
    tokens = Tokens(secret_in(settings.data / "secret"), now)
    announcer = Announcer(sio, store)
    offers = Offers(store, announcer.ring, now, settings.offer_s)

    async def tell(change: Change) -> None:
        await announcer.tell(change)
        if change.events:
            await offers.make()

    changes = Changes(store, tell, now)
    escalate = Escalate(SafetyLines.load())
    turns = Turns(
        store, changes, bot or rasa, escalate, offers.staffed, announcer.bot_typing, InOrder()
    )
    desk = Desk(store, changes, turns, offers, floor or Floor.load(), escalate, now)
    messages = Limit(MESSAGES_A_MINUTE, 60, clock)
    services = Services(desk, offers, announcer, tokens, messages, settings.site_secret)
    for namespace in namespaces(services):
        sio.register_namespace(namespace)
    passwords = Passwords()
    logins = Limit(LOGINS_IN_FIVE_MINUTES, 300, clock)
    Rest(store, rasa, Login(store, passwords, tokens), logins, settings.pages).add_to(app)

    async def life(app: web.Application) -> AsyncIterator[None]:
        await store.migrate()
        if settings.demo_password:
            await add_demo_agents(store, passwords, settings.demo_password)
        await turns.take_up()
        ticking = asyncio.create_task(_tick(offers))
        yield
        ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticking
        await turns.queue.cancel()
        await sio.shutdown()
        await rasa.close()
        await store.close()

    async def hang_up(app: web.Application) -> None:
        """Clients are told at once; they come back by themselves when the service does."""
        if sio.eio.sockets:
            await sio.eio.disconnect()

    app.cleanup_ctx.append(life)
    app.on_shutdown.append(hang_up)
    app[DESK] = desk
    app[PASSWORDS] = passwords
    app[TOKENS] = tokens
    return app


async def _tick(offers: Offers) -> None:
    """Offers lapse by the clock, also those that an earlier process made."""
    while True:
        await asyncio.sleep(TICK_S)
        try:
            if await offers.due():
                await offers.make()
        except Exception:  # the outermost loop of a task: the clock must not stop
            log.exception("the clock missed a beat")
