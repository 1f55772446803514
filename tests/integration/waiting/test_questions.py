"""The question about a prompt that looks wrong: nothing is spent, and each answer counts once."""

import asyncio
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.domain.errors import StoreGivenUpError
from bot.domain.people import Preferences, Preset
from bot.services.requests import ReadRequest
from bot.store import SqlDraftStore
from bot.store.tables import reference_images
from tests.doubts import AS_IT_IS, FIXED, TYPO, UNCLEAR, read_with_doubts
from tests.fixtures import PUBLIC_URL, parts, running
from tests.haste import set_limits
from tests.integration.waiting.fixtures import MINUTE, Scene, private_words, question
from tests.pictures import encoded
from tests.standins.discord import DiscordStandIn, Interaction, Message, faults
from tests.standins.discord.routes import BY_TOKEN

STARTED = "You'd already started these; nothing more was charged."


@pytest.fixture
def read() -> ReadRequest:
    return read_with_doubts


async def press(scene: Scene, asked: Message, label: str) -> Interaction:
    return await scene.d.press(scene.d.ann, asked, label)


async def prompts(scene: Scene) -> list[str]:
    return [job.prompt for job in await scene.jobs()]


async def rows(scene: Scene, table: Any) -> int:
    count = select(func.count()).select_from(table)
    return int(await scene.rig.database.run(lambda connection: connection.scalar(count)) or 0)


async def settle(scene: Scene, **settings: Any) -> None:
    await scene.rig.personal.change_preferences(scene.person, lambda _: Preferences(**settings))


def let_questions_stay(scene: Scene) -> None:
    """Let Discord refuse to take answered questions away."""
    scene.d.faults.add("DELETE", BY_TOKEN, faults.status(403, 50013), times=None)


# ── What is asked ───────────────────────────────────────────────────────────────────────────────


async def test_a_doubtful_prompt_is_asked_about_and_nothing_is_stored(scene: Scene) -> None:
    asked = await question(scene, TYPO)
    assert asked.labels == ["Fix & draw", "Draw anyway", "Edit"]
    assert "I don't know `--aspct`" in asked.text
    assert "--aspct 16:9" in asked.text
    assert "--ar 16:9" in asked.text
    assert await scene.jobs() == []
    assert scene.d.channel.messages == []


async def test_what_nobody_can_fix_is_drawn_as_it_is_or_edited(scene: Scene) -> None:
    asked = await question(scene, UNCLEAR)
    assert asked.labels == ["Draw anyway", "Edit"]
    await press(scene, asked, "Draw anyway")
    assert [job.prompt for job in await scene.queued()] == [UNCLEAR]


async def test_several_doubtful_jobs_are_one_question_with_count_and_cost(
    scene: Scene,
) -> None:
    asked = await question(scene, "a {red, blue} fox --aspct 16:9")
    assert "This starts **2 jobs** in fast mode: about $0.03 (4 quota units)." in asked.text
    assert asked.labels == ["Fix & draw", "Draw anyway", "Edit"]
    await press(scene, asked, "Fix & draw")
    jobs = await scene.queued(2)
    assert [job.prompt for job in jobs] == ["a red fox --ar 16:9", "a blue fox --ar 16:9"]


async def test_who_wants_no_questions_gets_remarks(scene: Scene) -> None:
    await settle(scene, wants_questions=False)
    placeholder = await scene.asked(TYPO)
    assert "I don't know `--aspct`" in placeholder.text
    job = await scene.job()
    assert job.prompt == AS_IT_IS
    await scene.drawing()
    await scene.done(job)
    await scene.delivered(job)
    (card,) = scene.cards()
    assert "I don't know `--aspct`" in card.text


async def test_who_wants_no_questions_is_asked_before_several_all_the_same(
    scene: Scene,
) -> None:
    await settle(scene, wants_questions=False)
    asked = await question(scene, "a {red, blue} fox --aspct 16:9")
    assert asked.labels == ["Start 2 jobs", "No, thanks"]
    assert "I don't know `--aspct`" in asked.text


# ── The answers ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("label", "drawn"), [("Fix & draw", FIXED), ("Draw anyway", AS_IT_IS)])
async def test_an_answer_starts_what_was_shown_and_the_question_goes(
    scene: Scene, label: str, drawn: str
) -> None:
    asked = await question(scene, TYPO)
    pressed = await press(scene, asked, label)
    (job,) = await scene.queued()
    assert job.prompt == drawn
    await scene.d.wait_for(lambda: asked.deleted)
    assert scene.d.channel.messages == [pressed.response]


@pytest.mark.parametrize("second", ["Fix & draw", "Draw anyway"])
@pytest.mark.parametrize("first", ["Fix & draw", "Draw anyway"])
async def test_however_it_is_answered_twice_one_job_comes_of_it(
    scene: Scene, first: str, second: str
) -> None:
    asked = await question(scene, TYPO)
    pressed = await asyncio.gather(press(scene, asked, first), press(scene, asked, second))
    await scene.queued()
    await scene.d.wait_for(lambda: STARTED in "".join(map(private_words, pressed)))
    public = [each.response for each in pressed if each.response and not each.response.ephemeral]
    assert scene.d.channel.messages == public
    assert len(public) == 1


async def test_a_preset_that_changes_meanwhile_changes_nothing(scene: Scene) -> None:
    person, personal = scene.person, scene.rig.personal
    await personal.save_preset(person, Preset(name="p", suffix="{red, blue}"), limit=5)
    asked = await question(scene, "a fox", preset="p")
    await personal.save_preset(person, Preset(name="p", suffix="{a, b, c, d, e}"), limit=5)
    await press(scene, asked, "Start 2 jobs")
    await scene.queued(2)
    assert await prompts(scene) == ["a fox red", "a fox blue"]


async def test_an_answer_that_is_refused_leaves_the_question_and_offers_edit(
    scene: Scene,
) -> None:
    asked = await question(scene, TYPO)
    scene.d.channel.deny("attach_files")
    pressed = await press(scene, asked, "Fix & draw")
    assert "“Attach Files”" in private_words(pressed)
    assert pressed.response is not None
    opened = await press(scene, pressed.response, "Edit")
    assert opened.modal is not None
    assert not asked.deleted
    scene.d.channel.allow("attach_files")
    await press(scene, asked, "Fix & draw")
    await scene.queued()


async def test_an_answer_to_a_question_that_is_gone_is_one_sentence(scene: Scene) -> None:
    asked = await question(scene, TYPO)
    drafts_of_all = SqlDraftStore(scene.rig.database)
    await drafts_of_all.drop_drafts(created_before=SystemClock().now() + MINUTE)
    for label in ("Fix & draw", "Draw anyway", "Edit"):
        assert "no longer have this request" in private_words(await press(scene, asked, label))
    assert await scene.jobs() == []


async def test_a_yes_after_the_draft_went_still_says_what_came_of_it(scene: Scene) -> None:
    let_questions_stay(scene)
    asked = await question(scene, TYPO)
    await press(scene, asked, "Fix & draw")
    await scene.queued()
    await SqlDraftStore(scene.rig.database).drop_drafts(created_before=SystemClock().now() + MINUTE)
    assert STARTED in private_words(await press(scene, asked, "Draw anyway"))


# ── Edit ────────────────────────────────────────────────────────────────────────────────────────


async def test_edit_opens_the_request_and_its_question_goes(scene: Scene) -> None:
    asked = await question(scene, TYPO, stylize=250)
    opened = await press(scene, asked, "Edit")
    sent = await scene.d.submit_modal(opened, {"prompt": "a fox --ar 4:5 --s 250"})
    await scene.queued()
    assert await prompts(scene) == ["a fox --ar 4:5 --s 250"]
    await scene.d.wait_for(lambda: asked.deleted)
    assert scene.d.channel.messages == [sent.response]


async def test_a_yes_to_what_was_edited_already_starts_nothing(scene: Scene) -> None:
    let_questions_stay(scene)
    asked = await question(scene, TYPO)
    opened = await press(scene, asked, "Edit")
    await scene.d.submit_modal(opened, {"prompt": "a fox"})
    await scene.queued()
    await scene.d.wait_for(lambda: scene.d.calls("DELETE", BY_TOKEN))
    assert "no longer have" in private_words(await press(scene, asked, "Draw anyway"))
    assert len(await scene.jobs()) == 1


async def test_the_form_holds_what_was_typed_and_chosen(scene: Scene) -> None:
    opened = await press(scene, await question(scene, TYPO, stylize=250), "Edit")
    assert f"{TYPO} --s 250" in str(opened.modal)


async def test_an_edited_request_is_asked_about_by_the_same_rules(scene: Scene) -> None:
    asked = await question(scene, TYPO)
    opened = await press(scene, asked, "Edit")
    sent = await scene.d.submit_modal(opened, {"prompt": UNCLEAR})
    assert sent.response is not None
    assert sent.response.labels == ["Draw anyway", "Edit"]
    await scene.d.wait_for(lambda: asked.deleted)


async def test_a_form_whose_draft_is_gone_offers_what_was_typed(scene: Scene) -> None:
    opened = await press(scene, await question(scene, TYPO, private=True), "Edit")
    await SqlDraftStore(scene.rig.database).drop_drafts(created_before=SystemClock().now() + MINUTE)
    sent = await scene.d.submit_modal(opened, {"prompt": "a long story"})
    assert "no longer have this request" in private_words(sent)
    assert sent.response is not None
    await scene.d.submit_modal(await press(scene, sent.response, "Edit"))
    job = (await scene.queued())[0]
    assert (job.prompt, job.is_private) == ("a long story", True)


async def test_a_private_request_stays_private_after_edit(scene: Scene) -> None:
    asked = await question(scene, TYPO, private=True)
    opened = await press(scene, asked, "Edit")
    await scene.d.submit_modal(opened, {"prompt": "a fox"})
    assert (await scene.queued())[0].is_private
    assert scene.d.channel.messages == []


@pytest.mark.parametrize("label", ["Fix & draw", "Draw anyway"])
async def test_a_private_request_stays_private_after_the_answer(scene: Scene, label: str) -> None:
    asked = await question(scene, TYPO, private=True)
    set_limits(scene.rig.bot, thinking_after_s=0.0)  # "thinking…" comes first
    pressed = await press(scene, asked, label)
    assert (await scene.queued())[0].is_private
    assert pressed.ephemeral
    assert scene.d.channel.messages == []


# ── Every way in ────────────────────────────────────────────────────────────────────────────────


async def test_the_form_of_a_card_asks_too(scene: Scene) -> None:
    card = await scene.rig.card()
    opened = await press(scene, card, "Edit")
    sent = await scene.d.submit_modal(opened, {"prompt": TYPO})
    assert sent.response is not None
    assert sent.response.labels == ["Fix & draw", "Draw anyway", "Edit"]
    assert not card.deleted


async def test_a_picture_of_a_message_keeps_its_place_through_the_question(
    scene: Scene,
) -> None:
    said = scene.d.say(scene.d.ann, scene.d.channel, "look", ("fox.png", _picture()))
    opened = await scene.d.choose_from_menu(scene.d.ann, said, "Imagine from this image")
    sent = await scene.d.submit_modal(opened, {"prompt": TYPO})
    assert sent.response is not None
    assert "🔗 a fox" in sent.response.text
    assert "/attachments/" not in sent.response.text
    await press(scene, sent.response, "Fix & draw")
    (job,) = await scene.queued()
    assert job.prompt.startswith(f"{PUBLIC_URL}/reference/")
    assert job.prompt.endswith(FIXED)


async def test_again_repeats_what_was_drawn_without_a_question(scene: Scene) -> None:
    asked = await question(scene, TYPO)
    await press(scene, asked, "Draw anyway")
    (job,) = await scene.queued()
    await scene.drawing()
    await scene.done(job)
    await scene.delivered(job)
    await press(scene, scene.cards()[0], "Again")
    await scene.d.wait_for(lambda: len(scene.d.channel.messages) == 2)
    assert await prompts(scene) == [AS_IT_IS, AS_IT_IS]


# ── Attached pictures ───────────────────────────────────────────────────────────────────────────


def _picture() -> bytes:
    return encoded(Image.new("RGB", (40, 20), "red"), "PNG")


async def test_a_picture_is_kept_when_its_job_is_and_only_once(scene: Scene) -> None:
    let_questions_stay(scene)
    asked = await question(scene, TYPO, image=("fox.png", _picture()))
    assert "🔗 a fox" in asked.text
    assert await rows(scene, reference_images) == 0
    await press(scene, asked, "Draw anyway")
    (job,) = await scene.queued()
    link, _, words = job.prompt.partition(" ")
    assert link.startswith(f"{PUBLIC_URL}/reference/")
    assert words == AS_IT_IS
    assert STARTED in private_words(await press(scene, asked, "Fix & draw"))
    assert await rows(scene, reference_images) == 1


async def test_a_picture_that_discord_no_longer_has_is_to_be_attached_again(
    scene: Scene,
) -> None:
    asked = await question(scene, TYPO, image=("fox.png", _picture()))
    scene.d.cdn_status = 404
    pressed = await press(scene, asked, "Fix & draw")
    assert "Please attach it" in private_words(pressed)
    assert await scene.jobs() == []


# ── What is refused can be edited ───────────────────────────────────────────────────────────────


async def _edited(scene: Scene, refused: Interaction) -> str:
    """Send off what the form of a refusal holds, and give the prompt that it makes."""
    asked_privately = await scene.d.wait_for(
        lambda: [m for m in (refused.response, *refused.followups) if m and m.ephemeral]
    )
    await scene.d.submit_modal(await press(scene, asked_privately[0], "Edit"))
    return (await scene.queued())[0].prompt


async def test_an_unknown_preset_can_be_left_out(scene: Scene) -> None:
    refused = await scene.rig.imagine("a fox", preset="nope", stylize=9)
    assert "no preset “nope”" in private_words(refused)
    assert await _edited(scene, refused) == "a fox --s 9"


async def test_a_missing_permission_can_be_waited_for(scene: Scene) -> None:
    scene.d.channel.deny("attach_files")
    refused = await scene.rig.imagine("a fox")
    scene.d.channel.allow("attach_files")
    assert await _edited(scene, refused) == "a fox"


async def test_a_picture_that_cannot_be_used_loses_no_words(scene: Scene) -> None:
    scene.d.cdn_status = 500
    refused = await scene.rig.imagine("a fox", image=("fox.png", _picture()))
    scene.d.cdn_status = None
    assert (await _edited(scene, refused)).endswith(" a fox")


async def test_limits_and_pauses_lose_no_words(d: DiscordStandIn) -> None:
    async with parts(d, daily=1, read=read_with_doubts) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        await rig.imagine("a fox")
        refused = await rig.imagine("a cat")
        assert refused.response is not None
        opened = await d.press(d.ann, refused.response, "Edit")
        assert opened.modal is not None
        assert "a cat" in str(opened.modal)


async def test_a_prompt_that_fits_no_form_is_given_back_as_a_file(scene: Scene) -> None:
    prompt = "a very long story " * 300
    refused = await scene.rig.imagine(prompt)
    assert refused.response is not None
    assert refused.response.ephemeral
    assert "here is what you typed" in refused.response.text
    assert [file.content for file in refused.response.files] == [prompt.encode()]
    assert refused.response.labels == []


async def test_a_prompt_that_a_broken_store_cannot_keep_is_given_back(scene: Scene) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise StoreGivenUpError("away")

    scene.rig.store_hooks["requests.add"] = fail
    refused = await scene.rig.imagine("a long story")
    assert refused.response is not None
    assert "reference" in refused.response.text
    assert [file.content for file in refused.response.files] == [b"a long story"]
