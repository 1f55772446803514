"""What an actor may do: the one place that decides it, for jobs to start and jobs that exist.

Sees the store only through `ports`, and knows no chat platform.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import reduce

from bot.domain.conversations import Conversation
from bot.domain.errors import JobGoneError, NotAllowedError, NotYourJobError, UnavailableError
from bot.domain.failures import describe
from bot.domain.jobs import Job
from bot.domain.people import Actor
from bot.domain.texts import Text, msg
from bot.ports.clock import Clock
from bot.ports.platform import Platform
from bot.ports.settings import SettingStore


@dataclass(kw_only=True, eq=False)
class Access:
    """Refuses what may not be spent on. Each check stands alone; their order is the service's."""

    settings: SettingStore
    clock: Clock
    allowed_tenants: Mapping[str, Collection[str]]  # by platform; one without any is for all
    _platforms: dict[str, Platform] = field(default_factory=dict, init=False)

    def add_platform(self, platform: Platform) -> None:
        """Let people of this platform in."""
        self._platforms[platform.name] = platform

    def platform_of(self, conversation: Conversation) -> Platform:
        """Return the conversation's platform.

        Raises:
            UnavailableError: it is not set, or no longer.
        """
        platform = self._platforms.get(conversation.platform)
        if platform is None:
            raise UnavailableError(msg("I'm not set up for this chat any more."))
        return platform

    async def check_tenant(self, actor: Actor, conversation: Conversation) -> None:
        """Let only people of the allowed tenants in, also where they write directly.

        Raises:
            UnavailableError: the platform is not set.
            NotAllowedError: this is another place.
        """
        platform = self.platform_of(conversation)
        allowed = self.allowed_tenants.get(platform.name)
        if not allowed or conversation.tenant_id in allowed:
            return
        if conversation.is_direct and await platform.is_member(actor.person, allowed):
            return
        raise NotAllowedError(
            msg("I may draw only where the person who runs me allows it, and that isn't here.")
        )

    async def check_may_post(self, conversation: Conversation) -> None:
        """Let nothing be asked for where its result could not be posted.

        Raises:
            NotAllowedError: it could not; the text says what to do.
        """
        await self.platform_of(conversation).check_may_post(conversation)

    async def check_account(self) -> None:
        """Let nobody in while the provider's account is paused.

        Raises:
            UnavailableError: it is; the text says why.
        """
        reason = await self.why_paused()
        if reason is not None:
            raise UnavailableError(reason)

    async def why_paused(self) -> Text | None:
        """Return why no job can be taken now; None: it can."""
        window = await self.settings.submit_window()
        code = window.account_pause(self.clock.now())
        return None if code is None else describe(code)


def check_permissions(missing: tuple[Text, ...]) -> None:
    """Let nothing be posted where the bot lacks permissions.

    Raises:
        NotAllowedError: it does; the text names them.
    """
    if missing:
        raise NotAllowedError(
            msg(
                "I can't post here. Please ask a moderator to give me {permissions} "
                "in this channel.",
                permissions=_joined(missing),
            )
        )


def _joined(names: tuple[Text, ...]) -> Text:
    quoted = (msg("“{name}”", name=name) for name in names)
    return reduce(lambda some, one: msg("{some}, {one}", some=some, one=one), quoted)


def is_private_to(job: Job, actor: Actor) -> bool:
    """Whether the job is private, also where this actor is."""
    return job.is_private and job.id not in actor.public_jobs


def may_manage(job: Job, actor: Actor) -> bool:
    """Whether the actor may cancel, discard or remove the job."""
    return actor.is_moderator or job.origin.person == actor.person


def check_may_see(job: Job | None, actor: Actor) -> None:
    """Refuse whoever may not know of the job; one that is gone is nobody's any more.

    Raises:
        NotYourJobError: it is somebody else's private one.
    """
    if job is not None and job.origin.person != actor.person and is_private_to(job, actor):
        raise NotYourJobError


def check_may_manage(job: Job, actor: Actor) -> None:
    """Refuse whoever may not cancel, discard or remove the job from elsewhere.

    Raises:
        NotAllowedError: it is somebody else's.
    """
    if not may_manage(job, actor):
        raise NotAllowedError(msg("Only the person who asked, or a moderator, can do that."))


def check_may_remove(job: Job | None, actor: Actor) -> None:
    """Refuse whoever may not remove the job's card; a moderator may, also when it is gone.

    Raises:
        UserError: somebody else's, or gone.
    """
    check_may_see(job, actor)
    if not actor.is_moderator and existing(job).origin.person != actor.person:
        raise NotAllowedError(msg("Only the person who asked, or a moderator, can delete this."))


def existing(job: Job | None) -> Job:
    """Return the job.

    Raises:
        JobGoneError: there is none any more.
    """
    if job is None:
        raise JobGoneError(
            msg("This picture is too old for me to remember. Please start a new one with /imagine.")
        )
    return job
