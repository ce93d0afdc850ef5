"""One script tag on another organisation's page is enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import NewPage
from embedded import website
from faces import Customer
from playwright.sync_api import expect
from system import System, handoff_program


@dataclass
class Embedded:
    """A desk whose address differs from the website's; both know each other."""

    desk: str
    site: str


@pytest.fixture(params=["script tag", "own element and data-server"])
def embedded(request: pytest.FixtureRequest, system: System, tmp_path: Path) -> Iterator[Embedded]:
    """The site's policy allows the desk, and of its own only what it needs itself."""
    desk, url = handoff_program(tmp_path, system.bot.ready_url.partition("/webhooks")[0])
    own = f'<warmline-chat data-server="{url}" data-organisation="Elsewhere"></warmline-chat>'
    placed = own if request.param.startswith("own") else ""
    tag = f'<script src="{url}/widget.js" data-organisation="Elsewhere"></script>'
    socket = url.replace("http", "ws")
    policy = (
        f"default-src 'none'; script-src 'self' {url}; connect-src {url} {socket}; "
        "style-src 'unsafe-inline'"
    )
    body = f'{placed}{tag}<script src="/shortcuts.js"></script>'
    with website(body, policy) as site:
        desk.environ["WARMLINE_ORIGINS"] = site
        desk.start()
        try:
            yield Embedded(url, site)
        finally:
            desk.kill()


def test_a_foreign_page_carries_the_widget(embedded: Embedded, new_page: NewPage) -> None:
    """In spite of the page's styles and policy; and the page's shortcuts hear nothing of it."""
    page = new_page()
    violations: list[str] = []
    page.on("console", lambda m: violations.append(m.text) if m.type == "error" else None)
    customer = Customer(page, embedded.site)
    customer.open()
    customer.write("hello from elsewhere")
    customer.sees("hello from elsewhere")
    expect(customer.log.get_by_text("Assistant").first).to_be_visible()
    line = customer.log.get_by_text("hello from elsewhere")
    expect(line).to_have_css("font-size", "16px")
    expect(line).to_have_css("letter-spacing", "normal")
    expect(line).to_have_css("text-transform", "none")
    expect(line).to_have_css("visibility", "visible")
    assert page.title() == "Host"
    assert violations == []
    page.reload()
    customer.sees("hello from elsewhere")


def test_a_website_that_was_not_allowed_gets_no_conversation(
    system: System, new_page: NewPage
) -> None:
    """It is told that there is no connection; what is written is kept, not lost."""
    tag = f'<script src="{system.url}/widget.js"></script>'
    with website(tag, "default-src * 'unsafe-inline'") as site:
        customer = Customer(new_page(), site)
        customer.open()
        customer.write("hello?")
        expect(customer.log.get_by_text("Kept, waiting for the connection")).to_be_visible()
        expect(customer.page.get_by_text("The connection is lost.")).to_be_visible()
