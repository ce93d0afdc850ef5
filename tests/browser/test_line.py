"""The whole line in a browser: a customer and an agent, each in their own."""

from __future__ import annotations

from pathlib import Path

from faces import Agent, Customer
from playwright.sync_api import expect
from system import System

COLD_BABY = "they cut my power this morning and my baby is cold"


def test_distress_to_close(customer: Customer, agent: Agent, pictures: Path) -> None:
    """Distress → accept → talk → reload both pages mid-chat → nothing missing → close."""
    agent.sign_in("agent")
    expect(agent.page.get_by_text("Nobody is waiting.")).to_be_visible()
    customer.open()
    customer.write(COLD_BABY)
    customer.sees("calling a person for you")
    expect(customer.page.get_by_text("You are next in line")).to_be_visible()
    agent.accept_offer()
    why = agent.page.get_by_role("region", name="Why this needs a person")
    expect(why).to_contain_text("Urgent need")
    agent.sees(COLD_BABY)
    agent.write("Hello, I am Sam. I read it all. Is there a room where you can keep warm?")
    customer.sees("Is there a room where you can keep warm?")
    customer.write("the neighbour took us in for now")
    agent.sees("the neighbour took us in for now")
    customer.page.screenshot(path=pictures / "widget.png")
    agent.page.screenshot(path=pictures / "console.png")

    said, seen = lines(customer), lines(agent)
    customer.page.reload()
    agent.page.reload()
    customer.sees("the neighbour took us in for now")
    agent.sees("the neighbour took us in for now")
    assert (lines(customer), lines(agent)) == (said, seen)

    agent.write("A crew is on its way to you.")
    customer.sees("A crew is on its way to you.")
    agent.close()
    customer.sees("closed the chat")
    expect(customer.page.get_by_text("This chat has ended.")).to_be_visible()
    customer.button("Start a new chat").click()
    expect(customer.log).not_to_contain_text(COLD_BABY)


def test_back_to_the_assistant(customer: Customer, agent: Agent) -> None:
    """A person asked for with the button comes, helps, and hands back; the bot answers again."""
    agent.sign_in("agent")
    customer.open()
    customer.button("Talk to a person").click()
    agent.accept_offer()
    agent.write("All sorted.")
    customer.sees("All sorted.")
    agent.page.get_by_role("button", name="Return to assistant").click()
    agent.page.get_by_role("button", name="Return now").click()
    customer.sees("The assistant is back")
    customer.write("is my internet down in 49902?")
    customer.sees("49902")
    expect(customer.button("Talk to a person")).to_be_visible()


def test_two_tabs_of_one_customer_agree(customer: Customer) -> None:
    """What is written in one appears in the other."""
    customer.open()
    customer.write("hello from the first tab")
    customer.sees("hello from the first tab")
    second = Customer(customer.page.context.new_page(), customer.url)
    second.open()
    second.sees("hello from the first tab")
    second.write("and from the second")
    customer.sees("and from the second")
    expect(second.log.get_by_text("hello from the first tab")).to_have_count(1)


def test_a_killed_desk_comes_back_by_itself(
    system: System, customer: Customer, agent: Agent
) -> None:
    """SIGKILL in mid-chat: both go on typing, and after the restart both lines arrive, once."""
    agent.sign_in("agent")
    customer.open()
    customer.button("Talk to a person").click()
    agent.accept_offer()
    agent.write("before the crash")
    customer.sees("before the crash")
    system.handoff.kill()
    try:
        customer.write("written while it was down")
        agent.write("so was this")
    finally:
        system.handoff.start()
    agent.sees("written while it was down")
    customer.sees("so was this")
    expect(customer.log.get_by_text("so was this")).to_have_count(1)
    expect(agent.log.get_by_text("written while it was down")).to_have_count(1)
    expect(customer.log.get_by_text("before the crash")).to_have_count(1)
    agent.close()
    customer.sees("closed the chat")


def test_a_wrong_password_says_so(agent: Agent) -> None:
    """And the right one then works."""
    agent.sign_in("agent2", "not the password")
    expect(agent.page.get_by_role("alert")).to_contain_text("not right")
    agent.sign_in("agent2")
    expect(agent.page.get_by_text("Noor Haddad")).to_be_visible()


def lines(face: Customer | Agent) -> list[str]:
    """What a transcript shows, line by line, but for what tells how far a line has come."""
    return [line for line in face.log.inner_text().splitlines() if line not in ("Sent", "Seen")]
