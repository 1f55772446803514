"""Messages that are too large for Discord: smaller files, more messages, or links."""

from dataclasses import replace

from tests.integration.messenger.fixtures import pictures
from tests.integration.posting.fixtures import Rig, noise
from tests.standins.discord import faults
from tests.standins.discord.routes import MESSAGES


async def test_a_message_that_is_too_large_is_sent_with_smaller_files(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.status(413, 40005))
    large = [replace(image, data=noise(200)) for image in pictures(rig.job)]
    await rig.deliver(large)
    (result,) = rig.d.channel.messages
    assert all(len(shown) <= len(noise(200)) // 2 for shown in result.images)


async def test_what_cannot_be_made_smaller_is_sent_again_as_it_is(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.status(413, 40005))
    images = pictures(rig.job)
    await rig.deliver(images)
    assert [message.images for message in rig.results] == [[image.data for image in images]]


async def test_a_message_that_stays_too_large_is_split(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.status(413, 40005), times=3)
    await rig.deliver([replace(image, data=noise(200)) for image in pictures(rig.job)])
    assert [len(message.images) for message in rig.results] == [2, 2]


async def test_a_card_that_can_take_no_file_opens_the_links(rig: Rig) -> None:
    has_files = faults.status(413, 40005)
    rig.d.faults.add(
        "POST", MESSAGES, has_files, times=None, when=lambda json: bool(json.get("attachments"))
    )
    await rig.deliver()
    (card, *_) = rig.results
    assert card.buttons[0].url == "https://cdn.example/0.png"
    assert "https://" not in card.text


async def test_an_image_over_the_limit_is_made_to_fit_and_the_others_stay(rig: Rig) -> None:
    images = pictures(rig.job)
    large = noise(1900)
    assert len(large) > 10 * 1024 * 1024
    images[1] = replace(images[1], data=large)
    await rig.deliver(images)
    shown = rig.results[0].images
    assert len(shown[1]) <= 10 * 1024 * 1024
    assert [shown[0], shown[2], shown[3]] == [images[0].data, images[2].data, images[3].data]
