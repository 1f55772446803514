"""Who acts, and what a person may spend, has set, and keeps under a name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.conversations import Person
from bot.domain.jobs import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person at the moment of a command or press, with their rights there."""

    person: Person
    is_moderator: bool = False  # may remove other people's messages there
    public_jobs: frozenset[str] = frozenset()  # which the message of the press makes public


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Who may spend how much. Counted in jobs."""

    daily_per_user: int  # in any 24 hours
    waiting_per_user: int
    waiting: int  # over all users


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What stands against the limits when a new job asks to come in. Counted in jobs."""

    waiting: int  # queued, over all users
    waiting_of_user: int
    recent_of_user: int  # created in the last 24 hours, without those that cost nothing
    oldest_recent_at: datetime | None  # of those: 24 hours later there is room again


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureUsage:
    """What stands against the limits when another attached picture asks to be kept."""

    of_person: tuple[tuple[datetime, int], ...]  # attached in the last 24 hours: when, and bytes
    count: int  # kept, over all people
    total_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Parameters, and words to add, that a person keeps under a name."""

    name: str
    parameters: str = ""  # "--ar 16:9 --stylize 200"
    suffix: str = ""  # goes behind the words of the prompt


def preset_named(name: str, presets: Iterable[Preset]) -> Preset | None:
    """Return the preset of this name, be it in other letters' case; None: there is none."""
    return next((each for each in presets if each.name.casefold() == name.casefold()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a person has set for all their jobs."""

    mode: Mode | None = None  # None: fast
    parameters: str = ""  # used where the prompt says nothing else
    wants_dm: bool = False  # tell me by direct message when a job is done
    language: str | None = None  # BCP 47; None: the platform's
    wants_questions: bool = True  # ask me when a prompt looks wrong; else it is only remarked
