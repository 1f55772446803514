"""`python -m bot demo --slack` as a person meets it, in Chromium.

These tests also write the pictures of the documentation:

    UPDATE_SCREENSHOTS=1 make test ARGS='-n 0 tests/acceptance/test_demo_slack_in_browser.py'
"""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from tests.acceptance.demo import (
    CHROMIUM,
    ROOT,
    WRITES_SCREENSHOTS,
    Demo,
    chromium,
    few_colours,
    started,
)

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        not CHROMIUM.exists(),
        reason=f"{CHROMIUM} is not installed (Debian: apt-get install chromium)",
    ),
]


WITH_THE_BOT_ALONE = """
import sys
sys.modules["tests"] = sys.modules["simcord"] = sys.modules["slack_bolt"] = None
from bot.__main__ import main
main()
"""


class SlackPage:
    """What a person does in the page, and sees there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.form = page.locator("#form form")

    def said(self, words: str) -> Locator:
        """Return the latest message that says this."""
        return self.page.locator(".message", has_text=words).last

    def card(self, prompt: str) -> Locator:
        """Return the latest message of a prompt that has pictures."""
        pictures = self.page.locator("img.large")
        return self.page.locator(".message", has_text=prompt).filter(has=pictures).last

    async def send(self, text: str) -> None:
        await self.page.get_by_label("Message").fill(text)
        await self.page.keyboard.press("Enter")

    async def go(self, place: str) -> None:
        await self.page.locator("nav").get_by_text(place, exact=True).click()
        await self.page.wait_for_load_state()

    async def screenshot(self, name: str) -> None:
        if WRITES_SCREENSHOTS:
            shot = await self.page.screenshot()
            with Image.open(io.BytesIO(shot)) as picture:
                few_colours(picture.convert("RGB")).save(ROOT / "docs" / name, optimize=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    """Return a demo whose page is up, with the bot alone installed; Ctrl+C must end it."""
    folder = tmp_path_factory.mktemp("demo")
    async with started(folder, "--slack", start=("-c", WITH_THE_BOT_ALONE)) as demo:
        await demo.wait_for_address()
        yield demo
        assert await demo.end() == 0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@asynccontextmanager
async def _opened(demo: Demo, browser: Browser) -> AsyncIterator[SlackPage]:
    page = await browser.new_page(viewport={"width": 820, "height": 1180})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto(demo.url)
    yield SlackPage(page)
    assert wrong == []
    await page.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(demo: Demo, browser: Browser) -> AsyncIterator[SlackPage]:
    async with _opened(demo, browser) as page:
        yield page


async def test_the_first_screen_shows_a_finished_card_and_things_to_try(page: SlackPage) -> None:
    card = page.card("a fox in the forest at sunset")
    await expect(card.locator("img.large")).to_have_count(4)
    await expect(card.get_by_role("button", name="V4")).to_be_visible()
    await expect(page.said("Welcome to the demo")).to_contain_text("/imagine a castle")
    await page.screenshot("slack.png")


async def test_imagine_alone_opens_a_form_that_leads_to_four_pictures(page: SlackPage) -> None:
    await page.send("/imagine")
    await page.form.locator("textarea").fill("a castle by the sea")
    await page.form.get_by_label("Shape").select_option("16:9")
    await expect(page.form.get_by_label("Or one of your latest prompts")).to_be_visible()
    await expect(page.form.get_by_label("Shape")).to_have_value("16:9")
    await page.screenshot("slack-form.png")
    await page.form.get_by_role("button", name="Send").click()
    await expect(page.form).to_have_count(0)
    await expect(page.card("a castle by the sea").locator("img.large")).to_have_count(4)
    await expect(page.card("a castle by the sea")).to_contain_text("--ar 16:9")


@pytest.mark.slow
async def test_a_press_on_1_posts_that_picture(page: SlackPage) -> None:
    await page.send("/imagine a lighthouse")
    card = page.card("a lighthouse")
    await expect(card.locator("img.large")).to_have_count(4)
    await card.get_by_role("button", name="1", exact=True).click()
    await expect(page.card("a lighthouse").locator("img.large")).to_have_count(1)


async def test_a_prompt_that_looks_wrong_is_asked_about_and_fixed(
    demo: Demo, browser: Browser, page: SlackPage
) -> None:
    await page.send("/imagine a rocket --aspct 16:9")
    question = page.said("Did you mean --aspect?")
    await expect(question).to_contain_text("Only visible to you")
    async with _opened(demo, browser) as bens:
        await bens.go("Ben")
        await expect(bens.said("Welcome to the demo")).to_be_visible()
        await expect(bens.said("Did you mean --aspect?")).to_have_count(0)
    await question.get_by_role("button", name="Fix & draw").click()
    await expect(page.card("a rocket").locator("img.large")).to_have_count(4)


async def test_home_shows_the_jobs_and_the_settings(page: SlackPage) -> None:
    await page.go("imagine-bot · Home")
    home = page.page.locator("#place.home")
    await expect(home).to_contain_text("a fox in the forest at sunset")
    await page.screenshot("slack-home.png")
    await home.get_by_role("button", name="Settings").click()
    await expect(home).to_contain_text("Ask me when a prompt looks wrong")


# ── What the page does as Slack does ────────────────────────────────────────────────────────────


async def test_a_message_that_comes_below_is_announced(page: SlackPage) -> None:
    await page.page.set_viewport_size({"width": 820, "height": 500})
    place, newer = page.page.locator("#place"), page.page.get_by_text("New messages")
    await place.evaluate("place => { place.scrollTop = 0; }")
    card = page.page.locator(".message").first
    await card.get_by_role("button", name="Details").dispatch_event("click")
    await expect(newer).to_be_visible()
    await newer.click()
    await expect(page.said("Job id:")).to_be_in_viewport()
    await expect(newer).to_be_hidden()


async def test_whoever_says_something_is_taken_to_the_answer(page: SlackPage) -> None:
    await page.page.locator("#place").evaluate("place => { place.scrollTop = 0; }")
    await page.send("/imagine queue")
    await expect(page.said("The queue")).to_be_in_viewport()
    await expect(page.page.get_by_label("Message")).to_be_focused()


async def test_a_link_to_a_message_leads_there(page: SlackPage) -> None:
    example = page.card("a fox in the forest at sunset")
    await expect(example).to_have_count(1)
    await page.go("imagine-bot · Home")
    await page.page.get_by_text("Go to message").last.click()
    await expect(example.get_by_text("a fox in the forest at sunset")).to_be_in_viewport()
    await page.send("/imagine jobs")
    panel = page.said("Your jobs")
    await expect(panel.get_by_text("Your jobs")).to_be_in_viewport()
    await panel.get_by_text("Go to message").last.click()
    await expect(example.get_by_text("a fox in the forest at sunset")).to_be_in_viewport()


async def test_a_private_result_is_marked_as_unread(page: SlackPage) -> None:
    await page.send("/imagine a secret owl --private")
    direct = page.page.locator("nav a.unread")
    await expect(direct).to_have_text("imagine-bot")
    await direct.click()
    await expect(page.card("a secret owl").locator("img.large")).to_have_count(4)
    await expect(direct).to_have_count(0)


async def test_a_mistyped_command_is_refused_until_something_newer_is_said(page: SlackPage) -> None:
    await page.send("/imgine a fox")
    refusal = page.page.get_by_text("/imgine is not a valid command.")
    await expect(refusal).to_be_visible()
    await page.send("/imagine queue")
    await expect(refusal).to_have_count(0)


async def test_the_menu_of_a_message_closes_when_something_is_chosen(page: SlackPage) -> None:
    card = page.card("a fox in the forest at sunset")
    await card.hover()
    await card.get_by_label("More actions").click()
    await card.get_by_text("Imagine from this image").click()
    await expect(page.form).to_be_visible()
    await expect(card.locator("details[open]")).to_have_count(0)
    await page.form.get_by_role("button", name="Cancel").click()
    await expect(page.form).to_have_count(0)
