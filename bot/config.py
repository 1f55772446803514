"""Settings: the only reader of the environment.

Values come from the environment and from a `.env` file (read by python-dotenv); an empty value
counts as unset. `load_settings` reports every problem at once and never prints a value, since a
value may be a secret.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.addresses import AllowList
from bot.errors import ConfigError
from bot.models import Limits

SQLITE_SCHEMES = ("sqlite",)
POSTGRESQL_SCHEMES = ("postgres", "postgresql", "postgresql+psycopg")

# Platforms whose disk is wiped on every restart, by a variable that each sets.
EPHEMERAL_PLATFORMS = {
    "DYNO": "Heroku",
    "RENDER": "Render",
    "RAILWAY_ENVIRONMENT": "Railway",
    "FLY_APP_NAME": "Fly",
    "K_SERVICE": "Cloud Run",
}


ENV_FILE = Path(".env")
S = TypeVar("S", bound="StoreSettings")


def _split(value: object) -> object:
    """Read "a, b c" as a list."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _http_url(value: str) -> str:
    """Accept an http(s) address; paths are appended to it."""
    return _url(value, ("http", "https")).rstrip("/")


def _websocket_url(value: str) -> str:
    """Accept a ws(s) address; it is used as it is."""
    return _url(value, ("ws", "wss"))


def _url(value: str, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"must be a whole {' or '.join(schemes)} address")
    return value


def _database_url(value: str) -> str:
    scheme, separator, _ = value.partition("://")
    if not separator or scheme not in SQLITE_SCHEMES + POSTGRESQL_SCHEMES:
        raise ValueError("must begin with sqlite:// or postgres://")
    return value


def _guild_ids(values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(value.isascii() and value.isdigit() for value in values):
        raise ValueError("must be server ids (numbers), separated by commas")
    return values


def _image_hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    try:
        AllowList.parse(values)
    except ConfigError as error:
        problems = (problem.removeprefix("IMAGE_HOSTS: ") for problem in error.problems)
        raise ValueError("; ".join(problems)) from error
    return values


def _cdn_url(value: str) -> str:
    """Accept one plain origin: the paths of attachments are appended to it."""
    try:
        AllowList.parse((value,), setting="DISCORD_CDN_URL")
    except ConfigError as error:
        raise ValueError("must be a whole http or https address without a path") from error
    return value


def _secret(value: object) -> object:
    """Strip white space from copying; HTTP headers take a secret only as one line of ASCII."""
    if not isinstance(value, str):
        return value
    value = value.strip()
    if not value.isascii() or not value.isprintable():
        raise ValueError("contains a character that no key or token has")
    return value


HttpUrl = Annotated[str, AfterValidator(_http_url)]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Secret = Annotated[SecretStr, BeforeValidator(_secret)]
Positive = Annotated[int, Field(ge=1)]


class StoreSettings(BaseSettings):
    """What `migrate` needs: where the data is."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", hide_input_in_errors=True, frozen=True
    )

    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        "sqlite:///imagine.db",
        repr=False,  # may hold a password
        description="Where jobs are kept: sqlite:///file, postgres://…, or sqlite:// (in memory).",
    )
    allow_ephemeral_sqlite: bool = Field(
        default=False,
        description="Set to 1 to use SQLite on a host that may wipe its disk (all jobs are lost).",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much is logged: DEBUG, INFO, WARNING or ERROR."
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="json, console, or auto (console on a terminal, else json)."
    )


class Settings(StoreSettings):
    """What `run` needs. Field names are the variables' names in lower case."""

    discord_token: Secret = Field(description="The Discord application's bot token.")
    midjourney_api_key: Secret = Field(description="The key of your midjourney-api.com account.")
    public_url: HttpUrl | None = Field(
        None,
        description="Where the provider reaches this bot; without it jobs are only polled.",
    )
    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        8080, description="The port that the webhook listens on; hosts set it."
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description="Signs callback addresses; generated and kept in the database when unset.",
    )
    metrics_token: Secret | None = Field(
        None, description="Lets whoever has it read /metrics; when unset, the page does not exist."
    )
    midjourney_api_url: HttpUrl = Field(
        "https://api.midjourney-api.com", description="The provider's address."
    )
    midjourney_concurrency: Annotated[int, Field(ge=1, le=100)] = Field(
        10, description="Jobs in flight at once; your plan's limit at the provider (1 to 100)."
    )
    poll_interval: Annotated[float, Field(gt=0, le=3600)] = Field(
        15, description="Seconds between status polls when no callback comes."
    )
    image_hosts: Annotated[Words, AfterValidator(_image_hosts)] = Field(
        ("cdn.midjourney.com",),
        description="Hosts that images may come from, separated by commas.",
    )
    allowed_guilds: Annotated[Words, AfterValidator(_guild_ids)] = Field(
        (), description="Ids of the servers that may use the bot; empty: all of them."
    )
    daily_jobs_per_user: Positive = Field(50, description="Jobs a person may start in 24 hours.")
    max_waiting_per_user: Positive = Field(20, description="Jobs a person may have in the queue.")
    max_waiting: Positive = Field(1000, description="Jobs in the queue, over all people.")
    max_batch: Annotated[int, Field(ge=1, le=40)] = Field(
        10, description="Jobs that one prompt may make, with {a, b} or --repeat (1 to 40)."
    )
    retention_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        30,
        description="Days after which a finished job is forgotten, with its buttons and its place "
        "in /jobs.",
    )
    discord_api_url: HttpUrl = Field(
        "https://discord.com/api/v10", description="Discord's REST address (for proxies)."
    )
    discord_gateway_url: Annotated[str, AfterValidator(_websocket_url)] = Field(
        "wss://gateway.discord.gg/", description="Discord's gateway address (for proxies)."
    )
    discord_cdn_url: Annotated[HttpUrl, AfterValidator(_cdn_url)] = Field(
        "https://cdn.discordapp.com", description="Where posted and attached images are read from."
    )

    @property
    def limits(self) -> Limits:
        """Who may spend how much."""
        return Limits(
            daily_per_user=self.daily_jobs_per_user,
            waiting_per_user=self.max_waiting_per_user,
            waiting=self.max_waiting,
        )


def load_settings(env_file: Path = ENV_FILE) -> Settings:
    """Read and check the settings of `run`.

    Raises:
        ConfigError: with every problem, one line each.
    """
    return _load(Settings, env_file)


def load_store_settings(env_file: Path = ENV_FILE) -> StoreSettings:
    """Read and check the settings of `migrate`.

    Raises:
        ConfigError: with every problem, one line each.
    """
    return _load(StoreSettings, env_file)


def _load(kind: type[S], env_file: Path) -> S:
    try:
        settings = kind(_env_file=env_file)
    except ValidationError as error:
        raise ConfigError([*_problems(error)]) from None
    _refuse_wiped_disk(settings)
    return settings


def _problems(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(problem["loc"][0]).upper()
        if problem["type"] == "missing":
            yield f"{name} is not set"
        else:
            yield f"{name}: {problem['msg'].removeprefix('Value error, ')}"


def _refuse_wiped_disk(settings: StoreSettings) -> None:
    """Refuse SQLite on a disk that is wiped: the queue would lose paid jobs."""
    is_sqlite = settings.database_url.startswith(SQLITE_SCHEMES)
    if not is_sqlite or settings.allow_ephemeral_sqlite:
        return
    for variable, platform in EPHEMERAL_PLATFORMS.items():
        if os.environ.get(variable):
            problem = (
                f"DATABASE_URL: {platform} wipes this disk at every restart, and SQLite with it. "
                "Add a PostgreSQL database, or set ALLOW_EPHEMERAL_SQLITE=1 if the file is on a "
                "volume that stays"
            )
            raise ConfigError([problem])
