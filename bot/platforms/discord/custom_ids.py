"""What a button carries: the whole state it needs, so that it works after any restart. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from bot.models import JOB_ID_PATTERN


class Action(StrEnum):
    """What a press on a button of a card does."""

    SHOW = "show"  # post one image by itself; the number says which, from 1
    AGAIN = "again"  # the same prompt as a new job
    DELETE = "delete"  # remove the card; the number is the card's part, from 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonId:
    """One button of a card, as its custom id says (Discord allows 100 characters)."""

    action: Action
    job_id: str
    number: int | None = None

    def __str__(self) -> str:
        suffix = "" if self.number is None else f":{self.number}"
        return f"imagine:{self.action}:{self.job_id}{suffix}"

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        """Read a custom id that matched `CUSTOM_ID`."""
        number = match["number"]
        return cls(
            action=Action(match["action"]),
            job_id=match["job_id"],
            number=None if number is None else int(number),
        )


CUSTOM_ID = re.compile(
    rf"imagine:(?P<action>{'|'.join(Action)})"
    rf":(?P<job_id>{JOB_ID_PATTERN.pattern})"
    r"(?::(?P<number>[0-9]{1,3}))?"
)


def card_mark(job_id: str, part: int) -> str:
    """Give the custom id that only the card of this part of this job carries."""
    return str(ButtonId(action=Action.DELETE, job_id=job_id, number=part))
