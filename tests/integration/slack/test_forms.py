"""Forms from end to end: what they hold, what becomes of it, and what they cannot hold."""

from bot.domain.jobs import Mode
from tests.integration.slack.rig import Rig

LONG = "a very long tale of foxes, " * 130  # of about 3500 characters


async def test_the_form_offers_what_the_person_keeps(rig: Rig) -> None:
    await rig.command(rig.s.ann, "a red fox")
    form = (await rig.command(rig.s.ann)).form
    assert form.updates == 1
    await rig.submit(form, latest="a red fox", mode="relaxed", private=["on"])
    first, second = sorted(await rig.all_jobs(), key=lambda job: job.is_private)
    assert (first.prompt, first.mode) == ("a red fox", Mode.FAST)
    assert (second.prompt, second.mode, second.is_private) == ("a red fox", Mode.RELAXED, True)


async def test_a_form_that_is_refused_can_be_edited(rig: Rig) -> None:
    form = (await rig.command(rig.s.ann)).form
    await rig.submit(form, prompt="a fox", stylize="lots")
    assert "--s lots" in rig.told(rig.s.ann)
    assert await rig.all_jobs() == []
    [refusal] = rig.s.channel.ephemeral(rig.s.ann)
    edit = (await rig.press(rig.s.ann, refusal, "✏️ Edit")).form
    await rig.submit(edit, prompt="a fox --s 250")
    [job] = await rig.all_jobs()
    assert job.prompt == "a fox --s 250"


async def test_a_prompt_that_no_form_holds_is_given_back(rig: Rig) -> None:
    job, card = await rig.result(rig.s.ann, LONG)
    pressed = await rig.press(rig.s.ann, card, "✏️ Edit")
    assert pressed.views == []
    told = rig.told(rig.s.ann)
    assert "longer than the 3000 characters" in told
    assert job.prompt in told.replace("\n", "")


async def test_a_refused_prompt_that_no_form_holds_is_given_back(rig: Rig) -> None:
    await rig.command(rig.s.ann, f"{LONG} --ar lots")
    [refusal] = rig.s.channel.ephemeral(rig.s.ann)
    pressed = await rig.press(rig.s.ann, refusal, "✏️ Edit")
    assert pressed.views == []
    assert "--ar lots" in rig.told(rig.s.ann)
