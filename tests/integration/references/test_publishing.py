"""What is published under a link, for whom, and for how long. On all databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SystemClock
from bot.domain.conversations import Person
from bot.domain.errors import UserError
from bot.images import clean_png
from bot.services.memory_budget import MemoryBudget
from bot.services.references import KEPT_FOR, MAX_BYTES, ReferenceService
from bot.store import Database, SqlDraftStore, SqlReferenceStore
from bot.workers.janitor import Janitor
from tests.integration.references.fixtures import (
    ANN,
    BEN,
    BOMB,
    SECOND,
    link_of,
    photo,
    upload,
)
from tests.jobs import JobStores
from tests.pictures import keep_picture
from tests.wiring import Nobody


async def test_what_is_published_is_the_picture_drawn_anew(
    service: ReferenceService, database: Database
) -> None:
    [link] = (await service.publish({upload(): photo()}, person=ANN)).values()
    kept = await SqlReferenceStore(database).get_reference(link.rpartition("/")[2])
    assert kept == await clean_png(photo())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"MZ not a picture", "can't read that file as a picture"),
        (b"x" * (MAX_BYTES + 1), "larger than 8 MiB"),
        (BOMB, "25 million pixels"),
        (photo()[:200], "damaged"),
    ],
    ids=["no picture", "too large", "a bomb", "damaged"],
)
async def test_what_cannot_be_used_is_refused_in_one_sentence(data: bytes, said: str) -> None:
    service = storeless(link=link_of)
    with pytest.raises(UserError, match=said):
        await service.publish({upload(1): photo(), upload(2): data}, person=ANN)


def storeless(*, link: Callable[[str], str] | None) -> ReferenceService:
    return ReferenceService(
        store=NoStore(),
        clock=SystemClock(),
        clean=clean_png,
        link=link,
        id_in=lambda _: None,
        memory=MemoryBudget(1),
    )


class NoStore(SqlReferenceStore):
    def __init__(self) -> None:
        """Keep nothing: every use is an error."""


async def test_without_a_public_address_the_original_is_checked_and_named() -> None:
    service, original = storeless(link=None), upload()
    assert await service.publish({original: photo()}, person=ANN) == {original: original}
    assert await service.published([original], person=ANN) == {}
    with pytest.raises(UserError):
        await service.publish({original: b"no picture"}, person=ANN)


async def test_pictures_are_dropped_a_day_after_they_were_needed_last(database: Database) -> None:
    references = SqlReferenceStore(database)
    now = datetime.now(UTC)
    long_ago = now - KEPT_FOR - SECOND
    old = await keep_picture(references, b"old", now=long_ago)
    needed = await keep_picture(references, b"needed", now=long_ago)
    young = await keep_picture(references, b"young", now=now - KEPT_FOR + 60 * SECOND)
    assert await references.use_references([needed, "a" * 20], now=now) == {needed}
    await janitor(database).clean(await JobStores(database).fence())
    assert await references.get_reference(old) is None
    assert await references.get_reference(needed) == b"needed"
    assert await references.get_reference(young) == b"young"


async def test_the_same_file_is_the_same_picture_whatever_its_signature(
    service: ReferenceService,
) -> None:
    links = await service.publish({upload(): photo()}, person=ANN)
    again = upload().replace("ex=1", "ex=2")
    assert await service.published([again, upload(7)], person=ANN) == {again: links[upload()]}
    assert await service.published([again], person=BEN) == {}


class Lasting(Nobody):
    """A platform whose links do not end."""

    def link_end(self, _link: str, _asked_at: datetime | None) -> None:
        return None


async def test_link_of_a_dropped_picture_is_none(service: ReferenceService) -> None:
    links = await service.publish({upload(): photo()}, person=ANN)
    [alive] = links.values()
    dead, foreign = link_of("b" * 20), "https://elsewhere.example/a.png"
    assert await service.current([alive, dead, foreign], Lasting()) == {
        alive: alive, dead: None, foreign: foreign,
    }  # fmt: skip


async def test_drafts_are_dropped_after_a_day(database: Database) -> None:
    drafts = SqlDraftStore(database)
    now = datetime.now(UTC)
    old = await drafts.put_draft(
        Person.of("discord:1"), "old", now=now - timedelta(hours=24, seconds=1)
    )
    young = await drafts.put_draft(Person.of("discord:1"), "young", now=now - timedelta(hours=23))
    await janitor(database).clean(await JobStores(database).fence())
    assert await drafts.get_draft(old, Person.of("discord:1")) is None
    assert await drafts.get_draft(young, Person.of("discord:1")) == "young"


def janitor(database: Database) -> Janitor:
    return Janitor(
        retention=JobStores(database),
        drafts=SqlDraftStore(database),
        references=SqlReferenceStore(database),
        clock=SystemClock(),
        kept_for=timedelta(days=30),
    )
