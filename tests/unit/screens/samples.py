"""Jobs to make views of, and what is in a view."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.jobs import Failure, Job, JobStatus, Mode
from bot.domain.people import Preferences
from bot.domain.pictures import FetchedImage
from bot.domain.views import Button, Buttons, Picture, View
from bot.screens.languages import Languages
from bot.services.jobs import JobService
from tests.clocks import SteppedClock
from tests.shown import buttons_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JOB_ID = "abcdefghij2345672345"
ANN = Person(platform="discord", id="111111111111111111")
BEN = Person(platform="discord", id="222222222222222222")
CHANNEL = Conversation(platform="discord", tenant_id="5", id="7")
PIXEL = b"\x89PNG\r\n\x1a\n"
LONGEST = [
    "x" * 4000,
    "*" * 4000,
    "<" * 4000,
    "@everyone " * 400,
    "🦊" * 4000,
    "\u202eثعلب أحمر " * 330,
    "* --no " + "*, " * 1300,
    "* " + "--sref https://x.example/" + "_" * 3900,
    "https://x.example/a.png * --no " + "*, " * 1300,
]


def job(
    prompt: str = "a red fox",
    *,
    images: int = 4,
    failure: Failure | None = None,
    url: str = "https://cdn.example/{}.png",
    **changes: Any,
) -> Job:
    """Return Ann's job, done or failed."""
    asked: dict[str, Any] = {
        "id": JOB_ID,
        "source_key": "discord:222222222222222222:0",
        "origin": Origin(person=ANN, conversation=CHANNEL),
        "prompt": prompt,
        "mode": Mode.FAST,
        "status": JobStatus.SUCCEEDED if failure is None else JobStatus.FAILED,
        "created_at": NOW,
        "claimable_at": NOW,
        "submitted_at": NOW,
        "finished_at": NOW + timedelta(seconds=65),
        "image_urls": tuple(url.format(n) for n in range(images)),
        "failure": failure,
    }
    return Job(**{**asked, **changes})


def images_of(job: Job, *, missing: Iterable[int] = ()) -> list[FetchedImage]:
    """Return the job's images; those with a missing index could not be had."""
    return [
        FetchedImage(index=index, url=url, data=None if index in set(missing) else PIXEL)
        for index, url in enumerate(job.image_urls)
    ]


def rows_of(view: View) -> list[list[str]]:
    """Return what stands on its buttons, row by row."""
    rows = [each for each in view.elements if isinstance(each, Buttons)]
    return [[str(button.label) for button in row.buttons] for row in rows]


def button(view: View, label: str) -> Button:
    """Return the one button with this label."""
    (found,) = [each for each in buttons_of(view) if str(each.label) == label]
    return found


def said_of(picture: Picture) -> str:
    """Return what stands for a picture, in English."""
    return ", ".join(filter(None, (picture.words, str(picture.label))))


def job_service(*jobs: Job, seen: "Seen | None" = None) -> JobService:
    """Return the service that knows these jobs, and can only look at them."""
    others: Any = None
    return JobService(
        requests=others,
        progress=cast("Any", _Jobs(jobs)),
        deliveries=cast("Any", seen or Seen()),
        access=others,
        estimates=others,
        clock=SteppedClock(NOW),
        slots=10,
    )


def languages(language: str | None = None) -> Languages:
    """Return what finds out that everybody has set this language."""
    return Languages(cast("Any", _Settings(language)), within_s=1)


class Seen:
    """Takes down which messages people were seen to act at."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, int]] = []  # messages' ids, numbers of parts

    async def note_seen(self, _job_id: str, *, number: int, message_id: str, **_rest: Any) -> None:
        self.parts.append((message_id, number))


class _Jobs:
    def __init__(self, jobs: Iterable[Job]) -> None:
        self._jobs = {job.id: job for job in jobs}

    async def get(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)


class _Settings:
    def __init__(self, language: str | None) -> None:
        self._language = language

    async def preferences(self, _person: Person) -> Preferences:
        return Preferences(language=self._language)
