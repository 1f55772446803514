"""What can be done about a failed job and about a refused request."""

from bot.domain.jobs import Failure, FailureCode
from tests.fixtures import Rig, parts, running
from tests.integration.card_actions.fixtures import private_answer, prompt_in
from tests.standins.discord import DiscordStandIn


async def test_a_failed_prompt_can_be_edited_and_tried_again(rig: Rig) -> None:
    card = await rig.card("a red fox", failure=Failure(code=FailureCode.PROMPT))
    assert "failed" in card.text
    opened = await rig.d.press(rig.d.ann, card, "Edit & retry")
    assert prompt_in(opened) == "a red fox"
    await rig.d.submit_modal(opened, {"prompt": "a blue fox"})
    assert (await rig.job(1)).prompt == "a blue fox"


async def test_a_hiccup_can_be_tried_again_as_it_is(rig: Rig) -> None:
    card = await rig.card(failure=Failure(code=FailureCode.PROVIDER))
    await rig.d.press(rig.d.ann, card, "Again")
    assert (await rig.job(1)).prompt == "a red fox"


# ── Refusals ────────────────────────────────────────────────────────────────────────────────────


async def test_a_refused_prompt_is_shown_with_a_caret(rig: Rig) -> None:
    asked = await rig.imagine("a red fox --ar 16:0")
    text = private_answer(asked).text
    assert "`--ar 16:0`: both numbers must be at least 1." in text
    assert "```\na red fox --ar 16:0\n          ^^^^^^^^^\n```" in text


async def test_a_refused_prompt_need_not_be_typed_again(rig: Rig) -> None:
    asked = await rig.imagine("a red fox --ar 16:0")
    opened = await rig.d.press(rig.d.ann, private_answer(asked), "Edit")
    assert prompt_in(opened) == "a red fox --ar 16:0"
    await rig.d.submit_modal(opened, {"prompt": "a red fox --ar 16:9"})
    assert (await rig.job()).prompt == "a red fox --ar 16:9"


async def test_a_refusal_leaves_nothing_in_memory(rig: Rig) -> None:
    await rig.imagine("a red fox --ar 16:0")
    assert not rig.bot._connection._view_store._views


async def test_an_empty_prompt_leaves_nothing_to_edit(rig: Rig) -> None:
    answer_privately = private_answer(await rig.imagine("   "))
    assert "empty" in answer_privately.text
    assert answer_privately.labels == []


async def test_a_prompt_cannot_break_out_of_its_refusal(rig: Rig) -> None:
    text = private_answer(await rig.imagine("a ``` fox @everyone --ar 16:0")).text
    assert text.count("```") == 2


async def test_a_limit_says_when_there_is_room_in_the_readers_own_time(d: DiscordStandIn) -> None:
    async with parts(d, daily=1) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        await rig.imagine()
        assert "<t:" in private_answer(await rig.imagine()).text
