"""The settings: which there are, what each holds, and what is usual."""

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from bot.config.values import (
    Beginning,
    Expected,
    HttpUrl,
    LongSecret,
    Positive,
    Secret,
    WebsocketUrl,
    Words,
    as_cdn_url,
    as_guild_ids,
    as_header,
    as_image_hosts,
    as_team_ids,
    in_lower_case,
    in_upper_case,
)
from bot.domain.addresses import may_be_public
from bot.domain.database_address import is_sqlite, normalise
from bot.domain.people import Limits

# The addresses that are sent a secret, each with the setting that holds it.
_SENT_TO = {
    "midjourney_api_url": "MIDJOURNEY_API_KEY",
    "discord_api_url": "DISCORD_TOKEN",
    "discord_gateway_url": "DISCORD_TOKEN",
    "slack_api_url": "SLACK_BOT_TOKEN",
}


class StoreSettings(BaseModel):
    """What `migrate` needs: where the data is."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True)

    database_url: Annotated[str, AfterValidator(normalise)] = Field(
        "sqlite:///imagine.db",
        repr=False,  # may hold a password
        description="Where jobs are kept: sqlite:///file, postgres://…, or sqlite:// (in memory).",
    )
    allow_ephemeral_sqlite: Annotated[bool, Expected("1 or 0")] = Field(
        default=False,
        description="Set to 1 to use SQLite on a host that may wipe its disk (all jobs are lost).",
    )
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        BeforeValidator(in_upper_case),
        Expected("DEBUG, INFO, WARNING or ERROR"),
    ] = Field("INFO", description="How much is logged: DEBUG, INFO, WARNING or ERROR.")
    log_format: Annotated[
        Literal["auto", "json", "console"],
        BeforeValidator(in_lower_case),
        Expected("auto, json or console"),
    ] = Field("auto", description="json, console, or auto (console on a terminal, else json).")

    @property
    def uses_sqlite(self) -> bool:
        """Whether the data is in a file that belongs to one process."""
        return is_sqlite(self.database_url)


class Settings(StoreSettings):
    """What `run` needs. Field names are the variables' names in lower case."""

    discord_token: Secret | None = Field(
        None, description="The Discord application's bot token; needed unless Slack is set."
    )
    slack_bot_token: (
        Annotated[Secret, AfterValidator(Beginning("xoxb-", "OAuth & Permissions"))] | None
    ) = Field(None, description="The Slack app's bot token (xoxb-); needed unless Discord is set.")
    slack_app_token: (
        Annotated[Secret, AfterValidator(Beginning("xapp-", "Basic Information"))] | None
    ) = Field(
        None, description="The Slack app's token for Socket Mode (xapp-), with connections:write."
    )
    slack_signing_secret: Secret | None = Field(
        None,
        description="Without SLACK_APP_TOKEN: proves that requests to {PUBLIC_URL}/slack/events "
        "are Slack's.",
    )
    midjourney_api_key: Secret = Field(description="The key of your midjourney-api.com account.")
    public_url: HttpUrl | None = Field(
        None,
        description="Where the provider reaches this bot; taken from the host's own variable when "
        "unset. Without it jobs are only polled.",
    )
    port: Annotated[int, Field(ge=0, le=65535), Expected("a port from 0 to 65535")] = Field(
        8080, description="The port that the webhook listens on; hosts set it."
    )
    webhook_secret: LongSecret | None = Field(
        None,
        description="Signs callback addresses, 16 characters or more; generated and kept in the "
        "database when unset.",
    )
    metrics_token: Annotated[LongSecret, BeforeValidator(as_header)] | None = Field(
        None,
        description="Lets whoever has it read /metrics, 16 characters or more; when unset, the "
        "page does not exist.",
    )
    midjourney_api_url: HttpUrl = Field(
        "https://api.midjourney-api.com", description="The provider's address."
    )
    midjourney_concurrency: Annotated[
        int, Field(ge=1, le=100), Expected("a whole number from 1 to 100")
    ] = Field(
        10, description="Jobs in flight at once; your plan's limit at the provider (1 to 100)."
    )
    poll_interval: Annotated[
        float, Field(gt=0, le=3600), Expected("seconds, more than 0 and at most 3600")
    ] = Field(15, description="Seconds between status polls when no callback comes.")
    image_hosts: Annotated[Words, AfterValidator(as_image_hosts)] = Field(
        ("cdn.midjourney.com",),
        description="Hosts that images may come from, separated by commas.",
    )
    allowed_guilds: Annotated[Words, AfterValidator(as_guild_ids)] = Field(
        (), description="Ids of the servers that may use the bot; empty: all of them."
    )
    allowed_teams: Annotated[Words, AfterValidator(as_team_ids)] = Field(
        (),
        description="Ids of the Slack workspaces whose people may use the bot; empty: its own.",
    )
    daily_jobs_per_user: Positive = Field(50, description="Jobs a person may start in 24 hours.")
    max_waiting_per_user: Positive = Field(20, description="Jobs a person may have in the queue.")
    max_waiting: Positive = Field(
        1000,
        validate_default=True,
        description="Jobs in the queue, over all people; at least MAX_WAITING_PER_USER.",
    )
    max_batch: Annotated[int, Field(ge=1, le=40), Expected("a whole number from 1 to 40")] = Field(
        10, description="Jobs that one prompt may make, with {a, b} or --repeat (1 to 40)."
    )
    retention_days: Annotated[
        int, Field(ge=1, le=3650), Expected("a whole number of days from 1 to 3650")
    ] = Field(
        30,
        description="Days after which a finished job is forgotten, with its buttons and its place "
        "in /jobs.",
    )
    discord_api_url: HttpUrl = Field(
        "https://discord.com/api/v10", description="Discord's REST address (for proxies)."
    )
    discord_gateway_url: WebsocketUrl = Field(
        "wss://gateway.discord.gg/", description="Discord's gateway address (for proxies)."
    )
    discord_cdn_url: Annotated[HttpUrl, AfterValidator(as_cdn_url)] = Field(
        "https://cdn.discordapp.com", description="Where posted and attached images are read from."
    )
    slack_api_url: HttpUrl = Field(
        "https://slack.com/api/", description="Slack's Web API address (for proxies)."
    )

    @field_validator("max_waiting")
    @classmethod
    def _holds_one_persons_jobs(cls, value: int, info: ValidationInfo) -> int:
        least = info.data.get("max_waiting_per_user", 0)  # absent if it is wrong itself
        if value < least:
            raise ValueError(f"expected at least MAX_WAITING_PER_USER ({least}), not {value}")
        return value

    @property
    def allowed_tenants(self) -> Mapping[str, tuple[str, ...]]:
        """The tenants that may use the bot, by platform; none: all of them."""
        return {"discord": self.allowed_guilds, "slack": self.allowed_teams}

    @property
    def platforms(self) -> frozenset[str]:
        """The chat platforms that are set."""
        tokens = {"discord": self.discord_token, "slack": self.slack_bot_token}
        return frozenset(platform for platform, token in tokens.items() if token is not None)

    @property
    def exposed_secrets(self) -> Mapping[str, str]:
        """The secrets that would cross the internet unencrypted, by the setting that says where."""
        return {
            name.upper(): secret
            for name, secret in _SENT_TO.items()
            if _is_plain_and_public(getattr(self, name))
        }

    @property
    def slack_uses_sockets(self) -> bool:
        """Whether we connect to Slack (Socket Mode), instead of being called by it."""
        return self.slack_app_token is not None

    @property
    def limits(self) -> Limits:
        """Who may spend how much."""
        return Limits(
            daily_per_user=self.daily_jobs_per_user,
            waiting_per_user=self.max_waiting_per_user,
            waiting=self.max_waiting,
        )


def _is_plain_and_public(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "ws"} and may_be_public(parts.hostname or "")
