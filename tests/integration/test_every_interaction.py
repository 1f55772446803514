"""What holds for all that a person can do: an answer in time, peace when beaten, one sentence."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from structlog.testing import capture_logs

from bot.domain.conversations import Person
from bot.domain.people import Preset
from bot.domain.timings import TIMINGS
from bot.platforms.discord.timings import DISCORD_TIMINGS
from bot.store.limits import DatabaseLimits
from tests.doubts import TYPO, read_with_doubts
from tests.fixtures import Rig, parts, running
from tests.haste import UNHURRIED, set_limits
from tests.standins.discord import DiscordStandIn, Interaction, Message, faults
from tests.standins.discord.routes import CALLBACK
from tests.timing import TIMEOUT_S

PICTURE = b"\x89PNG\r\n\x1a\n"

Act: TypeAlias = Callable[..., Awaitable[Interaction]]


@pytest.fixture
async def rig(d: DiscordStandIn, tmp_path: Path) -> AsyncIterator[Rig]:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    async with (
        parts(
            d,
            database_url=url,
            timings=TIMINGS,
            discord_timings=DISCORD_TIMINGS,
            read=read_with_doubts,
        ) as rig,
        running(rig.bot, d.token),
    ):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        yield rig


@pytest.fixture
async def acts(rig: Rig) -> dict[str, Act]:
    """Return all that Ann can do, by name; the bot has its own limits when she does it."""
    people = _People(rig)
    rig.bot.discord_timings = UNHURRIED
    await people.prepare()
    rig.bot.discord_timings = DISCORD_TIMINGS
    return {**people.commands(), **people.on_cards(), **people.on_panels(), **people.on_forms()}


class _People:
    """Ann, with every kind of message before her eyes."""

    def __init__(self, rig: Rig) -> None:
        self.rig, self.d = rig, rig.d

    async def prepare(self) -> None:
        preset = Preset(name="poster", parameters="--ar 2:3")
        await self.rig.services.personal.save_preset(Person.of(f"discord:{self.d.ann.id}"), preset)
        self.card = await self.rig.card()
        self.waiting = await self._shown("imagine", prompt="a fox that waits")
        self.question = await self._shown("imagine", prompt="a {red, blue} fox")
        self.doubt = await self._shown("imagine", prompt=TYPO)
        self.doubt_too = await self._shown("imagine", prompt=TYPO)
        self.refusal = await self._shown("imagine", prompt="a fox --ar 16:0")
        self.jobs = await self._shown("jobs")
        self.settings = await self._shown("settings")
        self.presets = await self._shown("preset list")
        self.preset = await self._shown("preset show", name="poster")
        self.help = await self._shown("help")
        self.details = await self._asked_privately(self._press(self.card, "Details")())
        self.edit_form = await self._press(self.card, "Edit")()
        self.redo_form = await self._press(self.refusal, "Edit")()
        self.search_form = await self._press(self.jobs, "Search")()
        self.defaults_form = await self._press(self.settings, "Change")()
        self.preset_form = await self._press(self.presets, "New preset")()
        self.photo = self.d.say(self.d.ann, self.d.channel, "look", ("fox.png", PICTURE))

    def commands(self) -> dict[str, Act]:
        slash = partial(partial, self.d.slash, self.d.ann, self.d.channel)
        typing = partial(partial, self.d.autocomplete, self.d.ann, self.d.channel)
        menu = partial(partial, self.d.choose_from_menu, self.d.ann)
        return {
            "/imagine": slash("imagine", prompt="a cat"),
            "/imagine privately": slash("imagine", prompt="a cat", private=True),
            "/imagine with a preset": slash("imagine", prompt="a cat", preset="poster"),
            "/imagine several": slash("imagine", prompt="a cat --repeat 2"),
            "/imagine doubtfully": slash("imagine", prompt=TYPO),
            "/imagine wrongly": slash("imagine", prompt="a cat --ar 16:0"),
            "typing a prompt": typing("imagine", "prompt", "a"),
            "typing a preset": typing("imagine", "preset", "p"),
            "/jobs": slash("jobs"),
            "/queue": slash("queue"),
            "/help": slash("help"),
            "/settings": slash("settings"),
            "/preset save": slash("preset save", name="wide", parameters="--ar 3:1"),
            "/preset list": slash("preset list"),
            "/preset show": slash("preset show", name="poster"),
            "/preset delete": slash("preset delete", name="poster"),
            "Imagine from this image": menu(self.photo, "Imagine from this image"),
            "Use as style": menu(self.photo, "Use as style"),
            "Job details": menu(self.card, "Job details"),
        }

    def on_cards(self) -> dict[str, Act]:
        return {
            "card: 1": self._press(self.card, "1"),
            "card: Again": self._press(self.card, "Again"),
            "card: Edit": self._press(self.card, "Edit"),
            "card: Details": self._press(self.card, "Details"),
            "card: V2": self._press(self.card, "V2"),
            "details: Again": self._press(self.details, "Again"),
            "details: Edit": self._press(self.details, "Edit"),
            "placeholder: Cancel": self._press(self.waiting, "Cancel"),
            "question: Start": self._press(self.question, "Start 2 jobs"),
            "refusal: Edit": self._press(self.refusal, "Edit"),
            "question: No, thanks": self._press(self.question, "No, thanks"),
            "doubt: Edit": self._press(self.doubt, "Edit"),
            "doubt: Fix & draw": self._press(self.doubt, "Fix & draw"),
            "doubt: Draw anyway": self._press(self.doubt_too, "Draw anyway"),
            "details: Delete": self._press(self.details, "Delete"),
            "card: Delete": self._press(self.card, "Delete"),
        }

    def on_panels(self) -> dict[str, Act]:
        return {
            "/jobs: Details": self._press(self.jobs, "Details"),
            "/jobs: Cancel": self._press(self.jobs, "Cancel"),
            "/jobs: Post here": self._press(self.jobs, "Post here"),
            "/jobs: Page": self._press(self.jobs, "Page 1 of 1"),
            "/jobs: Search": self._press(self.jobs, "Search"),
            "/jobs: filter": self._choose(self.jobs, 0, "d"),
            "/settings: Change": self._press(self.settings, "Change"),
            "/settings: Turn on": self._press(self.settings, "Turn on"),
            "/settings: mode": self._choose(self.settings, 0, "relaxed"),
            "/settings: language": self._choose(self.settings, 1, "auto"),
            "/presets: one": self._choose(self.presets, 0, "poster"),
            "/presets: New preset": self._press(self.presets, "New preset"),
            "/preset: All presets": self._press(self.preset, "All presets"),
            "/preset: Delete": self._press(self.preset, "Delete"),
            "/help: an example": self._press(self.help, "A tiny bakery"),
        }

    def on_forms(self) -> dict[str, Act]:
        send = partial(partial, self.d.submit_modal)
        return {
            "the form of Edit": send(self.edit_form, {"prompt": "a dog"}),
            "the form of a refusal": send(self.redo_form, {"prompt": "a dog"}),
            "the form of a search": send(self.search_form, {"search": "fox"}),
            "the form of the defaults": send(self.defaults_form, {"parameters": "--ar 3:2"}),
            "the form of a preset": send(
                self.preset_form, {"name": "tall", "parameters": "--ar 1:2", "words": ""}
            ),
        }

    async def _shown(self, command: str, **options: Any) -> Message:
        return await self._asked_privately(
            self.d.slash(self.d.ann, self.d.channel, command, **options)
        )

    async def _asked_privately(self, act: Awaitable[Interaction]) -> Message:
        response = (await act).response
        assert response is not None
        return response

    def _press(self, message: Message, label: str) -> Act:
        return partial(self.d.press, self.d.ann, message, label)

    def _choose(self, message: Message, number: int, value: str) -> Act:
        return partial(self.d.select, self.d.ann, message, menus_of(message)[number], [value])


def menus_of(message: Message) -> list[str]:
    """Return the custom ids of the menus of a message."""

    def walk(components: list[dict[str, Any]]) -> Iterator[str]:
        for component in components:
            if component["type"] == 3:
                yield component["custom_id"]
            yield from walk(component.get("components", []))

    return list(walk(message.components))


def thinking(rig: Rig) -> list[Message]:
    """Return the messages that promise an answer."""
    shown = [m for channel in rig.d.world.channels.values() for m in channel.all_messages]
    return [message for message in shown if message.loading and not message.deleted]


def told(asked: Interaction) -> list[str]:
    """Return what was said to the person alone in new messages."""
    new = [*asked.followups]
    if asked.response is not None and asked.response is not asked.message:
        new.append(asked.response)
    return [message.text for message in new if message.ephemeral and not message.deleted]


# ── A slow database ─────────────────────────────────────────────────────────────────────────────


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep everybody else from the database."""
    with closing(sqlite3.connect(path, isolation_level=None)) as store:
        store.execute("BEGIN IMMEDIATE")
        yield
        store.execute("ROLLBACK")


async def test_everything_is_answered_while_the_database_hangs(
    rig: Rig, acts: dict[str, Act], tmp_path: Path
) -> None:
    rig.database.limits = DatabaseLimits(transaction_timeout_s=2 * TIMEOUT_S)
    with locked(tmp_path / "jobs.db"):
        asked = await asyncio.gather(*(act() for act in acts.values()))
        unanswered = [
            name for name, each in zip(acts, asked, strict=True) if each.callback_type is None
        ]
        assert unanswered == []
    await rig.d.wait_for(lambda: not thinking(rig), what="the answers")
    assert not [text for each in asked for text in told(each) if "reference" in text]


def test_nobody_waits_for_more_than_a_second_and_for_a_form_no_more_than_discord_allows() -> None:
    timings = DISCORD_TIMINGS
    assert max(timings.thinking_after_s, TIMINGS.suggestions_within_s) <= 1.0
    assert timings.form_within_s + TIMINGS.language_within_s < 2.5  # of 3, with the way there


async def test_a_form_that_comes_too_late_is_refused_in_a_sentence(
    rig: Rig, tmp_path: Path
) -> None:
    card = await rig.card()
    set_limits(rig.bot, form_within_s=0.05)
    with locked(tmp_path / "jobs.db"):
        asked = await rig.d.press(rig.d.ann, card, "Edit")
    assert told(asked) == ["I'm a bit slow right now, sorry. Please try again."]


# ── Another process was faster ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("beaten", [faults.status(404, 10062), faults.status(400, 40060)])
async def test_who_is_beaten_to_an_answer_keeps_quiet(
    rig: Rig, acts: dict[str, Act], beaten: faults.Action
) -> None:
    before = len(rig.d.calls("POST", CALLBACK))
    rig.d.faults.add("POST", CALLBACK, beaten, times=None)
    with capture_logs() as logs:
        asked = [await act(wait=0) for act in acts.values()]
        await rig.d.wait_for(
            lambda: {each.token for each in asked} <= tried(rig, before), what="all tries"
        )
        rig.d.faults.clear()
        await rig.d.slash(rig.d.ben, rig.d.channel, "help")
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
    assert [text for each in asked for text in told(each)] == []


def tried(rig: Rig, before: int) -> set[str]:
    """Return the tokens of the interactions that the bot has tried to answer since, in vain."""
    calls = rig.d.calls("POST", CALLBACK)[before:]
    return {call.path.split("/")[-2] for call in calls if call.status is not None}


# ── What is gone ────────────────────────────────────────────────────────────────────────────────

ABOUT_A_JOB = (
    "card: 1", "card: Again", "card: Edit", "card: Details", "card: V2", "card: Delete",
    "details: Again", "details: Edit", "details: Delete", "placeholder: Cancel",
    "/jobs: Details", "/jobs: Cancel", "/jobs: Post here", "Job details",
    "question: Start", "doubt: Fix & draw", "doubt: Draw anyway", "doubt: Edit", "refusal: Edit",
    "the form of a refusal",
)  # fmt: skip


async def test_what_is_about_a_forgotten_job_or_request_is_answered_with_one_sentence(
    rig: Rig, acts: dict[str, Act], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "jobs.db", isolation_level=None)) as store:
        store.executescript("DELETE FROM deliveries; DELETE FROM jobs; DELETE FROM drafts;")
    for name in ABOUT_A_JOB:
        asked = await acts[name]()
        sentences = await rig.d.wait_for(partial(told, asked), what=name)
        assert len(sentences) == 1, name
        assert re.search("no longer have|too old for me", sentences[0]), name
        assert "\n" not in sentences[0], name
