"""What must survive a restart, in SQLite or PostgreSQL. May import domain and ports."""

from bot.store.database import Database, migrate_database, open_database
from bot.store.deliveries import SqlDeliveryStore
from bot.store.jobs import SqlJobStore
from bot.store.leases import SqlLeaseStore
from bot.store.outbox import SqlOutboxStore
from bot.store.pending_answers import SqlPendingAnswerStore
from bot.store.personal import SqlDraftStore, SqlPersonalStore
from bot.store.references import SqlReferenceStore
from bot.store.settings import SqlSettingStore

__all__ = [
    "Database",
    "SqlDeliveryStore",
    "SqlDraftStore",
    "SqlJobStore",
    "SqlLeaseStore",
    "SqlOutboxStore",
    "SqlPendingAnswerStore",
    "SqlPersonalStore",
    "SqlReferenceStore",
    "SqlSettingStore",
    "migrate_database",
    "open_database",
]
