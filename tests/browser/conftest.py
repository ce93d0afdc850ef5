"""Chromium, and pages in contexts of their own that do not know each other."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faces import Agent, Customer
from playwright.sync_api import Browser, Page, expect, sync_playwright
from system import ROOT, System

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
DEADLINE_MS = 20_000  # a failure, never a pause

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = os.environ.get("WARMLINE_CHROMIUM") or shutil.which("chromium")
    assert program, "Chromium is missing: apt-get install chromium"
    expect.set_options(timeout=DEADLINE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[NewPage]:
    """Opens a page of somebody else's browser; what goes wrong in one fails the test."""
    contexts, errors = [], []

    def open_one(viewport: dict[str, int] = DESKTOP, **options: object) -> Page:
        context = chromium.new_context(viewport=viewport, **options)
        context.set_default_timeout(DEADLINE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def customer(system: System, new_page: NewPage) -> Customer:
    return Customer(new_page(), system.url)


@pytest.fixture
def agent(system: System, new_page: NewPage) -> Agent:
    return Agent(new_page(), system.url)


@pytest.fixture(scope="session")
def pictures() -> Path:
    """``make pictures`` sends them to the documentation, everything else to the data folder."""
    folder = Path(os.environ.get("WARMLINE_PICTURES", ROOT / "var" / "tests" / "pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
