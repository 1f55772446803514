"""A result that its owner posts once more."""

from dataclasses import replace

import pytest

from bot.domain.errors import MessageTooLargeError, NotAllowedError, UserError
from bot.domain.jobs import Job, Variation
from bot.domain.timings import TIMINGS
from bot.ports.reply import Place
from bot.screens import actions
from bot.screens.limits import MAX_PICTURES
from bot.screens.reposting import SHRINKS, Reposting
from bot.services.personal import PersonalService
from tests.personal import KeptInMemory
from tests.replies import CHANNEL, RecordingReply, interaction
from tests.shown import actions_of, text_of
from tests.unit.screens.listed import CLOSED, Kept, Provider, job, pictures

LINKS = tuple(f"provider/{number}" for number in range(4))
PICTURES = {link.replace("/", "_"): b"x" * 1000 for link in LINKS}


async def posted(
    of: Job, provider: Provider, reply: RecordingReply, conversation_id: str = CHANNEL.id
) -> RecordingReply:
    personal = PersonalService(history=Kept(of), personal=KeptInMemory())
    found = Reposting(personal=personal, pictures=pictures(provider), timings=TIMINGS)
    place = replace(CHANNEL, id=conversation_id)
    await found.post(interaction(reply=reply, conversation=place), of.id)
    return reply


async def test_a_copy_is_told_from_the_result_itself() -> None:
    reply = await posted(job(image_urls=LINKS), Provider(**PICTURES), RecordingReply())
    assert reply.acknowledged == [Place.HERE]
    assert actions.part_mark(job().id, actions.COPY_PART) in actions_of(reply.view)
    assert reply.view.notifies is None
    assert len(reply.view.pictures) == 4


async def test_where_nothing_can_be_posted_no_picture_is_fetched() -> None:
    provider = Provider(**PICTURES)
    with pytest.raises(NotAllowedError):
        await posted(job(image_urls=LINKS), provider, RecordingReply(), CLOSED)
    assert provider.fetched == []


async def test_a_copy_shows_no_more_pictures_than_a_message_holds() -> None:
    links = tuple(f"provider/{number}" for number in range(MAX_PICTURES + 1))
    provider = Provider(**{link.replace("/", "_"): b"x" for link in links})
    reply = await posted(job(image_urls=links), provider, RecordingReply())
    assert len(reply.view.pictures) == MAX_PICTURES


async def test_a_copy_elsewhere_does_not_lead_to_where_the_job_was_asked_for() -> None:
    variation = Variation(number=2, message_url="chat/1")
    varied = job(prompt="provider/0 a fox", variation=variation)
    here = await posted(varied, Provider(**PICTURES), RecordingReply())
    there = await posted(varied, Provider(**PICTURES), RecordingReply(), "42")
    assert "chat/1" in repr(here.view)
    assert "chat/1" not in repr(there.view)
    assert text_of(here.view) == text_of(there.view)


async def test_pictures_that_are_gone_everywhere_are_no_result() -> None:
    reply = RecordingReply()
    with pytest.raises(UserError, match="any more"):
        await posted(job(), Provider(), reply)
    assert reply.shown == []


async def test_nothing_is_posted_where_another_process_answers() -> None:
    provider = Provider(**PICTURES)
    reply = await posted(job(), provider, RecordingReply(is_given_up=True))
    assert (reply.shown, provider.fetched) == ([], [])


async def test_files_are_halved_when_they_are_too_large() -> None:
    provider = Provider(**PICTURES)
    reply = RecordingReply(failures=(MessageTooLargeError(),) * 2)
    await posted(job(image_urls=LINKS), provider, reply)
    assert [len(picture.data or b"") for picture in reply.view.pictures] == [250] * 4


async def test_files_are_not_made_smaller_for_ever() -> None:
    reply = RecordingReply(failures=(MessageTooLargeError(),) * (SHRINKS + 1))
    with pytest.raises(MessageTooLargeError):
        await posted(job(), Provider(**PICTURES), reply)


async def test_files_fit_what_an_answer_may_hold() -> None:
    reply, provider = RecordingReply(), Provider(**PICTURES)
    reply.max_file_bytes = 300
    await posted(job(), provider, reply)
    assert [len(picture.data or b"") for picture in reply.view.pictures] == [300]
