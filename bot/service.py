"""What a person may ask for, with every check that comes before spending.

Sees the store only through `ports`, and knows no chat platform. Every way to start a job (command,
button, later a form) goes through `ImagineService`, so none can forget a check.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

import structlog

from bot.errors import JobGoneError, LimitError, NotAllowedError, PromptError, UnavailableError
from bot.failures import describe_pause
from bot.models import Job, Limits, Mode, NewJob, Origin, QueuePlace, Usage, new_job_id
from bot.ports import Clock, JobStore, Platform, SettingStore
from bot.prompts import Prompt, parse
from bot.texts import msg

log = structlog.get_logger(__name__)

DAY = timedelta(days=1)
ANSWER_GRACE = timedelta(seconds=5)  # a job may be claimed this long after an unanswered command
RECENT_JOBS = 10  # of one mode; their median duration is the estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagineRequest:
    """One wish for images, as a platform heard it."""

    source_key: str  # unique per command: a command heard twice makes one job
    origin: Origin
    prompt: str
    missing_permissions: tuple[str, ...] = ()  # what the bot lacks there, in the platform's words


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A job that was taken, and what its placeholder says."""

    job: Job
    place: QueuePlace
    expected_at: datetime


class ImagineService:
    """Takes wishes, refuses what must not be spent on, and stores the rest as jobs."""

    def __init__(
        self,
        *,
        jobs: JobStore,
        settings: SettingStore,
        clock: Clock,
        limits: Limits,
        slots: int,
        allowed_tenants: Collection[str] = (),
        typical_times: Mapping[Mode, timedelta] | None = None,
        on_job_ready: Callable[[], None] = lambda: None,
    ) -> None:
        """Build the service; no `allowed_tenants` means that all may use it."""
        self._jobs = jobs
        self._settings = settings
        self._clock = clock
        self._limits = limits
        self._slots = slots
        self._allowed_tenants = frozenset(allowed_tenants)
        self._typical_times = typical_times or {mode: mode.typical_time for mode in Mode}
        self._on_job_ready = on_job_ready
        self._platforms: dict[str, Platform] = {}

    def add_platform(self, platform: Platform) -> None:
        """Let wishes from this platform be checked against its tenants."""
        self._platforms[platform.name] = platform

    async def imagine(self, request: ImagineRequest) -> Accepted:
        """Store a job for this wish. A wish heard twice gives the same job.

        Raises:
            UserError: it is refused; the text says what to change. Nothing was stored.
        """
        prompt = _checked(request.prompt)
        return await self._accept(request, prompt.normalised, prompt.mode or Mode.FAST)

    async def again(self, job_id: str, request: ImagineRequest) -> Accepted:
        """Store a new job with the prompt and mode of an old one; `request.prompt` is ignored.

        Raises:
            UserError: refused, or the old job no longer exists.
        """
        job = await self.job(job_id)
        return await self._accept(request, job.prompt, job.mode)

    async def job(self, job_id: str) -> Job:
        """Give the job.

        Raises:
            JobGoneError: it no longer exists.
        """
        job = await self._jobs.get(job_id)
        if job is None:
            raise JobGoneError(msg("I no longer know this picture. Start a new one with /imagine."))
        return job

    async def confirm_answer(self, job_id: str, placeholder_id: str | None) -> None:
        """Note that the person has the placeholder; the job may start."""
        await self._jobs.mark_answered(job_id, placeholder_id=placeholder_id, now=self._clock.now())
        self._on_job_ready()

    async def abandon(self, job_id: str) -> None:
        """Cancel a still-queued job whose command nobody could answer."""
        if await self._jobs.cancel_unanswered(job_id, now=self._clock.now()):
            log.info("job_cancelled_unanswered", job_id=job_id)

    async def _accept(self, request: ImagineRequest, prompt: str, mode: Mode) -> Accepted:
        _check_permissions(request.missing_permissions)
        await self._check_tenant(request.origin)
        await self._check_account()
        now = self._clock.now()
        new = NewJob(
            id=new_job_id(),
            source_key=request.source_key,
            origin=request.origin,
            prompt=prompt,
            mode=mode,
        )
        job, place = await self._jobs.add(
            new,
            admit=self._admit,
            slots=self._slots,
            now=now,
            claimable_at=now + ANSWER_GRACE,
        )
        if job.id == new.id:
            log.info("job_accepted", job_id=job.id, mode=mode.value, ahead=place.ahead)
        return Accepted(job=job, place=place, expected_at=await self._expected_end(mode, place))

    def _admit(self, usage: Usage) -> None:
        """Refuse a job that would go over one of the limits."""
        limits = self._limits
        if usage.recent_of_user >= limits.daily_per_user:
            raise LimitError(
                msg(
                    "You've used your {limit} jobs for 24 hours. There's room again {when}.",
                    limit=limits.daily_per_user,
                    when=usage.oldest_recent_at and usage.oldest_recent_at + DAY,
                )
            )
        if usage.waiting_of_user >= limits.waiting_per_user:
            raise LimitError(
                msg(
                    "You already have {count} jobs waiting. Please let some finish first.",
                    count=usage.waiting_of_user,
                )
            )
        if usage.waiting >= limits.waiting:
            raise LimitError(msg("The queue is full right now. Please try again in a few minutes."))

    async def _check_tenant(self, origin: Origin) -> None:
        if not self._allowed_tenants or origin.tenant_id in self._allowed_tenants:
            return
        if origin.tenant_id is None:
            platform = self._platforms[origin.platform]
            if await platform.is_member(origin.user_id, self._allowed_tenants):
                return
        raise NotAllowedError(
            msg("I may only draw for certain servers, and this is not one of them.")
        )

    async def _check_account(self) -> None:
        pause = await self._settings.account_pause()
        if pause is not None and pause.until > self._clock.now():
            raise UnavailableError(describe_pause(pause.code))

    async def _expected_end(self, mode: Mode, place: QueuePlace) -> datetime:
        """Estimate the end from this bot's own latest jobs, else from the typical time."""
        recent = await self._jobs.recent_durations(mode, limit=RECENT_JOBS)
        typical = median_low(recent) if recent else self._typical_times[mode]
        rounds = 1 if place.starts_at_once else 1 + math.ceil((place.ahead + 1) / place.slots)
        return self._clock.now() + typical * rounds


def _checked(text: str) -> Prompt:
    prompt = parse(text)
    for error in prompt.errors:
        raise PromptError(error.text)
    return prompt


def _check_permissions(missing: tuple[str, ...]) -> None:
    if missing:
        raise NotAllowedError(
            msg(
                "I can't post here. Please ask a moderator to give me {permissions} "
                "in this channel.",
                permissions=_joined(missing),
            )
        )


def _joined(names: tuple[str, ...]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
