"""Posting a single picture of a result, and removing what was posted."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.conversations import Conversation
from bot.domain.errors import ImageError, NotAllowedError, NotYourJobError, OutdatedError, UserError
from bot.domain.jobs import Job, Variation
from bot.domain.messages import SeenPicture
from bot.domain.timings import TIMINGS
from bot.domain.views import Action
from bot.ports.reply import Place
from bot.screens import actions
from bot.screens.result import ResultScreen
from bot.screens.router import Router
from bot.services.memory_budget import MemoryBudget
from bot.services.posted_pictures import PostedPictures
from tests.replies import RecordingReply, interaction, seen
from tests.shown import text_of
from tests.unit.screens.samples import (
    ANN,
    BEN,
    CHANNEL,
    JOB_ID,
    PIXEL,
    Seen,
    job,
    job_service,
    languages,
)

SHOW = Action(actions.SHOW, (JOB_ID, "2"))
DELETE = actions.part_mark(JOB_ID, 0)
TAKE_DOWN = Action(actions.TAKE_DOWN, (JOB_ID, "2", BEN.id))
ATTACHED = SeenPicture(link="https://chat.example/2.png", file_name=f"{JOB_ID}-2.png")


class Images:
    """The provider, the platform and the fitter at once; dead links are gone."""

    def __init__(self, *dead: str) -> None:
        self._dead = dead
        self.fetched: list[str] = []

    async def fetch(self, link: str) -> tuple[bytes, str]:
        self.fetched.append(link)
        if link in self._dead:
            raise ImageError("gone")
        return PIXEL, "png"

    async def fit(self, data: bytes, *, max_bytes: int) -> tuple[bytes, str]:
        return data[:max_bytes], "webp"

    async def check_may_post(self, conversation: Conversation) -> None:
        pass


async def press(
    action: Action,
    *jobs: Job,
    person: str = BEN.id,
    images: Images | None = None,
    reply: RecordingReply | None = None,
    at: Seen | None = None,
    **changes: Any,
) -> RecordingReply:
    images, reply = images or Images(), reply or RecordingReply()
    pictures = PostedPictures(
        images=images,
        fitter=images,
        platform_of=lambda _: images,
        memory=MemoryBudget(4),
        timings=TIMINGS,
    )
    jobs_of = job_service(*jobs, seen=at)
    screen = ResultScreen(jobs=jobs_of, pictures=pictures, languages=languages("de"))
    await Router(screen).answer(interaction(action, person, reply=reply, **changes))
    return reply


# ── A single picture ────────────────────────────────────────────────────────────────────────────


async def test_a_picture_is_posted_for_everybody_by_whoever_asks_for_it() -> None:
    reply = await press(SHOW, job())
    assert reply.shown == [(reply.view, Place.HERE)]
    assert f"Bild 2 in voller Größe, für @{BEN.id}." in text_of(reply.view)
    assert reply.view.locale == "de"
    (picture,) = reply.view.pictures
    assert picture.file_name == f"{JOB_ID}-2.webp"


async def test_a_picture_of_a_message_for_one_person_stays_with_that_person() -> None:
    reply = await press(
        SHOW, job(is_private=True), person=ANN.id, seen=seen(SHOW, is_ephemeral=True)
    )
    assert reply.shown == [(reply.view, Place.ALONE)]
    assert reply.acknowledged == [Place.ALONE]


async def test_a_picture_fits_into_an_answer_there() -> None:
    reply = RecordingReply()
    reply.max_file_bytes = 3
    await press(SHOW, job(), reply=reply)
    assert [picture.data for picture in reply.view.pictures] == [PIXEL[:3]]


async def test_a_picture_whose_link_is_dead_is_taken_from_the_message() -> None:
    images = Images("https://cdn.example/1.png")
    reply = await press(SHOW, job(), images=images, seen=seen(SHOW, pictures=(ATTACHED,)))
    assert images.fetched == ["https://cdn.example/1.png", ATTACHED.link]
    assert len(reply.view.pictures) == 1


@pytest.mark.parametrize("links", [["https://cdn.example/1.png"], []])
async def test_a_picture_that_is_gone_is_told(links: list[str]) -> None:
    with pytest.raises(UserError, match="I can't get image 2 any more, sorry"):
        await press(SHOW, job(images=4 if links else 1), images=Images(*links))


async def test_nothing_is_fetched_where_another_process_answers() -> None:
    images = Images()
    reply = await press(SHOW, job(), images=images, reply=RecordingReply(is_given_up=True))
    assert (images.fetched, reply.shown) == ([], [])


async def test_nobody_sees_pictures_of_somebody_elses_private_job() -> None:
    with pytest.raises(NotYourJobError):
        await press(SHOW, job(is_private=True))


async def test_a_picture_elsewhere_has_no_way_to_the_message_that_was_varied() -> None:
    varied = job(variation=Variation(number=1, message_url="https://chat.example/5"))
    elsewhere = replace(CHANNEL, id="8")
    here = await press(SHOW, varied)
    there = await press(SHOW, varied, conversation=elsewhere)
    assert "chat.example" in str(here.view)
    assert "chat.example" not in str(there.view)


@pytest.mark.parametrize("values", [(JOB_ID,), (JOB_ID, "x"), (JOB_ID, "²")])
async def test_a_number_of_another_version_is_outdated(values: tuple[str, ...]) -> None:
    with pytest.raises(OutdatedError):
        await press(Action(actions.SHOW, values), job())


# ── Removing ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("action", "person", "is_moderator"),
    [
        (DELETE, ANN, False),
        (DELETE, BEN, True),
        (TAKE_DOWN, ANN, False),
        (TAKE_DOWN, BEN, False),
    ],
)
async def test_a_message_is_removed(action: Action, person: Any, *, is_moderator: bool) -> None:
    reply = await press(action, job(), person=person.id, is_moderator=is_moderator)
    assert (reply.acknowledged, reply.removed) == ([Place.SAME], 1)


@pytest.mark.parametrize(
    ("action", "parts"),
    [
        (actions.part_mark(JOB_ID, 1), [("60", 1)]),
        (actions.part_mark(JOB_ID, actions.COPY_PART), []),
        (TAKE_DOWN, []),
    ],
)
async def test_a_part_that_is_removed_is_noted_as_seen(
    action: Action, parts: list[tuple[str, int]]
) -> None:
    """Else it would be posted again where the answer to its post was lost."""
    at = Seen()
    await press(action, job(), person=ANN.id, at=at)
    assert at.parts == parts


@pytest.mark.parametrize("action", [DELETE, replace(TAKE_DOWN, values=(JOB_ID, "2", "7"))])
async def test_others_cannot_remove_a_message(action: Action) -> None:
    reply = RecordingReply()
    with pytest.raises(NotAllowedError):
        await press(action, job(), reply=reply)
    assert reply.removed == 0


async def test_who_keeps_order_removes_what_is_left_of_a_job_that_is_gone() -> None:
    assert (await press(DELETE, is_moderator=True)).removed == 1


async def test_a_message_is_removed_by_the_one_process_that_answers() -> None:
    reply = await press(DELETE, job(), person=ANN.id, reply=RecordingReply(is_given_up=True))
    assert reply.removed == 0
