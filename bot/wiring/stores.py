"""The stores of a process: every port that is kept in the database."""

from dataclasses import dataclass

from bot.ports.callbacks import CallbackStore
from bot.ports.deliveries import DeliveryStore
from bot.ports.drafts import DraftStore
from bot.ports.history import HistoryStore
from bot.ports.leases import LeaseStore
from bot.ports.outbox import OutboxStore
from bot.ports.people import PersonalStore
from bot.ports.polls import PollStore
from bot.ports.progress import ProgressStore
from bot.ports.queue import QueueStore
from bot.ports.references import ReferenceStore
from bot.ports.requests import RequestStore
from bot.ports.retention import RetentionStore
from bot.ports.settings import SettingStore
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """One of each; the parts of a process share them."""

    requests: RequestStore
    queue: QueueStore
    callbacks: CallbackStore
    polls: PollStore
    progress: ProgressStore
    history: HistoryStore
    retention: RetentionStore
    deliveries: DeliveryStore
    outbox: OutboxStore
    settings: SettingStore
    drafts: DraftStore
    personal: PersonalStore
    references: ReferenceStore
    leases: LeaseStore


def make_stores(database: Database, wrap: WrapStore) -> Stores:
    """Make all stores, each wrapped under the name of its field."""
    return Stores(
        requests=wrap("requests", SqlRequestStore(database)),
        queue=wrap("queue", SqlQueueStore(database)),
        callbacks=wrap("callbacks", SqlCallbackStore(database)),
        polls=wrap("polls", SqlPollStore(database)),
        progress=wrap("progress", SqlProgressStore(database)),
        history=wrap("history", SqlHistoryStore(database)),
        retention=wrap("retention", SqlRetentionStore(database)),
        deliveries=wrap("deliveries", SqlDeliveryStore(database)),
        outbox=wrap("outbox", SqlOutboxStore(database)),
        settings=wrap("settings", SqlSettingStore(database)),
        drafts=wrap("drafts", SqlDraftStore(database)),
        personal=wrap("personal", SqlPersonalStore(database)),
        references=wrap("references", SqlReferenceStore(database)),
        leases=wrap("leases", SqlLeaseStore(database)),
    )
