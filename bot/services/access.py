"""Whether anybody may start a job there and now: the tenant, the bot's permissions, the account.

Sees the store only through `ports`, and knows no chat platform.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import reduce

from bot.domain.conversations import Origin
from bot.domain.errors import NotAllowedError, UnavailableError
from bot.domain.failures import describe_pause
from bot.domain.texts import Text, msg
from bot.ports.clock import Clock
from bot.ports.platform import Platform
from bot.ports.settings import SettingStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Refuses what may not be spent on. Each check stands alone; their order is the service's."""

    settings: SettingStore
    clock: Clock
    allowed_tenants: Collection[str]  # empty: all
    platforms: Mapping[str, Platform] = field(default_factory=dict)  # by name

    async def check_tenant(self, origin: Origin) -> None:
        """Let only people of the allowed tenants in, also where they write directly.

        Raises:
            NotAllowedError: this is another place.
        """
        if not self.allowed_tenants or origin.tenant_id in self.allowed_tenants:
            return
        if origin.tenant_id is None:
            platform = self.platforms[origin.platform]
            if await platform.is_member(origin.user_id, self.allowed_tenants):
                return
        raise NotAllowedError(
            msg("I may only draw for certain servers, and this isn't one of them.")
        )

    async def check_account(self) -> None:
        """Let nobody in while the provider's account is paused.

        Raises:
            UnavailableError: it is; the text says why.
        """
        window = await self.settings.submit_window()
        code = window.account_pause(self.clock.now())
        if code is not None:
            raise UnavailableError(describe_pause(code))


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
