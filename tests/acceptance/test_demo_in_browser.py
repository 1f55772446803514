"""`python -m bot demo` as a person meets it: one command, then a page in Chromium."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, async_playwright, expect

from tests.standins.process import free_port

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update",
                    "--disable-sync")  # fmt: skip
SCREENSHOT = ROOT / "docs" / "demo.png"  # written when UPDATE_SCREENSHOTS is set
PROMPT = "a lighthouse at sunset"
START_S, END_S, RESULT_MS = 30, 10, 20_000
# The demo must not look at any of this.
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": str(ROOT),
    "DISCORD_TOKEN": "a-real-token",
    "MIDJOURNEY_API_KEY": "a-real-key",
    "DATABASE_URL": "mysql://nowhere",
    "PORT": "none",
}
needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed (Debian: apt-get install chromium)"
)


@dataclass
class Demo:
    """A demo that runs as a process of its own."""

    process: asyncio.subprocess.Process
    output: str = ""

    @property
    def url(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+/\S*", self.output)
        assert found, self.output
        return found[0]

    async def wait_for_address(self) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(START_S):
            while "Ctrl-C" not in self.output:
                line = await self.process.stdout.readline()
                assert line, f"it ended: {self.output}"
                self.output += line.decode()

    async def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and give the exit status."""
        self.process.send_signal(number)
        rest, _ = await asyncio.wait_for(self.process.communicate(), END_S)
        self.output += rest.decode()
        assert self.process.returncode is not None
        return self.process.returncode


@asynccontextmanager
async def started(folder: Path, port: int, *start: str) -> AsyncIterator[Demo]:
    """Start a demo in a folder with a `.env` that must not be read."""
    (folder / ".env").write_text("PUBLIC_URL=nonsense\n")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *(start or ("-m", "bot")),
        *("demo", "--no-browser", "--seconds", "2", "--port", str(port)),
        cwd=folder,
        env=ENVIRONMENT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Demo(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    """Give a demo whose page is up; in the end it must stop by Ctrl-C, having said nothing more."""
    async with started(tmp_path, free_port()) as demo:
        await demo.wait_for_address()
        said = demo.output.strip()
        yield demo
        assert await demo.end() == 0
        assert demo.output.strip() == said


# ── In the page ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        await browser.close()


@asynccontextmanager
async def page_of(demo: Demo, browser: Browser) -> AsyncIterator[Page]:
    """Open the page; in the end it must not have complained."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            complaints.append(f"{message.text} {message.location['url']}")

    page = await browser.new_page(viewport={"width": 1180, "height": 1000}, device_scale_factor=1.5)
    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(demo.url)
    await sees_pictures(messages(page).first, 1)  # the greeting, with the bot's avatar
    yield page
    assert complaints == []


@pytest.fixture
async def page(demo: Demo, browser: Browser) -> AsyncIterator[Page]:
    async with page_of(demo, browser) as page:
        yield page


async def imagine(page: Page, prompt: str) -> None:
    """Type the command as a person does."""
    await page.locator("#channel-composer-input").click()
    await page.keyboard.type("/imagine")
    await page.get_by_text("Draw pictures from your words").wait_for()
    await page.keyboard.press("Enter")
    await page.get_by_text("What to draw").wait_for()
    await page.keyboard.type(prompt)
    await page.keyboard.press("Enter")


def messages(page: Page) -> Locator:
    return page.locator("#channel-message-list .channel-message")


async def sees_pictures(place: Locator, count: int) -> None:
    """Wait until there are so many pictures, each really drawn."""
    pictures = place.locator("img[src^='blob:']")
    await expect(pictures).to_have_count(count, timeout=RESULT_MS)
    for picture in await pictures.all():
        await expect(picture).not_to_have_js_property("naturalWidth", 0, timeout=RESULT_MS)


async def take_screenshot(page: Page) -> None:
    """Write the README's picture: the channel's messages, as narrow as their text allows."""
    await page.locator("#messages-toggle").click()
    await page.set_viewport_size({"width": 760, "height": 1500})
    await expect(page.locator("#messages-sidebar")).to_have_attribute("aria-hidden", "true")
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(1000)  # the sidebar slides away
    channel = await page.locator("#channel-layout").bounding_box()
    card = await messages(page).last.bounding_box()
    assert channel is not None
    assert card is not None
    height = card["y"] + card["height"] + 16 - channel["y"]
    await page.screenshot(path=SCREENSHOT, clip={**channel, "height": height})


@needs_chromium
async def test_imagine_leads_to_four_pictures_that_appear_by_themselves(page: Page) -> None:
    await imagine(page, PROMPT)
    await expect(messages(page).last).to_contain_text(re.compile("ready in [1-9] seconds"))
    await expect(messages(page).last.get_by_role("button", name="Again")).to_be_visible(
        timeout=RESULT_MS
    )
    await sees_pictures(messages(page).last.locator("figure"), 4)
    await expect(messages(page)).to_have_count(2)  # the greeting and the card
    if os.environ.get("UPDATE_SCREENSHOTS"):
        await take_screenshot(page)


@needs_chromium
async def test_a_press_on_1_posts_that_picture(page: Page) -> None:
    await imagine(page, PROMPT)
    await messages(page).last.get_by_role("button", name="1", exact=True).click(timeout=RESULT_MS)
    await expect(messages(page)).to_have_count(3)
    await expect(messages(page).last).to_contain_text("at full size")
    await sees_pictures(messages(page).last.locator("figure"), 1)


@needs_chromium
async def test_the_other_person_sees_it_too(demo: Demo, browser: Browser, page: Page) -> None:
    async with page_of(demo, browser) as bens:
        await bens.get_by_label("Viewing as").select_option("Ben")
        await imagine(page, PROMPT)
        await sees_pictures(messages(bens).last.locator("figure"), 4)


# ── In the terminal ─────────────────────────────────────────────────────────────────────────────


async def test_the_demo_starts_and_ends_quietly(demo: Demo) -> None:
    lines = demo.output.split("\n")
    assert [line for line in lines if line.strip()] == [
        f"  The demo is at {demo.url}",
        "  Type /imagine in the page, then what you want to see. Ctrl-C ends the demo.",
    ]


async def test_sigterm_ends_the_demo_too(tmp_path: Path) -> None:
    async with started(tmp_path, free_port()) as demo:
        await demo.wait_for_address()
        assert await demo.end(signal.SIGTERM) == 0


async def test_a_taken_port_is_passed_over(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with started(tmp_path, port) as demo:
            await demo.wait_for_address()
            assert f":{port}/" not in demo.url
            assert f"Port {port} is taken" in demo.output


async def test_missing_parts_are_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    without = "import sys; sys.modules['simcord'] = None; from bot.__main__ import main; main()"
    async with started(tmp_path, free_port(), "-c", without) as demo:
        output, _ = await asyncio.wait_for(demo.process.communicate(), START_S)
    assert demo.process.returncode == 1
    (line,) = output.decode().splitlines()
    assert "make demo" in line
