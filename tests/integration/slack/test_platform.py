"""Slack as services see it: pictures of messages, files behind the token, messages that go."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.errors import (
    DeniedError,
    ImageError,
    NoImageError,
    TooManyBytesError,
    UnreadableError,
)
from bot.domain.messages import Message
from bot.platforms.slack.connection import slack_client
from bot.platforms.slack.ids import conversation_in, person_of
from bot.platforms.slack.messenger import files
from bot.platforms.slack.messenger.files import Files
from bot.platforms.slack.rendering.reading import link_of_file
from tests.integration.slack.rig import UNHURRIED, Rig, rig_on
from tests.pictures import png
from tests.standins import slack
from tests.standins.migrated import scratch_database
from tests.standins.slack import SlackStandIn


@pytest.fixture
async def rig(s: SlackStandIn) -> AsyncIterator[Rig]:
    async with scratch_database() as database, rig_on(database, s) as rig:
        yield rig


def at(message: slack.Message) -> Message:
    return Message(conversation=conversation_in("T1", message.channel.id), id=message.ts)


async def test_the_pictures_of_a_result_are_read_back_by_their_names(rig: Rig) -> None:
    job, card = await rig.result(rig.s.ann)
    pictures = await rig.platform.pictures_of(at(card))
    assert [each.file_name for each in pictures] == [f"{job.id}-1.png", f"{job.id}-2.png"]
    for picture in pictures:
        assert await rig.platform.fetch(picture.link) == (png(), "png")


async def test_the_pictures_of_a_message_that_is_gone_cannot_be_read(rig: Rig) -> None:
    _, card = await rig.result(rig.s.ann)
    card.deleted = True
    with pytest.raises(UnreadableError):
        await rig.platform.pictures_of(at(card))


async def test_a_persons_file_is_fetched_with_the_token(rig: Rig) -> None:
    said = rig.s.say(rig.s.ann, rig.s.channel, "look", ("dog.png", png()))
    assert await rig.platform.fetch(said.files[0].url) == (png(), "png")


async def test_the_page_that_asks_to_log_in_is_no_picture(rig: Rig) -> None:
    said = rig.s.say(rig.s.ann, rig.s.channel, "look", ("dog.png", png()))
    rig.s.scopes -= {"files:read"}
    with pytest.raises(ImageError, match="the token may not read files"):
        await rig.platform.fetch(said.files[0].url)


@pytest.mark.parametrize(
    "link",
    [
        "https://files.example/files-pri/T1-F1/dog.png",
        "http://files.slack.com/files-pri/T1-F1/dog.png",
        "https://files.slack.com@evil.example/dog.png",
        "https://files.slack.com:8443/dog.png",
        "dog.png",
        "http://[",
    ],
)
async def test_the_token_goes_to_no_other_host(rig: Rig, link: str) -> None:
    with pytest.raises(ImageError, match="no host of Slack's files"):
        await rig.platform.fetch(link)


@pytest.mark.parametrize(
    "path", ["api/auth.test", "files-pri/../api/auth.test", "files-pri/%2e%2e/x"]
)
async def test_the_token_calls_no_method_for_a_link(rig: Rig, path: str) -> None:
    with pytest.raises(ImageError, match="no host of Slack's files"):
        await rig.platform.fetch(f"{rig.s.world.base_url}/{path}")
    assert rig.s.requests == []


async def test_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_get("/files-pri/{name}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        url = str(server.make_url("/"))
        client = slack_client(token="xoxb-1", api_url=f"{url}api/", session=session)
        files = Files(client, session=session, token="xoxb-1", api_url=url, timings=UNHURRIED)
        with pytest.raises(ImageError, match="answered 302"):
            await files.fetch(f"{url}files-pri/dog.png")
    assert asked == ["/files-pri/dog.png"]


async def test_what_is_no_picture_is_told_so(rig: Rig) -> None:
    said = rig.s.say(rig.s.ann, rig.s.channel, "look", ("dog.png", b"not a picture"))
    with pytest.raises(NoImageError):
        await rig.platform.fetch(said.files[0].url)


async def test_a_file_that_is_too_large_is_not_read(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    said = rig.s.say(rig.s.ann, rig.s.channel, "look", ("dog.png", png()))
    with pytest.raises(TooManyBytesError, match="more than 10 bytes"):
        await rig.platform.fetch(said.files[0].url)


async def test_a_file_that_is_gone_is_told_so(rig: Rig) -> None:
    with pytest.raises(ImageError, match="gone"):
        await rig.platform.fetch(link_of_file("F0GONE"))


async def test_a_message_goes_with_its_files_and_may_be_gone(rig: Rig) -> None:
    _, card = await rig.result(rig.s.ann)
    await rig.platform.remove(at(card))
    assert card.deleted
    assert all(file.deleted for file in rig.s.world.files.values())
    await rig.platform.remove(at(card))


async def test_a_message_of_somebody_else_stays(rig: Rig) -> None:
    said = rig.s.say(rig.s.ann, rig.s.channel, "look")
    with pytest.raises(DeniedError):
        await rig.platform.remove(at(said))


async def test_a_persons_workspace_is_the_one_of_their_id(rig: Rig) -> None:
    assert await rig.platform.is_member(person_of("T1", "U1"), ("T2", "T1"))
    assert not await rig.platform.is_member(person_of("T3", "U1"), ("T2", "T1"))
