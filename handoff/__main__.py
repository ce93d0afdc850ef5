"""``python -m handoff``: starts the service, or says in one line why it cannot."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

from aiohttp import web

from .app import make_app
from .domain.errors import DomainError
from .settings import BadSetting, Settings, read

LAST_WORDS_S = 3  # for requests under way when the service is stopped


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        settings = read(os.environ)
        asyncio.run(_serve(settings))
    except (BadSetting, DomainError, OSError) as error:
        print(f"warmline: {_in_words(error)}", file=sys.stderr)
        return 1
    return 0


async def _serve(settings: Settings) -> None:
    runner = web.AppRunner(make_app(settings), access_log=None, shutdown_timeout=LAST_WORDS_S)
    try:
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port).start()
        logging.info("listening on http://%s:%s", settings.host, settings.port)
        await _asked_to_stop()
    finally:
        await runner.cleanup()


async def _asked_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


def _in_words(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
