"""The stores of a process: every port that is kept in the database."""

from bot import store
from bot.wiring.externals import WrapStore


class Stores:
    """One of each; the parts of a process share them."""

    def __init__(self, database: store.Database, wrap: WrapStore) -> None:
        """Make all of them, each wrapped under its name here."""
        self.requests = wrap("requests", store.SqlRequestStore(database))
        self.queue = wrap("queue", store.SqlQueueStore(database))
        self.callbacks = wrap("callbacks", store.SqlCallbackStore(database))
        self.polls = wrap("polls", store.SqlPollStore(database))
        self.progress = wrap("progress", store.SqlProgressStore(database))
        self.history = wrap("history", store.SqlHistoryStore(database))
        self.retention = wrap("retention", store.SqlRetentionStore(database))
        self.deliveries = wrap("deliveries", store.SqlDeliveryStore(database))
        self.placeholders = wrap("placeholders", store.SqlPlaceholderStore(database))
        self.outbox = wrap("outbox", store.SqlOutboxStore(database))
        self.settings = wrap("settings", store.SqlSettingStore(database))
        self.drafts = wrap("drafts", store.SqlDraftStore(database))
        self.personal = wrap("personal", store.SqlPersonalStore(database))
        self.references = wrap("references", store.SqlReferenceStore(database))
        self.leases = wrap("leases", store.SqlLeaseStore(database))
