from pathlib import Path

import discord
import pytest
import structlog

from bot.config import EPHEMERAL_PLATFORMS, Settings, read_environment
from bot.config.start_warnings import point_out
from bot.domain.errors import ConfigError
from bot.platforms.discord.connection.invitation import PERMISSIONS, invite_link

ROOT = Path(__file__).parents[2]
NOWHERE = Path("/nonexistent/.env")
REQUIRED = {"DISCORD_TOKEN": "token-of-discord", "MIDJOURNEY_API_KEY": "key-of-midjourney"}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = (*EPHEMERAL_PLATFORMS, "RENDER_EXTERNAL_URL", "KOYEB_PUBLIC_DOMAIN")
    for name in (
        *hosts,
        "HEROKU_APP_DEFAULT_DOMAIN_NAME",
        *(field.upper() for field in Settings.model_fields),
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def required(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)


def problems_with(monkeypatch: pytest.MonkeyPatch, **variables: str) -> tuple[str, ...]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        read_environment(NOWHERE).settings()
    return caught.value.problems


@pytest.mark.usefixtures("required")
def test_two_settings_are_enough() -> None:
    settings = read_environment(NOWHERE).settings()
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
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "no", 'expected a port from 0 to 65535, not "no"'),
        ("PORT", "99999", 'expected a port from 0 to 65535, not "99999"'),
        ("MIDJOURNEY_CONCURRENCY", "101", 'expected a whole number from 1 to 100, not "101"'),
        ("POLL_INTERVAL", "soon", 'expected seconds, more than 0 and at most 3600, not "soon"'),
        ("MAX_BATCH", "1.5", 'expected a whole number from 1 to 40, not "1.5"'),
        ("DAILY_JOBS_PER_USER", "-1", 'expected a whole number, 1 or more, not "-1"'),
        ("ALLOW_EPHEMERAL_SQLITE", "perhaps", 'expected 1 or 0, not "perhaps"'),
        ("LOG_LEVEL", "LOUD", 'expected DEBUG, INFO, WARNING or ERROR, not "LOUD"'),
        ("LOG_FORMAT", "xml", 'expected auto, json or console, not "xml"'),
        ("LOG_FORMAT", "two\nlines", 'expected auto, json or console, not "two\\nlines"'),
        (
            "PUBLIC_URL",
            "bot.example.com",
            (
                "expected a whole http or https address, such as https://bot.example.com, "
                'not "bot.example.com"'
            ),
        ),
        (
            "PUBLIC_URL",
            "ftp://bot:hunter2@h/?key=hunter2",
            (
                "expected a whole http or https address, such as https://bot.example.com, "
                'not "ftp://…@h/?…"'
            ),
        ),
        (
            "ALLOWED_GUILDS",
            "my server 123",
            'expected server ids (numbers) with commas between them, not "my", "server"',
        ),
        (
            "DISCORD_CDN_URL",
            "https://cdn.example/a",
            'expected a whole http or https address without a path, not "https://cdn.example/a"',
        ),
        (
            "DATABASE_URL",
            "sqlite://imagine.db",
            'expected sqlite:///imagine.db (three slashes), not "sqlite://imagine.db"',
        ),
        ("MAX_WAITING", "5", "expected at least MAX_WAITING_PER_USER (20), not 5"),
        ("WEBHOOK_SECRET", "fifteen-letters", "expected at least 16 characters"),
        ("METRICS_TOKEN", "fifteen-letters", "expected at least 16 characters"),
        (
            "METRICS_TOKEN",
            "sixteen letters\non two lines",
            "expected letters, digits and signs of ASCII, on one line",
        ),
    ],
)
def test_a_problem_says_what_was_expected_and_what_was_found(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    (problem,) = problems_with(monkeypatch, **{name: value})
    assert problem == f"{name}: {said}"


@pytest.mark.parametrize("token", ["", "  ", "''", '" "', "\ufeff", "\r"])
def test_a_missing_setting_says_where_to_get_it(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    problems = problems_with(monkeypatch, DISCORD_TOKEN=token)
    assert problems == (
        (
            "DISCORD_TOKEN is not set: put it into .env (README, step 1); "
            "for Slack set SLACK_BOT_TOKEN instead"
        ),
        "MIDJOURNEY_API_KEY is not set: put it into .env (README, step 2)",
    )


@pytest.mark.usefixtures("required")
def test_the_queue_holds_what_one_person_may_have_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = problems_with(monkeypatch, MAX_WAITING_PER_USER="2000")
    assert problem == "MAX_WAITING: expected at least MAX_WAITING_PER_USER (2000), not 1000"
    (problem,) = problems_with(monkeypatch, MAX_WAITING_PER_USER="many")
    assert problem.startswith("MAX_WAITING_PER_USER: ")
    monkeypatch.setenv("MAX_WAITING", "7")
    monkeypatch.setenv("MAX_WAITING_PER_USER", "7")
    assert read_environment(NOWHERE).settings().limits.waiting == 7


@pytest.mark.usefixtures("required")
def test_a_secret_in_the_wrong_place_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = problems_with(monkeypatch, PUBLIC_URL=REQUIRED["MIDJOURNEY_API_KEY"])
    assert REQUIRED["MIDJOURNEY_API_KEY"] not in problem


@pytest.mark.usefixtures("required")
def test_a_secret_is_not_shown_in_part_where_a_long_value_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = REQUIRED["MIDJOURNEY_API_KEY"]
    for before in range(130, 190):
        (problem,) = problems_with(monkeypatch, PORT=f"{'x' * before}{key}{'x' * 250}")
        assert len(problem) == 200
        assert key[:4] not in problem


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


# ── Names that are nearly settings ──────────────────────────────────────────────────────────────


def test_a_name_that_is_nearly_a_setting_is_told_with_the_problems(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("MIDJOURNEY_KEY=k\nDISCORD_TOKEN abc\n")
    monkeypatch.setenv("DISCORD_TOKENS", "t")
    with pytest.raises(ConfigError) as caught:
        read_environment(tmp_path / ".env").settings()
    assert caught.value.problems[2:] == (
        "DISCORD_TOKENS is not a setting: did you mean DISCORD_TOKEN?",
        "MIDJOURNEY_KEY is not a setting: did you mean MIDJOURNEY_API_KEY?",
        ".env, line 2: expected NAME=value",
    )


def warnings_of(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, str]:
    """Return what is pointed out at the start, by the event, beyond what is always said."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    environment = read_environment(NOWHERE)
    with structlog.testing.capture_logs() as logs:
        point_out(environment, environment.settings())
    usual = {"every_server_may_spend", "polling_only"}
    return {entry["event"]: entry["hint"] for entry in logs if entry["event"] not in usual}


@pytest.mark.usefixtures("required")
def test_a_name_that_is_nearly_a_setting_is_pointed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert warnings_of(monkeypatch, ALLOWED_GUILD="123") == {
        "setting_not_understood": "ALLOWED_GUILD is not a setting: did you mean ALLOWED_GUILDS?"
    }


# ── What works and is probably not meant ────────────────────────────────────────────────────────


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize(
    ("name", "value", "event"),
    [
        ("DATABASE_URL", "sqlite://", "jobs_are_lost_at_the_end"),
        ("MIDJOURNEY_API_URL", "http://api.example.com", "address_without_tls"),
        ("MIDJOURNEY_API_URL", "http://203.1.113.5:8000", "address_without_tls"),
        ("DISCORD_API_URL", "http://discord.example.com/api", "address_without_tls"),
        ("DISCORD_GATEWAY_URL", "ws://discord.example.com/", "address_without_tls"),
        ("PUBLIC_URL", "http://bot.example.com", "public_url_without_tls"),
        ("PUBLIC_URL", "https://10.0.0.1", "public_url_looks_private"),
        ("PUBLIC_URL", "http://localhost:8080", "public_url_looks_private"),
        ("PUBLIC_URL", "http://bot", "public_url_looks_private"),
        ("PUBLIC_URL", "https://bot.local", "public_url_looks_private"),
        ("PUBLIC_URL", "http://[::1]:80", "public_url_looks_private"),
    ],
)
def test_a_probable_mistake_in_the_settings_is_logged(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, event: str
) -> None:
    assert list(warnings_of(monkeypatch, **{name: value})) == [event]


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MIDJOURNEY_API_URL", "http://127.0.0.1:9000"),
        ("MIDJOURNEY_API_URL", "http://proxy:9000"),
        ("MIDJOURNEY_API_URL", "http://proxy.internal"),
        ("MIDJOURNEY_API_URL", "http://[fd00::1]"),
        ("DISCORD_GATEWAY_URL", "ws://127.0.0.1:1/"),
        ("PUBLIC_URL", "https://bot.example.com"),
        ("DATABASE_URL", "sqlite:///x.db"),
        ("ALLOWED_TEAMS", "T1"),
        ("DATABASE_PUBLIC_URL", "postgres://h/x"),
    ],
)
def test_sound_settings_cause_no_warning(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert warnings_of(monkeypatch, **{name: value}) == {}


# ── Hosts ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize(
    ("variable", "value", "url"),
    [
        ("RENDER_EXTERNAL_URL", "https://bot.onrender.com", "https://bot.onrender.com"),
        ("RAILWAY_PUBLIC_DOMAIN", "bot.up.railway.app", "https://bot.up.railway.app"),
        ("FLY_APP_NAME", "my-bot", "https://my-bot.fly.dev"),
        ("KOYEB_PUBLIC_DOMAIN", "bot.koyeb.app", "https://bot.koyeb.app"),
        ("HEROKU_APP_DEFAULT_DOMAIN_NAME", "bot.herokuapp.com", "https://bot.herokuapp.com"),
    ],
)
def test_the_host_says_where_it_serves_us(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, url: str
) -> None:
    monkeypatch.setenv("ALLOW_EPHEMERAL_SQLITE", "1")
    said = warnings_of(monkeypatch, **{variable: value})
    assert said == {"public_url": f"taken from {variable}"}
    assert read_environment(NOWHERE).settings().public_url == url
    monkeypatch.setenv("PUBLIC_URL", "https://own.example.com")
    assert read_environment(NOWHERE).settings().public_url == "https://own.example.com"
    assert warnings_of(monkeypatch) == {}


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
def test_what_copying_adds_to_a_secret_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIDJOURNEY_API_KEY", " key\n")
    assert read_environment(NOWHERE).settings().midjourney_api_key.get_secret_value() == "key"


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
    read_environment(NOWHERE).settings()


@pytest.mark.usefixtures("required")
def test_postgresql_is_welcome_where_the_disk_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYNO", "web.1")
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@h/db")
    read_environment(NOWHERE).settings()


def test_migrate_needs_only_the_database() -> None:
    assert read_environment(NOWHERE).store_settings().database_url == "sqlite:///imagine.db"


def test_the_invite_link_is_the_readmes_and_asks_for_the_permissions_it_names() -> None:
    link = invite_link(123456789)
    assert link.replace("123456789", "YOUR_APPLICATION_ID") in (ROOT / "README.md").read_text()
    assert "permissions=274878008320" in link
    assert discord.Permissions(274878008320) == PERMISSIONS
