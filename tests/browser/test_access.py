"""axe-core has no complaint about either face in any of their states, on paper or in the dark."""

from __future__ import annotations

import pytest
from conftest import DESKTOP, PHONE, NewPage
from faces import Agent, Customer
from playwright.sync_api import Page, expect
from system import ROOT, System

AXE = ROOT / "handoff" / "web" / "node_modules" / "axe-core" / "axe.min.js"
HUNGRY = "we have no food left and the baby has not eaten since yesterday"


def complaints(page: Page) -> list[str]:
    """Each rule that is broken, and where."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    return [f"{v['id']}: {[node['target'] for node in v['nodes']]}" for v in found["violations"]]


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "dark phone"]
)
def test_axe_is_content(
    system: System, new_page: NewPage, viewport: dict[str, int], scheme: str
) -> None:
    """From the first look to the end of a chat, a lost line included."""
    look = {"color_scheme": scheme, "reduced_motion": "reduce"}
    agent = Agent(new_page(viewport, **look), system.url)
    customer = Customer(new_page(viewport, **look), system.url)
    found: dict[str, list[str]] = {}

    agent.page.goto(f"{system.url}/console")
    found["login"] = complaints(agent.page)
    agent.sign_in("agent2", "not the password")
    expect(agent.page.get_by_role("alert")).to_be_visible()
    found["wrong password"] = complaints(agent.page)
    agent.sign_in("agent2")
    expect(agent.page.get_by_text("Nobody is waiting.")).to_be_visible()
    found["empty desk"] = complaints(agent.page)

    customer.page.goto(system.url)
    found["launcher"] = complaints(customer.page)
    customer.open()
    found["empty chat"] = complaints(customer.page)
    customer.write(HUNGRY)
    expect(customer.page.get_by_text("You are next in line")).to_be_visible()
    found["queued"] = complaints(customer.page)
    expect(agent.page.get_by_role("region", name="Offer: ").first).to_be_visible()
    found["offer"] = complaints(agent.page)

    agent.accept_offer()
    agent.write("Hello, I am Noor.")
    customer.sees("Hello, I am Noor.")
    found["with a person"] = complaints(customer.page)
    found["case"] = complaints(agent.page)
    customer.page.context.set_offline(True)
    customer.write("written without a line")
    expect(customer.page.get_by_text("You're offline.")).to_be_visible()
    found["offline"] = complaints(customer.page)
    customer.page.context.set_offline(False)
    agent.sees("written without a line")
    agent.page.get_by_role("button", name="Close conversation").click()
    found["closing"] = complaints(agent.page)
    agent.page.get_by_role("button", name="Close now").click()
    expect(customer.page.get_by_text("This chat has ended.")).to_be_visible()
    found["ended"] = complaints(customer.page)
    found["case gone"] = complaints(agent.page)
    assert found == {state: [] for state in found}


def test_focus_is_never_lost(customer: Customer, agent: Agent) -> None:
    """What is opened takes it, Escape and Cancel give it back to the button that opened it."""
    agent.sign_in("agent2")
    customer.open()
    customer.button("Talk to a person").click()
    agent.accept_offer()
    page = agent.page
    close = page.get_by_role("button", name="Close conversation")
    close.click()
    expect(page.get_by_label("Outcome")).to_be_focused()
    page.keyboard.press("Escape")
    expect(close).to_be_focused()
    out = page.get_by_role("button", name="Sign out", exact=True)
    out.click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("still open")).to_have_count(0)
    expect(out).to_be_focused()
    agent.close()


def test_each_new_line_is_announced_once(customer: Customer, agent: Agent) -> None:
    """Not what was said before the page was loaded, nor again after a lost line."""
    agent.sign_in("agent2")
    customer.open()
    customer.button("Talk to a person").click()
    agent.accept_offer()
    customer.page.evaluate(COUNT_SPOKEN)
    agent.write("this is news")
    customer.sees("this is news")
    customer.page.context.set_offline(True)
    expect(customer.page.get_by_text("You're offline.")).to_be_visible()
    customer.page.context.set_offline(False)
    expect(customer.page.get_by_text("You're offline.")).to_have_count(0)
    agent.write("and this is more")
    customer.sees("and this is more")
    spoken = customer.page.evaluate("window.spoken")
    assert [text for text in spoken if "says:" in text] == [
        "Noor Haddad says: this is news",
        "Noor Haddad says: and this is more",
    ]
    agent.close()


COUNT_SPOKEN = """() => {
  window.spoken = [];
  const region = document.querySelector("warmline-chat").shadowRoot
    .querySelector("[aria-live=polite][aria-relevant=additions]");
  new MutationObserver((changes) => changes.forEach((change) =>
    change.addedNodes.forEach((node) => window.spoken.push(node.textContent))
  )).observe(region, { childList: true });
}"""
