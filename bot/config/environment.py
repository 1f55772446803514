"""The environment, and `.env` where that is silent: read here and nowhere else.

Blanks around a value and quotes (which `docker --env-file` keeps) are not part of it, and an empty
value counts as unset. All problems are reported at once, each with what was expected and with the
value, unless that is a secret.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from bot.config.env_file import EnvFile, read_env_file
from bot.config.hosts import HostAddress, ephemeral_platform, public_address
from bot.config.names import near_misses
from bot.config.platforms import platform_problem
from bot.config.settings import Settings, StoreSettings
from bot.config.values import clean, describe
from bot.domain.errors import ConfigError
from bot.domain.texts import clip

ENV_FILE = Path(".env")
S = TypeVar("S", bound=StoreSettings)

_SECRETS = (
    "DISCORD_TOKEN",
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "MIDJOURNEY_API_KEY",
    "WEBHOOK_SECRET",
    "METRICS_TOKEN",
)
_MIN_HIDDEN = 6  # shorter ones are words that may stand anywhere
_MAX_PROBLEM = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the process was told: by its environment, and by `.env` where that is silent."""

    values: Mapping[str, str]  # by names in upper case; none is empty
    env_file: EnvFile
    host_address: HostAddress | None  # what PUBLIC_URL is taken from, when it is unset
    near_misses: Mapping[str, str]  # names that are nearly settings, and those settings

    def settings(self) -> Settings:
        """Check the settings of `run`.

        Raises:
            ConfigError: with every problem, one line each.
        """
        return self._check(Settings)

    def store_settings(self) -> StoreSettings:
        """Check the settings of `migrate`; as `settings`."""
        return self._check(StoreSettings)

    def _check(self, kind: type[S]) -> S:
        given = dict(self.values)
        if self.host_address is not None:
            given["PUBLIC_URL"] = self.host_address.url
        missing = platform_problem(given) if kind is Settings else None
        problems = [] if missing is None else [missing]
        try:
            settings = kind.model_validate({name.lower(): value for name, value in given.items()})
        except ValidationError as error:
            problems += self._problems(kind, error)
        if problems:
            raise ConfigError([*problems, *self.oversights()])
        self._refuse_wiped_disk(settings)
        return settings

    def _problems(self, kind: type[StoreSettings], error: ValidationError) -> list[str]:
        problems = {}
        for each in error.errors(include_url=False, include_context=False, include_input=False):
            name = str(each["loc"][0]).upper()
            if each["type"] == "missing":
                problems[name] = f"{name} is not set: python -m bot setup asks for it"
            else:
                field = kind.model_fields[name.lower()]
                problems[name] = f"{name}: {describe(each, field, self.values.get(name))}"
        hidden = map(self._without_secrets, problems.values())  # before a secret is cut in two
        return [clip(each, _MAX_PROBLEM) for each in hidden]

    def _without_secrets(self, text: str) -> str:
        """Leave out secrets that were pasted into another setting too."""
        for secret in filter(None, map(self.values.get, _SECRETS)):
            if len(secret) >= _MIN_HIDDEN:
                text = text.replace(secret, "…")
        return text

    def oversights(self) -> list[str]:
        """Return one line for each misspelt setting and each line of `.env` that sets nothing."""
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
    file = read_env_file(env_file)
    own = _cleaned(os.environ)
    values = _cleaned(file.values) | own
    known = {name.upper() for name in Settings.model_fields}
    return Environment(
        values=values,
        env_file=file,
        host_address=None if "PUBLIC_URL" in values else public_address(own),
        near_misses=near_misses(values, known),
    )


def problem_with(name: str, value: str) -> str | None:
    """Say what is wrong with the value of one setting; None: nothing."""
    field = name.lower()
    try:
        Settings.model_validate({field: value})
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        own = [each for each in found if each["loc"][:1] == (field,)]
        return describe(own[0], Settings.model_fields[field], value) if own else None
    return None


def _cleaned(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is set, by names in upper case; a name that already was in upper case wins."""
    cleaned = {name: clean(value) for name, value in values.items()}
    in_order = sorted(cleaned.items(), key=lambda item: item[0].isupper())
    return {name.upper(): value for name, value in in_order if value}
