"""Each file for a host is one that it accepts, and asks for nothing that the bot does not know."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from bot.__main__ import cli
from bot.config import Settings
from tests import host_schemas
from tests.image import instructions

ROOT = Path(__file__).parents[2]
VENDORED = files("check_jsonschema") / "builtin_schemas" / "vendor"
DRAIN_S = 8  # within which `App.run` returns
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def _read(name: str) -> Any:
    text = (ROOT / name).read_text()
    match Path(name).suffix:
        case ".json":
            return json.loads(text)
        case ".toml":
            return tomllib.loads(text)
        case _:
            return YAML(typ="safe").load(text)


def _vendored(name: str) -> Any:
    return json.loads((VENDORED / name).read_text(encoding="utf-8"))


def _check(document: Any, schema: Any) -> None:
    # Through JSON: YAML knows dates and numbers as keys, the schemas do not.
    kind = jsonschema.validators.validator_for(schema)
    kind(schema).validate(json.loads(json.dumps(document, default=str)))


def _bot_commands(text: str) -> set[str]:
    words = re.findall(r"-m\W+bot\W+(\w+)", text)
    return {word for word in words if word != "healthcheck"}


# ── The hosts' own formats ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("app.json", host_schemas.HEROKU),
        ("render.yaml", host_schemas.RENDER),
        ("fly.toml", host_schemas.FLY),
        ("railway.json", host_schemas.RAILWAY),
    ],
)
def test_host_accepts_its_file(name: str, schema: Any) -> None:
    _check(_read(name), schema)


def test_host_refuses_a_misspelt_key() -> None:
    document = _read("railway.json")
    document["deploy"]["healthCheckPath"] = document["deploy"].pop("healthcheckPath")
    with pytest.raises(jsonschema.ValidationError, match="healthCheckPath"):
        _check(document, host_schemas.RAILWAY)


def test_compose_accepts_its_file() -> None:
    _check(_read("compose.yaml"), _vendored("compose-spec.json"))


def test_systemd_accepts_its_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")
    text = (ROOT / "deploy" / "imagine-bot.service").read_text()
    unit = tmp_path / "imagine-bot.service"
    unit.write_text(text.replace("/opt/imagine-bot/.venv/bin/python", sys.executable))
    said = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


# ── What they say ───────────────────────────────────────────────────────────────────────────────


def _asked_for() -> dict[str, set[str]]:
    """The variables that each file sets or asks for."""
    render = _read("render.yaml")["services"][0]["envVars"]
    return {
        "app.json": set(_read("app.json")["env"]),
        "render.yaml": {each["key"] for each in render},
        "fly.toml": set(_read("fly.toml")["env"]),
        "compose.yaml": set(_read("compose.yaml")["services"]["bot"]["environment"]),
    }


def test_every_variable_is_a_setting() -> None:
    known = {name.upper() for name in Settings.model_fields}
    assert {host: names - known for host, names in _asked_for().items() if names - known} == {}


def test_buttons_ask_for_what_nobody_can_guess() -> None:
    for host in ("app.json", "render.yaml"):
        assert {"DISCORD_TOKEN", "MIDJOURNEY_API_KEY", "ALLOWED_GUILDS"} <= _asked_for()[host]


def test_every_command_is_one_of_ours() -> None:
    names = ("Dockerfile", "Procfile", "render.yaml", "fly.toml", "railway.json",
             "deploy/imagine-bot.service")  # fmt: skip
    for name in names:
        assert _bot_commands((ROOT / name).read_text()) <= set(cli.commands), name


def test_nothing_sleeps_and_everything_has_time_to_stop() -> None:
    render, fly = _read("render.yaml"), _read("fly.toml")
    assert render["services"][0]["plan"] != "free"
    assert _read("app.json")["formation"]["web"]["size"] != "eco"
    assert fly["http_service"]["auto_stop_machines"] == "off"
    assert fly["kill_signal"] == "SIGTERM"
    compose = _read("compose.yaml")["services"]["bot"]["stop_grace_period"]
    unit = (ROOT / "deploy" / "imagine-bot.service").read_text()
    waits = [
        render["services"][0]["maxShutdownDelaySeconds"],
        fly["kill_timeout"],
        _read("railway.json")["deploy"]["drainingSeconds"],
        int(compose.removesuffix("s")),
        int(re.findall(r"TimeoutStopSec=(\d+)", unit)[0]),
    ]
    assert min(waits) > DRAIN_S


def test_sqlite_on_fly_has_one_machine_with_its_volume_and_no_release_command() -> None:
    fly = _read("fly.toml")
    assert fly["env"]["DATABASE_URL"] == f"sqlite:///{fly['mounts']['destination']}/imagine.db"
    assert "release_command" not in fly["deploy"]
    assert fly["build"]["build-target"] in {
        each.rest.partition(" AS ")[2] for each in instructions() if each.name == "FROM"
    }


# ── The image ───────────────────────────────────────────────────────────────────────────────────


def test_image_copies_what_the_build_may_see() -> None:
    copied = {
        source
        for each in instructions()
        if each.name == "COPY" and "--from" not in each.rest
        for source in each.rest.split()[:-1]
    }
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert copied == {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    assert all((ROOT / name).exists() for name in copied)


def test_image_runs_as_a_numbered_user_and_hears_signals() -> None:
    stage = [each for each in instructions() if each.stage == "run"]
    said = {each.name: each.rest for each in stage}
    assert said["USER"].isdigit()  # orchestrators can tell that it is not root
    assert said["STOPSIGNAL"] == "SIGTERM"
    assert json.loads(said["CMD"]) == ["python", "-m", "bot", "run"]
    assert "VOLUME" not in said  # Railway refuses it


# ── GitHub ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_github_accepts_the_workflow(path: Path) -> None:
    _check(_read(str(path.relative_to(ROOT))), _vendored("github-workflows.json"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit_and_name_their_version(path: Path) -> None:
    uses = re.findall(r"uses: (.+)", path.read_text())
    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", use)] == []


def test_github_accepts_the_dependabot_file() -> None:
    _check(_read(".github/dependabot.yml"), _vendored("dependabot.json"))


def test_pythons_that_we_support_are_those_that_are_tested() -> None:
    jobs = _read(".github/workflows/nightly.yml")["jobs"]
    nightly = jobs["test"]["strategy"]["matrix"]["python"]
    assert nightly == ["3.11", "3.12", "3.13", "3.14"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={nightly[0]}"
    assert (ROOT / ".python-version").read_text().strip() == nightly[0]


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        ("3.10.13 3.11.7/envs/mine 3.12.1 3.13.0", "3.12.1"),
        ("2.7.18 3.10.13 3.14t-dev", "system"),
        ("", "system"),
    ],
)
def test_make_takes_a_python_that_pyenv_has(tmp_path: Path, installed: str, expected: str) -> None:
    pyenv = tmp_path / "pyenv"
    pyenv.write_text(f"#!/bin/sh\nprintf '%s\\n' {installed}\n")
    pyenv.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    made = subprocess.run(
        ["make", "--silent", "--eval", "chosen: ; @echo $$PYENV_VERSION", "chosen"],
        cwd=ROOT,
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout.strip() == expected
