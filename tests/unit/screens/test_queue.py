"""/queue: how much there is to do, and nobody's prompts but mine."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

from bot.domain.conversations import Person
from bot.domain.jobs import Job, JobFilter, JobPage, JobStatus, Mode
from bot.domain.queue import QueueState
from bot.domain.texts import msg
from bot.domain.views import Divider, Line, Words
from bot.ports.reply import Place
from bot.screens.languages import Languages
from bot.screens.queue import PROMPT_LIMIT, UNFINISHED, QueueScreen, queue_view
from bot.services.jobs import Outlook
from bot.services.personal import PersonalService
from tests.jobs import ORIGIN
from tests.personal import KeptInMemory
from tests.replies import NOW, interaction
from tests.shown import text_of

OUTLOOK = Outlook(
    everybody=QueueState(waiting=2, in_flight=1),
    person=QueueState(waiting=1, in_flight=0),
    slots=10,
    expected_at=dict.fromkeys(Mode, NOW + timedelta(hours=1)),
    pause=None,
)
PAUSED = replace(OUTLOOK, pause=msg("The Midjourney account has no quota left."))


def job(status: JobStatus = JobStatus.QUEUED, prompt: str = "a fox") -> Job:
    return Job(
        id="a" * 20,
        source_key="discord:8:0",
        origin=ORIGIN,
        prompt=prompt,
        mode=Mode.FAST,
        status=status,
        created_at=NOW,
        claimable_at=NOW,
    )


def page(*jobs: Job, total: int | None = None) -> JobPage:
    return JobPage(jobs=jobs, number=0, total=len(jobs) if total is None else total, size=5)


def text(outlook: Outlook, own: JobPage) -> str:
    return text_of(queue_view(outlook, own, "en"))


class History:
    """Knows what one person's unfinished jobs are."""

    async def page(self, person: Person, wanted: JobFilter, *, number: int, size: int) -> JobPage:
        assert (person, wanted, number) == (interaction().person, UNFINISHED, 0)
        return page(job(prompt="my own fox"))


async def test_the_queue_is_shown_to_the_person_alone() -> None:
    async def outlook(person: Person) -> Outlook:
        assert person == interaction().person
        return OUTLOOK

    personal, asked = PersonalService(history=History(), personal=KeptInMemory()), interaction()
    screen = QueueScreen(
        jobs=SimpleNamespace(outlook=outlook),
        personal=personal,
        languages=Languages(personal, within_s=5),
    )
    await screen.show(asked)
    view = queue_view(OUTLOOK, page(job(prompt="my own fox")), "en")
    assert asked.reply.waited == [Place.ALONE]
    assert asked.reply.shown == [(view, Place.ALONE)]


def test_the_queue_counts_all() -> None:
    said = text(OUTLOOK, page())
    assert "1 of 10" in said
    assert "Waiting: 2" in said
    assert "Yours" not in said


def test_own_jobs_are_told_by_their_prompts_and_by_where_they_stand() -> None:
    said = text(OUTLOOK, page(job(), job(JobStatus.RUNNING, prompt="x" * 200)))
    assert "⏳ a fox" in said
    assert f"🎨 {'x' * (PROMPT_LIMIT - 1)}…" in said


def test_links_in_a_prompt_are_a_symbol() -> None:
    assert "🔗 a fox" in text(OUTLOOK, page(job(prompt="https://x.example/1.png a fox")))


def test_more_own_jobs_than_are_listed_are_counted() -> None:
    assert "and 12 more" in text(OUTLOOK, page(job(), total=13))


def test_the_queue_says_when_a_new_job_would_be_done() -> None:
    assert text(OUTLOOK, page()).count(str(NOW + timedelta(hours=1))) == 2


def test_a_paused_queue_makes_no_promise() -> None:
    view = queue_view(PAUSED, page(), "en")
    last = view.elements[-1]
    assert view.elements[-2] == Divider()
    assert last == Words(Line(msg("I can't take new jobs right now.")), PAUSED.pause)
