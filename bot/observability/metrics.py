"""What the bot counts and measures, in Prometheus' words; docs/metrics.md explains each.

No label names a person, server or channel: numbers are for operators, not for watching people.
"""

from collections.abc import Collection
from datetime import timedelta
from itertools import product

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from bot.domain.deliveries import DeliveryStatus
from bot.domain.jobs import FailureCode, Job, JobStatus
from bot.domain.queue import QueueStats
from bot.ports.observer import Observer

# Seconds. Answers should take milliseconds, posts less than a second, waiting may take hours.
_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_MIDDLING = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600)
_SLOW = (0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600, 1800, 7200)

_OUTCOMES = (JobStatus.SUCCEEDED, JobStatus.CANCELLED, *FailureCode)
_SOURCES = ("callback", "poll")
_ENDS = (DeliveryStatus.POSTED, DeliveryStatus.UNDELIVERABLE)
_REFUSALS = ("401", "403", "429")
_KINDS = ("submit", "leader")


class Metrics(Observer):
    """The counters of one process. A scraper adds them up.

    The gauges are about the queue, which all processes share; they are read when they are asked
    for, and left out when they cannot be read.
    """

    def __init__(self, platforms: Collection[str]) -> None:
        """Count what happens, and at which of these chat platforms."""
        self.registry = CollectorRegistry()
        self._gauges = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._answers = self._histogram("answer", "From a command to its answer", _FAST, platforms)
        self._queued = self._histogram("queued", "From a job's acceptance to its submit", _SLOW)
        self._posted = self._histogram(
            "post", "From a job's end to its message", _MIDDLING, platforms
        )
        self._lag = self._histogram("loop_lag", "How late the event loop runs", _FAST)
        self._jobs = self._counter("jobs_ended", "Jobs by how they ended", outcome=_OUTCOMES)
        self._news = self._counter(
            "first_news", "What told us first of a job's end", source=_SOURCES
        )
        self._deliveries = self._counter(
            "deliveries", "Deliveries by outcome", platform=platforms, outcome=_ENDS
        )
        self._refusals = self._counter(
            "platform_refusals",
            "Requests that a platform refused",
            platform=platforms,
            status=_REFUSALS,
        )
        self._takeovers = self._counter(
            "lease_takeovers", "Leases that a process left behind", kind=_KINDS
        )
        self._by_state = self._gauge("jobs", "Jobs that have not ended, by state", "state")
        self._oldest = self._gauge("queue_oldest_seconds", "Age of the oldest waiting job")
        self._slots_in_use = self._gauge("slots_in_use", "Slots taken at the provider")
        self._slots = self._gauge("slots", "Slots at the provider")
        self._waiting = self._gauge("deliveries_waiting", "Results that are not posted yet")

    def answered(self, platform: str, took: timedelta) -> None:
        """See `ports.Observer.answered`."""
        self._answers.labels(platform).observe(max(0.0, took.total_seconds()))

    def submitted(self, waited: timedelta) -> None:
        """See `ports.Observer.submitted`."""
        self._queued.observe(waited.total_seconds())

    def job_ended(self, job: Job) -> None:
        """See `ports.Observer.job_ended`."""
        self._jobs.labels(job.failure.code.value if job.failure else job.status.value).inc()

    def jobs_cancelled(self, count: int) -> None:
        """See `ports.Observer.jobs_cancelled`."""
        self._jobs.labels(JobStatus.CANCELLED.value).inc(count)

    def news_came(self, *, by_callback: bool) -> None:
        """See `ports.Observer.news_came`."""
        self._news.labels("callback" if by_callback else "poll").inc()

    def result_posted(self, platform: str, took: timedelta) -> None:
        """See `ports.Observer.result_posted`."""
        self._posted.labels(platform).observe(took.total_seconds())

    def delivery_ended(self, platform: str, outcome: DeliveryStatus) -> None:
        """See `ports.Observer.delivery_ended`."""
        self._deliveries.labels(platform, outcome.value).inc()

    def platform_refused(self, platform: str, status: int) -> None:
        """See `ports.Observer.platform_refused`."""
        self._refusals.labels(platform, str(status)).inc()

    def taken_over(self, kind: str, count: int = 1) -> None:
        """See `ports.Observer.taken_over`."""
        self._takeovers.labels(kind).inc(count)

    def loop_lagged(self, late: timedelta) -> None:
        """See `ports.Observer.loop_lagged`."""
        self._lag.observe(max(0.0, late.total_seconds()))

    def render(self, stats: QueueStats | None) -> bytes:
        """Return everything in Prometheus' text format, with the queue as it is now if we know."""
        counted = generate_latest(self.registry)
        return counted if stats is None else counted + self._render(stats)

    def _render(self, stats: QueueStats) -> bytes:
        for state, count in stats.by_state.items():
            self._by_state.labels(state.value).set(count)
        self._oldest.set(stats.oldest_waiting.total_seconds())
        self._slots_in_use.set(stats.slots_in_use)
        self._slots.set(stats.slots)
        self._waiting.set(stats.deliveries_waiting)
        return generate_latest(self._gauges)

    def _histogram(
        self, name: str, text: str, buckets: tuple[float, ...], platforms: Collection[str] = ()
    ) -> Histogram:
        """Make one; with platforms, for each of them."""
        labels = ["platform"] if platforms else []
        full_name = f"imagine_{name}_seconds"
        histogram = Histogram(full_name, text, labels, buckets=buckets, registry=self.registry)
        for platform in platforms:
            histogram.labels(platform)  # stands at 0 from the start, as a counter does
        return histogram

    def _counter(self, name: str, text: str, **labels: Collection[str]) -> Counter:
        """Make one for all combinations of the values that its labels have."""
        counter = Counter(f"imagine_{name}", text, list(labels), registry=self.registry)
        for values in product(*labels.values()):
            counter.labels(*values)  # stands at 0 from the start, so that its first rise is seen
        return counter

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"imagine_{name}", text, labels, registry=self._gauges)
