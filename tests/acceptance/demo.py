"""The demo as a process of its own, and its page as a person uses it in Chromium."""

import asyncio
import contextlib
import io
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.async_api import (
    Browser,
    ConsoleMessage,
    FloatRect,
    Locator,
    Page,
    ViewportSize,
    async_playwright,
    expect,
)
from playwright.async_api import TimeoutError as PlaywrightTimeout

from tests.timing import TIMEOUT_S

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
_CHROMIUM_OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update",
                     "--disable-sync")  # fmt: skip
START_S, END_S, RESULT_MS = TIMEOUT_S, TIMEOUT_S, 1000 * TIMEOUT_S
# The demo must not look at any of this.
_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": str(ROOT),
    "DISCORD_TOKEN": "a-real-token",
    "MIDJOURNEY_API_KEY": "a-real-key",
    "DATABASE_URL": "mysql://nowhere",
    "PORT": "none",
}
expect.set_options(timeout=RESULT_MS)
_WAIT = """
    const frame = () => new Promise(requestAnimationFrame);
    await frame(); await frame();  // it notes where it was scrolled to
    while (!window.simcordPreview.ready) await frame();
"""
_UNTIL_READY = f"async () => {{ {_WAIT} }}"
# In one go: between a look and a click the page may begin to act, or draw the place anew.
_CLICK = f"""async (place) => {{
    {_WAIT}
    if (!place.isConnected || place.disabled) return false;
    place.click();
    return true;
}}"""
# A picture as 16 × 16 values, for comparison.
_LOOK = """(picture) => {
    const canvas = Object.assign(document.createElement("canvas"), {width: 16, height: 16});
    const pen = canvas.getContext("2d");
    pen.drawImage(picture, 0, 0, 16, 16);
    return [...pen.getImageData(0, 0, 16, 16).data];
}"""
_IS_VIEWER = """(picker, person) =>
    [...picker.options].find((option) => option.text === person).value
        === window.simcordPreview.viewerId
"""
WRITES_SCREENSHOTS = bool(os.environ.get("UPDATE_SCREENSHOTS"))
# In a picture a job is still running; else the tests need not wait for it.
_JOB_S = "3" if WRITES_SCREENSHOTS else "1"
_SHARPNESS = 1.4 if WRITES_SCREENSHOTS else 1  # each pixel is work, without a graphics card
FILM_WIDTH = 640
_SCREENSHOT_SIZE: ViewportSize = {"width": 720, "height": 1300}  # as narrow as cards allow


# ── The process ─────────────────────────────────────────────────────────────────────────────────


@dataclass
class Demo:
    """A demo that runs as a process of its own."""

    process: asyncio.subprocess.Process
    output: str = ""

    @property
    def url(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+\S*", self.output)
        assert found, self.output
        return found[0]

    async def wait_for_address(self) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(START_S):
            while "Ctrl+C" not in self.output:
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
async def started(
    folder: Path,
    *options: str,
    port: int = 0,
    start: tuple[str, ...] = ("-m", "bot"),
) -> AsyncIterator[Demo]:
    """Start a demo in a folder with a `.env` that must not be read."""
    (folder / ".env").write_text("PUBLIC_URL=nonsense\n")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *start,
        *("demo", "--no-browser", "--seconds", _JOB_S, "--port", str(port), *options),
        cwd=folder,
        env=_ENVIRONMENT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Demo(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


# ── The page ────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=_CHROMIUM_OPTIONS, timeout=RESULT_MS
        )
        yield browser
        await browser.close()


class DemoPage:
    """What a person does in the page, and sees there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.messages = page.locator("#channel-message-list .channel-message")
        self.composer = page.locator("#channel-composer")
        self.form = page.locator("#modal-root [role=dialog]")

    async def make_narrow(self) -> None:
        """Make the channel no wider than a card."""
        await self.page.set_viewport_size(_SCREENSHOT_SIZE)
        await self.ready()

    async def view_as(self, person: str) -> None:
        """Be somebody else; while the page acts it overlooks the choice."""
        picker = self.page.get_by_label("Viewing as")
        async with asyncio.timeout(RESULT_MS / 1000):
            while not await picker.evaluate(_IS_VIEWER, person):
                await self.ready()
                await picker.select_option(person)
                await self.ready()

    def said(self, words: str) -> Locator:
        """Return the latest message that says this."""
        return self.messages.filter(has_text=words).last

    def cards(self, prompt: str) -> Locator:
        """Return the result cards of a prompt that nothing else in the channel has."""
        again = self.page.get_by_role("button", name="Again")
        return self.messages.filter(has_text=prompt).filter(has=again)

    async def begin(self, command: str) -> None:
        """Choose a command as a person does."""
        await self.ready()
        await self.page.locator("#channel-composer-input").click()
        await self.page.keyboard.type(f"/{command}")
        await self.page.get_by_role("option", name=f"/{command}").first.wait_for()
        await self.page.keyboard.press("Enter")
        await self.page.locator(".command-row, .command-option-input").first.wait_for()

    async def fill(self, option: str, value: str) -> None:
        """Type into an option of the command, which may have to be chosen first."""
        field = self.page.locator(f".command-option-input[data-option={option}]")
        async with asyncio.timeout(RESULT_MS / 1000):
            while not await field.is_visible():
                await self._add(option)
        await field.click()
        await self.page.keyboard.type(value)

    async def _add(self, option: str) -> None:
        """Choose an option from the list; suggestions for another one may close it at any time."""
        await self.page.locator(".command-ghost").click()
        with contextlib.suppress(PlaywrightTimeout):
            await self.page.locator(f".command-suggestion[data-value={option}]").click(timeout=1000)

    def suggestion(self, words: str) -> Locator:
        """Return what is suggested for the option that is being filled in."""
        return self.page.locator(".command-suggestion", has_text=words)

    async def send(self) -> None:
        await self._click(self.page.locator("#send-message"))

    async def imagine(self, prompt: str, **options: str) -> None:
        await self.begin("imagine")
        await self.page.get_by_text("What to draw").wait_for()
        await self.page.keyboard.type(prompt)
        for option, value in options.items():
            await self.fill(option, value)
        await self.send()

    async def drawn(self, prompt: str) -> Locator:
        """Let a prompt be drawn and give its card."""
        await self.imagine(prompt)
        return await self.card(prompt)

    async def card(self, prompt: str, count: int = 1) -> Locator:
        """Return the latest result card of a prompt, once there are so many."""
        await expect(self.cards(prompt)).to_have_count(count)
        return self.cards(prompt).last

    async def ask(self, command: str, answer: str) -> Locator:
        """Send a command without options, and give its answer, which begins so."""
        await self.begin(command)
        await self.send()
        await self.said(answer).wait_for()
        return self.said(answer)

    async def press(self, place: Locator, label: str) -> None:
        """Press a button; an emoji may stand before its label."""
        name = re.compile(rf"(^|\s){re.escape(label)}$")
        await self._click(place.get_by_role("button", name=name).first)

    async def choose(self, place: Locator, menu: int, entry: str) -> None:
        """Choose an entry of one of the menus of a message."""
        trigger = place.get_by_role("combobox").nth(menu)
        option = self.page.get_by_role("option", name=entry)
        await trigger.scroll_into_view_if_needed()
        async with asyncio.timeout(RESULT_MS / 1000):
            while not await option.is_visible():
                await self.ready()
                if await trigger.get_attribute("aria-expanded") != "true":  # a click closes it too
                    await trigger.click()
                with contextlib.suppress(PlaywrightTimeout):
                    await option.wait_for(timeout=1000)
        await option.click()

    async def ready(self) -> None:
        """Wait until the page takes part again: while it acts it overlooks what is done to it."""
        async with asyncio.timeout(RESULT_MS / 1000):
            await self.page.evaluate(_UNTIL_READY)

    async def _click(self, place: Locator) -> None:
        """Click when the page takes part again."""
        async with asyncio.timeout(RESULT_MS / 1000):
            while not await place.evaluate(_CLICK):
                pass

    async def vary(self, card: Locator, number: int) -> None:
        """Vary one of a card's pictures."""
        await self.press(card, f"V{number}")

    async def pictures(self, place: Locator) -> list[list[int]]:
        """Return what its four pictures look like, once they are there."""
        await self.sees_pictures(place.locator("figure"), 4)
        return [
            await self.page.evaluate(_LOOK, await picture.element_handle())
            for picture in await place.locator("figure img").all()
        ]

    async def sees_pictures(self, place: Locator, count: int) -> None:
        """Wait until there are so many pictures, each really drawn."""
        pictures = place.locator("img[src^='blob:']")
        await expect(pictures).to_have_count(count)
        for picture in await pictures.all():
            await expect(picture).not_to_have_js_property("naturalWidth", 0)

    async def show(self, name: str, *places: Locator) -> None:
        """Write a picture from one place to another into docs/, if pictures are to be updated."""
        if not WRITES_SCREENSHOTS:
            return
        await self.page.mouse.move(0, 0)
        await self.page.evaluate("document.activeElement.blur()")
        while True:  # until no message came in between, which may move everything
            before = await self._clip(*places)
            shot = await self.page.screenshot(clip=before)
            if before == await self._clip(*places):
                break
        with Image.open(io.BytesIO(shot)) as picture:
            few_colours(picture.convert("RGB")).save(ROOT / "docs" / f"{name}.png", optimize=True)

    async def _clip(self, *places: Locator) -> FloatRect:
        """Return where that stands in the window, once all is still."""
        await places[-1].scroll_into_view_if_needed()
        await self.page.wait_for_timeout(500)  # what was hovered over fades
        await self.ready()
        boxes = [await place.bounding_box() for place in places]
        first, last = boxes[0], boxes[-1]
        assert first is not None
        assert last is not None
        height = last["y"] + last["height"] - first["y"]
        return {"x": 0, "y": first["y"], "width": _SCREENSHOT_SIZE["width"], "height": height}


class Film:
    """An animated picture for docs/, frame by frame, if pictures are to be updated."""

    def __init__(self, page: DemoPage) -> None:
        self._page = page.page
        self._frames: list[Image.Image] = []
        self._durations_ms: list[int] = []

    async def take(self, seconds: float) -> None:
        """Take the page as it is now, to be seen for so long."""
        if not WRITES_SCREENSHOTS:
            return
        shot = await self._page.locator("#channel-layout").screenshot()
        with Image.open(io.BytesIO(shot)) as picture:
            height = round(picture.height * FILM_WIDTH / picture.width)
            self._frames.append(picture.convert("RGB").resize((FILM_WIDTH, height)))
        self._durations_ms.append(round(seconds * 1000))

    def save(self, name: str) -> None:
        """Write what was taken."""
        if not self._frames:
            return
        first, *others = self._frames
        first.save(
            ROOT / "docs" / f"{name}.webp",
            save_all=True,
            append_images=others,
            duration=self._durations_ms,
            loop=0,
            quality=60,
            method=6,
        )


def few_colours(picture: Image.Image) -> Image.Image:
    """Return the picture in 256 colours (a third of the bytes), dithered for the skies."""
    palette = picture.quantize(256, method=Image.Quantize.FASTOCTREE)
    return picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)


@asynccontextmanager
async def page_of(demo: Demo, browser: Browser) -> AsyncIterator[DemoPage]:
    """Open the page; in the end it must not have complained."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            complaints.append(f"{message.text} {message.location['url']}")

    page = await browser.new_page(
        viewport={"width": 1000, "height": 1300}, device_scale_factor=_SHARPNESS
    )
    page.set_default_timeout(RESULT_MS)
    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(demo.url)
    shown = DemoPage(page)
    if WRITES_SCREENSHOTS:
        await shown.make_narrow()
    await shown.said("Welcome to the demo").wait_for()
    yield shown
    assert complaints == []
    await page.close()
