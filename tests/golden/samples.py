"""Values with fixed ids and times, from which the cases are built. Knows no platform's code."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.deliveries import Delivery, DeliveryStatus, Part
from bot.domain.jobs import Failure, GroupProgress, Job, JobPage, JobStatus, Mode, Variation
from bot.domain.people import Preset
from bot.domain.pictures import FetchedImage
from bot.domain.queue import QueuePlace, QueueState
from bot.domain.texts import Text, msg
from bot.services.imagine import Accepted
from bot.services.jobs import Outlook
from tests.pictures import picture

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)
ANN, BOB = "111111111111111111", "222222222222222222"
GUILD, CHANNEL, ELSEWHERE = "333333333333333333", "444444444444444444", "555555555555555555"
CARD, PLACEHOLDER = "666666666666666666", "777777777777777777"
JOB_ID = "abcdefghij2345672345"
DRAFT_ID = "draftdraftdraftdraft"
PROMPT = "a red fox in the snow --ar 16:9 --stylize 250 --v 7"
CDN = "https://cdn.midjourney.example"
LINK = "https://cdn.discordapp.com/attachments/1/2/cat.png?ex=1&is=2&hm=3"
WILD = (
    "*bold* _it_ ~~gone~~ `code` ||secret|| # head\n"
    "> said @everyone <@1> [a](https://b.example) :x:"
)
LONG = "a very long tale of foxes, " * 140  # of about 3800 characters
VARIATION = Variation(
    number=2, message_url=f"https://discord.com/channels/{GUILD}/{CHANNEL}/{CARD}"
)
REMARKS = (
    msg("I read `{typed}` as `{read}`.", typed="—ar", read="--ar"),
    msg("I don't know `{parameter}`, so I passed it on unchanged.", parameter="--aspct"),
)

QUEUED, RUNNING, UNKNOWN = JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.UNKNOWN
DETAIL = "Banned   prompt:\n*blood*"  # the provider's words
POSTER = Preset(name="poster", parameters="--ar 2:3", suffix="soft light, watercolour")


def job(
    locale: str, status: JobStatus = JobStatus.SUCCEEDED, *, images: int = 4, **changes: Any
) -> Job:
    """Return Ann's job as it looks in this state."""
    is_sent = status not in {JobStatus.QUEUED, JobStatus.CANCELLED}
    sample = Job(
        id=JOB_ID,
        source_key="discord:888888888888888888:0",
        origin=Origin(
            person=Person(platform="discord", id=ANN),
            conversation=Conversation(platform="discord", tenant_id=GUILD, id=CHANNEL),
            locale=locale,
            placeholder_id=PLACEHOLDER,
        ),
        prompt=PROMPT,
        mode=Mode.FAST,
        status=status,
        created_at=NOW,
        claimable_at=NOW,
        submitted_at=NOW + timedelta(seconds=2) if is_sent else None,
        deadline_at=NOW + timedelta(minutes=20) if is_sent else None,
        finished_at=NOW + timedelta(seconds=55) if status.is_final else None,
        image_urls=links(images) if status is JobStatus.SUCCEEDED else (),
    )
    return replace(sample, **changes)


def links(count: int) -> tuple[str, ...]:
    """Return the provider's links of so many images."""
    return tuple(f"{CDN}/task/{number}.png" for number in range(1, count + 1))


def failed(locale: str, failure: Failure | None, **changes: Any) -> Job:
    """Return Ann's job as one that failed so."""
    return job(locale, JobStatus.FAILED, failure=failure, **changes)


def varied(sample: Job, variation: Variation = VARIATION) -> Job:
    """Return the job as one that varies a picture."""
    return replace(sample, variation=variation, prompt=f"{CDN}/task/2.png {sample.prompt}")


def elsewhere(sample: Job, **changes: Any) -> Job:
    """Return the job with another origin."""
    return replace(sample, origin=replace(sample.origin, **changes))


def fetched(sample: Job, *, missing: Collection[int] = ()) -> list[FetchedImage]:
    """Return the job's images; those with a missing index could not be had."""
    return [
        FetchedImage(index=index, url=url, data=None if index in missing else picture(index))
        for index, url in enumerate(sample.image_urls)
    ]


def numbered(sample: Job, number: int) -> Job:
    """Return one of several jobs like this one: each has an id of its own."""
    letter = "abcdefghijklmnopqrstuvwxyz"[number]
    return replace(sample, id=f"{JOB_ID[:-1]}{letter}", source_key=f"discord:88{number}:0")


def group(sample: Job) -> Job:
    """Return the job as the first of a group."""
    return replace(sample, group_id=sample.id)


def progress(total: int = 1, **counts: int) -> GroupProgress:
    return GroupProgress(**{"total": total, "finished": 0, "in_flight": 0, **counts})


def accepted(
    sample: Job, *, jobs: int = 1, ahead: int = 0, in_flight: int = 0, remarks: Sequence[Text] = ()
) -> Accepted:
    """Return what was accepted, with this many jobs before it."""
    sample = replace(sample, remarks=tuple(remarks))
    return Accepted(
        jobs=(sample,) * jobs,
        place=QueuePlace(ahead=ahead, in_flight=in_flight, slots=10),
        expected_at=SOON,
    )


def delivery(of: Job, **changes: Any) -> Delivery:
    """Return the delivery of a job that stands where it was asked for."""
    part = Part(number=0, images=(0, 1, 2, 3), started_at=NOW, message_id=CARD, posted_at=NOW)
    sent = Delivery(
        job_id=of.id,
        status=DeliveryStatus.POSTED,
        parts=(part,),
        conversation_id=CHANNEL,
    )
    return replace(sent, **changes)


def page(jobs: Iterable[Job] = (), *, number: int = 0, total: int | None = None) -> JobPage:
    """Return a page of a person's jobs, each with an id of its own; what ended well was posted."""
    listed = tuple(numbered(each, number) for number, each in enumerate(jobs))
    done = [each for each in listed if each.status is JobStatus.SUCCEEDED and not each.is_discarded]
    return JobPage(
        jobs=listed,
        number=number,
        total=len(listed) if total is None else total,
        size=5,
        deliveries={each.id: delivery(each) for each in done},
    )


def outlook(*, in_flight: int = 0, waiting: int = 0, pause: Text | None = None) -> Outlook:
    """Return how busy the bot is; a third of it is the person's."""
    return Outlook(
        everybody=QueueState(waiting=waiting, in_flight=in_flight),
        person=QueueState(waiting=waiting // 3, in_flight=in_flight // 3),
        slots=10,
        expected_at={Mode.FAST: SOON, Mode.RELAXED: NOW + timedelta(minutes=5)},
        pause=pause,
    )
