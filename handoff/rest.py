"""Plain HTTP: health, login, and the pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from . import wire
from .auth import Login
from .domain.errors import DomainError, Invalid, RateLimited, Unavailable
from .limits import Limit
from .store import Store

# Strict: our own scripts only. Styles may be inline because a shadow root's are.
POLICY = (
    "default-src 'self'; connect-src 'self' ws: wss:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
CODES = {403: "forbidden", 404: "not_found", 413: "too_long"}
STATUS = {"invalid": 400, "too_long": 400, "unauthorized": 401, "rate_limited": 429}
# Another website's page loads these as modules, which browsers allow by this header only. What
# may talk to the service is another matter: WARMLINE_ORIGINS.
EMBEDDABLE = ("/widget.js", "/assets/")
PAGES = {
    "/": "index.html",
    "/console": "console/index.html",
    "/widget.js": "widget.js",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Answers(Protocol):
    async def ready(self) -> bool: ...


@dataclass(frozen=True)
class Rest:
    """*names* limits the attempts from one address on one name, *addresses* those on any."""

    store: Store
    bot: Answers
    login: Login
    names: Limit
    addresses: Limit
    pages: Path

    def add_to(self, app: web.Application) -> None:
        app.middlewares.append(errors)
        app.on_response_prepare.append(_harden)
        app.router.add_get("/healthz", self._alive)
        app.router.add_get("/readyz", self._ready)
        app.router.add_post("/api/login", self._log_in)
        for path, name in PAGES.items():
            app.router.add_get(path, self._page(name))
        if (self.pages / "assets").is_dir():
            app.router.add_static("/assets", self.pages / "assets")

    async def _alive(self, request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _ready(self, request: web.Request) -> web.Response:
        """Ready while the database is: a bot that is down is a reason to hand over, not to stop."""
        try:
            await self.store.ping()
        except Unavailable as error:
            return web.json_response({"ready": False, "database": str(error)}, status=503)
        bot = "ok" if await self.bot.ready() else "down"
        return web.json_response({"ready": True, "database": "ok", "bot": bot})

    async def _log_in(self, request: web.Request) -> web.Response:
        body = wire.fields(await _json(request))
        username, password = wire.text(body, "username"), wire.text(body, "password")
        self.addresses.check(str(request.remote), "attempts to sign in")
        attempts = f"{request.remote} {username}"
        self.names.check(attempts, "attempts to sign in")
        token, agent = await self.login(username, password)
        self.names.forget(attempts)
        return web.json_response({"token": token, "agent": wire.agent(agent)})

    def _page(self, name: str) -> Handler:
        async def page(request: web.Request) -> web.StreamResponse:
            if not (self.pages / name).is_file():
                raise Unavailable("The pages are not built. Run `make setup`.")
            return web.FileResponse(self.pages / name, headers={"Cache-Control": "no-cache"})

        return page


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The contract's error in the body, and the status that fits it."""
    try:
        return await handler(request)
    except DomainError as error:
        body: dict[str, Any] = {"error": wire.error(error)["error"]}
        headers = {}
        if isinstance(error, RateLimited) and error.retry_after is not None:
            headers["Retry-After"] = str(int(error.retry_after) + 1)
        return web.json_response(body, status=STATUS.get(error.code, 503), headers=headers)
    except web.HTTPError as error:
        code = CODES.get(error.status, "invalid")
        body = {"error": {"code": code, "message": f"{error.reason}."}}
        return web.json_response(body, status=error.status)


async def _json(request: web.Request) -> Any:
    try:
        return await request.json()
    except (ValueError, LookupError, RecursionError):  # no JSON, an unknown charset, too deep
        raise Invalid("Send a JSON object.") from None


async def _harden(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    if request.path.startswith(EMBEDDABLE):
        response.headers["Access-Control-Allow-Origin"] = "*"
