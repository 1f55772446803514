"""From `/imagine` in Slack to four pictures in one message, by the real process over real sockets.

Everything here but the first test is the same in Socket Mode and over HTTP.
"""

from pathlib import Path

import pytest

from bot.demo.faults import Outcome
from tests.acceptance.running import ENDLESS
from tests.acceptance.slack_wire import SlackWire, up_here
from tests.standins.process import BotProcess
from tests.standins.slack import Message

HOURS = 3600.0
LABELS = [*"1234", "V1", "V2", "V3", "V4", "Again", "Edit", "Delete", "Details"]


@pytest.mark.parametrize(
    "over_http", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["socket", "http"]
)
async def test_a_command_becomes_one_message_with_four_pictures(
    tmp_path: Path, over_http: bool
) -> None:
    async with SlackWire.up(tmp_path, over_http=over_http, make_bot=BotProcess) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        asked = await wire.imagine("an exact fox --ar 3:2")
        assert asked.failure is None
        waiting = await wire.placeholder("an exact fox")
        await wire.finish_jobs()
        card = await wire.settled("an exact fox")
        assert card.images == wire.pictures("an exact fox --ar 3:2")
        assert waiting.deleted
        assert card is not waiting
        assert card.pinged == {wire.slack.ann.id}
        assert not card.unfurls
        assert _labels(card) == LABELS
        assert len(wire.result_posts()) == 1
        assert wire.submits() == ["an exact fox --ar 3:2"]


async def test_nobody_but_the_asker_is_pinged_and_metadata_has_no_words(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        prompt = f"a quiet owl {wire.slack.ben.mention} <!here> *bold* :fox_face:"
        await wire.imagine(prompt)
        card = await wire.card("a quiet owl")
        assert card.pinged == {wire.slack.ann.id}
        assert "owl" not in str(card.metadata)
        assert wire.slack.ben.mention not in card.shown_text


async def test_a_job_takes_few_calls_to_slack(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        before = len(wire.slack.requests)
        await wire.imagine("a frugal heron")
        await wire.placeholder("a frugal heron")
        await wire.finish_jobs()
        await wire.settled("a frugal heron")
        calls = [call.method for call in wire.slack.requests[before:]]
        once = ["chat.delete", "files.completeUploadExternal"]
        assert [calls.count(method) for method in once] == [1, 1]
        assert calls.count("chat.postMessage") == 2  # placeholder and result
        assert calls.count("chat.update") <= 1
        assert calls.count("upload") == calls.count("files.getUploadURLExternal") == 4
        assert len(calls) <= 16


async def test_a_private_job_shows_everything_in_the_direct_message(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        talk = wire.slack.dm(wire.slack.ann)
        await wire.imagine("a hidden door --private")
        card = await wire.settled("a hidden door", channel=talk)
        assert card.images == wire.pictures("a hidden door")
        assert not wire.slack.channel.messages


async def test_a_command_in_the_direct_message_is_answered_there(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        talk = wire.slack.dm(wire.slack.ann)
        await wire.imagine("a garden gate", channel=talk)
        card = await wire.settled("a garden gate", channel=talk)
        assert card.images == wire.pictures("a garden gate")


async def test_a_failure_is_a_message_that_says_why(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.outcomes.add(Outcome(fail_reason="Banned prompt detected"))
        await wire.imagine("a forbidden fruit")
        card = await wire.settled("a forbidden fruit")
        assert "Banned" in card.shown_text
        assert not card.images


# ── Buttons ─────────────────────────────────────────────────────────────────────────────────────


async def test_again_makes_a_second_job_for_the_person_who_pressed(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a pair of swans")
        card = await wire.settled("a pair of swans")
        await wire.press(card, "Again", user=wire.slack.ben)
        both = await wire.wait_for(lambda: _cards(wire, "a pair of swans", 2))
        assert both[1].pinged == {wire.slack.ben.id}
        assert wire.submits() == ["a pair of swans"] * 2


async def test_vary_makes_a_job_from_one_picture(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a twisted tree")
        card = await wire.settled("a twisted tree")
        await wire.press(card, "V2")
        await wire.wait_for(lambda: _cards(wire, "a twisted tree", 2))
        [_, varied] = wire.midjourney.submits
        assert "a twisted tree" in str(varied.payload)


async def test_edit_opens_a_form_with_the_prompt_and_makes_a_new_job(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a rough draft")
        card = await wire.settled("a rough draft")
        form = await wire.form(await wire.press(card, "Edit"))
        sent = await wire.slack.submit(form, {"prompt": "a fair copy"})
        assert sent.failure is None
        await wire.card("a fair copy")
        assert wire.submits() == ["a rough draft", "a fair copy"]


async def test_a_number_posts_one_picture(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("an old photograph")
        card = await wire.settled("an old photograph")
        await wire.press(card, "2", user=wire.slack.ben)
        [_, shown] = await wire.wait_for(lambda: _cards(wire, "an old photograph", 2))
        assert shown.images == [wire.pictures("an old photograph")[1]]


async def test_delete_removes_the_message_and_its_files(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a bad idea")
        card = await wire.settled("a bad idea")
        files = [file for file in card.pictures if file is not None]
        await wire.press(card, "Delete", user=wire.slack.ben)
        await wire.told(user=wire.slack.ben)
        assert not card.deleted
        await wire.press(card, "Delete")
        await wire.wait_for(lambda: card.deleted and all(file.deleted for file in files))


async def test_an_admin_may_delete_what_others_asked_for(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        boss = wire.slack.add_user("boss", is_admin=True)
        await wire.imagine("an office joke")
        card = await wire.settled("an office joke")
        await wire.press(card, "Delete", user=boss)
        await wire.wait_for(lambda: card.deleted)


async def test_details_are_for_one_person(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a closer look --ar 3:2")
        card = await wire.settled("a closer look")
        await wire.press(card, "Details", user=wire.slack.ben)
        details = await wire.told("a closer look", user=wire.slack.ben)
        assert "--ar 3:2" in details.shown_text
        assert wire.slack.channel.messages == [card]


async def test_buttons_work_after_a_restart(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a lasting bond")
        card = await wire.settled("a lasting bond")
        await wire.restart()
        await wire.press(card, "Again", user=wire.slack.ben)
        await wire.wait_for(lambda: _cards(wire, "a lasting bond", 2))


async def test_a_waiting_job_is_cancelled_and_never_submitted(tmp_path: Path) -> None:
    one_slot = {"MIDJOURNEY_CONCURRENCY": "1"}
    async with up_here(tmp_path, seconds=HOURS, environment=one_slot) as wire:
        await wire.imagine("the running one")
        await wire.wait_for(wire.submits)
        await wire.imagine("the waiting one")
        waiting = await wire.placeholder("the waiting one")
        await wire.press(waiting, "Cancel")
        await wire.wait_for(lambda: "nothing was charged" in waiting.shown_text)
        await wire.wait_for(lambda: wire.statuses() == ["running", "cancelled"])
        assert wire.submits() == ["the running one"]


async def test_what_is_drawn_can_be_kept_from_being_posted(tmp_path: Path) -> None:
    async with up_here(tmp_path, seconds=HOURS) as wire:
        await wire.imagine("a regretted duck")
        placeholder = await wire.placeholder("a regretted duck")
        await wire.wait_for(lambda: placeholder.labels == ["Don't post"])
        await wire.press(placeholder, "Don't post")
        await wire.wait_for(lambda: "it won't be posted here" in placeholder.shown_text)
        await wire.finish_jobs()
        await wire.wait_for(lambda: wire.statuses() == ["succeeded"])
        assert not wire.cards("a regretted duck")


# ── Questions, refusals, remarks ────────────────────────────────────────────────────────────────


async def test_what_cannot_be_drawn_is_refused_to_one_person(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a racing car --turbo")
        refusal = await wire.told("turbo")
        assert not wire.slack.channel.messages
        assert wire.sql("SELECT count(*) FROM jobs") == [(0,)]
        form = await wire.form(await wire.press(refusal, "Edit"))
        await wire.slack.submit(form, {"prompt": "a racing car"})
        await wire.card("a racing car")


async def test_a_batch_is_asked_about_and_then_posted(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a {red, blue, green} kite")
        question = await wire.told("3 jobs")
        assert not wire.submits()
        await wire.press(question, "Start 3 jobs")
        await wire.wait_for(lambda: len(wire.cards("kite")) == 3)
        await wire.wait_for(lambda: not wire.placeholders() and question.deleted)
        assert sorted(wire.submits()) == ["a blue kite", "a green kite", "a red kite"]


async def test_a_yes_that_is_pressed_twice_makes_its_jobs_once(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a {red, blue} kite")
        question = await wire.told("2 jobs")
        pressed = await wire.press(question, "Start 2 jobs")
        await wire.slack.repeat(pressed)
        await wire.wait_for(lambda: len(wire.cards("kite")) == 2)
        assert len(wire.submits()) == 2


# ── Forms, Home, shortcuts ──────────────────────────────────────────────────────────────────────


async def test_imagine_alone_opens_a_form(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        form = await wire.form(await wire.imagine(""))
        await wire.slack.submit(form, {"prompt": "a formal portrait"})
        card = await wire.settled("a formal portrait")
        assert card.channel is wire.slack.channel
        assert card.pinged == {wire.slack.ann.id}


async def test_words_open_screens(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        for word in ("help", "jobs", "queue", "settings"):
            heard = len(wire.slack.channel.ephemeral(wire.slack.ann))
            asked = await wire.imagine(word)
            assert asked.failure is None
            await wire.wait_for(
                lambda h=heard: len(wire.slack.channel.ephemeral(wire.slack.ann)) > h, what=word
            )
        assert not wire.slack.channel.messages
        assert not wire.submits()


async def test_home_shows_the_persons_jobs(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a homely cottage")
        await wire.settled("a homely cottage")
        await wire.slack.open_home(wire.slack.ann)
        home = await wire.wait_for(lambda: wire.slack.home(wire.slack.ann))
        await wire.wait_for(lambda: "a homely cottage" in str(home.blocks))
        await wire.slack.open_home(wire.slack.ben)
        other = await wire.wait_for(lambda: wire.slack.home(wire.slack.ben))
        assert "a homely cottage" not in str(other.blocks)


async def test_home_turns_its_tabs_and_draws_into_the_direct_message(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.slack.open_home(wire.slack.ann)
        home = await wire.wait_for(lambda: wire.slack.home(wire.slack.ann))
        for tab in ("Settings", "Queue", "Help", "Presets", "My jobs"):
            before = home.updates
            await wire.press(home, tab)
            await wire.wait_for(lambda h=home, b=before: h.updates > b, what=tab)
        form = await wire.form(await wire.press(home, "Draw something"))
        await wire.slack.submit(form, {"prompt": "a home movie"})
        await wire.settled("a home movie", channel=wire.slack.dm(wire.slack.ann))
        assert not wire.slack.channel.messages


async def test_a_form_that_is_refused_stays_open_and_says_why(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        form = await wire.form(await wire.imagine(""))
        sent = await wire.slack.submit(form, {"prompt": "a formal error --turbo"})
        assert sent.failure is None
        assert "turbo" in form.errors["prompt"]
        await wire.slack.submit(form, {"prompt": "a formal success"})
        await wire.card("a formal success")
        assert wire.submits() == ["a formal success"]


async def test_a_prompt_in_german_is_answered_in_german(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        uwe = wire.slack.add_user("uwe", locale="de-DE")
        await wire.imagine("ein Fuchs", user=uwe)
        card = await wire.settled("ein Fuchs")
        assert any("Löschen" in label for label in card.labels)


async def test_a_shortcut_draws_from_a_picture_and_answers_in_its_thread(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        slack = wire.slack
        start = slack.say(slack.ben, slack.channel, "look")
        photo = wire.pictures("a photo")[0]
        shared = slack.say(slack.ben, slack.channel, "this", ("photo.png", photo), thread=start)
        opened = await slack.shortcut(slack.ann, shared, "imagine_from_image")
        await slack.submit(await wire.form(opened), {"prompt": "a better photo"})
        card = await wire.settled("a better photo")
        assert card.thread_ts == start.ts
        assert wire.submits()[-1].startswith("http")


async def test_details_by_shortcut(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a short cut")
        card = await wire.settled("a short cut")
        await wire.slack.shortcut(wire.slack.ben, card, "job_details")
        await wire.told("a short cut", user=wire.slack.ben)


async def test_a_button_in_a_thread_answers_in_the_thread(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        slack = wire.slack
        start = slack.say(slack.ben, slack.channel, "look", ("photo.png", wire.pictures("x")[0]))
        opened = await slack.shortcut(slack.ann, start, "use_as_style")
        await slack.submit(await wire.form(opened), {"prompt": "a styled vase"})
        card = await wire.settled("a styled vase")
        await wire.press(card, "Again", user=slack.ben)
        both = await wire.wait_for(lambda: _cards(wire, "a styled vase", 2))
        assert both[1].thread_ts == card.thread_ts


# ── Help ────────────────────────────────────────────────────────────────────────────────────────


def _labels(message: Message) -> list[str]:
    return [label.split()[-1] for label in message.labels]


def _cards(wire: SlackWire, prompt: str, count: int) -> list[Message] | None:
    found = wire.cards(prompt)
    return found if len(found) == count else None
