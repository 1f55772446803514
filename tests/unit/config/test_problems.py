"""Wrong and missing settings, each told in one line."""

from pathlib import Path

import pytest

from bot.config import EPHEMERAL_PLATFORMS, read_environment
from bot.domain.errors import ConfigError
from tests.unit.config.fixtures import NOWHERE, REQUIRED, problems_with


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
            "https://a.example,https://b..example",
            (
                "expected a whole http or https address, such as https://bot.example.com, "
                'not "https://a.example,https://b..example"'
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
            "expected letters, digits and signs of ASCII, without blanks",
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
            "DISCORD_TOKEN is not set: python -m bot setup asks for it; "
            "for Slack set SLACK_BOT_TOKEN instead"
        ),
        "MIDJOURNEY_API_KEY is not set: python -m bot setup asks for it",
    )


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (
            {"SLACK_APP_TOKEN": "xapp-1"},
            (
                "SLACK_BOT_TOKEN is not set, but SLACK_APP_TOKEN is: put it into .env too, or "
                "remove that"
            ),
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1"},
            (
                "SLACK_APP_TOKEN is not set: put it into .env, or, without Socket Mode, "
                "SLACK_SIGNING_SECRET and PUBLIC_URL"
            ),
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"},
            (
                "PUBLIC_URL is not set: without SLACK_APP_TOKEN, Slack sends its requests to "
                "{PUBLIC_URL}/slack/events"
            ),
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxp-hunter2", "SLACK_APP_TOKEN": "xapp-1"},
            "SLACK_BOT_TOKEN: expected a token that begins with xoxb- (OAuth & Permissions)",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xoxb-hunter2"},
            "SLACK_APP_TOKEN: expected a token that begins with xapp- (Basic Information)",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "ALLOWED_TEAMS": "acme"},
            (
                "ALLOWED_TEAMS: expected workspace ids (T0123ABCD) with commas between them, not "
                '"acme"'
            ),
        ),
    ],
)
@pytest.mark.parametrize("discord", [True, False])
def test_half_of_slack_is_pointed_out(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], problem: str, discord: bool
) -> None:
    monkeypatch.setenv("MIDJOURNEY_API_KEY", "key-of-midjourney")
    if discord:
        monkeypatch.setenv("DISCORD_TOKEN", "token-of-discord")
    assert problems_with(monkeypatch, **given) == (problem,)


@pytest.mark.parametrize(
    ("given", "platforms"),
    [
        ({"DISCORD_TOKEN": "t"}, {"discord"}),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, {"slack"}),
        (
            {
                "SLACK_BOT_TOKEN": "xoxb-1",
                "SLACK_SIGNING_SECRET": "s",
                "PUBLIC_URL": "https://bot.example",
                "DISCORD_TOKEN": "t",
            },
            {"discord", "slack"},
        ),
    ],
)
def test_platforms_are_those_with_a_token(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], platforms: set[str]
) -> None:
    for name, value in ({"MIDJOURNEY_API_KEY": "k"} | given).items():
        monkeypatch.setenv(name, value)
    settings = read_environment(NOWHERE).settings()
    assert settings.platforms == platforms
    assert settings.slack_uses_sockets is ("SLACK_APP_TOKEN" in given)


def test_address_of_the_host_is_where_slack_reaches_us(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"MIDJOURNEY_API_KEY": "k", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}
    for name, value in ({"RENDER_EXTERNAL_URL": "https://bot.onrender.com"} | given).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ALLOW_EPHEMERAL_SQLITE", "1")
    assert read_environment(NOWHERE).settings().platforms == {"slack"}


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
    for before in range(130, 190, 5):
        (problem,) = problems_with(monkeypatch, PORT=f"{'x' * before}{key}{'x' * 250}")
        assert len(problem) == 200
        assert key[:4] not in problem


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
def test_postgresql_is_accepted_where_the_disk_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYNO", "web.1")
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@h/db")
    read_environment(NOWHERE).settings()
