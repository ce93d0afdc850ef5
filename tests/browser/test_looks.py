"""What must be true of both faces in any state: they fit, they can be used by keyboard, and what
people write is never taken for markup."""

from __future__ import annotations

import pytest
from conftest import DESKTOP, NewPage
from faces import Agent, Customer
from playwright.sync_api import Page, expect
from system import System

NARROW = {"width": 320, "height": 640}  # WCAG 2.2, 1.4.10
MARKUP = "<img src=x onerror=\"document.title='broken in'\"><b>bold</b> javascript:alert(1)"


def overflow_px(page: Page) -> int:
    """By how much the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.mark.parametrize("viewport", [NARROW, DESKTOP], ids=["narrow", "desktop"])
def test_nothing_sticks_out(system: System, new_page: NewPage, viewport: dict[str, int]) -> None:
    """Also with a word that no line can hold."""
    customer = Customer(new_page(viewport), system.url)
    customer.open()
    customer.write("W" * 300)
    customer.sees("W" * 300)
    assert overflow_px(customer.page) <= 0
    agent = Agent(new_page(viewport), system.url)
    agent.page.goto(f"{system.url}/console")
    assert overflow_px(agent.page) <= 0
    agent.sign_in("agent")
    expect(agent.page.get_by_role("heading", name="Queue")).to_be_visible()
    assert overflow_px(agent.page) <= 0


def test_what_people_write_is_only_text(customer: Customer, agent: Agent) -> None:
    """In the transcript of both, in the queue and in the reason."""
    agent.sign_in("agent")
    customer.open()
    customer.write(MARKUP)
    customer.sees(MARKUP)
    customer.button("Talk to a person").click()
    agent.accept_offer()
    agent.sees(MARKUP)
    agent.write(MARKUP)
    expect(customer.log.get_by_text(MARKUP)).to_have_count(2)
    assert customer.page.title() != "broken in"
    assert agent.page.title() != "broken in"
    agent.close()


def test_a_customer_needs_no_mouse(customer: Customer) -> None:
    """Open, write, send, ask for a person, leave: with the keyboard alone."""
    page = customer.page
    page.goto(customer.url)
    page.get_by_role("button", name="Chat with us").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Your message")).to_be_focused()
    page.keyboard.type("hello there")
    page.keyboard.press("Enter")
    customer.sees("hello there")
    page.keyboard.press("Shift+Tab")
    expect(customer.button("Talk to a person")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("in line").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Chat with us")).to_be_focused()


def test_an_agent_needs_no_mouse(customer: Customer, agent: Agent) -> None:
    """From signing in to the first words."""
    page = agent.page
    page.goto(f"{agent.url}/console")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type("agent")
    page.keyboard.press("Tab")
    page.keyboard.type("sample password for tests")
    page.keyboard.press("Enter")
    customer.open()
    customer.button("Talk to a person").click()
    accept = page.get_by_role("region", name="Offer: ").get_by_role("button", name="Accept").first
    expect(accept).to_be_visible()
    for _ in range(12):
        if accept.evaluate("e => e === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Reply to ")).to_be_focused()
    page.keyboard.type("hello by keyboard")
    page.keyboard.press("Enter")
    customer.sees("hello by keyboard")
    agent.close()


def test_the_end_stays_in_sight_whatever_grows(customer: Customer) -> None:
    """The greeting before the first line; then the last line, also when the window shrinks."""
    page = customer.page
    page.set_viewport_size({"width": 720, "height": 450})
    customer.open()
    expect(page.get_by_text("Hello, how can we help?")).to_be_in_viewport()
    customer.write("where can I get a meal today near 49901?")
    customer.sees("Food you can get today")
    customer.button("Talk to a person").click()
    last = customer.log.get_by_text("You are in line").last
    expect(last).to_be_in_viewport()
    page.set_viewport_size(NARROW)
    expect(last).to_be_in_viewport()
    customer.log.evaluate("log => log.scrollTo(0, 0)")
    expect(page.get_by_text("Hello, how can we help?")).to_be_in_viewport()


def test_a_message_that_is_too_long_is_explained(customer: Customer) -> None:
    """Nothing is sent or lost; shortened, it goes through."""
    customer.open()
    box = customer.page.get_by_role("textbox", name="Your message")
    box.fill("x" * 4001)
    box.press("Enter")
    expect(box).to_have_value("x" * 4001)
    expect(
        customer.page.get_by_role("status").filter(has_text="1 characters too many")
    ).to_be_visible()
    box.fill("short")
    box.press("Enter")
    customer.sees("short")
