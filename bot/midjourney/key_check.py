"""Whether the provider accepts our key: asked once at the start, and seen in every call after that.

The question is a status call for a task that does not exist: it costs nothing and starts nothing.
"""

from collections.abc import Sequence

import structlog

from bot.domain.errors import (
    ConcurrencyLimitError,
    KeyRejectedError,
    QuotaExhaustedError,
    StatusUnavailableError,
)
from bot.domain.jobs import Mode, TaskReport
from bot.ports.provider import MidjourneyApi

log = structlog.get_logger(__name__)

CHECK_TASK_ID = "imagine-bot-key-check"  # as long as the provider's own ids, and none of them


class KeyCheckedApi:
    """A `MidjourneyApi` around another one that remembers whether the key is accepted."""

    def __init__(self, api: MidjourneyApi) -> None:
        self._api = api
        self._is_rejected = False

    @property
    def trouble(self) -> str | None:
        """What `/readyz` says; None unless the key was rejected last."""
        return "the key is rejected" if self._is_rejected else None

    async def check_key(self) -> None:
        """Find out whether the key is accepted, and log it if not. Nothing is raised."""
        try:
            await self.job_status([CHECK_TASK_ID])
        except KeyRejectedError:
            pass  # logged already
        except StatusUnavailableError as error:
            log.warning("midjourney_key_not_checked", reason=error.detail)

    async def submit(self, *, prompt: str, mode: Mode, hook_url: str | None) -> str:
        """See the port."""
        try:
            task_id = await self._api.submit(prompt=prompt, mode=mode, hook_url=hook_url)
        except KeyRejectedError as error:
            self._rejected(error)
            raise
        except (QuotaExhaustedError, ConcurrencyLimitError):  # told only to whom it knows
            self._accepted()
            raise
        self._accepted()
        return task_id

    async def job_status(self, task_ids: Sequence[str]) -> list[TaskReport]:
        """See the port."""
        try:
            reports = await self._api.job_status(task_ids)
        except KeyRejectedError as error:
            self._rejected(error)
            raise
        if task_ids:  # without any there was no call
            self._accepted()
        return reports

    def _rejected(self, error: KeyRejectedError) -> None:
        if not self._is_rejected:
            hint = "the Midjourney API does not accept MIDJOURNEY_API_KEY; check it in your account"
            log.error("midjourney_key_rejected", reason=error.detail, hint=hint)
        self._is_rejected = True

    def _accepted(self) -> None:
        if self._is_rejected:
            log.info("midjourney_key_accepted")
        self._is_rejected = False
