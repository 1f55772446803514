"""What the bot counts and measures, in Prometheus' words.

No label names a person, server or channel: numbers are for operators, not for watching people.
"""

from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.models import DeliveryStatus, Job, QueueStats

# Seconds. Answers should take milliseconds, pictures a minute.
_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SLOW = (0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600, 1800, 7200)


class Metrics:
    """The counters of one process. Every process serves its own; a scraper adds them up."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = self._histogram("answer", "From a command to its answer", _FAST)
        self._queued = self._histogram("queued", "From a job's acceptance to its submit", _SLOW)
        self._posted = self._histogram("post", "From a job's end to its message", _SLOW)
        self._lag = self._histogram("loop_lag", "How late the event loop runs", _FAST)
        self._jobs = self._counter("jobs_ended", "Jobs by how they ended", "outcome")
        self._news = self._counter("first_news", "What told us of a job's end first", "source")
        self._deliveries = self._counter("deliveries", "Deliveries by outcome", "outcome")
        self._discord = self._counter("discord_refusals", "Requests Discord refused", "status")
        self._takeovers = self._counter("lease_takeovers", "Claims of dead processes given up")
        self._by_state = self._gauge("jobs", "Unfinished jobs by state", "state")
        self._oldest = self._gauge("queue_oldest_seconds", "Age of the oldest waiting job")
        self._slots_in_use = self._gauge("slots_in_use", "Slots taken at the provider")
        self._slots = self._gauge("slots", "Slots at the provider")

    def answered(self, seconds: float) -> None:
        """Count a command that was answered."""
        self._answers.observe(seconds)

    def submitted(self, waited: timedelta) -> None:
        """Count a job that the provider took."""
        self._queued.observe(waited.total_seconds())

    def job_ended(self, job: Job) -> None:
        """Count a job that succeeded or failed, and what told us."""
        self._jobs.labels(job.failure.code.value if job.failure else job.status.value).inc()
        self._news.labels("poll" if job.hinted_at is None else "callback").inc()

    def posted(self, took: timedelta) -> None:
        """Count a result that stands in its channel."""
        self._posted.observe(took.total_seconds())

    def delivery_ended(self, outcome: DeliveryStatus) -> None:
        """Count a delivery that is over."""
        self._deliveries.labels(outcome.value).inc()

    def discord_refused(self, status: int) -> None:
        """Count a request that Discord answered with 401, 403 or 429."""
        self._discord.labels(str(status)).inc()

    def leases_taken_over(self, count: int) -> None:
        """Count claims that a dead process left behind."""
        self._takeovers.inc(count)

    def loop_lagged(self, seconds: float) -> None:
        """Note how late the event loop was."""
        self._lag.observe(seconds)

    def render(self, stats: QueueStats) -> bytes:
        """Give everything in Prometheus' text format, with the queue as it is now."""
        for state, count in stats.by_state.items():
            self._by_state.labels(state.value).set(count)
        self._oldest.set(stats.oldest_waiting.total_seconds())
        self._slots_in_use.set(stats.slots_in_use)
        self._slots.set(stats.slots)
        return generate_latest(self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        full_name = f"imagine_{name}_seconds"
        return Histogram(full_name, text, buckets=buckets, registry=self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"imagine_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"imagine_{name}", text, labels, registry=self.registry)
