"""What is kept for a day while a person is asked, or puts right what was refused.

A draft holds the request, to be edited, and where a person was asked the jobs exactly as they were
shown: what was confirmed is what is started, whatever preset or setting changed in between.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.domain.conversations import Person
from bot.domain.errors import JobGoneError, PictureError, StoreError, UserError
from bot.domain.jobs import Mode
from bot.domain.texts import Text, msg
from bot.ports.clock import Clock
from bot.ports.drafts import DraftStore
from bot.prompts import MAX_LENGTH
from bot.services.requests import Order, Request

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A request, and what it would become."""

    request: Request
    order: Order | None = None  # as it was shown; None: the request was refused, or is not complete

    def to_json(self) -> str:
        """Return it as text for the store."""
        order = None if self.order is None else _from_order(self.order)
        return json.dumps({"request": self.request.to_json(), "order": order})

    @classmethod
    def from_json(cls, payload: str) -> "Draft":
        """Read what `to_json` wrote."""
        value: dict[str, Any] = json.loads(payload)
        order = None if value["order"] is None else _to_order(value["order"])
        return cls(request=Request.from_json(value["request"]), order=order)


@dataclass(frozen=True, slots=True)
class DraftBook:
    """The drafts of all people."""

    store: DraftStore
    clock: Clock

    async def keep(self, draft: Draft, person: Person) -> str:
        """Keep a draft for a day and return its id."""
        return await self.store.put_draft(person, draft.to_json(), now=self.clock.now())

    async def get(self, draft_id: str, person: Person) -> Draft:
        """Return a draft.

        Raises:
            JobGoneError: it is gone, or somebody else's.
        """
        payload = await self.store.get_draft(draft_id, person)
        if payload is None:
            raise JobGoneError(msg("I no longer have this request. Please send it again."))
        return Draft.from_json(payload)

    def offering_edit(self, kept: Request | str, person: Person) -> "OfferedEdit":
        """Let what is refused within be edited: this request, which is kept then, or this draft."""
        return OfferedEdit(self, kept, person)

    async def offer_edit(self, error: UserError, kept: Request | str, person: Person) -> None:
        """Let a refusal say how to edit what was refused."""
        if isinstance(kept, Request) and len(kept.prompt) > MAX_LENGTH:
            error.typed = kept.prompt  # no form could hold it
        elif error.draft_id is None:
            error.draft_id = await self._draft_after(error, kept, person)

    async def _draft_after(
        self, error: UserError, kept: Request | str, person: Person
    ) -> str | None:
        """Return the draft to edit after a refusal; None where there can be none."""
        if isinstance(error, PictureError):  # a form cannot take it away again
            request = kept if isinstance(kept, Request) else (await self.get(kept, person)).request
            kept = request.without_picture(error.link)
        if isinstance(kept, str):
            return kept
        if not kept.prompt.strip() and not kept.options:
            return None  # there is nothing to correct
        try:
            return await self.keep(Draft(request=editable(kept)), person)
        except StoreError as failure:  # the refusal itself is what the person must hear
            log.warning("refused_request_not_kept", reason=str(failure))
            return None

    async def drop(self, draft_id: str, person: Person) -> None:
        """Forget a draft that was edited; a later yes to it starts nothing."""
        await self.store.drop_draft(draft_id, person)


class OfferedEdit:
    """See `DraftBook.offering_edit`; a generator takes longer, and every command has two."""

    def __init__(self, drafts: DraftBook, kept: Request | str, person: Person) -> None:
        self._drafts = drafts
        self._kept = kept
        self._person = person

    async def __aenter__(self) -> None:
        """Do nothing yet."""

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, UserError):
            await self._drafts.offer_edit(error, self._kept, self._person)


def editable(request: Request) -> Request:
    """Return the request as one would type it, as far as that fits into a form."""
    if len(request.prompt) > MAX_LENGTH:
        return request
    typed = request.as_typed()
    return typed if len(typed.prompt) <= MAX_LENGTH else request


def draft_key(draft_id: str) -> str:
    """Return what the yes to a draft is known by, however often it is said, and to which offer."""
    return f"draft:{draft_id}"


def _from_order(order: Order) -> Mapping[str, Any]:
    return {
        "prompts": order.prompts,
        "mode": order.mode.value,
        "is_private": order.is_private,
        "remarks": [remark.to_json() for remark in order.remarks],
        "questions": [question.to_json() for question in order.questions],
        "fixed": None if order.fixed is None else _from_order(order.fixed),
    }


def _to_order(value: Mapping[str, Any]) -> Order:
    return Order(
        prompts=tuple(value["prompts"]),
        mode=Mode(value["mode"]),
        is_private=value["is_private"],
        remarks=tuple(Text(*remark) for remark in value["remarks"]),
        questions=tuple(Text(*question) for question in value["questions"]),
        fixed=None if value["fixed"] is None else _to_order(value["fixed"]),
    )
