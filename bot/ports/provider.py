"""The Midjourney API."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.jobs import Mode, TaskReport


class MidjourneyApi(Protocol):
    """The provider's two calls."""

    async def submit(self, *, prompt: str, mode: Mode, hook_url: str | None) -> str:
        """Start a billable job and return its task id.

        Raises:
            QuotaExhaustedError, KeyRejectedError, SubmitRejectedError: refused; nothing started.
            ConcurrencyLimitError, NotStartedError: nothing started; may be repeated.
            OutcomeUnknownError: it may have started; must never be repeated.
        """

    async def job_status(self, task_ids: Sequence[str]) -> list[TaskReport]:
        """Report the tasks that the provider knows, in any order; unknown ones are absent.

        Raises:
            StatusTooLargeError: the answer is too long; ask about fewer.
            StatusUnavailableError: no usable answer; may be repeated at no cost.
        """
