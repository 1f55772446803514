"""How values are read, from the environment and the file."""

from pathlib import Path

import pytest

from bot.config import read_environment
from bot.domain.errors import ConfigError
from tests.unit.config.fixtures import NOWHERE, REQUIRED


@pytest.mark.usefixtures("required")
def test_two_settings_are_enough() -> None:
    settings = read_environment(NOWHERE).settings()
    assert settings.port == 8080
    assert settings.database_url == "sqlite:///imagine.db"
    assert settings.image_hosts == ("cdn.midjourney.com",)


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize(
    "given", ["https://bot.example/", " https://bot.example\r\n", "'https://bot.example'",
              '"https://bot.example" ', "\ufeffhttps://bot.example", "“https://bot.example”"]
)  # fmt: skip
def test_blanks_and_quotes_around_a_value_are_dropped(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("PUBLIC_URL", given)
    monkeypatch.setenv("discord_token", '"quoted"')
    monkeypatch.delenv("DISCORD_TOKEN")
    settings = read_environment(NOWHERE).settings()
    assert settings.public_url == "https://bot.example"
    assert settings.discord_token.get_secret_value() == "quoted"


@pytest.mark.usefixtures("required")
def test_words_are_read_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "debug")
    monkeypatch.setenv("LOG_FORMAT", "JSON")
    monkeypatch.setenv("DATABASE_URL", "SQLite:///Jobs.db")
    settings = read_environment(NOWHERE).settings()
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")
    assert settings.database_url == "sqlite:///Jobs.db"


@pytest.mark.usefixtures("required")
def test_a_list_may_look_like_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_GUILDS", '["123", "456"]')
    monkeypatch.setenv("IMAGE_HOSTS", "http://[::1]:9001")
    settings = read_environment(NOWHERE).settings()
    assert settings.allowed_guilds == ("123", "456")
    assert settings.image_hosts == ("http://[::1]:9001",)


@pytest.mark.usefixtures("required")
def test_blank_tokens_are_unset_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", "   ")
    monkeypatch.setenv("WEBHOOK_SECRET", '""')
    settings = read_environment(NOWHERE).settings()
    assert settings.metrics_token is settings.webhook_secret is None


@pytest.mark.usefixtures("required")
def test_only_addresses_that_paths_are_put_behind_lose_their_last_slash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISCORD_API_URL", "http://127.0.0.1:9001/api/v10/")
    monkeypatch.setenv("DISCORD_GATEWAY_URL", "ws://127.0.0.1:9001/gateway/")
    settings = read_environment().settings()
    assert settings.discord_api_url == "http://127.0.0.1:9001/api/v10"
    assert settings.discord_gateway_url == "ws://127.0.0.1:9001/gateway/"


@pytest.mark.usefixtures("required")
def test_an_empty_value_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "")
    monkeypatch.setenv("PORT", "")
    settings = read_environment(NOWHERE).settings()
    assert settings.public_url is None
    assert settings.port == 8080


@pytest.mark.usefixtures("required")
def test_lists_are_split_at_commas_and_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_GUILDS", "123, 456 789")
    monkeypatch.setenv("IMAGE_HOSTS", "cdn.midjourney.com,http://127.0.0.1:9001")
    settings = read_environment(NOWHERE).settings()
    assert settings.allowed_guilds == ("123", "456", "789")
    assert settings.image_hosts == ("cdn.midjourney.com", "http://127.0.0.1:9001")


def test_the_file_fills_in_what_the_environment_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("DISCORD_TOKEN=from-file\nMIDJOURNEY_API_KEY=from-file\nPORT=1\n")
    monkeypatch.setenv("PORT", "2")
    settings = read_environment(file).settings()
    assert settings.discord_token.get_secret_value() == "from-file"
    assert settings.port == 2


@pytest.mark.usefixtures("required")
def test_secrets_are_not_shown() -> None:
    shown = repr(read_environment(NOWHERE).settings())
    assert not any(secret in shown for secret in REQUIRED.values())


@pytest.mark.usefixtures("required")
def test_blanks_around_a_secret_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIDJOURNEY_API_KEY", " key\n")
    assert read_environment(NOWHERE).settings().midjourney_api_key.get_secret_value() == "key"


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("value", ["Bearer key", "bearer  key", '"Bot key"'])
def test_the_word_before_a_secret_in_a_header_is_dropped(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("MIDJOURNEY_API_KEY", value)
    assert read_environment(NOWHERE).settings().midjourney_api_key.get_secret_value() == "key"


@pytest.mark.usefixtures("required")
def test_a_secret_of_two_words_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIDJOURNEY_API_KEY", "key of mine")
    with pytest.raises(ConfigError, match="without blanks"):
        read_environment(NOWHERE).settings()


def test_migrate_needs_only_the_database() -> None:
    assert read_environment(NOWHERE).store_settings().database_url == "sqlite:///imagine.db"
