"""`python -m bot demo` as a person meets it: one command, then a page in Chromium.

These tests also write the pictures of the documentation:

    UPDATE_SCREENSHOTS=1 make test ARGS='-n 0 -m "" tests/acceptance/test_demo_in_browser.py'
"""

import asyncio
import re
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.acceptance.demo import (
    CHROMIUM,
    START_S,
    Demo,
    DemoPage,
    Film,
    chromium,
    page_of,
    started,
)
from tests.timing import TIMEOUT_S

pytestmark = pytest.mark.asyncio(loop_scope="module")  # so that they can share a demo
# Marked as slow are those whose buttons and menus have tests without a browser too.
needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed (Debian: apt-get install chromium)"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    """Return a demo whose page is up; Ctrl+C must end it, without a further word."""
    async with started(tmp_path_factory.mktemp("demo")) as demo:
        await demo.wait_for_address()
        said = _without_retries(demo.output)
        yield demo
        assert await demo.end() == 0
        assert _without_retries(demo.output) == said


def _without_retries(output: str) -> str:
    """Leave out that a call was tried again, as happens on a busy machine."""
    lines = [line for line in output.splitlines() if "retry_scheduled" not in line]
    return "\n".join(lines).strip()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def page(demo: Demo, browser: Browser) -> AsyncIterator[DemoPage]:
    async with page_of(demo, browser) as page:
        yield page


# ── The first screen ────────────────────────────────────────────────────────────────────────────


@needs_chromium
async def test_the_first_screen_shows_a_finished_card_and_three_things_to_try(
    page: DemoPage,
) -> None:
    card = await page.card("a fox in the forest at sunset")
    await page.sees_pictures(card.locator("figure"), 4)
    welcome = page.said("Welcome to the demo")
    await expect(welcome).to_contain_text("drawings of this demo")
    for label in ("A castle by the sea", "Three birds at once", "A rocket, only for me"):
        await expect(welcome.get_by_role("button", name=label)).to_be_enabled()
    await page.show("demo", page.page.locator(".channel-header"), card)


@needs_chromium
async def test_what_is_not_discord_is_not_shown(page: DemoPage) -> None:
    for words in ("SimCord", "Inspector", "Capture", "Refresh preview", "More"):
        await expect(page.page.locator("#toolbar").get_by_text(words).first).to_be_hidden()
    await expect(page.page.get_by_label("Viewing as")).to_be_visible()
    await page.begin("imagine")
    await page.page.get_by_text("What to draw").wait_for()
    await expect(page.page.get_by_text("No options match").filter(visible=True)).to_have_count(0)


@needs_chromium
async def test_a_press_on_a_thing_to_try_draws_it(page: DemoPage) -> None:
    await page.press(page.said("Welcome to the demo"), "A castle by the sea")
    card = await page.card("a castle by the sea")
    await page.sees_pictures(card.locator("figure"), 4)


# ── /imagine ────────────────────────────────────────────────────────────────────────────────────


@needs_chromium
async def test_imagine_leads_to_four_pictures_that_appear_by_themselves(page: DemoPage) -> None:
    film = Film(page)
    await film.take(1.5)
    await page.begin("imagine")
    await page.page.get_by_text("What to draw").wait_for()
    for words in ("a lighthouse", " at sunset", " --ar 16:9"):
        await page.page.keyboard.type(words)
        await film.take(0.5)
    await page.send()
    await page.said("a lighthouse").wait_for()
    await film.take(2)
    card = await page.card("a lighthouse")
    await page.sees_pictures(card.locator("figure"), 4)
    await card.scroll_into_view_if_needed()
    await film.take(4)
    film.save("demo")
    await expect(page.messages.filter(has_text="Expected in")).to_have_count(0)


@needs_chromium
@pytest.mark.slow
async def test_until_then_a_placeholder_says_when(tmp_path: Path, browser: Browser) -> None:
    async with started(tmp_path, "--seconds", "600") as demo:
        await demo.wait_for_address()
        async with page_of(demo, browser) as page:
            await page.imagine("a slow lighthouse")
            await expect(page.said("a slow lighthouse")).to_contain_text(
                re.compile(r"Expected in \d+ minutes")
            )


@needs_chromium
@pytest.mark.slow
async def test_the_other_person_sees_it_too(demo: Demo, browser: Browser, page: DemoPage) -> None:
    async with page_of(demo, browser) as bens:
        await bens.view_as("Ben")
        await page.imagine("a mountain for both")
        await bens.sees_pictures((await bens.card("a mountain for both")).locator("figure"), 4)


@needs_chromium
@pytest.mark.slow
async def test_options_are_suggested_and_win_over_the_prompt(page: DemoPage) -> None:
    await page.begin("imagine")
    await page.fill("prompt", "a calm sea --ar 1:1")
    await page.fill("aspect", "9")
    await page.suggestion("wide screen, video").wait_for()
    await page.show("options", page.page.locator(".command-popup"), page.composer)
    await page.suggestion("wide screen, video").click()
    await page.fill("stylize", "250")
    await page.send()
    await page.said("Used the option: --ar 16:9, not --ar 1:1.").wait_for()
    card = await page.card("a calm sea")
    await expect(card).to_contain_text("--ar 16:9 · --s 250")
    await page.sees_pictures(card.locator("figure"), 4)
    width, height = [
        await card.locator("figure img").first.evaluate(f"picture => picture.natural{side}")
        for side in ("Width", "Height")
    ]
    assert width / height == pytest.approx(16 / 9, abs=0.01)


@needs_chromium
@pytest.mark.slow
async def test_own_prompts_are_suggested_and_can_be_sent_again(page: DemoPage) -> None:
    await page.drawn("a green hill in May")
    await page.begin("imagine")
    await page.fill("prompt", "hill")
    await page.suggestion("a green hill in May").click()
    await page.send()
    await expect(page.messages.filter(has_text="a green hill in May")).to_have_count(2)


@pytest.mark.slow
@needs_chromium
async def test_a_private_result_is_there_for_its_owner_alone(
    demo: Demo, browser: Browser, page: DemoPage
) -> None:
    async with page_of(demo, browser) as bens:
        await bens.view_as("Ben")
        await page.imagine("a secret owl", private="True")
        card = await page.card("a secret owl")
        await page.sees_pictures(card.locator("figure"), 4)
        await expect(card).to_contain_text("Only you can see this")
        await page.drawn("an owl for all")
        await bens.card("an owl for all")
        await expect(bens.messages.filter(has_text="a secret owl")).to_have_count(0)


@needs_chromium
@pytest.mark.slow
async def test_a_job_that_fails_says_so(tmp_path: Path, browser: Browser) -> None:
    async with started(tmp_path, "--fail", "1") as demo:
        await demo.wait_for_address()
        async with page_of(demo, browser) as page:
            await page.imagine("a fox that never comes")
            failure = page.said("a fox that never comes")
            await expect(failure).to_contain_text(re.compile("failed", re.IGNORECASE))
            await expect(failure.locator("figure")).to_have_count(0)
            await expect(page.messages.filter(has_text="Expected in")).to_have_count(0)


@needs_chromium
async def test_in_a_low_window_what_was_asked_for_is_in_sight(page: DemoPage) -> None:
    await page.page.set_viewport_size({"width": 1280, "height": 640})
    await page.imagine("a low bridge")
    card = await page.card("a low bridge")
    await expect(card.get_by_role("button", name="Details")).to_be_in_viewport()


@needs_chromium
async def test_whoever_has_scrolled_up_is_left_there(page: DemoPage) -> None:
    await page.page.set_viewport_size({"width": 1280, "height": 640})
    timeline = page.page.locator("#channel-timeline")
    await timeline.hover()
    async with asyncio.timeout(TIMEOUT_S):
        while await timeline.evaluate("it => it.scrollTop"):  # the page may still be settling
            await page.page.mouse.wheel(0, -5000)
            await asyncio.sleep(0.1)
    example = await page.card("a fox in the forest at sunset")
    await page.press(example, "Details")
    await page.page.get_by_role("button", name="New messages").click()
    await expect(page.said("Job id:")).to_be_in_viewport()


@needs_chromium
async def test_a_link_to_a_message_leads_there(page: DemoPage) -> None:
    await page.page.set_viewport_size({"width": 1280, "height": 640})
    panel = await page.ask("jobs", "Your jobs")
    await expect(panel).to_be_in_viewport()
    await panel.get_by_text("Go to message").last.click()
    prompt = page.messages.first.get_by_text("a fox in the forest at sunset")
    await expect(prompt).to_be_in_viewport()


# ── What can be pressed ─────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@needs_chromium
async def test_a_press_on_1_posts_that_picture(page: DemoPage) -> None:
    await page.press(await page.drawn("a sailing boat"), "1")
    single = page.said("Image 1 at full size")
    await single.wait_for()
    await page.sees_pictures(single.locator("figure"), 1)


@pytest.mark.slow
@needs_chromium
async def test_again_draws_something_else_and_vary_nearly_the_same(page: DemoPage) -> None:
    await page.imagine("a house by a lake")
    shown = await page.pictures(await page.card("a house by a lake"))
    await page.vary(page.cards("a house by a lake").first, 2)
    varied = await page.pictures(await page.card("a house by a lake", 2))
    await page.press(page.cards("a house by a lake").first, "Again")
    again = await page.pictures(await page.card("a house by a lake", 3))
    assert all(_distance(picture, shown[1]) > 0 for picture in [*again, *varied])
    assert max(_distance(picture, shown[1]) for picture in varied) < min(
        _distance(picture, shown[1]) for picture in (*again, shown[0], shown[2], shown[3])
    )


def _distance(one: list[int], other: list[int]) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)


@needs_chromium
@pytest.mark.slow
async def test_edit_opens_a_form_whose_prompt_can_be_changed_and_sent(page: DemoPage) -> None:
    await page.press(await page.drawn("a dark forest"), "Edit")
    field = page.form.locator("textarea")
    await expect(field).to_have_value("a dark forest")
    await field.fill("a bright desert --s 50")
    await page.press(page.form, "Submit")
    await expect(await page.card("a bright desert")).to_contain_text("--s 50")


@needs_chromium
async def test_a_refused_prompt_shows_the_place_and_can_be_corrected(page: DemoPage) -> None:
    await page.imagine("a red fox in the snow --ar 16:0 --raw")
    refusal = page.said("--ar 16:0: both numbers must be at least 1.")
    await expect(refusal.locator("pre")).to_contain_text("\n" + " " * 22 + "^^^^^^^^^")
    await page.show("error", refusal)
    await page.press(refusal, "Edit")
    await page.form.locator("textarea").fill("a red fox in the snow --ar 3:2 --raw")
    await page.press(page.form, "Submit")
    await expect(await page.card("a red fox in the snow")).to_contain_text("--ar 3:2 · --raw")


@needs_chromium
async def test_a_prompt_that_looks_wrong_is_asked_about_and_fixed(page: DemoPage) -> None:
    await page.imagine("a sleeping cat --aspct 3:2")
    question = page.said("Is this what you mean?")
    await expect(question).to_contain_text("I don't know --aspct. Did you mean --aspect?")
    await page.show("fix", question)
    await page.press(question, "Fix & draw")
    await expect(question).to_have_count(0)
    card = await page.card("a sleeping cat")
    await page.sees_pictures(card.locator("figure"), 4)
    await expect(card).to_contain_text("I read --aspct 3:2 as --aspect 3:2.")


@needs_chromium
@pytest.mark.slow
async def test_several_jobs_are_asked_about_and_started(page: DemoPage) -> None:
    await page.imagine("a {misty, sunny} valley, watercolour —ar 3:2")
    question = page.said("2 jobs in fast mode: about $0.03 (4 quota units).")
    await question.wait_for()
    await page.show("question", question)
    await page.press(question, "Start 2 jobs")
    await expect(question).to_have_count(0)
    for prompt in ("a misty valley", "a sunny valley"):
        await page.sees_pictures((await page.card(prompt)).locator("figure"), 4)
    await expect(page.messages.filter(has_text="Expected in")).to_have_count(0)


# ── Panels ──────────────────────────────────────────────────────────────────────────────────────


@needs_chromium
@pytest.mark.slow
async def test_the_settings_change_in_place(page: DemoPage) -> None:
    panel = await page.ask("settings", "Your settings")
    await page.choose(panel, 0, "Relaxed")
    await expect(panel.get_by_role("combobox").first).to_contain_text("Relaxed")
    await page.press(panel, "Change")
    await page.form.locator("textarea").fill("--stylize 250")
    await page.press(page.form, "Submit")
    await expect(panel).to_contain_text("--stylize 250")
    await page.show("settings", panel)
    await page.press(panel, "Reset everything")
    await expect(panel).not_to_contain_text("--stylize 250")


@needs_chromium
@pytest.mark.slow
async def test_a_menu_at_the_end_of_the_page_opens_too(page: DemoPage) -> None:
    """The pictures above it are wide: their room must be kept while the page draws itself anew."""
    await page.imagine("a wide river --ar 3:1")
    await page.sees_pictures((await page.card("a wide river")).locator("figure"), 4)
    panel = await page.ask("settings", "Your settings")
    await page.choose(panel, 1, "Deutsch")
    panel = page.said("Deine Einstellungen")
    await panel.wait_for()
    await page.press(panel, "Alles zurücksetzen")
    await page.said("Your settings").wait_for()


@needs_chromium
@pytest.mark.slow
async def test_jobs_lists_what_was_asked_for_and_posts_it_again(page: DemoPage) -> None:
    await page.drawn("a bridge at night")
    await page.imagine("a windmill at noon")
    await page.said("a windmill at noon").wait_for()
    panel = await page.ask("jobs", "Your jobs")
    newest_first = re.compile("a windmill at noon.*a bridge at night", re.DOTALL)
    await expect(panel).to_contain_text(newest_first)
    await page.show("jobs", panel)
    await page.card("a windmill at noon")
    await page.choose(panel, 0, "Failed")
    await expect(panel).to_contain_text("No jobs match.")
    await page.choose(panel, 0, "Done")
    await page.press(panel, "Search")
    await page.form.locator("input, textarea").fill("bridge")
    await page.press(page.form, "Submit")
    await expect(panel).to_contain_text("With “bridge” in the prompt.")
    await page.press(panel, "Details")
    await page.said("Job id:").wait_for()
    await page.press(panel, "Post here")
    await page.card("a bridge at night", 2)


# ── In the terminal ─────────────────────────────────────────────────────────────────────────────


async def test_the_demo_starts_and_ends_quietly(demo: Demo) -> None:
    lines = demo.output.split("\n")
    assert [line for line in lines if line.strip()] == [
        f"  The demo is at {demo.url}",
        "  Type /imagine in the page, then what you want to see. Ctrl+C ends the demo.",
    ]


async def test_sigterm_ends_the_demo_too(tmp_path: Path) -> None:
    async with started(tmp_path) as demo:
        await demo.wait_for_address()
        assert await demo.end(signal.SIGTERM) == 0


async def test_a_taken_port_is_passed_over(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with started(tmp_path, port=port) as demo:
            await demo.wait_for_address()
            assert f":{port}/" not in demo.url
            assert f"Port {port} is taken" in demo.output


async def test_missing_parts_are_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    without = "import sys; sys.modules['simcord'] = None; from bot.__main__ import main; main()"
    async with started(tmp_path, start=("-c", without)) as demo:
        output, _ = await asyncio.wait_for(demo.process.communicate(), START_S)
    assert demo.process.returncode == 1
    (line,) = output.decode().splitlines()
    assert "make demo" in line
