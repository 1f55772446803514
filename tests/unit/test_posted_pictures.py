"""Pictures come from the provider, else from the messages that show them."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.deliveries import DELETED_MESSAGE, Delivery, DeliveryStatus, Part
from bot.domain.errors import ImageError, UnreadableError
from bot.domain.jobs import Job, JobStatus, Mode
from bot.domain.messages import Message, SeenPicture
from bot.domain.timings import TIMINGS
from bot.services.memory_budget import MemoryBudget
from bot.services.posted_pictures import PostedPictures

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLACE = Conversation(platform="chat", tenant_id="team", id="here")
DONE = Job(
    id="a" * 20,
    source_key="chat:1:0",
    origin=Origin(person=Person(platform="chat", id="ann"), conversation=PLACE),
    prompt="a fox",
    mode=Mode.FAST,
    status=JobStatus.SUCCEEDED,
    created_at=NOW,
    claimable_at=NOW,
    image_urls=("provider/1", "provider/2"),
)


class Links:
    """What stands behind links; a link without anything hangs."""

    def __init__(self, **contents: bytes | None) -> None:
        self.contents = {name.replace("_", "/"): data for name, data in contents.items()}

    async def fetch(self, url: str) -> tuple[bytes, str]:
        if url not in self.contents:
            await asyncio.sleep(3600)
        data = self.contents[url]
        if data is None:
            raise ImageError("gone")
        return data, "png"

    async def fit(self, data: bytes, *, max_bytes: int) -> tuple[bytes, str]:
        return data[:max_bytes], "webp"


class Chat(Links):
    """A platform whose messages show pictures."""

    def __init__(self, messages: Mapping[str, tuple[SeenPicture, ...]], **contents: bytes) -> None:
        super().__init__(**contents)
        self.messages = messages
        self.asked: list[Message] = []

    async def pictures_of(self, message: Message) -> tuple[SeenPicture, ...]:
        self.asked.append(message)
        if message.id not in self.messages:
            raise UnreadableError("not there")
        return self.messages[message.id]


def shown(number: int, *, job_id: str = DONE.id) -> SeenPicture:
    return SeenPicture(link=f"chat/{number}", file_name=f"{job_id}-{number}.webp")


def pictures(provider: Links, chat: Any = None) -> PostedPictures:
    return PostedPictures(
        images=provider,
        fitter=provider,
        platform_of=lambda _: chat,
        memory=MemoryBudget(10),
        timings=replace(TIMINGS, image_link_timeout_s=0.01),
    )


def delivery(*message_ids: str | None, conversation_id: str | None = None) -> Delivery:
    parts = [
        Part(number=number, images=(number,), started_at=NOW, message_id=message_id)
        for number, message_id in enumerate(message_ids)
    ]
    return Delivery(
        job_id=DONE.id,
        status=DeliveryStatus.POSTED,
        parts=tuple(parts),
        conversation_id=conversation_id,
    )


# ── One of them ─────────────────────────────────────────────────────────────────────────────────


async def one(provider: Links, *seen: SeenPicture, number: int = 2) -> bytes | None:
    chat = Chat({}, chat_2=b"from the message")
    found = pictures(provider, chat).one(DONE, number, seen_pictures=seen, conversation=PLACE)
    return (await found).data


async def test_the_provider_has_the_best_picture() -> None:
    assert await one(Links(provider_2=b"best"), shown(2)) == b"best"


@pytest.mark.parametrize("provider", [Links(provider_2=None), Links()], ids=["dead", "slow"])
async def test_without_it_the_message_before_the_eyes_has_one(provider: Links) -> None:
    assert await one(provider, shown(1), shown(2)) == b"from the message"


async def test_the_picture_of_another_job_is_none_of_this_one() -> None:
    with pytest.raises(ImageError):
        await one(Links(provider_2=None), shown(2, job_id="b" * 20))


@pytest.mark.parametrize("number", [0, 3])
async def test_there_is_no_picture_of_another_number(number: int) -> None:
    with pytest.raises(ImageError):
        await one(Links(), number=number)


# ── All of a result ─────────────────────────────────────────────────────────────────────────────


async def of_result(
    provider: Links, chat: Any, given: Delivery | None, *, limit: int = 10
) -> list[bytes | None]:
    found = await pictures(provider, chat).of_result(DONE, given, timeout_s=0.01, limit=limit)
    return [image.data for image in found]


async def test_only_messages_that_show_what_is_missing_are_read() -> None:
    chat = Chat({"second": (shown(2),)}, chat_2=b"2b")
    provider = Links(provider_1=b"1", provider_2=None)
    assert await of_result(provider, chat, delivery("first", "second")) == [b"1", b"2b"]
    assert chat.asked == [Message(conversation=PLACE, id="second")]


async def test_a_result_in_direct_messages_is_read_there() -> None:
    chat = Chat({"first": (shown(1),)}, chat_1=b"1b")
    given = delivery("first", conversation_id="direct")
    assert await of_result(Links(provider_1=None), chat, given, limit=1) == [b"1b"]
    assert (chat.asked[0].conversation.id, chat.asked[0].conversation.is_direct) == ("direct", True)


async def test_what_is_nowhere_any_more_stays_without_data() -> None:
    provider = Links(provider_1=None, provider_2=None)
    assert await of_result(provider, Chat({}), delivery("gone")) == [None, None]
    assert await of_result(provider, None, delivery(None, DELETED_MESSAGE)) == [None, None]
    assert await of_result(provider, None, None) == [None, None]


async def test_a_picture_is_made_to_fit() -> None:
    one = await pictures(Links(provider_1=b"large")).of_result(DONE, None, timeout_s=1, limit=1)
    fitted = await pictures(Links()).fitted(one[0], 3)
    assert (fitted.data, fitted.extension) == (b"lar", "webp")
