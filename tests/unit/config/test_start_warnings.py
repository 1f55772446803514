"""What works and is probably not meant is pointed out at the start."""

import pytest
import structlog

from bot.config import read_environment
from bot.config.start_warnings import point_out
from tests.unit.config.fixtures import NOWHERE


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
def test_public_url_is_taken_from_the_host(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, url: str
) -> None:
    monkeypatch.setenv("ALLOW_EPHEMERAL_SQLITE", "1")
    said = warnings_of(monkeypatch, **{variable: value})
    assert said == {"public_url": f"taken from {variable}"}
    assert read_environment(NOWHERE).settings().public_url == url
    monkeypatch.setenv("PUBLIC_URL", "https://own.example.com")
    assert read_environment(NOWHERE).settings().public_url == "https://own.example.com"
    assert warnings_of(monkeypatch) == {}
