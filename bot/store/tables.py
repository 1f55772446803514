"""The tables as they are now; `migrations/` holds how they came to be (a test compares the two)."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    literal_column,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite has no time zones, so they are put on when reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC only."""
        if value is None:
            return None
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Read UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("source_key", String(120), nullable=False, unique=True),
    # The origin
    Column("platform", String(20), nullable=False),
    Column("tenant_id", String(40)),
    Column("conversation_id", String(40), nullable=False),
    Column("conversation_kind", String(10), nullable=False),
    Column("person", String(64), nullable=False),  # Person.key, as in all tables
    Column("interaction_id", String(100)),
    Column("locale", String(20), nullable=False),
    Column("placeholder_id", String(40)),
    Column("placeholder_begun_at", UtcDateTime),
    Column("reply_token", Text),
    Column("reply_token_ends_at", UtcDateTime),
    # The request
    Column("prompt", Text, nullable=False),
    Column("mode", String(10), nullable=False),
    Column("group_id", String(20)),  # the first job's id, when one command made several
    Column("is_private", Boolean, nullable=False),
    Column("is_discarded", Boolean, nullable=False),
    Column("remarks", JSON, nullable=False),  # [[template, {name: value}, plural?], …]
    # The picture it varies, if it does
    Column("varied_number", Integer),
    Column("varied_message_url", Text),
    # Its life
    Column("status", String(12), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("claimable_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),  # the person has the placeholder
    Column("sent_back", Boolean, nullable=False),  # the provider had no place for it: goes first
    Column("slot", Integer),
    Column("attempt", Integer, nullable=False),  # grows with every claim
    Column("leader_fence", Integer),  # of the leader that claimed it
    Column("hooked", Boolean, nullable=False),  # its submit carried a callback address
    Column("provider_task_id", String(200)),
    # True once the submit's answer or a status call named it; a callback alone may be forged.
    Column("task_id_confirmed", Boolean, nullable=False),
    Column("submitted_at", UtcDateTime),
    Column("deadline_at", UtcDateTime),
    Column("poll_count", Integer, nullable=False),
    Column("last_polled_at", UtcDateTime),
    Column("next_poll_at", UtcDateTime),
    Column("hinted_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("image_urls", JSON, nullable=False),
    Column("failure_code", String(20)),
    Column("failure_detail", Text),
)

# Literals, not bound values: a partial index serves only queries that spell out its condition.
IS_QUEUED: ColumnElement[bool] = jobs.c.status == literal_column("'queued'")
HAS_SUCCEEDED: ColumnElement[bool] = jobs.c.status == literal_column("'succeeded'")

# What was posted of results. While a job is not named here, nothing of it was begun.
deliveries = Table(
    "deliveries",
    metadata,
    Column("job_id", String(20), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("status", String(15), nullable=False),
    Column("parts", JSON, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("conversation_id", String(40)),
    Column("reason", Text),
)

# What is still to be shown.
outbox = Table(
    "outbox",
    metadata,
    Column("key", String(26), primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("version", Integer, nullable=False),
    Column("job_id", String(20), ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("platform", String(20), nullable=False),
    Column("conversation", String(64), nullable=False),  # platform:channel_id
    Column("changed_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_attempt_at", UtcDateTime),
)
IS_RESULT: ColumnElement[bool] = outbox.c.kind == literal_column("'result'")

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("payload", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),  # of the payload
    Column("created_at", UtcDateTime, nullable=False),
)
reference_images = Table(
    "reference_images",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("size_bytes", Integer, nullable=False),  # before the data, to be read without it
    Column("created_at", UtcDateTime, nullable=False),  # when it was attached, for the last time
    Column("used_at", UtcDateTime, nullable=False),  # when a job that needs it was made
    Column("data", LargeBinary, nullable=False),
)
presets = Table(
    "presets",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("parameters", Text, nullable=False),
    Column("suffix", Text, nullable=False),
)

preferences = Table(
    "preferences",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("mode", String(10)),
    Column("parameters", Text, nullable=False),
    Column("wants_dm", Boolean, nullable=False),
    Column("language", String(20)),
    Column("wants_questions", Boolean, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("owner", String(40), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("value", Text, nullable=False),
)
