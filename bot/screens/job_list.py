"""A person's jobs as a list with buttons, a page at a time.

Each button carries the page, the filter and the search, so the list needs no memory.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from bot.domain.deliveries import Delivery, DeliveryStatus
from bot.domain.errors import OutdatedError
from bot.domain.failures import describe
from bot.domain.jobs import JOB_ID_PATTERN, Failure, Job, JobFilter, JobPage, JobStatus
from bot.domain.texts import Inline, Joined, Link, Text, msg
from bot.domain.views import (
    Action,
    Button,
    Buttons,
    Divider,
    Element,
    Emphasis,
    Form,
    Line,
    Menu,
    Option,
    Picture,
    Row,
    Style,
    TextField,
    View,
    Words,
)
from bot.screens import actions
from bot.screens.facts import prompt_line, provider_words, variation_text

# Characters of each entry before escaping; 5 entries share the 4000 of a message.
PROMPT_LIMIT = 130
DETAIL_LIMIT = 60  # of the provider's own words
SEARCH_LIMIT = 50  # of the 100 of an action, counted in UTF-16, as clients do
MAX_PAGE = 9999
SEARCH_FIELD = "search"
GO_TO_MESSAGE = msg("Go to message")

_NO_URLS: Mapping[str, str | None] = MappingProxyType({})
_NO_PICTURES: Mapping[str, Picture] = MappingProxyType({})


class Shown(StrEnum):
    """Which states a list shows. Short, because every button of the list carries it."""

    ALL = "a"
    WAITING = "w"
    DRAWING = "r"
    DONE = "d"
    FAILED = "f"
    CANCELLED = "c"

    @classmethod
    def of(cls, value: str) -> Self:
        """Return the one that a button or a menu names.

        Raises:
            OutdatedError: there are no such states.
        """
        try:
            return cls(value)
        except ValueError:
            raise OutdatedError from None


# How a list names each, its emoji, and the states themselves; for all jobs there are none.
_STATES = {
    Shown.ALL: (msg("All jobs"), "🗂️", frozenset[JobStatus]()),
    Shown.WAITING: (msg("Waiting"), "⏳", frozenset({JobStatus.QUEUED})),
    Shown.DRAWING: (
        msg("Drawing"),
        "🎨",
        frozenset({JobStatus.SUBMITTING, JobStatus.RUNNING, JobStatus.UNKNOWN}),
    ),
    Shown.DONE: (msg("Done"), "✅", frozenset({JobStatus.SUCCEEDED})),
    Shown.FAILED: (msg("Failed"), "⚠️", frozenset({JobStatus.FAILED})),
    Shown.CANCELLED: (msg("Cancelled"), "🚫", frozenset({JobStatus.CANCELLED})),
}


# ── What a list shows, and its buttons carry ────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which jobs a list shows."""

    shown: Shown = Shown.ALL
    search: str = ""
    page: int = 0

    @classmethod
    def of(cls, shown: str | None, search: str | None) -> Self:
        """Read what a person chose and typed; of a long search as much as buttons can carry.

        Raises:
            OutdatedError: there are no such states.
        """
        return cls(shown=Shown.of(shown or Shown.ALL), search=_carried(search or ""))

    @property
    def filter(self) -> JobFilter:
        """The same for the store."""
        return JobFilter(statuses=_STATES[self.shown][2], search=self.search)

    def action(self, name: str, job_id: str = "") -> Action:
        """Return what one button or menu of the list asks for."""
        page = max(0, min(self.page, MAX_PAGE))
        return Action(name, (job_id, str(page), self.shown.value, self.search))


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a button or a menu of the list says: at which list, and at which of its jobs."""

    wanted: Wanted
    job_id: str

    @classmethod
    def of(cls, action: Action | None) -> Self:
        """Read what `Wanted.action` wrote.

        Raises:
            OutdatedError: it is of another version.
        """
        found = None if action is None else _PRESS.fullmatch(action.last(0))
        if found is None:
            raise OutdatedError
        job_id, page, shown, search = found.groups()
        return cls(wanted=Wanted(shown=Shown(shown), search=search, page=int(page)), job_id=job_id)


_PRESS = re.compile(rf"({JOB_ID_PATTERN.pattern}|):([0-9]{{1,4}}):([{''.join(Shown)}]):(.*)")


def _carried(search: str) -> str:
    """Return as much of a search as the buttons can carry, on one line."""
    search = " ".join(search.split())
    while len(search.encode("utf-16-le", "replace")) > 2 * SEARCH_LIMIT:
        search = search[:-1]
    return search.rstrip()


# ── The list ────────────────────────────────────────────────────────────────────────────────────


def list_view(
    page: JobPage,
    wanted: Wanted,
    locale: str,
    *,
    urls: Mapping[str, str | None] = _NO_URLS,
    thumbnails: Mapping[str, Picture] = _NO_PICTURES,
) -> View:
    """Build the list; by the job's id, `urls` open the messages of results.

    Where a message takes fewer elements it goes without dividers, then with links in the text
    instead of buttons to the messages.
    """
    built = _Builder(replace(wanted, page=page.number), page, urls, thumbnails)
    smallest = View(elements=tuple(built.elements(has_jumps=False)), locale=locale)
    elements = tuple(built.elements())
    smaller = replace(smallest, elements=elements, smaller=smallest)
    return replace(smaller, elements=tuple(built.elements(has_dividers=True)), smaller=smaller)


@dataclass(frozen=True, slots=True)
class _Builder:
    """Builds one page of the list."""

    wanted: Wanted
    page: JobPage
    urls: Mapping[str, str | None]
    thumbnails: Mapping[str, Picture]

    def elements(self, *, has_jumps: bool = True, has_dividers: bool = False) -> Iterator[Element]:
        """Yield all of it; without buttons to jump to messages, links in the text lead there."""
        yield Words(*_head(self.page, self.wanted))
        for job in self.page.jobs:
            yield self._entry(job, has_link=not has_jumps)
            yield Buttons(*self._buttons(job, has_jump=has_jumps))
            if has_dividers:
                yield Divider()
        yield _filter_menu(self.wanted)
        yield Buttons(*_page_buttons(self.page, self.wanted))

    def _entry(self, job: Job, *, has_link: bool) -> Element:
        """Say what there is to say of a job, beside a picture of it if there is one."""
        url = self.urls.get(job.id) if has_link else None
        words = Words(*_lines(job, self.page.deliveries.get(job.id), url))
        thumbnail = self.thumbnails.get(job.id)
        return words if thumbnail is None else Row(words, thumbnail)

    def _buttons(self, job: Job, *, has_jump: bool) -> Iterator[Button]:
        details = self.wanted.action(actions.JOBS_DETAILS, job.id)
        yield Button(label=msg("Details"), action=details)
        yield from _links(job, self.urls.get(job.id) if has_jump else None, self.wanted)
        if job.is_cancellable:
            yield Button(
                label=msg("Cancel"),
                action=self.wanted.action(actions.JOBS_CANCEL, job.id),
                emphasis=Emphasis.DANGER,
            )


def links_of(job: Job, url: str | None) -> list[Button]:
    """Return the buttons of a job's details: to its message at `url`, and to post it here."""
    return list(_links(job, url, Wanted()))


def _links(job: Job, url: str | None, wanted: Wanted) -> Iterator[Button]:
    if url is not None:
        yield Button(label=GO_TO_MESSAGE, url=url)
    if job.status is JobStatus.SUCCEEDED and job.image_urls:
        post = wanted.action(actions.JOBS_POST, job.id)
        yield Button(label=msg("Post here"), emoji="🖼️", action=post)


def _head(page: JobPage, wanted: Wanted) -> Iterator[Line]:
    yield Line(msg("Your jobs"), Style.TITLE)
    if wanted.search:
        yield Line(msg("With “{search}” in the prompt.", search=wanted.search))
    if page.total:
        return
    if wanted.search or wanted.shown is not Shown.ALL:
        yield Line(msg("No jobs match. Try another filter."))
    else:
        yield Line(msg("Nothing here yet. Start your first picture with /imagine."))


def _lines(job: Job, delivery: Delivery | None, url: str | None) -> Iterator[Line]:
    yield Line(prompt_line(job, PROMPT_LIMIT))
    _, emoji, _ = _states_of(job)
    facts = Joined(tuple(_facts(job, delivery, url)))
    yield Line(Joined((emoji, facts), between=" "), Style.SMALL)
    if job.failure is not None:
        yield Line(_reason(job.failure), Style.SMALL)


def _facts(job: Job, delivery: Delivery | None, url: str | None) -> Iterator[Inline]:
    yield _state(job, delivery)
    yield job.finished_at or job.created_at
    if job.variation is not None:
        yield variation_text(replace(job.variation, message_url=None))
    if job.is_private:
        yield msg("only for you")
    if url is not None:
        yield Link(url, GO_TO_MESSAGE)


def _states_of(job: Job) -> tuple[Text, str, frozenset[JobStatus]]:
    return next(states for states in _STATES.values() if job.status in states[2])


def _state(job: Job, delivery: Delivery | None) -> Text:
    name, _, _ = _states_of(job)
    if job.status is not JobStatus.SUCCEEDED:
        return name
    if job.is_discarded:
        return msg("Done, but not posted")
    if delivery is not None and delivery.status is DeliveryStatus.UNDELIVERABLE:
        return msg("Done, but I couldn't post it")
    return name


def _reason(failure: Failure) -> Inline:
    reason = describe(failure.code)
    if not failure.detail:
        return reason
    return Joined((reason, provider_words(failure.detail, DETAIL_LIMIT)), between=" ")


def _filter_menu(wanted: Wanted) -> Menu:
    options = (
        Option(label=name, value=shown.value, emoji=emoji, is_chosen=shown is wanted.shown)
        for shown, (name, emoji, _) in _STATES.items()
    )
    return Menu(action=wanted.action(actions.JOBS_FILTER), options=tuple(options))


def _page_buttons(page: JobPage, wanted: Wanted) -> Iterator[Button]:
    number, pages = page.number, page.pages
    if pages > 1:
        yield _to_page(wanted, number - 1, msg("Newer"), "◀️", is_enabled=number > 0)
    yield Button(
        label=msg("Page {number} of {all}", number=number + 1, all=pages),
        emoji="🔄",
        action=wanted.action(actions.JOBS_REFRESH),
    )
    if pages > 1:
        yield _to_page(wanted, number + 1, msg("Older"), "▶️", is_enabled=number + 1 < pages)
    yield Button(
        label=msg("Clear search") if wanted.search else msg("Search"),
        emoji="🔍",
        action=wanted.action(actions.JOBS_FIND_ALL if wanted.search else actions.JOBS_FIND),
    )


def _to_page(wanted: Wanted, number: int, label: Text, emoji: str, *, is_enabled: bool) -> Button:
    action = replace(wanted, page=number).action(actions.JOBS_PAGE)
    return Button(label=label, emoji=emoji, action=action, is_enabled=is_enabled)


def search_form(wanted: Wanted, locale: str) -> Form:
    """Build the form that asks what to look for."""
    field = TextField(name=SEARCH_FIELD, label=msg("Words in the prompt"), max_length=SEARCH_LIMIT)
    return Form(
        title=msg("Search your jobs"),
        action=Action(actions.JOBS_SEARCH, (wanted.shown.value,)),
        fields=(field,),
        locale=locale,
    )
