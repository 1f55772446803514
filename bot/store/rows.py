"""Rows to values and back."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, RowMapping, false, literal_column

from bot.domain.conversations import Conversation, ConversationKind, Origin, Person
from bot.domain.deliveries import Delivery, DeliveryStatus, Part
from bot.domain.jobs import Failure, FailureCode, Job, JobStatus, Mode, Variation
from bot.domain.texts import Text

# Fields of the same name as their columns, which need no conversion.
_CONVERTED = {
    *("origin", "mode", "status", "image_urls", "remarks", "variation", "failure"),
    *("person", "conversation"),
}
_PLAIN_JOB_FIELDS = [each.name for each in fields(Job) if each.name not in _CONVERTED]
_PLAIN_ORIGIN_FIELDS = [each.name for each in fields(Origin) if each.name not in _CONVERTED]
_PARTS = TypeAdapter(tuple[Part, ...])

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
        origin=_to_origin(row),
        mode=Mode(row["mode"]),
        status=JobStatus(row["status"]),
        image_urls=tuple(row["image_urls"]),
        remarks=tuple(Text(*remark) for remark in row["remarks"]),
        variation=_to_variation(row),
        failure=Failure(code=FailureCode(code), detail=row["failure_detail"]) if code else None,
    )


def _to_origin(row: RowMapping | Mapping[str, Any]) -> Origin:
    return Origin(
        person=Person.of(row["person"]),
        conversation=Conversation(
            platform=row["platform"],
            tenant_id=row["tenant_id"],
            id=row["conversation_id"],
            kind=ConversationKind(row["conversation_kind"]),
        ),
        **{name: row[name] for name in _PLAIN_ORIGIN_FIELDS},
    )


def _to_variation(row: RowMapping | Mapping[str, Any]) -> Variation | None:
    number = row["varied_number"]
    if number is None:
        return None
    return Variation(number=number, message_url=row["varied_message_url"])


def from_queued(job: Job) -> dict[str, Any]:
    """Return the columns of a job just accepted that are not in `AS_QUEUED`."""
    variation = job.variation
    conversation = job.origin.conversation
    return {
        "id": job.id,
        "source_key": job.source_key,
        "platform": conversation.platform,
        "tenant_id": conversation.tenant_id,
        "conversation_id": conversation.id,
        "conversation_kind": conversation.kind.value,
        "person": job.origin.person.key,
        **{name: getattr(job.origin, name) for name in _PLAIN_ORIGIN_FIELDS},
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
        parts=_PARTS.validate_python(row["parts"]),
        attempts=row["attempts"],
        conversation_id=row["conversation_id"],
        reason=row["reason"],
    )


def from_parts(parts: tuple[Part, ...]) -> Any:
    """Return the parts of a delivery as JSON."""
    return _PARTS.dump_python(parts, mode="json")
