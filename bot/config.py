"""Settings: the only reader of the environment.

Values come from the environment and from a `.env` file. Blanks around a value and quotes (which
`docker --env-file` keeps) are not part of it, and an empty value counts as unset. All problems are
reported at once, each with what was expected and with the value, unless that is a secret.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from bot.database_address import is_sqlite, normalise
from bot.env_file import EnvFile, read_env_file
from bot.errors import ConfigError
from bot.hosts import EPHEMERAL_PLATFORMS, HostAddress, ephemeral_platform, public_address
from bot.models import Limits
from bot.setting_names import near_misses
from bot.setting_values import (
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
    clean,
    describe,
    in_lower_case,
    in_upper_case,
)

__all__ = [
    "EPHEMERAL_PLATFORMS",
    "Environment",
    "Settings",
    "StoreSettings",
    "load_settings",
    "load_store_settings",
    "read_environment",
]

ENV_FILE = Path(".env")
S = TypeVar("S", bound="StoreSettings")

_SECRETS = ("DISCORD_TOKEN", "MIDJOURNEY_API_KEY", "WEBHOOK_SECRET", "METRICS_TOKEN")
_MIN_HIDDEN = 6  # shorter ones are words that may stand anywhere
_MAX_PROBLEM = 200  # characters

# Where the values that nobody can guess come from.
_HOW_TO_GET = {
    "DISCORD_TOKEN": "put it into .env (README, step 1)",
    "MIDJOURNEY_API_KEY": "put it into .env (README, step 2)",
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

    discord_token: Secret = Field(description="The Discord application's bot token.")
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

    @field_validator("max_waiting")
    @classmethod
    def _holds_one_persons_jobs(cls, value: int, info: ValidationInfo) -> int:
        least = info.data.get("max_waiting_per_user", 0)  # absent if it is wrong itself
        if value < least:
            raise ValueError(f"expected at least MAX_WAITING_PER_USER ({least}), not {value}")
        return value

    @property
    def limits(self) -> Limits:
        """Who may spend how much."""
        return Limits(
            daily_per_user=self.daily_jobs_per_user,
            waiting_per_user=self.max_waiting_per_user,
            waiting=self.max_waiting,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the process was told: by its environment, and by `.env` where that is silent."""

    values: Mapping[str, str]  # by names in upper case; none is empty
    env_file: EnvFile
    host_address: HostAddress | None  # what PUBLIC_URL is taken from, when it is unset
    near_misses: Mapping[str, str]  # names that are nearly settings, and those settings

    @classmethod
    def read(cls, env_file: Path) -> Self:
        """Read both.

        Raises:
            ConfigError: the file cannot be read.
        """
        file = read_env_file(env_file)
        own = _cleaned(os.environ)
        values = _cleaned(file.values) | own
        known = {name.upper() for name in Settings.model_fields}
        return cls(
            values=values,
            env_file=file,
            host_address=None if "PUBLIC_URL" in values else public_address(own),
            near_misses=near_misses(values, known),
        )

    def settings(self) -> Settings:
        """Check the settings of `run`; see `load_settings`."""
        return self._check(Settings)

    def store_settings(self) -> StoreSettings:
        """Check the settings of `migrate`; see `load_store_settings`."""
        return self._check(StoreSettings)

    def _check(self, kind: type[S]) -> S:
        given = {name.lower(): value for name, value in self.values.items()}
        if self.host_address is not None:
            given["public_url"] = self.host_address.url
        try:
            settings = kind.model_validate(given)
        except ValidationError as error:
            raise ConfigError([*self._problems(kind, error), *self.oversights()]) from None
        self._refuse_wiped_disk(settings)
        return settings

    def _problems(self, kind: type[StoreSettings], error: ValidationError) -> list[str]:
        problems = {}
        for each in error.errors(include_url=False, include_context=False, include_input=False):
            name = str(each["loc"][0]).upper()
            if each["type"] == "missing":
                problems[name] = f"{name} is not set: {_HOW_TO_GET[name]}"
            else:
                field = kind.model_fields[name.lower()]
                problems[name] = f"{name}: {describe(each, field, self.values.get(name))}"
        hidden = map(self._without_secrets, problems.values())  # before a secret is cut in two
        return [
            each if len(each) <= _MAX_PROBLEM else f"{each[: _MAX_PROBLEM - 1]}…" for each in hidden
        ]

    def _without_secrets(self, text: str) -> str:
        """Leave out secrets that were pasted into another setting too."""
        for secret in filter(None, map(self.values.get, _SECRETS)):
            if len(secret) >= _MIN_HIDDEN:
                text = text.replace(secret, "…")
        return text

    def oversights(self) -> list[str]:
        """Say, a line each, what was probably meant as a setting and is none."""
        misspelt = [
            f"{name} is not a setting: did you mean {setting}?"
            for name, setting in self.near_misses.items()
        ]
        unread = [f".env, line {number}: expected NAME=value" for number in self.env_file.bad_lines]
        return misspelt + unread

    def _refuse_wiped_disk(self, settings: StoreSettings) -> None:
        """Refuse SQLite on a disk that is wiped: the queue would lose paid jobs."""
        platform = ephemeral_platform(self.values)
        if platform is None or not settings.uses_sqlite or settings.allow_ephemeral_sqlite:
            return
        problem = (
            f"DATABASE_URL: {platform} wipes this disk at every restart, and SQLite with it. "
            "Add a PostgreSQL database, or set ALLOW_EPHEMERAL_SQLITE=1 if the file is on a "
            "volume that stays"
        )
        raise ConfigError([problem, *self.oversights()])


def read_environment(env_file: Path = ENV_FILE) -> Environment:
    """Read the environment and `.env`.

    Raises:
        ConfigError: `.env` is there and cannot be read; one line.
    """
    return Environment.read(env_file)


def load_settings(env_file: Path = ENV_FILE) -> Settings:
    """Read and check the settings of `run`.

    Raises:
        ConfigError: with every problem, one line each.
    """
    return read_environment(env_file).settings()


def load_store_settings(env_file: Path = ENV_FILE) -> StoreSettings:
    """Read and check the settings of `migrate`.

    Raises:
        ConfigError: with every problem, one line each.
    """
    return read_environment(env_file).store_settings()


def _cleaned(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is set, by names in upper case; of two names the one that was so already wins."""
    cleaned = {name: clean(value) for name, value in values.items()}
    in_order = sorted(cleaned.items(), key=lambda item: item[0].isupper())
    return {name.upper(): value for name, value in in_order if value}
