"""Jobs to make cards of, and what a card shows."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import discord

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.jobs import Failure, Job, JobStatus, Mode
from bot.domain.pictures import FetchedImage
from bot.domain.queue import QueuePlace
from bot.services.imagine import Accepted
from tests import markdown
from tests.views import parts_of, text_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JOB_ID = "abcdefghij2345672345"
ANN = "111111111111111111"
BEN = "222222222222222222"
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
]


def job(
    prompt: str = "a red fox",
    *,
    images: int = 4,
    failure: Failure | None = None,
    url: str = "https://cdn.example/{}.png",
) -> Job:
    return Job(
        id=JOB_ID,
        source_key="discord:222222222222222222:0",
        origin=Origin(
            person=Person(platform="discord", id=ANN),
            conversation=Conversation(platform="discord", tenant_id="3", id="4"),
        ),
        prompt=prompt,
        mode=Mode.FAST,
        status=JobStatus.SUCCEEDED if failure is None else JobStatus.FAILED,
        created_at=NOW,
        claimable_at=NOW,
        submitted_at=NOW,
        finished_at=NOW + timedelta(seconds=65),
        image_urls=tuple(url.format(n) for n in range(images)),
        failure=failure,
    )


def images_of(job: Job, *, missing: Iterable[int] = ()) -> list[FetchedImage]:
    return [
        FetchedImage(index=index, url=url, data=None if index in set(missing) else PIXEL)
        for index, url in enumerate(job.image_urls)
    ]


def shown_of(view: discord.ui.LayoutView) -> str:
    return markdown.shown(text_of(view))


def buttons_of(view: discord.ui.LayoutView) -> list[dict[str, Any]]:
    return [part for part in parts_of(view) if part["type"] == 2]


def labels_of(view: discord.ui.LayoutView) -> list[str]:
    return [button["label"] for button in buttons_of(view)]


def read(view: discord.ui.LayoutView) -> str:
    """Return the text as Discord shows it, without what keeps it from being formatting."""
    return text_of(view).replace("\\", "")


def rows_of(view: discord.ui.LayoutView) -> list[list[str]]:
    rows = [part["components"] for part in parts_of(view) if part["type"] == 1]
    return [[button["label"] for button in row] for row in rows]


def gallery_of(view: discord.ui.LayoutView) -> list[str]:
    galleries = [part for part in parts_of(view) if part["type"] == 12]
    return [item["media"]["url"] for gallery in galleries for item in gallery["items"]]


def alternatives_of(view: discord.ui.LayoutView) -> list[str]:
    galleries = [part for part in parts_of(view) if part["type"] == 12]
    return [item["description"] for gallery in galleries for item in gallery["items"]]


def accepted(ahead: int, in_flight: int) -> Accepted:
    place = QueuePlace(ahead=ahead, in_flight=in_flight, slots=10)
    return Accepted(jobs=(job(),), place=place, expected_at=NOW + timedelta(minutes=1))
