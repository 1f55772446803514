"""The stores of a process: every port that is kept in the database."""

from bot.store import (
    Database,
    SqlCallbackStore,
    SqlDeliveryStore,
    SqlDraftStore,
    SqlHistoryStore,
    SqlLeaseStore,
    SqlOutboxStore,
    SqlPersonalStore,
    SqlPollStore,
    SqlProgressStore,
    SqlQueueStore,
    SqlReferenceStore,
    SqlRequestStore,
    SqlRetentionStore,
    SqlSettingStore,
)
from bot.wiring.externals import WrapStore


class Stores:
    """One of each; the parts of a process share them."""

    def __init__(self, database: Database, wrap: WrapStore) -> None:
        """Make all of them, each wrapped under its name here."""
        self.requests = wrap("requests", SqlRequestStore(database))
        self.queue = wrap("queue", SqlQueueStore(database))
        self.callbacks = wrap("callbacks", SqlCallbackStore(database))
        self.polls = wrap("polls", SqlPollStore(database))
        self.progress = wrap("progress", SqlProgressStore(database))
        self.history = wrap("history", SqlHistoryStore(database))
        self.retention = wrap("retention", SqlRetentionStore(database))
        self.deliveries = wrap("deliveries", SqlDeliveryStore(database))
        self.outbox = wrap("outbox", SqlOutboxStore(database))
        self.settings = wrap("settings", SqlSettingStore(database))
        self.drafts = wrap("drafts", SqlDraftStore(database))
        self.personal = wrap("personal", SqlPersonalStore(database))
        self.references = wrap("references", SqlReferenceStore(database))
        self.leases = wrap("leases", SqlLeaseStore(database))
