import re
from pathlib import Path

import discord
import pytest

from bot.config import EPHEMERAL_PLATFORMS, Settings, load_settings, load_store_settings
from bot.errors import ConfigError

ROOT = Path(__file__).parents[2]
NOWHERE = Path("/nonexistent/.env")
REQUIRED = {"DISCORD_TOKEN": "token-of-discord", "MIDJOURNEY_API_KEY": "key-of-midjourney"}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*EPHEMERAL_PLATFORMS, *(field.upper() for field in Settings.model_fields)):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def required(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)


def problems_with(monkeypatch: pytest.MonkeyPatch, **variables: str) -> tuple[str, ...]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load_settings(NOWHERE)
    return caught.value.problems


@pytest.mark.usefixtures("required")
def test_two_settings_are_enough() -> None:
    settings = load_settings(NOWHERE)
    assert settings.port == 8080
    assert settings.database_url == "sqlite:///imagine.db"
    assert settings.image_hosts == ("cdn.midjourney.com",)


def test_all_problems_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = problems_with(monkeypatch, PORT="no", MIDJOURNEY_CONCURRENCY="101")
    named = {problem.split(":")[0].split()[0] for problem in problems}
    assert named == {"DISCORD_TOKEN", "MIDJOURNEY_API_KEY", "PORT", "MIDJOURNEY_CONCURRENCY"}
    assert all("\n" not in problem for problem in problems)


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "bot.example.com"),
        ("PUBLIC_URL", "ftp://bot.example.com"),
        ("DATABASE_URL", "mysql://u:hunter2@h/db"),
        ("IMAGE_HOSTS", "ftp://x"),
        ("DISCORD_CDN_URL", "https://cdn.example/with/a/path"),
        ("ALLOWED_GUILDS", "my server"),
        ("POLL_INTERVAL", "0"),
        ("DISCORD_GATEWAY_URL", "https://gateway.example"),
        ("MAX_WAITING", "0"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    (problem,) = problems_with(monkeypatch, **{name: value})
    assert problem.startswith(f"{name}: ")
    assert problem.count(name) == 1
    assert "hunter2" not in problem


@pytest.mark.usefixtures("required")
def test_only_addresses_that_paths_are_put_behind_lose_their_last_slash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISCORD_API_URL", "http://127.0.0.1:9001/api/v10/")
    monkeypatch.setenv("DISCORD_GATEWAY_URL", "ws://127.0.0.1:9001/gateway/")
    settings = load_settings()
    assert settings.discord_api_url == "http://127.0.0.1:9001/api/v10"
    assert settings.discord_gateway_url == "ws://127.0.0.1:9001/gateway/"


@pytest.mark.usefixtures("required")
def test_an_empty_value_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "")
    monkeypatch.setenv("PORT", "")
    settings = load_settings(NOWHERE)
    assert settings.public_url is None
    assert settings.port == 8080


@pytest.mark.usefixtures("required")
def test_lists_are_split_at_commas_and_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_GUILDS", "123, 456 789")
    monkeypatch.setenv("IMAGE_HOSTS", "cdn.midjourney.com,http://127.0.0.1:9001")
    settings = load_settings(NOWHERE)
    assert settings.allowed_guilds == ("123", "456", "789")
    assert settings.image_hosts == ("cdn.midjourney.com", "http://127.0.0.1:9001")


def test_a_file_gives_what_the_environment_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("DISCORD_TOKEN=from-file\nMIDJOURNEY_API_KEY=from-file\nPORT=1\n")
    monkeypatch.setenv("PORT", "2")
    settings = load_settings(file)
    assert settings.discord_token.get_secret_value() == "from-file"
    assert settings.port == 2


@pytest.mark.usefixtures("required")
def test_secrets_are_not_shown() -> None:
    shown = repr(load_settings(NOWHERE))
    assert not any(secret in shown for secret in REQUIRED.values())


@pytest.mark.usefixtures("required")
def test_what_copying_adds_to_a_secret_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIDJOURNEY_API_KEY", " key\n")
    assert load_settings(NOWHERE).midjourney_api_key.get_secret_value() == "key"


@pytest.mark.usefixtures("required")
def test_a_secret_that_fits_no_header_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = problems_with(monkeypatch, DISCORD_TOKEN="two\nlines")
    assert problem.startswith("DISCORD_TOKEN")
    assert "lines" not in problem


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("variable", EPHEMERAL_PLATFORMS)
def test_sqlite_is_refused_where_the_disk_is_wiped(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    (problem,) = problems_with(monkeypatch, **{variable: "1"})
    assert "wipes this disk" in problem
    monkeypatch.setenv("ALLOW_EPHEMERAL_SQLITE", "1")
    load_settings(NOWHERE)


@pytest.mark.usefixtures("required")
def test_postgresql_is_welcome_where_the_disk_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYNO", "web.1")
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@h/db")
    load_settings(NOWHERE)


def test_migrate_needs_only_the_database() -> None:
    assert load_store_settings(NOWHERE).database_url == "sqlite:///imagine.db"


def test_the_example_file_lists_every_setting() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = [
        line.lstrip("# ").partition("=")[0] for line in lines if re.match(r"#? ?[A-Z_]+=", line)
    ]
    assert named == [name.upper() for name in _in_reading_order()]


def test_the_readme_lists_every_setting_with_its_default() -> None:
    readme = (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", readme, re.MULTILINE)
    fields = Settings.model_fields
    assert [name for name, _ in rows] == [name.upper() for name in _in_reading_order()]
    for name, default in rows:
        assert default == _as_default(fields[name.lower()].default), name


def test_the_invite_link_asks_for_the_permissions_it_names() -> None:
    found = re.search(r"permissions=(\d+)", (ROOT / "README.md").read_text())
    assert found is not None
    assert discord.Permissions(int(found[1])) == discord.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        attach_files=True,
        read_message_history=True,
    )


def _in_reading_order() -> list[str]:
    """The table begins with what a newcomer must set."""
    first = ["discord_token", "midjourney_api_key", "public_url", "database_url", "allowed_guilds"]
    return first + [name for name in Settings.model_fields if name not in first]


def _as_default(value: object) -> str:
    match value:
        case str() | int() | float() if not isinstance(value, bool):
            return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
        case (first,):
            return f"`{first}`"
        case _ if "Undefined" in repr(value):
            return "**required**"
        case _:
            return ""
