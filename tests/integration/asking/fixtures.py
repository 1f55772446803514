"""A world of one platform, and what people ask there."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.errors import NotAllowedError, UserError
from bot.domain.jobs import FailureCode
from bot.domain.people import Actor
from bot.domain.pictures import Upload
from bot.domain.submit_window import SubmitWindow
from bot.domain.texts import msg
from bot.services.imagine import ImagineCommand, ImagineService, Question
from bot.services.receipts import Receipt
from bot.services.references import MAX_BYTES
from bot.services.requests import ReadRequest, Request
from bot.store import Database
from bot.store.tables import jobs, reference_images
from bot.web import ReferenceTags
from bot.wiring import Role
from tests.clocks import SteppedClock
from tests.doubts import TYPO, read_with_doubts
from tests.wiring import PUBLIC_URL, WEBHOOK_SECRET, parts_on, plain_settings, services_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN = Origin(
    person=Person(platform="discord", id="1"),
    conversation=Conversation(platform="discord", tenant_id="home", id="9"),
)
UPLOAD = "https://cdn.example/attachments/1/2/fox.png?ex=1"
SMALL, LARGE = (Upload(url=UPLOAD, size_bytes=size) for size in (MAX_BYTES, MAX_BYTES + 1))


@dataclass
class Chat:
    """A platform with pictures that people attached, and with members."""

    name: str = "discord"
    members: Collection[str] = ()
    fetched: list[str] = field(default_factory=list)
    dead: Collection[str] = ()
    closed: Collection[str] = ()  # conversations
    has_public_files: bool = True
    asked_about: int = 0  # how often it was asked whether somebody is a member

    async def fetch(self, link: str) -> tuple[bytes, str]:
        self.fetched.append(link)
        return link.encode(), "png"

    def link_end(self, link: str, _asked_at: datetime | None) -> datetime | None:
        return NOW if link in self.dead else None

    async def check_may_post(self, conversation: Conversation) -> None:
        if conversation.id in self.closed:
            raise NotAllowedError(msg("I'm not here."))

    async def is_member(self, person: Person, _tenant_ids: Collection[str]) -> bool:
        self.asked_about += 1
        return person.id in self.members


async def as_it_is(data: bytes) -> bytes:
    return data


@dataclass
class World:
    database: Database
    chat: Chat

    async def service(
        self,
        database: Database | None = None,
        read: ReadRequest = read_with_doubts,
        **limits: Any,
    ) -> ImagineService:
        home = {"allowed_guilds": ("home",)}
        parts = await parts_on(
            database or self.database,
            roles=frozenset({Role.GATEWAY}),
            settings=plain_settings().model_copy(update={**home, **limits}),
            clock=SteppedClock(NOW),
            clean_picture=as_it_is,
            read_request=read,
        )
        services_of(parts).access.add_platform(self.chat)  # type: ignore[arg-type] # posts nothing
        return services_of(parts).imagine

    async def link_of(self, upload: str) -> str:
        """Return the link of an attached picture that is kept."""
        query = select(reference_images.c.id).where(reference_images.c.data == upload.encode())
        picture_id = await self.database.run(lambda connection: connection.scalar(query))
        return ReferenceTags(WEBHOOK_SECRET).link(PUBLIC_URL, str(picture_id))

    async def count(self, table: Any) -> int:
        query = select(func.count()).select_from(table)
        return int(await self.database.run(lambda connection: connection.scalar(query)) or 0)

    async def prompts(self) -> list[str]:
        query = select(jobs.c.prompt).order_by(jobs.c.created_at)
        return list(await self.database.run(lambda connection: connection.scalars(query).all()))


def command(number: int = 0, user_id: str = "1", **place: Any) -> ImagineCommand:
    person = Person(platform=place.get("platform", ANN.person.platform), id=user_id)
    return ImagineCommand(
        source_key=f"chat:{number}",
        actor=Actor(person=person),
        origin=replace(
            ANN,
            person=person,
            conversation=replace(ANN.conversation, **place),
            reply_token=f"token {number}",
        ),
        receipt=Receipt(SystemClock()),
    )


async def asked(service: ImagineService, prompt: str = TYPO, **request: Any) -> Question:
    question = await service.imagine(Request(prompt=prompt, **request), command())
    assert isinstance(question, Question)
    return question


def _without_quota(window: SubmitWindow) -> SubmitWindow:
    return window.account_refused(FailureCode.QUOTA, NOW)


async def refused(
    service: ImagineService, request: Request, kind: type[UserError], **more: Any
) -> Request:
    """Return what can be edited after the refusal."""
    command = ImagineCommand(
        source_key="chat:5",
        actor=Actor(person=ANN.person),
        origin=ANN,
        receipt=Receipt(SystemClock()),
        **more,
    )
    with pytest.raises(kind) as error:
        await service.imagine(request, command)
    assert error.value.draft_id is not None
    return (await service.drafts.get(error.value.draft_id, ANN.person)).request
