"""Who sees the details of a job, and who may remove its message from there."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.errors import DeniedError, NotAllowedError, NotYourJobError, UserError
from bot.domain.jobs import Job, Variation
from bot.domain.messages import Message, SeenPicture
from bot.domain.views import Action
from bot.ports.reply import Place
from bot.screens import actions
from bot.screens.details import DetailsScreen
from bot.screens.interaction import Interaction
from bot.screens.router import Router
from tests.replies import RecordingReply, interaction, seen
from tests.shown import actions_of, labels_of, text_of
from tests.unit.screens.samples import (
    ANN,
    BEN,
    CHANNEL,
    JOB_ID,
    Seen,
    job,
    job_service,
    languages,
)

DETAILS = Action(actions.DETAILS, (JOB_ID,))
COPY = actions.part_mark(JOB_ID, actions.COPY_PART)
REMOVE = Action(actions.REMOVE, (JOB_ID, CHANNEL.id, "60"))


class Platform:
    """Removes messages, if it may."""

    def __init__(self, *, may_remove: bool = True) -> None:
        self._may_remove = may_remove
        self.removed: list[Message] = []

    async def remove(self, message: Message) -> None:
        if not self._may_remove:
            raise DeniedError("missing permissions")
        self.removed.append(message)


def screen(*jobs: Job, platform: Platform | None = None, at: Seen | None = None) -> DetailsScreen:
    there: Any = platform or Platform()
    return DetailsScreen(
        jobs=job_service(*jobs, seen=at), languages=languages(), platform_of=lambda _: there
    )


async def press(
    action: Action,
    *jobs: Job,
    person: str = ANN.id,
    platform: Platform | None = None,
    at: Seen | None = None,
    **changes: Any,
) -> RecordingReply:
    reply = RecordingReply()
    pressed = interaction(action, person, reply=reply, **changes)
    await Router(screen(*jobs, platform=platform, at=at)).answer(pressed)
    return reply


# ── Details ─────────────────────────────────────────────────────────────────────────────────────


async def test_only_the_person_who_asks_sees_the_details() -> None:
    reply = await press(DETAILS, job(), person=BEN.id)
    assert reply.shown == [(reply.view, Place.ALONE)]
    assert f"Job id: `{JOB_ID}`" in text_of(reply.view)


@pytest.mark.parametrize(
    ("person", "is_moderator", "may"),
    [(ANN, False, True), (BEN, True, True), (BEN, False, False)],
)
async def test_who_may_remove_the_message_can_do_so(
    person: Any, *, is_moderator: bool, may: bool
) -> None:
    reply = await press(DETAILS, job(), person=person.id, is_moderator=is_moderator)
    assert (REMOVE in actions_of(reply.view)) == may


@pytest.mark.parametrize(("person", "parts"), [(ANN, [("60", 0)]), (BEN, [])])
async def test_a_part_that_may_be_removed_is_noted_as_seen(
    person: Any, parts: list[tuple[str, int]]
) -> None:
    at = Seen()
    card = seen(DETAILS, actions.part_mark(JOB_ID, 0))
    await press(DETAILS, job(), person=person.id, seen=card, at=at)
    assert at.parts == parts


async def test_a_message_for_one_person_is_not_removed_from_there() -> None:
    reply = await press(DETAILS, job(), seen=seen(DETAILS, is_ephemeral=True))
    assert labels_of(reply.view) == ["Again", "Edit"]


async def test_details_of_a_private_job_are_for_its_owner() -> None:
    assert (await press(DETAILS, job(is_private=True))).shown
    with pytest.raises(NotYourJobError):
        await press(DETAILS, job(is_private=True), person=BEN.id)


async def test_at_a_copy_everybody_can_repeat_a_private_job_from_its_details() -> None:
    at_copy = seen(DETAILS, COPY)
    reply = await press(DETAILS, job(is_private=True), person=BEN.id, seen=at_copy)
    assert actions_of(reply.view)[0] == Action(actions.AGAIN, REMOVE.values)


@pytest.mark.parametrize(("person", "is_linked"), [(ANN, True), (BEN, False)])
async def test_only_its_owner_finds_the_varied_message_from_elsewhere(
    person: Any, *, is_linked: bool
) -> None:
    varied = job(variation=Variation(number=1, message_url="https://chat.example/5"))
    elsewhere = replace(CHANNEL, id="8")
    reply = await press(DETAILS, varied, person=person.id, conversation=elsewhere)
    assert ("chat.example" in str(reply.view)) == is_linked


# ── At any message ──────────────────────────────────────────────────────────────────────────────


def pointing_at(**message: Any) -> Interaction:
    return interaction(seen=seen(*message.pop("actions", ()), **message))


@pytest.mark.parametrize(
    "message",
    [
        {"actions": (Action("settings.mode"), DETAILS)},
        {"pictures": (SeenPicture(link="https://chat.example/", file_name=f"{JOB_ID}-2.png"),)},
    ],
)
async def test_a_message_tells_its_job_by_its_buttons_or_its_picture(message: Any) -> None:
    pointed = pointing_at(**message)
    await screen(job()).show_details_of(pointed)
    assert f"Job id: `{JOB_ID}`" in text_of(pointed.reply.view)


@pytest.mark.parametrize("message", [{}, {"actions": (DETAILS,), "is_ours": False}])
async def test_of_other_messages_nothing_is_known(message: Any) -> None:
    with pytest.raises(UserError, match="This message isn't one of my pictures"):
        await screen(job()).show_details_of(pointing_at(**message))


# ── Removing ────────────────────────────────────────────────────────────────────────────────────


async def test_the_message_is_removed_and_the_details_say_so() -> None:
    platform = Platform()
    reply = await press(REMOVE, job(), platform=platform)
    assert platform.removed == [Message(conversation=CHANNEL, id="60")]
    assert text_of(reply.view) == "The card is deleted."
    assert reply.acknowledged == [Place.SAME]


async def test_others_cannot_remove_it() -> None:
    platform = Platform()
    with pytest.raises(NotAllowedError):
        await press(REMOVE, job(), person=BEN.id, platform=platform)
    assert platform.removed == []


async def test_who_keeps_order_elsewhere_cannot_remove_it() -> None:
    elsewhere = replace(CHANNEL, id="8")
    changes = {"person": BEN.id, "is_moderator": True}
    assert (await press(REMOVE, job(), **changes)).shown
    with pytest.raises(NotAllowedError):
        await press(REMOVE, job(), conversation=elsewhere, **changes)


async def test_a_message_that_the_bot_may_not_remove_is_told() -> None:
    with pytest.raises(NotAllowedError, match="I can't delete it from here"):
        await press(REMOVE, job(), platform=Platform(may_remove=False))
