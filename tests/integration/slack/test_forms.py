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


async def test_a_form_that_is_refused_stays_open_and_says_where(rig: Rig) -> None:
    form = (await rig.command(rig.s.ann)).form
    await rig.submit(form, prompt="a fox", stylize="lots", aspect="2:3")
    assert "--s" in form.errors["stylize"]
    assert await rig.all_jobs() == []
    await rig.submit(form, prompt="a fox --ar lots", stylize="250", aspect=None)
    assert list(form.errors) == ["prompt"]
    await rig.submit(form, prompt="a fox")
    assert form.is_closed
    [job] = await rig.all_jobs()
    assert job.prompt == "a fox --s 250"
    assert rig.s.channel.ephemeral(rig.s.ann) == []


async def test_a_form_without_a_prompt_stays_open(rig: Rig) -> None:
    await rig.command(rig.s.ann, "a red fox")
    form = (await rig.command(rig.s.ann)).form
    await rig.submit(form, aspect="2:3")
    assert list(form.errors) == ["prompt"]
    await rig.submit(form, latest="a red fox")
    assert form.is_closed


async def test_a_picture_that_is_none_is_told_with_a_way_on(rig: Rig) -> None:
    form = (await rig.command(rig.s.ann)).form
    await rig.submit(form, prompt="a fox", image=[("a.png", b"no picture")])
    assert form.is_closed
    [refusal] = rig.s.channel.ephemeral(rig.s.ann)
    edit = (await rig.press(rig.s.ann, refusal, "✏️ Edit")).form
    await rig.submit(edit, prompt="a fox")
    [job] = await rig.all_jobs()
    assert job.prompt == "a fox"


async def test_a_preset_that_will_not_do_can_be_corrected(rig: Rig) -> None:
    await rig.command(rig.s.ann, "presets")
    form = (
        await rig.press(rig.s.ann, rig.s.channel.ephemeral(rig.s.ann)[-1], "🔖 New preset")
    ).form
    await rig.submit(form, name="poster", parameters="--ar lots", words="")
    assert list(form.errors) == ["parameters"]
    await rig.submit(form, name="poster", parameters="--ar 2:3", words="red --tile")
    assert list(form.errors) == ["words"]
    await rig.submit(form, name="poster", parameters="--ar 2:3", words="")
    assert "Saved." in rig.told(rig.s.ann)


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
