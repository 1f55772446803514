"""Rows to values and back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, false, literal_column

from bot.domain.conversations import Origin
from bot.domain.deliveries import Delivery, DeliveryStatus, Part, PendingAnswer
from bot.domain.jobs import Failure, FailureCode, Job, JobStatus, Mode, Variation
from bot.domain.texts import Text

# Fields of Job that are columns of the same name and need no conversion.
_PLAIN_JOB_FIELDS = (
    "id",
    "source_key",
    "prompt",
    "group_id",
    "is_private",
    "is_discarded",
    "created_at",
    "claimable_at",
    "slot",
    "attempt",
    "provider_task_id",
    "submitted_at",
    "deadline_at",
    "poll_count",
    "next_poll_at",
    "hinted_at",
    "finished_at",
)
_ORIGIN_FIELDS = (
    "platform",
    "tenant_id",
    "channel_id",
    "user_id",
    "locale",
    "placeholder_id",
    "reply_token",
    "reply_token_ends_at",
)

# Columns that are the same in all jobs just accepted. As a part of the statement they cost nothing;
# bound for each row, they would take as long as all the others.
AS_QUEUED: Mapping[str, ColumnElement[Any]] = {
    "status": literal_column(f"'{JobStatus.QUEUED}'"),
    "is_discarded": false(),
    "sent_back": false(),
    "hooked": false(),
    "task_id_confirmed": false(),
    "attempt": literal_column("0"),
    "poll_count": literal_column("0"),
    "image_urls": literal_column("'[]'"),
}


def to_job(row: RowMapping | Mapping[str, Any]) -> Job:
    """Read a row of `jobs`."""
    code = row["failure_code"]
    return Job(
        **{name: row[name] for name in _PLAIN_JOB_FIELDS},
        origin=Origin(**{name: row[name] for name in _ORIGIN_FIELDS}),
        mode=Mode(row["mode"]),
        status=JobStatus(row["status"]),
        image_urls=tuple(row["image_urls"]),
        remarks=tuple(Text(*remark) for remark in row["remarks"]),
        variation=_to_variation(row),
        failure=Failure(code=FailureCode(code), detail=row["failure_detail"]) if code else None,
    )


def _to_variation(row: RowMapping | Mapping[str, Any]) -> Variation | None:
    number = row["varied_number"]
    if number is None:
        return None
    return Variation(number=number, message_url=row["varied_message_url"])


def from_queued(job: Job) -> dict[str, Any]:
    """Return the columns of a job just accepted that are not in `AS_QUEUED`."""
    variation = job.variation
    return {
        "id": job.id,
        "source_key": job.source_key,
        **{name: getattr(job.origin, name) for name in _ORIGIN_FIELDS},
        "requester": job.origin.requester,
        "prompt": job.prompt,
        "mode": job.mode.value,
        "group_id": job.group_id,
        "is_private": job.is_private,
        "remarks": [remark.to_json() for remark in job.remarks],
        "varied_number": None if variation is None else variation.number,
        "varied_message_url": None if variation is None else variation.message_url,
        "created_at": job.created_at,
        "claimable_at": job.claimable_at,
    }


def to_delivery(row: RowMapping) -> Delivery:
    """Read a row of `deliveries`."""
    return Delivery(
        job_id=row["job_id"],
        status=DeliveryStatus(row["status"]),
        created_at=row["created_at"],
        attempts=row["attempts"],
        fence=row["fence"],
        parts=tuple(_to_part(part) for part in row["parts"]),
        channel_id=row["channel_id"],
        reason=row["reason"],
    )


def _to_part(value: Mapping[str, Any]) -> Part:
    posted_at = value.get("posted_at")
    return Part(
        number=value["number"],
        images=tuple(value["images"]),
        started_at=datetime.fromisoformat(value["started_at"]),
        message_id=value["message_id"],
        is_direct=value.get("is_direct", False),
        posted_at=datetime.fromisoformat(posted_at) if posted_at else None,
    )


def from_part(part: Part) -> dict[str, Any]:
    """Return a part as JSON."""
    return {
        "number": part.number,
        "images": list(part.images),
        "started_at": part.started_at.isoformat(),
        "message_id": part.message_id,
        "is_direct": part.is_direct,
        "posted_at": None if part.posted_at is None else part.posted_at.isoformat(),
    }


def to_pending_answer(row: RowMapping, *, is_repeat: bool) -> PendingAnswer:
    """Read a promise; whether another press became its jobs stands with these."""
    return PendingAnswer(
        platform=row["platform"],
        locale=row["locale"],
        reply_token=row["reply_token"],
        source_key=row["source_key"],
        is_repeat=is_repeat,
    )


def from_pending_answer(pending_answer: PendingAnswer, *, made_at: datetime) -> dict[str, Any]:
    """Write a promise that nobody has looked at yet."""
    return {
        "reply_token": pending_answer.reply_token,
        "source_key": pending_answer.source_key,
        "platform": pending_answer.platform,
        "locale": pending_answer.locale,
        "made_at": made_at,
        "is_taken_back": False,
        "is_told": False,
    }
