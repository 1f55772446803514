"""/imagine with its options over the wire: what is typed and attached, and the prompt it makes."""

import pytest
from PIL import Image

from bot.domain.conversations import Conversation, ConversationKind, Origin, Person
from bot.domain.errors import StoreError
from bot.domain.jobs import JobStatus, Mode
from bot.domain.people import Preset
from bot.images import clean_png
from tests.fixtures import PUBLIC_URL, Rig, parts, running
from tests.haste import set_limits
from tests.pictures import encoded
from tests.standins.discord import DiscordStandIn, Interaction, User

NO_SUCH_JOB = "↩" + "a" * 20


def photo(width: int = 40, height: int = 20) -> bytes:
    return encoded(Image.new("RGB", (width, height), "red"), "JPEG")


async def prompt_of(rig: Rig, prompt: str = "a cat", **options: object) -> str:
    """Return the prompt of the job that a filled-in form makes."""
    asked = await rig.imagine(prompt, **options)
    assert rig.service.job_ids, asked.response
    return (await rig.job()).prompt


async def refusal_of(rig: Rig, **options: object) -> str:
    """Return the sentence that a filled-in form is refused with."""
    asked = await rig.imagine("a cat", **options)
    private_words = await rig.d.wait_for(
        lambda: [m for m in (*asked.followups, asked.response) if m and m.ephemeral]
    )
    assert rig.service.job_ids == ()
    return private_words[0].text


async def kept(rig: Rig, link: str) -> bytes | None:
    """Return the picture behind a link of ours."""
    assert link.startswith(f"{PUBLIC_URL}/reference/")
    return await rig.references.get_reference(link.split("/")[4])


# ── Options and the prompt ──────────────────────────────────────────────────────────────────────


async def test_options_go_behind_the_prompt(rig: Rig) -> None:
    assert (
        await prompt_of(rig, aspect="16:9", stylize=250, raw=True, seed=4294967295)
        == "a cat --ar 16:9 --s 250 --raw --seed 4294967295"
    )


async def test_an_option_wins_over_the_prompt_and_says_so(rig: Rig) -> None:
    asked = await rig.imagine("a cat --s 10", stylize=250)
    assert (await rig.job()).prompt == "a cat --s 250"
    assert asked.response is not None
    assert "`--s 250`, not `--s 10`" in asked.response.text


async def test_a_flag_that_is_off_leaves_the_prompt(rig: Rig) -> None:
    assert await prompt_of(rig, "a cat --tile", tile=False) == "a cat"


@pytest.mark.parametrize(("version", "written"), [("7", "--v 7"), ("niji 7", "--niji 7")])
async def test_a_version_is_chosen_from_the_list(rig: Rig, version: str, written: str) -> None:
    assert await prompt_of(rig, version=version) == f"a cat {written}"


async def test_relaxed_is_the_mode_of_the_job(rig: Rig) -> None:
    assert await prompt_of(rig, mode="relaxed") == "a cat"
    assert (await rig.job()).mode is Mode.RELAXED


async def test_a_ratio_in_another_spelling_is_put_right(rig: Rig) -> None:
    assert await prompt_of(rig, aspect="16 x 9") == "a cat --ar 16:9"


async def test_a_preset_gives_what_nobody_said(rig: Rig) -> None:
    preset = Preset(name="Film", parameters="--ar 21:9 --s 50", suffix="on film")
    await rig.services.personal.save_preset(Person.of(f"discord:{rig.d.ann.id}"), preset)
    assert await prompt_of(rig, preset="film", stylize=9) == "a cat on film --ar 21:9 --s 9"


async def test_a_private_request_makes_a_private_job(rig: Rig) -> None:
    await prompt_of(rig, private=True)
    assert (await rig.job()).is_private


async def test_a_private_request_is_answered_to_this_person_only(rig: Rig) -> None:
    set_limits(rig.bot, thinking_after_s=0.05)
    rig.service.delay_s = 0.2
    asked = await rig.imagine(private=True)
    assert asked.deferred
    assert asked.ephemeral


# ── Attachments ─────────────────────────────────────────────────────────────────────────────────


async def test_an_attached_image_is_an_image_prompt_under_our_link(rig: Rig) -> None:
    sent = await prompt_of(rig, image=("cat.jpg", photo()), aspect="16:9", stylize=250)
    link, _, rest = sent.partition(" ")
    assert rest == "a cat --ar 16:9 --s 250"
    assert await kept(rig, link) == await clean_png(photo())


async def test_two_images_and_a_style_go_to_their_places(rig: Rig) -> None:
    sent = await prompt_of(
        rig,
        image=("1.jpg", photo(10, 10)),
        image2=("2.jpg", photo(20, 20)),
        style=("s.jpg", photo(30, 30)),
        image_weight=1.5,
    )
    first, second, *words, flag, style = sent.replace(" --iw 1.5", "").split()
    assert (words, flag) == (["a", "cat"], "--sref")
    pictures = [await kept(rig, link) for link in (first, second, style)]
    assert pictures == [await clean_png(photo(side, side)) for side in (10, 20, 30)]


async def test_images_need_no_public_address(d: DiscordStandIn) -> None:
    async with parts(d, has_public_url=False) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        sent = await prompt_of(rig, image=("cat.jpg", photo()))
    assert sent.startswith(f"{d.cdn_url}/attachments/")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"not a picture", "can't read that file as a picture"),
        (b"\xff\xd8\xff" + b"x" * (8 * 1024 * 1024), "larger than 8 MiB"),
        (photo(5100, 5000), "25 million pixels"),
        (photo()[:200], "damaged"),
    ],
    ids=["no picture", "too large", "too many pixels", "damaged"],
)
async def test_an_image_that_cannot_be_used_is_refused(rig: Rig, file: bytes, said: str) -> None:
    assert said in await refusal_of(rig, image=("cat.jpg", file))


async def test_an_image_that_discord_does_not_give_is_refused(rig: Rig) -> None:
    rig.d.cdn_status = 410
    assert "attach it again" in await refusal_of(rig, image=("cat.jpg", photo()))


async def test_a_file_that_is_too_large_is_not_downloaded(rig: Rig) -> None:
    rig.d.cdn_status = 500
    large = photo() + b"x" * (8 * 1024 * 1024)
    assert "larger than 8 MiB" in await refusal_of(rig, image=("cat.jpg", large))


async def test_nothing_is_kept_for_a_request_that_is_refused_anyway(rig: Rig) -> None:
    rig.d.cdn_status = 500  # a download would show
    said = await refusal_of(rig, image=("cat.jpg", photo()), aspect="16:0")
    assert "both numbers must be at least 1" in said


async def test_nothing_is_kept_for_a_person_who_may_not_start_a_job(d: DiscordStandIn) -> None:
    async with parts(d, waiting=1) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        await rig.imagine()
        await rig.job_with(JobStatus.QUEUED, has_placeholder=True)
        d.cdn_status = 500  # a download would show
        asked = await rig.imagine("a cat", image=("cat.jpg", photo()))
        assert asked.response is not None
        assert "1 job waiting" in asked.response.text


async def test_a_slow_image_shows_thinking_meanwhile(rig: Rig) -> None:
    set_limits(rig.bot, thinking_after_s=0.0)
    asked = await rig.imagine("a cat", image=("cat.jpg", photo()))
    assert asked.deferred
    await rig.job_with(JobStatus.QUEUED, has_placeholder=True)


# ── Suggestions ─────────────────────────────────────────────────────────────────────────────────


async def suggested(
    rig: Rig, option: str, typed: str, user: User | None = None
) -> list[tuple[str, str]]:
    d = rig.d
    asked: Interaction = await d.autocomplete(
        user or d.ann, d.channel, "imagine", option, typed, prompt=""
    )
    assert asked.choices is not None
    return [(choice["name"], choice["value"]) for choice in asked.choices]


@pytest.fixture
async def history(rig: Rig) -> str:
    """Return a long prompt that Ann used, beside a short one."""
    long = f"a lighthouse {'in a storm ' * 30}at night"
    await rig.imagine(long)
    await rig.imagine("a red fox")
    return long


async def test_own_prompts_are_suggested_latest_first(rig: Rig, history: str) -> None:
    (fox, _), (lighthouse, _) = await suggested(rig, "prompt", "")
    assert (fox, lighthouse[:24]) == ("a red fox", "a lighthouse in a storm ")


async def test_prompts_of_others_are_not_suggested(rig: Rig, history: str) -> None:
    assert await suggested(rig, "prompt", "", rig.d.ben) == []


async def test_a_long_prompt_that_is_chosen_comes_back_whole(rig: Rig, history: str) -> None:
    (_, (_, token)) = await suggested(rig, "prompt", "lightHOUSE")
    await rig.imagine(token, aspect="2:3")
    assert (await rig.job(2)).prompt == f"{history} --ar 2:3"


async def test_the_token_of_somebody_else_is_worth_nothing(rig: Rig, history: str) -> None:
    (_, (_, token)) = await suggested(rig, "prompt", "lighthouse")
    asked = await rig.d.slash(rig.d.ben, rig.d.channel, "imagine", prompt=token)
    assert asked.ephemeral
    assert len(rig.service.job_ids) == 2


async def test_an_unknown_token_is_refused(rig: Rig) -> None:
    asked = await rig.imagine(NO_SUCH_JOB)
    assert asked.ephemeral
    assert rig.service.job_ids == ()


async def test_a_ratio_that_is_typed_is_suggested_first(rig: Rig) -> None:
    assert (await suggested(rig, "aspect", "7:3"))[0] == ("7:3", "7:3")


async def test_own_presets_are_suggested(rig: Rig) -> None:
    origin = Origin(
        person=Person(platform="discord", id=str(rig.d.ann.id)),
        conversation=Conversation(
            platform="discord", tenant_id=None, id="1", kind=ConversationKind.DIRECT
        ),
    )
    preset = Preset(name="Film", parameters="--ar 21:9")
    await rig.services.personal.save_preset(origin.person, preset)
    assert await suggested(rig, "preset", "fi") == [("Film – --ar 21:9", "Film")]  # noqa: RUF001


@pytest.mark.parametrize("option", ["prompt", "preset"])
async def test_without_a_database_nothing_is_suggested(rig: Rig, option: str) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise StoreError

    rig.store_hooks["history.recent_prompts"] = fail
    rig.store_hooks["personal.presets"] = fail
    assert await suggested(rig, option, "a") == []
