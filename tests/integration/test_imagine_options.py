"""/imagine with its options over the wire: what is typed and attached, and the prompt it makes."""

import pytest
from PIL import Image

from bot.domain.conversations import Origin
from bot.domain.errors import StoreError
from bot.domain.jobs import JobStatus, Mode
from bot.domain.people import Preset
from bot.images import clean_png
from bot.platforms.discord.interactions import answers
from tests.pictures import encoded
from tests.stage import PUBLIC_URL, Stage, parts, running
from tests.standins.discord import DiscordStandIn, Interaction, User

NO_SUCH_JOB = "↩" + "a" * 20


def photo(width: int = 40, height: int = 20) -> bytes:
    return encoded(Image.new("RGB", (width, height), "red"), "JPEG")


async def prompt_of(stage: Stage, prompt: str = "a cat", **options: object) -> str:
    """Give the prompt of the job that a filled-in form makes."""
    asked = await stage.imagine(prompt, **options)
    assert stage.service.job_ids, asked.response
    return (await stage.job()).prompt


async def refusal_of(stage: Stage, **options: object) -> str:
    """Give the sentence that a filled-in form is refused with."""
    asked = await stage.imagine("a cat", **options)
    whispers = await stage.d.wait_for(
        lambda: [m for m in (*asked.followups, asked.response) if m and m.ephemeral]
    )
    assert stage.service.job_ids == ()
    return whispers[0].text


async def kept(stage: Stage, link: str) -> bytes | None:
    """Give the picture behind a link of ours."""
    assert link.startswith(f"{PUBLIC_URL}/reference/")
    return await stage.references.get_reference(link.split("/")[4])


# ── Options and the prompt ──────────────────────────────────────────────────────────────────────


async def test_options_go_behind_the_prompt(stage: Stage) -> None:
    assert (
        await prompt_of(stage, aspect="16:9", stylize=250, raw=True, seed=4294967295)
        == "a cat --ar 16:9 --s 250 --raw --seed 4294967295"
    )


async def test_an_option_wins_over_the_prompt_and_says_so(stage: Stage) -> None:
    asked = await stage.imagine("a cat --s 10", stylize=250)
    assert (await stage.job()).prompt == "a cat --s 250"
    assert asked.response is not None
    assert "`--s 250`, not `--s 10`" in asked.response.text


async def test_a_flag_that_is_off_leaves_the_prompt(stage: Stage) -> None:
    assert await prompt_of(stage, "a cat --tile", tile=False) == "a cat"


@pytest.mark.parametrize(("version", "written"), [("7", "--v 7"), ("niji 7", "--niji 7")])
async def test_a_version_is_chosen_from_the_list(stage: Stage, version: str, written: str) -> None:
    assert await prompt_of(stage, version=version) == f"a cat {written}"


async def test_relaxed_is_the_mode_of_the_job(stage: Stage) -> None:
    assert await prompt_of(stage, mode="relaxed") == "a cat"
    assert (await stage.job()).mode is Mode.RELAXED


async def test_a_ratio_in_another_spelling_is_put_right(stage: Stage) -> None:
    assert await prompt_of(stage, aspect="16 x 9") == "a cat --ar 16:9"


async def test_a_preset_gives_what_nobody_said(stage: Stage) -> None:
    preset = Preset(name="Film", parameters="--ar 21:9 --s 50", suffix="on film")
    await stage.bot.personal.save_preset(f"discord:{stage.d.ann.id}", preset)
    assert await prompt_of(stage, preset="film", stylize=9) == "a cat on film --ar 21:9 --s 9"


async def test_a_private_request_makes_a_private_job(stage: Stage) -> None:
    await prompt_of(stage, private=True)
    assert (await stage.job()).is_private


async def test_a_private_request_is_answered_to_this_person_only(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PATIENCE_S", 0.05)
    stage.service.delay_s = 0.2
    asked = await stage.imagine(private=True)
    assert asked.deferred
    assert asked.ephemeral


# ── Attachments ─────────────────────────────────────────────────────────────────────────────────


async def test_an_attached_image_is_an_image_prompt_under_our_link(stage: Stage) -> None:
    sent = await prompt_of(stage, image=("cat.jpg", photo()), aspect="16:9", stylize=250)
    link, _, rest = sent.partition(" ")
    assert rest == "a cat --ar 16:9 --s 250"
    assert await kept(stage, link) == await clean_png(photo())


async def test_two_images_and_a_style_go_to_their_places(stage: Stage) -> None:
    sent = await prompt_of(
        stage,
        image=("1.jpg", photo(10, 10)),
        image2=("2.jpg", photo(20, 20)),
        style=("s.jpg", photo(30, 30)),
        image_weight=1.5,
    )
    first, second, *words, flag, style = sent.replace(" --iw 1.5", "").split()
    assert (words, flag) == (["a", "cat"], "--sref")
    pictures = [await kept(stage, link) for link in (first, second, style)]
    assert pictures == [await clean_png(photo(side, side)) for side in (10, 20, 30)]


async def test_images_need_no_public_address(d: DiscordStandIn) -> None:
    async with parts(d, has_public_url=False) as stage, running(stage.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        sent = await prompt_of(stage, image=("cat.jpg", photo()))
    assert sent.startswith(f"{d.cdn_url}/attachments/")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"not a picture", "isn't a picture"),
        (b"\xff\xd8\xff" + b"x" * (8 * 1024 * 1024), "larger than 8 MiB"),
        (photo(5100, 5000), "25 million pixels"),
        (photo()[:200], "damaged"),
    ],
    ids=["no picture", "too large", "too many pixels", "damaged"],
)
async def test_an_image_that_cannot_be_used_is_refused(
    stage: Stage, file: bytes, said: str
) -> None:
    assert said in await refusal_of(stage, image=("cat.jpg", file))


async def test_an_image_that_discord_does_not_give_is_refused(stage: Stage) -> None:
    stage.d.cdn_status = 410
    assert "attach it again" in await refusal_of(stage, image=("cat.jpg", photo()))


async def test_a_file_that_is_too_large_is_not_downloaded(stage: Stage) -> None:
    stage.d.cdn_status = 500
    large = photo() + b"x" * (8 * 1024 * 1024)
    assert "larger than 8 MiB" in await refusal_of(stage, image=("cat.jpg", large))


async def test_nothing_is_kept_for_a_request_that_is_refused_anyway(stage: Stage) -> None:
    stage.d.cdn_status = 500  # a download would show
    said = await refusal_of(stage, image=("cat.jpg", photo()), aspect="16:0")
    assert "both numbers must be at least 1" in said


async def test_nothing_is_kept_for_a_person_who_may_not_start_a_job(d: DiscordStandIn) -> None:
    async with parts(d, waiting=1) as stage, running(stage.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        await stage.imagine()
        await stage.job_with(JobStatus.QUEUED, has_placeholder=True)
        d.cdn_status = 500  # a download would show
        asked = await stage.imagine("a cat", image=("cat.jpg", photo()))
        assert asked.response is not None
        assert "1 job waiting" in asked.response.text


async def test_a_slow_image_shows_thinking_meanwhile(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PATIENCE_S", 0.0)
    asked = await stage.imagine("a cat", image=("cat.jpg", photo()))
    assert asked.deferred
    await stage.job_with(JobStatus.QUEUED, has_placeholder=True)


# ── Suggestions ─────────────────────────────────────────────────────────────────────────────────


async def suggested(
    stage: Stage, option: str, typed: str, user: User | None = None
) -> list[tuple[str, str]]:
    d = stage.d
    asked: Interaction = await d.autocomplete(
        user or d.ann, d.channel, "imagine", option, typed, prompt=""
    )
    assert asked.choices is not None
    return [(choice["name"], choice["value"]) for choice in asked.choices]


@pytest.fixture
async def history(stage: Stage) -> str:
    """Give a long prompt that Ann used, beside a short one."""
    long = f"a lighthouse {'in a storm ' * 30}at night"
    await stage.imagine(long)
    await stage.imagine("a red fox")
    return long


async def test_own_prompts_are_suggested_latest_first(stage: Stage, history: str) -> None:
    (fox, _), (lighthouse, _) = await suggested(stage, "prompt", "")
    assert (fox, lighthouse[:24]) == ("a red fox", "a lighthouse in a storm ")


async def test_prompts_of_others_are_not_suggested(stage: Stage, history: str) -> None:
    assert await suggested(stage, "prompt", "", stage.d.ben) == []


async def test_a_long_prompt_that_is_chosen_comes_back_whole(stage: Stage, history: str) -> None:
    (_, (_, token)) = await suggested(stage, "prompt", "lightHOUSE")
    await stage.imagine(token, aspect="2:3")
    assert (await stage.job(2)).prompt == f"{history} --ar 2:3"


async def test_the_token_of_somebody_else_is_worth_nothing(stage: Stage, history: str) -> None:
    (_, (_, token)) = await suggested(stage, "prompt", "lighthouse")
    asked = await stage.d.slash(stage.d.ben, stage.d.channel, "imagine", prompt=token)
    assert asked.ephemeral
    assert len(stage.service.job_ids) == 2


async def test_an_unknown_token_is_refused(stage: Stage) -> None:
    asked = await stage.imagine(NO_SUCH_JOB)
    assert asked.ephemeral
    assert stage.service.job_ids == ()


async def test_a_ratio_that_is_typed_is_suggested_first(stage: Stage) -> None:
    assert (await suggested(stage, "aspect", "7:3"))[0] == ("7:3", "7:3")


async def test_own_presets_are_suggested(stage: Stage) -> None:
    origin = Origin(platform="discord", tenant_id=None, channel_id="1", user_id=str(stage.d.ann.id))
    preset = Preset(name="Film", parameters="--ar 21:9")
    await stage.bot.personal.save_preset(origin.requester, preset)
    assert await suggested(stage, "preset", "fi") == [("Film – --ar 21:9", "Film")]  # noqa: RUF001


@pytest.mark.parametrize("option", ["prompt", "preset"])
async def test_without_a_database_nothing_is_suggested(
    stage: Stage, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise StoreError

    monkeypatch.setattr(stage.bot.personal.jobs, "recent_prompts", fail)
    monkeypatch.setattr(stage.bot.personal.personal, "presets", fail)
    assert await suggested(stage, option, "a") == []
