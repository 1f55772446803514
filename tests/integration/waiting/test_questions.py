"""The question about a prompt that looks wrong: nothing is spent, and each answer counts once."""

import asyncio
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.domain.errors import StoreGivenUpError
from bot.domain.people import Preferences, Preset
from bot.platforms.discord.interactions import answers
from bot.store import SqlDraftStore
from bot.store.tables import reference_images
from tests.doubts import AS_IT_IS, FIXED, TYPO, UNCLEAR, let_doubts_be_asked
from tests.integration.waiting.theatre import MINUTE, Theatre, question, whispers
from tests.pictures import encoded
from tests.stage import PUBLIC_URL, parts, running
from tests.standins.discord import DiscordStandIn, Interaction, Message, faults
from tests.standins.discord.routes import BY_TOKEN

STARTED = "You'd already started these; nothing more was charged."


@pytest.fixture(autouse=True)
def _doubts(monkeypatch: pytest.MonkeyPatch) -> None:
    let_doubts_be_asked(monkeypatch)


async def press(theatre: Theatre, asked: Message, label: str) -> Interaction:
    return await theatre.d.press(theatre.d.ann, asked, label)


async def prompts(theatre: Theatre) -> list[str]:
    return [job.prompt for job in await theatre.jobs()]


async def rows(theatre: Theatre, table: Any) -> int:
    count = select(func.count()).select_from(table)
    return int(await theatre.stage.database.run(lambda connection: connection.scalar(count)) or 0)


async def settle(theatre: Theatre, **settings: Any) -> None:
    await theatre.stage.personal.set_preferences(
        f"discord:{theatre.d.ann.id}", Preferences(**settings)
    )


def let_questions_stay(theatre: Theatre) -> None:
    """Let Discord refuse to take answered questions away."""
    theatre.d.faults.add("DELETE", BY_TOKEN, faults.status(403, 50013), times=None)


# ── What is asked ───────────────────────────────────────────────────────────────────────────────


async def test_a_doubtful_prompt_is_asked_about_and_nothing_is_stored(theatre: Theatre) -> None:
    asked = await question(theatre, TYPO)
    assert asked.labels == ["Fix & draw", "Draw anyway", "Edit"]
    assert "I don't know `--aspct`" in asked.text
    assert "--aspct 16:9" in asked.text
    assert "--ar 16:9" in asked.text
    assert await theatre.jobs() == []
    assert theatre.d.channel.messages == []


async def test_what_nobody_can_fix_is_drawn_as_it_is_or_edited(theatre: Theatre) -> None:
    asked = await question(theatre, UNCLEAR)
    assert asked.labels == ["Draw anyway", "Edit"]
    await press(theatre, asked, "Draw anyway")
    assert [job.prompt for job in await theatre.queued()] == [UNCLEAR]


async def test_several_doubtful_jobs_are_one_question_with_count_and_cost(
    theatre: Theatre,
) -> None:
    asked = await question(theatre, "a {red, blue} fox --aspct 16:9")
    assert "This starts **2 jobs** in fast mode: about $0.03 (4 quota units)." in asked.text
    assert asked.labels == ["Fix & draw", "Draw anyway", "Edit"]
    await press(theatre, asked, "Fix & draw")
    jobs = await theatre.queued(2)
    assert [job.prompt for job in jobs] == ["a red fox --ar 16:9", "a blue fox --ar 16:9"]


async def test_who_wants_no_questions_gets_remarks(theatre: Theatre) -> None:
    await settle(theatre, wants_questions=False)
    placeholder = await theatre.asked(TYPO)
    assert "I don't know `--aspct`" in placeholder.text
    job = await theatre.job()
    assert job.prompt == AS_IT_IS
    await theatre.drawing()
    await theatre.done(job)
    await theatre.delivered(job)
    (card,) = theatre.cards()
    assert "I don't know `--aspct`" in card.text


async def test_who_wants_no_questions_is_asked_before_several_all_the_same(
    theatre: Theatre,
) -> None:
    await settle(theatre, wants_questions=False)
    asked = await question(theatre, "a {red, blue} fox --aspct 16:9")
    assert asked.labels == ["Start 2 jobs", "No, thanks"]
    assert "I don't know `--aspct`" in asked.text


# ── The answers ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("label", "drawn"), [("Fix & draw", FIXED), ("Draw anyway", AS_IT_IS)])
async def test_an_answer_starts_what_was_shown_and_the_question_goes(
    theatre: Theatre, label: str, drawn: str
) -> None:
    asked = await question(theatre, TYPO)
    pressed = await press(theatre, asked, label)
    (job,) = await theatre.queued()
    assert job.prompt == drawn
    await theatre.d.wait_for(lambda: asked.deleted)
    assert theatre.d.channel.messages == [pressed.response]


@pytest.mark.parametrize("second", ["Fix & draw", "Draw anyway"])
@pytest.mark.parametrize("first", ["Fix & draw", "Draw anyway"])
async def test_however_it_is_answered_twice_one_job_comes_of_it(
    theatre: Theatre, first: str, second: str
) -> None:
    asked = await question(theatre, TYPO)
    pressed = await asyncio.gather(press(theatre, asked, first), press(theatre, asked, second))
    await theatre.queued()
    await theatre.d.wait_for(lambda: STARTED in "".join(map(whispers, pressed)))
    public = [each.response for each in pressed if each.response and not each.response.ephemeral]
    assert theatre.d.channel.messages == public
    assert len(public) == 1


async def test_a_preset_that_changes_meanwhile_changes_nothing(theatre: Theatre) -> None:
    requester, personal = f"discord:{theatre.d.ann.id}", theatre.stage.personal
    await personal.save_preset(requester, Preset(name="p", suffix="{red, blue}"), limit=5)
    asked = await question(theatre, "a fox", preset="p")
    await personal.save_preset(requester, Preset(name="p", suffix="{a, b, c, d, e}"), limit=5)
    await press(theatre, asked, "Start 2 jobs")
    await theatre.queued(2)
    assert await prompts(theatre) == ["a fox red", "a fox blue"]


async def test_an_answer_that_is_refused_leaves_the_question_and_offers_edit(
    theatre: Theatre,
) -> None:
    asked = await question(theatre, TYPO)
    theatre.d.channel.deny("attach_files")
    pressed = await press(theatre, asked, "Fix & draw")
    assert "“Attach Files”" in whispers(pressed)
    assert pressed.response is not None
    opened = await press(theatre, pressed.response, "Edit")
    assert opened.modal is not None
    assert not asked.deleted
    theatre.d.channel.allow("attach_files")
    await press(theatre, asked, "Fix & draw")
    await theatre.queued()


async def test_an_answer_to_a_question_that_is_gone_is_one_sentence(theatre: Theatre) -> None:
    asked = await question(theatre, TYPO)
    drafts_of_all = SqlDraftStore(theatre.stage.database)
    await drafts_of_all.drop_drafts(created_before=SystemClock().now() + MINUTE)
    for label in ("Fix & draw", "Draw anyway", "Edit"):
        assert "no longer have this request" in whispers(await press(theatre, asked, label))
    assert await theatre.jobs() == []


async def test_a_yes_after_the_draft_went_still_says_what_came_of_it(theatre: Theatre) -> None:
    let_questions_stay(theatre)
    asked = await question(theatre, TYPO)
    await press(theatre, asked, "Fix & draw")
    await theatre.queued()
    await SqlDraftStore(theatre.stage.database).drop_drafts(
        created_before=SystemClock().now() + MINUTE
    )
    assert STARTED in whispers(await press(theatre, asked, "Draw anyway"))


# ── Edit ────────────────────────────────────────────────────────────────────────────────────────


async def test_edit_opens_the_request_and_its_question_goes(theatre: Theatre) -> None:
    asked = await question(theatre, TYPO, stylize=250)
    opened = await press(theatre, asked, "Edit")
    sent = await theatre.d.submit_modal(opened, {"prompt": "a fox --ar 4:5 --s 250"})
    await theatre.queued()
    assert await prompts(theatre) == ["a fox --ar 4:5 --s 250"]
    await theatre.d.wait_for(lambda: asked.deleted)
    assert theatre.d.channel.messages == [sent.response]


async def test_a_yes_to_what_was_edited_already_starts_nothing(theatre: Theatre) -> None:
    let_questions_stay(theatre)
    asked = await question(theatre, TYPO)
    opened = await press(theatre, asked, "Edit")
    await theatre.d.submit_modal(opened, {"prompt": "a fox"})
    await theatre.queued()
    await theatre.d.wait_for(lambda: theatre.d.calls("DELETE", BY_TOKEN))
    assert "no longer have" in whispers(await press(theatre, asked, "Draw anyway"))
    assert len(await theatre.jobs()) == 1


async def test_the_form_holds_what_was_typed_and_chosen(theatre: Theatre) -> None:
    opened = await press(theatre, await question(theatre, TYPO, stylize=250), "Edit")
    assert f"{TYPO} --s 250" in str(opened.modal)


async def test_an_edited_request_is_asked_about_by_the_same_rules(theatre: Theatre) -> None:
    asked = await question(theatre, TYPO)
    opened = await press(theatre, asked, "Edit")
    sent = await theatre.d.submit_modal(opened, {"prompt": UNCLEAR})
    assert sent.response is not None
    assert sent.response.labels == ["Draw anyway", "Edit"]
    await theatre.d.wait_for(lambda: asked.deleted)


async def test_a_form_whose_draft_is_gone_offers_what_was_typed(theatre: Theatre) -> None:
    opened = await press(theatre, await question(theatre, TYPO, private=True), "Edit")
    await SqlDraftStore(theatre.stage.database).drop_drafts(
        created_before=SystemClock().now() + MINUTE
    )
    sent = await theatre.d.submit_modal(opened, {"prompt": "a long story"})
    assert "no longer have this request" in whispers(sent)
    assert sent.response is not None
    await theatre.d.submit_modal(await press(theatre, sent.response, "Edit"))
    job = (await theatre.queued())[0]
    assert (job.prompt, job.is_private) == ("a long story", True)


async def test_a_private_request_stays_private_after_edit(theatre: Theatre) -> None:
    asked = await question(theatre, TYPO, private=True)
    opened = await press(theatre, asked, "Edit")
    await theatre.d.submit_modal(opened, {"prompt": "a fox"})
    assert (await theatre.queued())[0].is_private
    assert theatre.d.channel.messages == []


@pytest.mark.parametrize("label", ["Fix & draw", "Draw anyway"])
async def test_a_private_request_stays_private_after_the_answer(
    theatre: Theatre, label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await question(theatre, TYPO, private=True)
    monkeypatch.setattr(answers, "PATIENCE_S", 0.0)  # "thinking…" comes first
    pressed = await press(theatre, asked, label)
    assert (await theatre.queued())[0].is_private
    assert pressed.ephemeral
    assert theatre.d.channel.messages == []


# ── Every way in ────────────────────────────────────────────────────────────────────────────────


async def test_the_form_of_a_card_asks_too(theatre: Theatre) -> None:
    card = await theatre.stage.card()
    opened = await press(theatre, card, "Edit")
    sent = await theatre.d.submit_modal(opened, {"prompt": TYPO})
    assert sent.response is not None
    assert sent.response.labels == ["Fix & draw", "Draw anyway", "Edit"]
    assert not card.deleted


async def test_a_picture_of_a_message_keeps_its_place_through_the_question(
    theatre: Theatre,
) -> None:
    said = theatre.d.say(theatre.d.ann, theatre.d.channel, "look", ("fox.png", _picture()))
    opened = await theatre.d.choose_from_menu(theatre.d.ann, said, "Imagine from this image")
    sent = await theatre.d.submit_modal(opened, {"prompt": TYPO})
    assert sent.response is not None
    assert "🔗 a fox" in sent.response.text
    assert "/attachments/" not in sent.response.text
    await press(theatre, sent.response, "Fix & draw")
    (job,) = await theatre.queued()
    assert job.prompt.startswith(f"{PUBLIC_URL}/reference/")
    assert job.prompt.endswith(FIXED)


async def test_again_repeats_what_was_drawn_without_a_question(theatre: Theatre) -> None:
    asked = await question(theatre, TYPO)
    await press(theatre, asked, "Draw anyway")
    (job,) = await theatre.queued()
    await theatre.drawing()
    await theatre.done(job)
    await theatre.delivered(job)
    await press(theatre, theatre.cards()[0], "Again")
    await theatre.d.wait_for(lambda: len(theatre.d.channel.messages) == 2)
    assert await prompts(theatre) == [AS_IT_IS, AS_IT_IS]


# ── Attached pictures ───────────────────────────────────────────────────────────────────────────


def _picture() -> bytes:
    return encoded(Image.new("RGB", (40, 20), "red"), "PNG")


async def test_a_picture_is_kept_when_its_job_is_and_only_once(theatre: Theatre) -> None:
    let_questions_stay(theatre)
    asked = await question(theatre, TYPO, image=("fox.png", _picture()))
    assert "🔗 a fox" in asked.text
    assert await rows(theatre, reference_images) == 0
    await press(theatre, asked, "Draw anyway")
    (job,) = await theatre.queued()
    link, _, words = job.prompt.partition(" ")
    assert link.startswith(f"{PUBLIC_URL}/reference/")
    assert words == AS_IT_IS
    assert STARTED in whispers(await press(theatre, asked, "Fix & draw"))
    assert await rows(theatre, reference_images) == 1


async def test_a_picture_that_discord_no_longer_has_is_to_be_attached_again(
    theatre: Theatre,
) -> None:
    asked = await question(theatre, TYPO, image=("fox.png", _picture()))
    theatre.d.cdn_status = 404
    pressed = await press(theatre, asked, "Fix & draw")
    assert "Please attach it" in whispers(pressed)
    assert await theatre.jobs() == []


# ── What is refused can be edited ───────────────────────────────────────────────────────────────


async def _edited(theatre: Theatre, refused: Interaction) -> str:
    """Send off what the form of a refusal holds, and give the prompt that it makes."""
    whispered = await theatre.d.wait_for(
        lambda: [m for m in (refused.response, *refused.followups) if m and m.ephemeral]
    )
    await theatre.d.submit_modal(await press(theatre, whispered[0], "Edit"))
    return (await theatre.queued())[0].prompt


async def test_an_unknown_preset_can_be_left_out(theatre: Theatre) -> None:
    refused = await theatre.stage.imagine("a fox", preset="nope", stylize=9)
    assert "no preset “nope”" in whispers(refused)
    assert await _edited(theatre, refused) == "a fox --s 9"


async def test_a_missing_permission_can_be_waited_for(theatre: Theatre) -> None:
    theatre.d.channel.deny("attach_files")
    refused = await theatre.stage.imagine("a fox")
    theatre.d.channel.allow("attach_files")
    assert await _edited(theatre, refused) == "a fox"


async def test_a_picture_that_cannot_be_used_loses_no_words(theatre: Theatre) -> None:
    theatre.d.cdn_status = 500
    refused = await theatre.stage.imagine("a fox", image=("fox.png", _picture()))
    theatre.d.cdn_status = None
    assert (await _edited(theatre, refused)).endswith(" a fox")


async def test_limits_and_pauses_lose_no_words(d: DiscordStandIn, unhurried: None) -> None:
    async with parts(d, daily=1) as stage, running(stage.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        await stage.imagine("a fox")
        refused = await stage.imagine("a cat")
        assert refused.response is not None
        opened = await d.press(d.ann, refused.response, "Edit")
        assert opened.modal is not None
        assert "a cat" in str(opened.modal)


async def test_a_prompt_that_fits_no_form_is_given_back_as_a_file(theatre: Theatre) -> None:
    prompt = "a very long story " * 300
    refused = await theatre.stage.imagine(prompt)
    assert refused.response is not None
    assert refused.response.ephemeral
    assert "here is what you typed" in refused.response.text
    assert [file.content for file in refused.response.files] == [prompt.encode()]
    assert refused.response.labels == []


async def test_a_prompt_that_a_broken_store_cannot_keep_is_given_back(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise StoreGivenUpError("away")

    monkeypatch.setattr(theatre.stage.jobs, "add", fail)
    refused = await theatre.stage.imagine("a long story")
    assert refused.response is not None
    assert "reference" in refused.response.text
    assert [file.content for file in refused.response.files] == [b"a long story"]
