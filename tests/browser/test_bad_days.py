"""What a browser, a network or a device does to a chat on a bad day; nothing is lost by it."""

from __future__ import annotations

import time

import pytest
from conftest import NewPage
from faces import Agent, Customer
from playwright.sync_api import expect
from system import System

HOUR_MS = 3_600_000
TEXTS = ["written first", "written second", "written third"]
NO_STORAGE = """
for (const kind of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, kind, { get() { throw new DOMException("denied"); } });
}
"""


@pytest.mark.parametrize("wrong_by_ms", [-HOUR_MS, HOUR_MS], ids=["slow", "fast"])
def test_an_agent_whose_clock_is_wrong_is_offered_work(
    customer: Customer, agent: Agent, wrong_by_ms: int
) -> None:
    """Offers last by the server's clock, and waits are counted by it."""
    agent.page.clock.install(time=time.time() + wrong_by_ms / 1000)
    agent.sign_in("supervisor")
    customer.open()
    customer.button("Talk to a person").click()
    offer = agent.page.get_by_role("region", name="Offer: ").first
    expect(offer.get_by_text("0:")).to_be_visible()
    agent.accept_offer()
    agent.write("hello on a wrong clock")
    customer.sees("hello on a wrong clock")
    agent.close()


def test_two_tabs_of_a_new_visitor_write_without_a_line(customer: Customer) -> None:
    """Both texts arrive in one conversation, once each, and both tabs show both."""
    second = Customer(customer.page.context.new_page(), customer.url)
    for tab in (customer, second):
        tab.page.goto(tab.url)
    customer.page.context.set_offline(True)
    for tab in (customer, second):
        tab.page.get_by_role("button", name="Chat with us").click()
    customer.write("from the first tab")
    second.write("from the second tab")
    customer.page.context.set_offline(False)
    for tab in (customer, second):
        for text in ("from the first tab", "from the second tab"):
            expect(tab.log.get_by_text(text)).to_have_count(1)
        expect(tab.log.get_by_text("Kept, waiting")).to_have_count(0)


def test_what_was_written_outlives_a_reload(customer: Customer) -> None:
    """Written without a line, reloaded, and sent in order once there is one."""
    down = True
    context = customer.page.context
    context.route("**/socket.io/**", lambda route: route.abort() if down else route.continue_())
    context.route_web_socket(
        "**/socket.io/**", lambda line: line.close() if down else line.connect_to_server()
    )
    customer.open()
    for text in TEXTS:
        customer.write(text)
    expect(customer.log.get_by_text("Kept, waiting")).to_have_count(len(TEXTS))
    customer.page.reload()
    expect(customer.log.get_by_text("Kept, waiting")).to_have_count(len(TEXTS))
    down = False
    expect(customer.log.get_by_text("Kept, waiting")).to_have_count(0)
    said = [line for line in customer.log.inner_text().splitlines() if line in TEXTS]
    assert said == TEXTS


def test_a_browser_without_storage_still_chats(system: System, new_page: NewPage) -> None:
    """As in some private windows: only a reload forgets."""
    page = new_page()
    page.add_init_script(NO_STORAGE)
    customer = Customer(page, system.url)
    customer.open()
    customer.write("hello without storage")
    customer.sees("hello without storage")
    expect(customer.log.get_by_text("Assistant").first).to_be_visible()


def test_a_token_that_is_no_longer_good_is_replaced(customer: Customer) -> None:
    """A new conversation begins, and takes what was written along."""
    customer.page.goto(customer.url)
    customer.page.evaluate("localStorage.setItem('warmline.token', 'eyJ.not.good')")
    customer.page.reload()
    customer.open()
    customer.write("hello again")
    expect(customer.log.get_by_text("Assistant").first).to_be_visible()
    assert customer.page.evaluate("localStorage.getItem('warmline.token')") != "eyJ.not.good"
