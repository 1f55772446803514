"""Discord's limits on settings, presets, queue and help, with extreme data."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.jobs import Job, JobPage, JobStatus, Mode
from bot.domain.people import Preferences, Preset
from bot.domain.queue import QueueState
from bot.domain.texts import msg
from bot.domain.views import Action, View
from bot.locales.languages import available_languages
from bot.platforms.discord.rendering import render_form, render_view
from bot.screens.help import help_view
from bot.screens.presets import list_view, preset_view
from bot.screens.queue import queue_view
from bot.screens.settings import parameters_form, settings_view
from bot.services.jobs import Outlook
from bot.services.personal import MAX_NAME, MAX_PARAMETERS, MAX_PRESETS, MAX_SUFFIX
from tests.jobs import ORIGIN

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
# Each character needs a backslash, and the text is as long as Discord takes.
WILD = "*_`~|>#-[]()<@&\\" * 375
EMOJIS = "🦊" * 400


def outlook(*, is_paused: bool = False) -> Outlook:
    huge = QueueState(waiting=10**9, in_flight=10**9)
    return Outlook(
        everybody=huge,
        person=huge,
        slots=100,
        expected_at=dict.fromkeys(Mode, NOW + timedelta(hours=1)),
        pause=msg("The Midjourney account has no quota left.") if is_paused else None,
    )


def own(prompt: str, count: int) -> JobPage:
    job = Job(
        id="a" * 20,
        source_key="discord:8:0",
        origin=ORIGIN,
        prompt=prompt,
        mode=Mode.FAST,
        status=JobStatus.QUEUED,
        created_at=NOW,
        claimable_at=NOW,
    )
    return JobPage(jobs=(job,) * count, number=0, total=50_000, size=5)


def presets(name: str, text: str) -> list[Preset]:
    return [
        Preset(
            name=f"{number:02}{name}"[:MAX_NAME],
            parameters=text[:MAX_PARAMETERS],
            suffix=text[:MAX_SUFFIX],
        )
        for number in range(MAX_PRESETS)
    ]


def settings() -> View:
    preferences = Preferences(parameters=WILD[:MAX_PARAMETERS], mode=Mode.FAST, wants_dm=True)
    languages = {f"{number}": "Language" for number in range(30)} | available_languages()
    return settings_view(preferences, "de", available=languages, platform="Discord")


EXTREME: dict[str, Callable[[], View]] = {
    "presets": lambda: list_view(presets(WILD, WILD), "de"),
    "presets, emoji": lambda: list_view(presets(EMOJIS, EMOJIS), "de"),
    "presets, none": lambda: list_view([], "en"),
    "preset": lambda: preset_view(presets(EMOJIS, WILD)[0], "de"),
    "settings": settings,
    "queue": lambda: queue_view(outlook(), own(WILD, 5), "de"),
    "queue, paused": lambda: queue_view(outlook(is_paused=True), own("", 0), "en"),
    "help": lambda: help_view("de"),
}
each_view = pytest.mark.parametrize("view", EXTREME.values(), ids=EXTREME)


def parts_of(view: View) -> list[dict[str, Any]]:
    def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for component in components:
            yield component
            yield from walk(component.get("components", []))
            if "accessory" in component:
                yield component["accessory"]

    return list(walk(render_view(view).to_components()))


@each_view
def test_a_view_stays_within_discords_limits(view: Callable[[], View]) -> None:
    parts = parts_of(view())
    texts = [part["content"] for part in parts if part["type"] == 10]
    assert len(parts) <= 40
    assert sum(map(len, texts)) <= 4000
    assert all(texts)
    for part in parts:
        if part["type"] == 3:
            check_options(part["options"])
        assert len(part.get("label") or "") <= 80


def check_options(options: list[dict[str, Any]]) -> None:
    assert 1 <= len(options) <= 25
    assert sum(bool(option.get("default")) for option in options) <= 1
    assert len({option["value"] for option in options}) == len(options)
    for option in options:
        assert 1 <= len(option["label"]) <= 100
        assert 1 <= len(option["value"]) <= 100


@each_view
def test_every_action_is_short_unique_and_understood(view: Callable[[], View]) -> None:
    ids = [part["custom_id"] for part in parts_of(view()) if part.get("custom_id")]
    assert len(set(ids)) == len(ids)
    for custom_id in ids:
        assert len(custom_id.encode("utf-16-le")) // 2 <= 100
        assert str(Action.parse(custom_id)) == custom_id


def test_the_form_for_parameters_stays_within_discords_limits() -> None:
    form = render_form(parameters_form(WILD[:MAX_PARAMETERS], "de")).to_dict()
    (label,) = form["components"]
    assert len(form["title"]) <= 45
    assert len(form["custom_id"]) <= 100
    assert len(label["label"]) <= 45
    assert len(label["description"]) <= 100
    assert len(label["component"]["value"]) <= label["component"]["max_length"] <= 4000
