"""How the bot comes into a server or a channel."""

from bot.config import Settings
from bot.doctor.calls import UnreachedError, open_session
from bot.doctor.discord_api import DiscordApi, TokenRefusedError
from bot.doctor.slack_api import SlackApi, SlackRefusedError
from bot.domain.errors import PlatformUnavailableError, TokenRejectedError


async def invitations(settings: Settings) -> list[str]:
    """Return a line for each platform that is set.

    Raises:
        TokenRejectedError, PlatformUnavailableError: the platform does not say who the bot is.
    """
    ways = {"discord": _of_discord, "slack": _of_slack}
    return [await way(settings) for name, way in ways.items() if name in settings.platforms]


async def _of_discord(settings: Settings) -> str:
    from bot.doctor.discord import invitation  # noqa: PLC0415 - Discord's library

    async with open_session() as session:
        try:
            application = await DiscordApi.of(session, settings).application()
        except TokenRefusedError:
            raise TokenRejectedError("Discord does not accept DISCORD_TOKEN.") from None
        except UnreachedError as error:
            raise PlatformUnavailableError(f"Discord can't be asked: {error}.") from None
    return f"Discord: {invitation(application)}"


async def _of_slack(settings: Settings) -> str:
    assert settings.slack_bot_token is not None, "Slack is set"
    async with open_session() as session:
        api = SlackApi(session=session, url=settings.slack_api_url)
        try:
            workspace = await api.workspace(settings.slack_bot_token.get_secret_value())
        except SlackRefusedError as error:
            raise TokenRejectedError(f"Slack does not accept SLACK_BOT_TOKEN ({error}).") from None
        except UnreachedError as error:
            raise PlatformUnavailableError(f"Slack can't be asked: {error}.") from None
    return (
        f"Slack: type /imagine in any public channel of {workspace.name}; "
        f"in a private one type /invite @{workspace.bot_name} first"
    )
