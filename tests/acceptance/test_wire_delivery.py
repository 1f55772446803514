"""A result is posted exactly once, or is said to be undeliverable, whatever Discord does."""

import asyncio
import random
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image

from bot.demo.artist import draw_picture
from bot.demo.faults import Answer, Outcome
from tests.acceptance.running import ENDLESS
from tests.acceptance.wire import Wire, links_of, up_here
from tests.pictures import encoded, small_picture
from tests.standins.discord import Message, faults
from tests.standins.discord.routes import CALLBACK, MESSAGES
from tests.standins.discord.vocabulary import Intent

MIB = 1024 * 1024
BAD_SENDS = {
    "lost after effect": faults.lose_answer_after_effect(),
    "lost before effect": faults.lose_before_effect(),
    "500": faults.status(500),
    "503": faults.status(503),
    "garbage after effect": faults.garbage(200, after_effect=True),
    "garbage 502 after effect": faults.garbage(502, after_effect=True),
    "429": faults.status(429, retry_after=0.5),
    "429 of the edge": faults.status(429, retry_after=0.5, from_discord=False),
}


async def test_a_send_that_goes_wrong_ends_in_one_message(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        channels = {kind: wire.discord.add_channel(kind.replace(" ", "-")) for kind in BAD_SENDS}
        for kind, channel in channels.items():
            fault = BAD_SENDS[kind]
            wire.discord.faults.add("POST", rf"/channels/{channel.id}/messages", fault)
            await wire.imagine("a bumpy road", channel=channel)
        for channel in channels.values():
            card = await wire.settled("a bumpy road", channel=channel)
            assert card.images == wire.pictures("a bumpy road")
            assert card.pinged == {wire.discord.ann.id}


async def test_a_restart_long_after_a_lost_send_finds_the_card(tmp_path: Path) -> None:
    async with Wire.up(tmp_path) as wire:
        wire.discord.faults.add("POST", MESSAGES, faults.hang(3600, after_effect=True))
        await wire.imagine("a buried card")
        await wire.outcome("a buried card")
        await wire.bot.kill()
        wire.age_sends()
        wire.discord.forget_nonces()
        await wire.restart()
        await wire.settled("a buried card")
        assert len(wire.discord.calls("POST", MESSAGES)) == 1


async def test_a_restart_long_after_a_lost_send_fills_the_placeholder(tmp_path: Path) -> None:
    async with Wire.up(tmp_path) as wire:
        wire.discord.faults.add("POST", MESSAGES, faults.hang(3600))
        asked = await wire.imagine("an unsent card")
        await wire.wait_for(lambda: wire.discord.calls("POST", MESSAGES))
        await wire.bot.kill()
        wire.age_sends()
        await wire.restart()
        card = await wire.settled("an unsent card")
        assert card is asked.response


# ── Where the bot may not post ──────────────────────────────────────────────────────────────────


async def test_without_permission_the_result_takes_the_placeholders_place(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        asked = await wire.imagine("a closed gate")
        wire.discord.channel.deny("send_messages")
        await wire.finish_jobs()
        card = await wire.settled("a closed gate")
        assert card is asked.response
        assert card.images == wire.pictures("a closed gate")


async def test_without_permission_and_token_the_result_goes_by_direct_message(
    tmp_path: Path,
) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        asked = await wire.imagine("a second gate")
        wire.discord.channel.deny("send_messages")
        asked.expire_token()
        await wire.finish_jobs()
        talk = wire.discord.dm(wire.discord.ann)
        card = await wire.outcome("a second gate", channel=talk)
        assert card.images == wire.pictures("a second gate")
        assert asked.response is not None
        await wire.wait_for(lambda: asked.response.deleted)


async def test_a_closed_direct_message_ends_it_and_blocks_nothing(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        asked = await wire.imagine("a third gate")
        wire.discord.channel.deny("send_messages")
        asked.expire_token()
        wire.discord.ann.accepts_dms = False
        await wire.finish_jobs()
        await _wait_undeliverable(wire)
        wire.discord.channel.allow("send_messages")
        await wire.imagine("an open gate")
        await wire.outcome("an open gate")


async def test_a_deleted_channel_ends_it_and_blocks_nothing(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        doomed = wire.discord.add_channel("doomed")
        await wire.imagine("a falling star", channel=doomed)
        doomed.delete()
        await wire.finish_jobs()
        await _wait_undeliverable(wire)
        await wire.imagine("a fixed star")
        await wire.settled("a fixed star")


async def test_a_locked_thread_still_gets_its_result(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        thread = wire.discord.add_thread(wire.discord.channel, "ideas")
        asked = await wire.imagine("a locked room", channel=thread)
        thread.locked = True
        await wire.finish_jobs()
        card = await wire.outcome("a locked room", channel=thread)
        assert card is asked.response


# ── Images ──────────────────────────────────────────────────────────────────────────────────────


async def test_images_behind_a_wall_are_given_as_links(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.images.default = Answer(status=403, body=b"<html>no bots")
        await wire.imagine("a walled garden")
        card = await wire.settled("a walled garden")
        assert len(links_of(card)) == 4
        assert all(link.startswith(f"{wire.midjourney.url}/images/") for link in links_of(card))
        assert "://" not in card.text
        assert not card.images


async def test_one_missing_image_does_not_keep_the_others_back(tmp_path: Path) -> None:
    async with up_here(tmp_path, seconds=0.2) as wire:
        wire.midjourney.faults.outcomes.add(Outcome(images=1))
        wire.midjourney.faults.images.add(Answer(body=b"no picture at all"), times=1)
        wire.midjourney.faults.outcomes.add(Outcome(images=3))
        await wire.imagine("a broken frame")
        card = await wire.settled("a broken frame")
        assert len(links_of(card)) == 1
        await wire.imagine("whole frames")
        assert len((await wire.settled("whole frames")).images) == 3


async def test_an_image_that_is_too_large_is_re_encoded(tmp_path: Path) -> None:
    large = _large_picture()

    def draw(_prompt: str, index: int) -> bytes:
        return large if index == 0 else small_picture("a large canvas", index)

    async with up_here(tmp_path, draw=draw) as wire:
        await wire.imagine("a large canvas")
        card = await wire.settled("a large canvas")
        first, *others = card.images
        assert len(large) > 10 * MIB >= len(first)
        assert Image.open(BytesIO(first)).size == Image.open(BytesIO(large)).size
        assert others == wire.pictures("a large canvas")[1:]


async def test_a_result_that_discord_finds_too_large_is_spread_over_messages(
    tmp_path: Path,
) -> None:
    draw = partial(draw_picture, long_side=256)
    async with up_here(tmp_path, draw=draw) as wire:
        too_many = lambda body: len(body.get("attachments", [])) > 2  # noqa: E731
        refusal = faults.status(413, 40005)
        wire.discord.faults.add("POST", MESSAGES, refusal, times=None, when=too_many)
        await wire.imagine("a heavy parcel")
        cards = await _all_cards(wire, "a heavy parcel", 2)
        assert [len(card.images) for card in cards] == [2, 2]


async def test_twenty_four_images_come_in_three_messages(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.outcomes.add(Outcome(images=24))
        await wire.imagine("a full gallery")
        cards = await _all_cards(wire, "a full gallery", 3)
        shown = [image for card in cards for image in card.images]
        assert [len(card.images) for card in cards] == [10, 10, 4]
        assert shown == wire.pictures("a full gallery", 24)


async def test_a_lost_answer_in_the_middle_of_three_messages_doubles_none(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        second = lambda body: str(body.get("nonce", "")).endswith(".1")  # noqa: E731
        lost = faults.lose_answer_after_effect()
        wire.discord.faults.add("POST", MESSAGES, lost, when=second)
        wire.midjourney.faults.outcomes.add(Outcome(images=24))
        await wire.imagine("a long gallery")
        cards = await _all_cards(wire, "a long gallery", 3)
        assert [len(card.images) for card in cards] == [10, 10, 4]


# ── The answer to the command ───────────────────────────────────────────────────────────────────


async def test_a_lost_answer_to_the_command_is_found_again(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.discord.faults.add("POST", CALLBACK, faults.lose_answer_after_effect())
        await wire.imagine("an unsure hello")
        await wire.settled("an unsure hello")


async def test_an_answer_that_discord_never_got_spends_nothing(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.discord.faults.add("POST", CALLBACK, faults.lose_before_effect(), times=2)
        asked = await wire.imagine("an unheard hello", wait=0.5)
        await wire.wait_for(lambda: wire.statuses() == ["cancelled"])
        told = await wire.wait_for(lambda: asked.response)
        assert told.ephemeral
        assert told.text == "Discord didn't answer me just now. Please try again."
        await _assert_idle(wire)


async def test_an_interaction_that_is_over_spends_nothing(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.discord.faults.add("POST", CALLBACK, faults.status(404, 10062))
        await wire.imagine("a late hello", wait=0.3)
        await wire.wait_for(lambda: wire.statuses() == ["cancelled"])
        await _assert_idle(wire)


async def test_an_interaction_that_another_answered_still_gets_its_images(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.discord.faults.add("POST", CALLBACK, faults.status(400, 40060))
        asked = await wire.imagine("a taken hello", wait=0.3)
        assert asked.response is None
        await wire.outcome("a taken hello")


async def test_a_command_that_is_heard_twice_makes_one_job(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        asked = await wire.imagine("an echo in the hall")
        wire.discord.gateway.emit("INTERACTION_CREATE", asked.to_json(), Intent.NONE)
        await wire.settled("an echo in the hall")
        await _assert_idle(wire, ["an echo in the hall"])
        assert len(wire.outcomes("an echo in the hall")) == 1


# ── Help ────────────────────────────────────────────────────────────────────────────────────────


def _large_picture() -> bytes:
    """Return a PNG of noise, which no PNG compresses."""
    side = 2100
    noise = random.Random(1).randbytes(side * side * 3)
    return encoded(Image.frombytes("RGB", (side, side), noise), compress_level=1)


async def _all_cards(wire: Wire, prompt: str, count: int) -> list[Message]:
    await wire.wait_for(lambda: len(wire.outcomes(prompt)) >= count)
    await wire.wait_for(lambda: not wire.placeholders())
    assert len(wire.outcomes(prompt)) == count
    return wire.outcomes(prompt)


async def _wait_undeliverable(wire: Wire) -> None:
    ended = [("undeliverable",)]
    await wire.wait_for(lambda: wire.sql("SELECT status FROM deliveries") == ended)
    [(reason,)] = wire.sql("SELECT reason FROM deliveries")
    assert reason


async def _assert_idle(wire: Wire, submits: list[str] | None = None) -> None:
    """Let the time pass in which a job can be claimed without an answer; nothing is submitted."""
    await asyncio.sleep(0.5)
    assert wire.submits() == (submits or [])
