"""Somebody else's website: another origin, styles that suit nobody, and a strict content policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOSTILE = """
* { all: unset; letter-spacing: 9px; text-transform: uppercase; visibility: hidden; }
html { font-size: 62.5%; }
button, textarea, div, warmline-chat { display: none; color: red; }
"""
SHORTCUT = "addEventListener('keydown', () => { document.title += '!'; });"


def page(body: str) -> str:
    return f"<!doctype html><title>Host</title><style>{HOSTILE}</style>{body}"


@contextmanager
def website(body: str, policy: str) -> Iterator[str]:
    """Serves one page with *body*; yields its address."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            script = self.path == "/shortcuts.js"
            content = (SHORTCUT if script else page(body)).encode()
            self.send_response(200)
            kind = "text/javascript" if script else "text/html; charset=utf-8"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
