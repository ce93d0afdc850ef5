"""The two faces as people use them: things are found by their role and name, never by markup."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect
from system import PASSWORD


@dataclass
class Customer:
    """Somebody on the demo page."""

    page: Page
    url: str

    def open(self) -> None:
        self.page.goto(self.url)
        self.page.get_by_role("button", name="Chat with us").click()

    def write(self, text: str) -> None:
        box = self.page.get_by_role("textbox", name="Your message")
        box.fill(text)
        box.press("Enter")

    def sees(self, text: str) -> None:
        expect(self.log.get_by_text(text).last).to_be_visible()

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name="Conversation")

    def button(self, name: str) -> Locator:
        """The assistant may offer a choice of the same name; ours stands below it."""
        return self.page.get_by_role("button", name=name, exact=True).last


@dataclass
class Agent:
    """Somebody at the console."""

    page: Page
    url: str

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        self.page.goto(f"{self.url}/console")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def accept_offer(self) -> None:
        offer = self.page.get_by_role("region", name="Offer: ").first
        offer.get_by_role("button", name="Accept").click()

    def write(self, text: str) -> None:
        box = self.page.get_by_role("textbox", name="Reply to ")
        box.fill(text)
        box.press("Enter")

    def sees(self, text: str) -> None:
        expect(self.log.get_by_text(text).last).to_be_visible()

    def close(self) -> None:
        self.page.get_by_role("button", name="Close conversation").click()
        self.page.get_by_role("button", name="Close now").click()

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name="Transcript")
