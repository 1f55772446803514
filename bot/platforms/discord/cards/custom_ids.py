"""What a button carries: the whole state it needs, so that it works after any restart. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self, TypeVar

from bot.domain.errors import OutdatedError
from bot.domain.jobs import JOB_ID_PATTERN

E = TypeVar("E", bound=StrEnum)


# The part on the card of a result that its owner posted once more. No other card carries it: so it
# is never taken for a part of the delivery, and makes public what is private; see `visibility`.
COPY_PART = 999


class Action(StrEnum):
    """What a press on a button of a card does."""

    SHOW = "show"  # post one image by itself; the number says which, from 1
    AGAIN = "again"  # the same prompt as a new job
    DELETE = "delete"  # remove the card; the number is the card's part, from 0
    VARY = "vary"  # the prompt again, with one image as image prompt; the number says which, from 1
    TAKE_DOWN = "takedown"  # remove image `number`, which `person_id` posted by itself
    EDIT = "edit"  # open a form with the prompt
    DETAILS = "details"  # show this person all about the job
    REMOVE = "remove"  # remove the card at `place`, pressed elsewhere
    REDO = "redo"  # open a form with a refused request; the id is the draft's
    CANCEL = "cancel"  # of a placeholder: take back what is still free
    DISCARD = "discard"  # of a placeholder: keep what comes of it from being posted
    START = "start"  # start the jobs of the draft; number 1: only this person may see them
    FIX = "fix"  # the same with what was doubtful put right
    DECLINE = "decline"  # forget about the draft


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPlace:
    """Where a card stands. Ids are Discord's."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonId:
    """One button of a card, as its custom id says (Discord allows 100 characters)."""

    action: Action
    job_id: str
    number: int | None = None
    person_id: str | None = None
    place: CardPlace | None = None

    def __str__(self) -> str:
        number = "" if self.number is None else f":{self.number}"
        person = "" if self.person_id is None else f"~{self.person_id}"
        place = "" if self.place is None else f"@{self.place.channel_id}-{self.place.message_id}"
        return f"imagine:{self.action}:{self.job_id}{number}{person}{place}"

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        """Read a custom id that matched `CUSTOM_ID`."""
        number = match["number"]
        return cls(
            action=Action(match["action"]),
            job_id=match["job_id"],
            number=None if number is None else int(number),
            person_id=match["person_id"],
            place=_place_of(match),
        )


def _place_of(match: re.Match[str]) -> CardPlace | None:
    if match["message_id"] is None:
        return None
    return CardPlace(channel_id=int(match["channel_id"]), message_id=int(match["message_id"]))


class Panel(StrEnum):
    """A message for one person that its own buttons and menus change in place."""

    JOBS = "jobs"
    SETTINGS = "settings"
    PRESETS = "presets"
    HELP = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelId:
    """One button or menu of a panel: what the panel needs to know, in the panel's own words."""

    panel: Panel
    state: str  # on one line; with the rest at most 100 characters

    def __str__(self) -> str:
        return f"imagine:{self.panel}:{self.state}"

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        """Read a custom id that matched `CUSTOM_ID`."""
        return cls(panel=Panel(match["panel"]), state=match["state"])


class Form(StrEnum):
    """A form that somebody may fill in and send off."""

    EDIT = "edit"  # the prompt of a job, to be changed; the state is the job's id
    FIND = "find"  # words to look for among a person's jobs; the state says which states to show
    DEFAULTS = "defaults"  # a person's default parameters
    REQUEST = "wish"  # a request to be completed; the state is its draft's id


@dataclass(frozen=True, slots=True, kw_only=True)
class FormId:
    """A form, as its custom id says: all that its answer needs to be understood."""

    form: Form
    state: str  # on one line; with the rest at most 100 characters

    def __str__(self) -> str:
        return f"form:{self.form}:{self.state}"

    @classmethod
    def parse(cls, custom_id: str) -> Self | None:
        """Read a custom id; None if it is no form of ours.

        Raises:
            OutdatedError: it is a form of another version.
        """
        found = _FORM_ID.fullmatch(custom_id)
        return (
            None if found is None else cls(form=one_of(Form, found["form"]), state=found["state"])
        )


_FORM_ID = re.compile(r"form:(?P<form>[^:]*):(?P<state>.*)", re.DOTALL)
_OF_JOB = (
    rf"(?P<action>{'|'.join(Action)})"
    rf":(?P<job_id>{JOB_ID_PATTERN.pattern})"
    r"(?::(?P<number>[0-9]{1,3}))?"
    r"(?:~(?P<person_id>[0-9]{1,20}))?"
    r"(?:@(?P<channel_id>[0-9]{1,20})-(?P<message_id>[0-9]{1,20}))?"
)
_OF_PANEL = rf"(?P<panel>{'|'.join(Panel)}):(?P<state>.+)"
CUSTOM_ID = re.compile(rf"imagine:(?:{_OF_JOB}|{_OF_PANEL})")


def one_of(kind: type[E], value: str) -> E:
    """Return the member of an enumeration that a custom id or a choice names.

    Raises:
        OutdatedError: it names none of this version's.
    """
    try:
        return kind(value)
    except ValueError:
        raise OutdatedError from None


def card_mark(job_id: str, part: int) -> str:
    """Return the custom id that only the card of this part of this job carries."""
    return str(ButtonId(action=Action.DELETE, job_id=job_id, number=part))
