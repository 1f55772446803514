"""What may be spent on, in which order it is checked, and answers given in two places at once."""

import asyncio
from collections.abc import Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.domain.conversations import Conversation, ConversationKind, Origin, Person
from bot.domain.errors import (
    JobGoneError,
    LimitError,
    NotAllowedError,
    PictureError,
    UnavailableError,
    UserError,
)
from bot.domain.jobs import FailureCode
from bot.domain.people import Actor, Preferences, Preset
from bot.domain.pictures import Upload
from bot.domain.submit_window import SubmitWindow
from bot.domain.texts import msg
from bot.services.drafts import Draft
from bot.services.imagine import Accepted, ImagineCommand, ImagineService, Question
from bot.services.pictures import PicturesGoneError
from bot.services.receipts import Receipt
from bot.services.references import MAX_BYTES
from bot.services.requests import Order, ReadRequest, Request
from bot.store import Database, SqlPersonalStore, open_database
from bot.store.submit_window import change_window
from bot.store.tables import drafts, jobs, reference_images
from bot.web import ReferenceTags
from bot.wiring import Role
from tests.clocks import SteppedClock
from tests.doubts import AS_IT_IS, FIXED, TYPO, read_with_doubts
from tests.haste import UNHURRIED_DATABASE
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


@pytest.fixture
def world(database: Database) -> World:
    return World(database, Chat())


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


# ── Answers ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_question_stores_no_job(world: World) -> None:
    question = await asked(await world.service())
    assert question.order.prompts == (AS_IT_IS,)
    assert question.order.fixed is not None
    assert question.order.fixed.prompts == (FIXED,)
    assert await world.count(jobs) == 0


async def test_answers_that_come_together_are_one(world: World) -> None:
    service = await world.service()
    question = await asked(service, "a {red, blue} fox --aspct 16:9")
    answers = await asyncio.gather(
        *(
            service.confirm(question.draft_id, command(number), is_fixed=number % 2 == 0)
            for number in range(1, 9)
        )
    )
    assert len({answer.job.id for answer in answers}) == 1
    assert await world.count(jobs) == 2


async def test_answers_of_different_size_that_come_together_are_one(world: World) -> None:
    service = await world.service()
    question = await asked(service, "a fox --repet 3")
    answers = await asyncio.gather(
        *(
            service.confirm(question.draft_id, command(number), is_fixed=number % 2 == 0)
            for number in range(1, 9)
        )
    )
    assert len({tuple(job.id for job in answer.jobs) for answer in answers}) == 1
    assert await world.count(jobs) == len(answers[0].jobs)


async def test_an_answer_counts_after_a_restart_and_once(world: World) -> None:
    question = await asked(await world.service())
    first = await (await world.service()).confirm(question.draft_id, command(1), is_fixed=True)
    again = await (await world.service()).confirm(question.draft_id, command(2))
    assert again.job.id == first.job.id
    assert await world.prompts() == [FIXED]


@pytest.mark.parametrize("is_fixed", [False, True])
async def test_an_answer_over_the_limits_starts_nothing_and_offers_edit(
    world: World, is_fixed: bool
) -> None:
    service = await world.service(daily_jobs_per_user=1)
    question = await asked(service, options={"image": UPLOAD})
    await service.imagine(Request(prompt="a cat"), command(1))
    with pytest.raises(LimitError) as caught:
        await service.confirm(question.draft_id, command(2), is_fixed=is_fixed)
    assert caught.value.draft_id == question.draft_id
    assert await world.prompts() == ["a cat"]
    assert world.chat.fetched == []


def _without_quota(window: SubmitWindow) -> SubmitWindow:
    return window.account_refused(FailureCode.QUOTA, NOW)


async def test_a_paused_account_is_told_at_the_answer(world: World) -> None:
    question = await asked(await world.service())
    await world.database.run(change_window, _without_quota)
    with pytest.raises(UnavailableError):
        await (await world.service()).confirm(question.draft_id, command(1))
    assert await world.count(jobs) == 0


async def test_two_processes_make_the_jobs_once(postgres_server: Any) -> None:
    url = postgres_server.new_database()
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(open_database(url, limits=UNHURRIED_DATABASE))
        other = await stack.enter_async_context(open_database(url, limits=UNHURRIED_DATABASE))
        world = World(one, Chat())
        first, second = await world.service(), await world.service(other)
        draft_id = (await asked(first)).draft_id
        answers = await asyncio.gather(
            *(first.confirm(draft_id, command(n), is_fixed=True) for n in range(1, 5)),
            *(second.confirm(draft_id, command(n)) for n in range(5, 9)),
        )
        assert len({answer.job.id for answer in answers}) == 1
        assert await world.count(jobs) == 1


async def test_what_was_shown_is_started_whatever_changed(world: World) -> None:
    personal = SqlPersonalStore(world.database)
    await personal.save_preset(ANN.person, Preset(name="p", suffix="{red, blue}"), limit=9)
    service = await world.service()
    question = await asked(service, "a fox", preset="p")
    await personal.save_preset(ANN.person, Preset(name="p", suffix="{a, b, c, d}"), limit=9)
    await personal.change_preferences(ANN.person, lambda _: Preferences(parameters="--chaos 99"))
    await service.confirm(question.draft_id, command(1))
    assert await world.prompts() == ["a fox red", "a fox blue"]


async def test_a_question_answers_only_who_was_asked(world: World) -> None:
    service = await world.service()
    question = await asked(service)
    with pytest.raises(JobGoneError):
        await service.confirm(question.draft_id, command(1, user_id="2"))
    await service.confirm(question.draft_id, command(1))
    with pytest.raises(JobGoneError):
        await service.confirm(question.draft_id, command(2, user_id="2"))
    assert await world.count(jobs) == 1


async def test_there_is_nothing_to_fix_where_no_fix_was_shown(world: World) -> None:
    service = await world.service()
    question = await asked(service, "an unclear fox")
    with pytest.raises(JobGoneError):
        await service.confirm(question.draft_id, command(1), is_fixed=True)
    assert await world.count(jobs) == 0


async def test_pictures_are_published_with_the_jobs_and_once(world: World) -> None:
    service = await world.service()
    question = await asked(service, options={"image": UPLOAD, "style": UPLOAD})
    assert world.chat.fetched == []
    await service.confirm(question.draft_id, command(1))
    await service.confirm(question.draft_id, command(2), is_fixed=True)
    assert world.chat.fetched == [UPLOAD]
    ours = await world.link_of(UPLOAD)
    assert await world.prompts() == [f"{ours} {AS_IT_IS} --sref {ours}"]


DEAD = "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=2&hm=3&"
DEAD_TOO = f"{DEAD}b"  # begins like the other


@pytest.mark.parametrize(
    ("prompt", "options", "sent"),
    [
        (f"{DEAD} a fox", ["image"], "{0} a fox"),
        (f"{DEAD} a fox", ["image", "image2"], "{1} {0} a fox"),
        (f"https://a.example/b.png {DEAD} a fox", ["image"], "https://a.example/b.png {0} a fox"),
        (f"https://a.example/b.png {DEAD} a fox", ["image2"], "https://a.example/b.png {0} a fox"),
        (f"{DEAD} {DEAD_TOO} a fox", ["image", "image2"], "{0} {1} a fox"),
        (f"a fox --sref 7::1 {DEAD}::2 --sw 9", ["style"], "a fox --sref 7::1 {0}::2 --sw 9"),
        (f"{DEAD} a fox --sref {DEAD_TOO}", ["style", "image"], "{1} a fox --sref {0}"),
        (f"[image]({DEAD}) a fox", ["image"], "{0} a fox"),
        (f'<{DEAD}>,"{DEAD_TOO}" a fox', ["image", "image2"], "{0} {1} a fox"),
        (f"{DEAD}，a fox", ["image"], "{0} a fox"),  # noqa: RUF001
        (f"a fox --sref=({DEAD})", ["style"], "a fox --sref {0}"),
        (f"https://a.example/{DEAD} a fox", ["image"], f"{{0}} https://a.example/{DEAD} a fox"),
    ],
)
async def test_attached_pictures_take_the_places_of_those_that_are_gone(
    world: World, prompt: str, options: list[str], sent: str
) -> None:
    world.chat.dead = {DEAD, DEAD_TOO}
    uploads = {name: UPLOAD.replace("fox", name) for name in options}
    await (await world.service()).imagine(Request(prompt=prompt, options=uploads), command())
    links = {name: await world.link_of(url) for name, url in uploads.items()}
    assert await world.prompts() == [sent.format(*(links[name] for name in options))]


async def test_a_picture_in_its_old_place_is_published_after_the_yes(world: World) -> None:
    world.chat.dead = {DEAD}
    service = await world.service()
    question = await asked(service, prompt=f"{DEAD} {TYPO}", options={"image": UPLOAD})
    assert world.chat.fetched == []
    await service.confirm(question.draft_id, command(1))
    assert await world.prompts() == [f"{await world.link_of(UPLOAD)} {AS_IT_IS}"]


async def test_a_picture_that_is_gone_keeps_the_request_and_asks_nothing(world: World) -> None:
    world.chat.dead = {DEAD}
    request = Request(prompt=f"{DEAD} {TYPO}")
    assert await refused(await world.service(), request, PicturesGoneError) == request


async def test_a_picture_that_went_before_the_yes_is_asked_for_then(world: World) -> None:
    service = await world.service()
    question = await asked(service, prompt=f"{DEAD} {TYPO}")
    world.chat.dead = {DEAD}
    with pytest.raises(PicturesGoneError, match="the first image") as caught:
        await service.confirm(question.draft_id, command(1))
    assert caught.value.draft_id == question.draft_id
    assert await world.prompts() == []


async def test_who_wants_no_questions_is_told_with_the_job(world: World) -> None:
    personal = SqlPersonalStore(world.database)
    await personal.change_preferences(ANN.person, lambda _: Preferences(wants_questions=False))
    accepted = await (await world.service()).imagine(Request(prompt=TYPO), command())
    assert isinstance(accepted, Accepted)
    assert "`--aspct`" in str(accepted.job.remarks[0])
    assert await world.count(drafts) == 0


# ── Strangers ───────────────────────────────────────────────────────────────────────────────────

DIRECT = {"tenant_id": None, "kind": ConversationKind.DIRECT}
ELSEWHERE = [{"tenant_id": "elsewhere"}, DIRECT]


@pytest.mark.parametrize("origin", ELSEWHERE, ids=["another server", "direct"])
async def test_a_stranger_costs_no_reading_and_no_row(world: World, origin: dict[str, Any]) -> None:
    def read(*_: Any, **__: Any) -> Order:
        raise AssertionError("read for a stranger")

    service, foreign = await world.service(read=read), command(**origin)
    with pytest.raises(NotAllowedError) as refused:
        await service.imagine(Request(prompt="a fox --ar 0:0"), foreign)
    assert refused.value.draft_id is None
    with pytest.raises(NotAllowedError):
        await service.keep_request(
            Request(prompt="a fox"), foreign.actor, foreign.origin.conversation
        )
    for start in (
        service.imagine_edited("a" * 20, Request(prompt="a fox"), foreign),
        service.imagine_after("a" * 20, Request(prompt="a fox"), foreign),
        service.confirm("a" * 20, foreign),
        service.again("a" * 20, foreign),
        service.vary("a" * 20, 1, foreign),
    ):
        with pytest.raises(NotAllowedError):
            await start
    assert await world.count(drafts) == await world.count(jobs) == 0


async def test_a_member_may_ask_directly(world: World) -> None:
    world.chat.members = ("1",)
    await (await world.service()).imagine(Request(prompt="a fox"), command(**DIRECT))
    assert await world.prompts() == ["a fox"]


@pytest.mark.parametrize("way", ["command", "edited draft", "edited job"])
async def test_membership_is_asked_about_once_for_each_request(world: World, way: str) -> None:
    world.chat.members = ("1",)
    service, request = await world.service(), Request(prompt="a fox", uploads={"image": SMALL})
    draft_id = await service.drafts.keep(Draft(request=request.attached()), ANN.person)
    if way == "command":
        await service.imagine(request, command(**DIRECT))
    elif way == "edited draft":
        await service.imagine_edited(draft_id, request, command(**DIRECT))
    else:
        await service.imagine_after("a" * 20, request, command(**DIRECT))
    assert await world.prompts() == [f"{await world.link_of(UPLOAD)} a fox"]
    assert world.chat.asked_about == 1


async def test_the_tenants_of_one_platform_restrict_no_other(world: World) -> None:
    world.chat = Chat(name="chat")
    await (await world.service()).imagine(Request(prompt="a fox"), command(platform="chat"))
    assert await world.prompts() == ["a fox"]


async def test_a_platform_that_is_not_set_is_told_so(world: World) -> None:
    with pytest.raises(UnavailableError, match="not set up for this chat"):
        await (await world.service()).imagine(Request(prompt="a fox"), command(platform="gone"))
    assert await world.count(drafts) == await world.count(jobs) == 0


# ── Refusals ────────────────────────────────────────────────────────────────────────────────────


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


REQUEST = Request(prompt="a fox", options={"stylize": 9, "image": UPLOAD}, is_private=True)
EDITABLE = Request(prompt="a fox --s 9", options={"image": UPLOAD}, is_private=True)


async def test_an_unknown_preset_keeps_the_request_without_it(world: World) -> None:
    request = Request(prompt="a fox", preset="nope", is_private=True)
    kept = await refused(await world.service(), request, JobGoneError)
    assert kept == Request(prompt="a fox", is_private=True)


async def test_missing_permissions_keep_the_request(world: World) -> None:
    lacking = (msg("Send Messages"),)
    request = Request(prompt="a fox")
    kept = await refused(
        await world.service(), request, NotAllowedError, missing_permissions=lacking
    )
    assert kept == request


async def test_where_the_bot_may_not_post_the_request_is_kept(world: World) -> None:
    world.chat.closed = (ANN.conversation.id,)
    request = Request(prompt="a fox", options={"image": UPLOAD})
    assert await refused(await world.service(), request, NotAllowedError) == request
    assert world.chat.fetched == []


async def test_a_private_job_needs_no_place_to_post(world: World) -> None:
    world.chat.closed = (ANN.conversation.id,)
    accepted = await (await world.service()).imagine(
        Request(prompt="a fox", is_private=True), command()
    )
    assert isinstance(accepted, Accepted)


async def test_a_picture_that_only_the_bot_can_read_needs_an_address_on_the_web(
    world: World,
) -> None:
    world.chat.has_public_files = False
    service = await world.service(public_url=None)
    request = Request(prompt="a fox", options={"image": UPLOAD})
    assert await refused(service, request, PictureError) == Request(prompt="a fox")
    assert world.chat.fetched == []


async def test_a_paused_account_keeps_the_request(world: World) -> None:
    await world.database.run(change_window, _without_quota)
    assert await refused(await world.service(), REQUEST, UnavailableError) == EDITABLE


@pytest.mark.parametrize("limit", ["daily_jobs_per_user", "max_waiting_per_user", "max_waiting"])
async def test_a_limit_keeps_the_request_and_publishes_no_picture(world: World, limit: str) -> None:
    service = await world.service(**{limit: 1})
    await service.imagine(Request(prompt="first"), command())
    assert await refused(service, REQUEST, LimitError) == EDITABLE
    assert await refused(service, Request(prompt="a cat"), LimitError) == Request(prompt="a cat")
    assert world.chat.fetched == []


async def test_a_file_too_large_is_not_fetched_and_its_request_goes_on_without(
    world: World,
) -> None:
    request = Request(prompt="a fox", preset="gone", uploads={"image": LARGE})
    kept = await refused(await world.service(), request, PictureError)
    assert kept == Request(prompt="a fox", preset="gone")
    assert world.chat.fetched == []


async def test_an_edited_draft_keeps_its_options_and_gets_the_new_picture(world: World) -> None:
    service = await world.service()
    request = Request(prompt="a fox", options={"stylize": 9, "image": f"{UPLOAD}&old"})
    draft_id = await service.drafts.keep(Draft(request=request), ANN.person)
    edited = Request(prompt="a dog", uploads={"image": SMALL})
    await service.imagine_edited(draft_id, edited, command())
    assert await world.prompts() == [f"{await world.link_of(UPLOAD)} a dog --s 9"]
    assert world.chat.fetched == [UPLOAD]


async def test_a_request_that_fits_no_form_with_its_options_keeps_them_beside(
    world: World,
) -> None:
    request = Request(prompt="a " + "x" * 3996, options={"stylize": 9})
    assert await refused(await world.service(), request, UserError) == request
