"""The links that add the bot to a server."""

from bot.config import Settings
from bot.doctor.calls import UnreachedError, open_session
from bot.doctor.discord_api import DiscordApi, TokenRefusedError
from bot.domain.errors import PlatformUnavailableError, TokenRejectedError


async def invitations(settings: Settings) -> list[str]:
    """Return a line with a link for each platform that is set.

    Raises:
        TokenRejectedError, PlatformUnavailableError: the platform does not say who the bot is.
    """
    return [await _of_discord(settings)]


async def _of_discord(settings: Settings) -> str:
    from bot.platforms.discord import invite_link  # noqa: PLC0415 - a library of its own

    async with open_session() as session:
        try:
            application = await DiscordApi.of(session, settings).application()
        except TokenRefusedError:
            raise TokenRejectedError("Discord does not accept DISCORD_TOKEN.") from None
        except UnreachedError as error:
            raise PlatformUnavailableError(f"Discord can't be asked: {error}.") from None
    return f"Discord: {invite_link(int(application.id))}"
