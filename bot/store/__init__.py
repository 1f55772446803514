"""What must survive a restart, in SQLite or PostgreSQL. May import domain and ports."""

from bot.store.callbacks import SqlCallbackStore
from bot.store.database import Database, migrate_database, open_database
from bot.store.deliveries import SqlDeliveryStore
from bot.store.history import SqlHistoryStore
from bot.store.leases import SqlLeaseStore
from bot.store.outbox import SqlOutboxStore
from bot.store.personal import SqlDraftStore, SqlPersonalStore
from bot.store.placeholders import SqlPlaceholderStore
from bot.store.polls import SqlPollStore
from bot.store.progress import SqlProgressStore
from bot.store.queue import SqlQueueStore
from bot.store.references import SqlReferenceStore
from bot.store.requests import SqlRequestStore
from bot.store.retention import SqlRetentionStore
from bot.store.settings import SqlSettingStore

__all__ = [
    "Database",
    "SqlCallbackStore",
    "SqlDeliveryStore",
    "SqlDraftStore",
    "SqlHistoryStore",
    "SqlLeaseStore",
    "SqlOutboxStore",
    "SqlPersonalStore",
    "SqlPlaceholderStore",
    "SqlPollStore",
    "SqlProgressStore",
    "SqlQueueStore",
    "SqlReferenceStore",
    "SqlRequestStore",
    "SqlRetentionStore",
    "SqlSettingStore",
    "migrate_database",
    "open_database",
]
