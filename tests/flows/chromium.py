"""Debian's Chromium, driven by Playwright."""

import os
import shutil
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None,
    reason="pages can only be tested in a browser, which pip cannot install: "
    "apt-get install chromium (CI does)",
)


def wait_until(page, expression, timeout_s=15):
    """Ask again and again: the pages' own policy forbids Playwright's way of waiting."""
    end_s = time.monotonic() + timeout_s
    while not page.evaluate(expression):
        assert time.monotonic() < end_s, f"{expression} did not come true"
        page.wait_for_timeout(50)


@contextmanager
def browser_page(folder: Path, **options):
    """A page of a browser with a new profile in `folder`; its errors are in ``page.problems``."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=CHROMIUM, args=list(ARGUMENTS), **options
        )
        page = context.pages[0]
        page.set_default_timeout(15_000)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda line: line.type == "error" and page.problems.append(line.text))
        try:
            yield page
        finally:
            if os.environ.get("SCREENSHOTS"):
                page.screenshot(path=Path(os.environ["SCREENSHOTS"]) / f"{folder.name}.png")
            context.close()
