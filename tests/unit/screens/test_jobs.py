"""What the buttons of the list of jobs do."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.errors import NotYourJobError, OutdatedError
from bot.domain.jobs import JobFilter, JobStatus
from bot.domain.timings import TIMINGS
from bot.domain.views import Action
from bot.ports.reply import Place
from bot.screens import actions
from bot.screens.interaction import Interaction
from bot.screens.job_list import SEARCH_FIELD, Shown, Wanted
from bot.screens.jobs import JobsScreen
from bot.screens.languages import Languages
from bot.screens.reposting import Reposting
from bot.screens.router import Router
from bot.screens.thumbnails import Thumbnails
from bot.services.access import Access
from bot.services.jobs import JobService
from bot.services.personal import PersonalService
from tests.clocks import SteppedClock
from tests.personal import KeptInMemory
from tests.replies import NOW, RecordingReply, interaction
from tests.shown import buttons_of, text_of
from tests.unit.screens.listed import Chat, Kept, Provider, job, pictures

UNUSED: Any = None


async def small(data: bytes) -> bytes:
    return b"small"


def screen(kept: Kept, provider: Provider | None = None) -> JobsScreen:
    personal = PersonalService(history=kept, personal=KeptInMemory())
    found, clock = pictures(provider or Provider()), SteppedClock(NOW)
    return JobsScreen(
        personal=personal,
        jobs=JobService(
            requests=kept,
            progress=kept,
            deliveries=UNUSED,
            access=Access(settings=UNUSED, clock=clock, allowed_tenants={}),
            estimates=UNUSED,
            clock=clock,
            slots=10,
        ),
        languages=Languages(personal, within_s=5),
        thumbnails=Thumbnails(
            pictures=found, thumbnailer=small, extension="webp", clock=clock, timings=TIMINGS
        ),
        reposting=Reposting(personal=personal, pictures=found, timings=TIMINGS),
        platform_of=lambda _: Chat(),
    )


async def pressed(
    kept: Kept, action: Action, provider: Provider | None = None, **changes: Any
) -> RecordingReply:
    """Let somebody press something, and return how that was answered."""
    press: Interaction = interaction(action, **changes)
    await Router(screen(kept, provider)).answer(press)
    return press.reply


# ── The list ────────────────────────────────────────────────────────────────────────────────────


async def test_the_list_is_shown_to_the_person_alone() -> None:
    asked = interaction()
    await screen(Kept(job()), Provider(provider_0=b"large")).show(asked, Wanted())
    ((view, place),) = asked.reply.shown
    assert asked.reply.waited == [place] == [Place.ALONE]
    assert [picture.data for picture in view.pictures] == [b"small"]
    assert "chat/60" in [button.url for button in buttons_of(view)]


@pytest.mark.parametrize("name", [actions.JOBS_PAGE, actions.JOBS_REFRESH])
async def test_pages_are_turned_in_place(name: str) -> None:
    kept, wanted = Kept(), Wanted(shown=Shown.FAILED, search="a: fox", page=3)
    reply = await pressed(kept, wanted.action(name))
    assert kept.asked == [(JobFilter(statuses=wanted.filter.statuses, search="a: fox"), 3)]
    assert [place for _, place in reply.shown] == [Place.SAME]


async def test_another_filter_begins_with_the_first_page() -> None:
    kept, wanted = Kept(), Wanted(search="fox", page=3)
    await pressed(kept, wanted.action(actions.JOBS_FILTER), chosen=("d",))
    assert kept.asked == [(replace(wanted, shown=Shown.DONE).filter, 0)]


async def test_a_filter_of_another_version_says_so() -> None:
    with pytest.raises(OutdatedError):
        await pressed(Kept(), Wanted().action(actions.JOBS_FILTER), chosen=("z",))


async def test_the_form_is_opened_and_its_words_are_looked_for() -> None:
    kept, wanted = Kept(), Wanted(shown=Shown.DONE, page=3)
    (form,) = (await pressed(kept, wanted.action(actions.JOBS_FIND))).opened
    await pressed(kept, form.action, fields={SEARCH_FIELD: " red \n fox "})
    assert kept.asked == [(replace(wanted, search="red fox").filter, 0)]


async def test_a_search_can_be_cleared() -> None:
    kept, wanted = Kept(), Wanted(shown=Shown.DONE, search="fox", page=3)
    await pressed(kept, wanted.action(actions.JOBS_FIND_ALL))
    assert kept.asked == [(JobFilter(statuses=wanted.filter.statuses), 0)]


# ── One job ─────────────────────────────────────────────────────────────────────────────────────


async def test_details_are_shown_to_the_person_alone() -> None:
    reply = await pressed(Kept(job()), Wanted().action(actions.JOBS_DETAILS, job().id))
    ((view, place),) = reply.shown
    assert place is Place.ALONE
    assert job().id in text_of(view)
    assert [str(button.label) for button in buttons_of(view)][-2:] == ["Go to message", "Post here"]


async def test_a_waiting_job_is_cancelled_in_place() -> None:
    waiting = job(JobStatus.QUEUED)
    reply = await pressed(Kept(waiting), Wanted().action(actions.JOBS_CANCEL, waiting.id))
    ((view, place),) = reply.shown
    assert (place, reply.told) == (Place.SAME, [])
    assert "Cancelled" in text_of(view)


async def test_the_jobs_of_one_command_are_cancelled_together() -> None:
    waiting = [job(JobStatus.QUEUED, number=number) for number in range(3)]
    reply = await pressed(Kept(*waiting), Wanted().action(actions.JOBS_CANCEL, waiting[0].id))
    assert reply.said == ["These 3 jobs came from one command; all are cancelled."]


async def test_a_job_that_started_meanwhile_is_too_late_to_cancel() -> None:
    kept = Kept(job(JobStatus.RUNNING))
    reply = await pressed(kept, Wanted().action(actions.JOBS_CANCEL, job().id))
    assert "Too late" in reply.said[0]
    assert len(reply.shown) == 1


@pytest.mark.parametrize("name", [actions.JOBS_CANCEL, actions.JOBS_DETAILS, actions.JOBS_POST])
async def test_somebody_else_can_do_nothing_with_my_jobs(name: str) -> None:
    kept = Kept(job(JobStatus.QUEUED))
    with pytest.raises(NotYourJobError):
        await pressed(kept, Wanted().action(name, job().id), person="2", is_moderator=True)
    assert kept.jobs[job().id].status is JobStatus.QUEUED


async def test_a_result_is_posted_again_for_everybody() -> None:
    provider = Provider(provider_0=b"large")
    reply = await pressed(Kept(job()), Wanted().action(actions.JOBS_POST, job().id), provider)
    assert [place for _, place in reply.shown] == [Place.HERE]
    assert [picture.data for picture in reply.view.pictures] == [b"large"]
