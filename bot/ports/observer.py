"""Who counts what happens."""

from datetime import timedelta

from bot.domain.deliveries import DeliveryStatus
from bot.domain.jobs import Job


class Observer:
    """Counts what happens, at no cost and without failing. This one counts nothing."""

    def answered(self, platform: str, took: timedelta) -> None:
        """A person who asked for pictures has an answer: the placeholder, or why there is none."""

    def submitted(self, waited: timedelta) -> None:
        """The provider took a job that was accepted so long ago."""

    def job_ended(self, job: Job) -> None:
        """A job succeeded or failed, or was cancelled because nobody wanted it any more."""

    def jobs_cancelled(self, count: int) -> None:
        """So many jobs were cancelled."""

    def news_came(self, *, by_callback: bool) -> None:
        """The provider has finished a job; a callback told us first, or a poll of our own."""

    def result_posted(self, platform: str, took: timedelta) -> None:
        """The result of a job that ended so long ago stands where it belongs."""

    def delivery_ended(self, platform: str, outcome: DeliveryStatus) -> None:
        """A delivery is over."""

    def platform_refused(self, platform: str, status: int) -> None:
        """A platform refused a request with 401, 403 or 429; too many of these get us banned."""

    def taken_over(self, kind: str, count: int = 1) -> None:
        """A process died and left something behind: a "submit", or as "leader" its lease."""

    def loop_lagged(self, late: timedelta) -> None:
        """The event loop ran so late."""


UNOBSERVED = Observer()
