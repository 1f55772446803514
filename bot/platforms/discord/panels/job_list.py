"""A person's jobs as a list with buttons, a page at a time. Pure.

Each button carries the page, the filter and the search, so the list needs no memory.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any, Self

import discord
from discord import ui

from bot.domain.deliveries import Delivery, DeliveryStatus
from bot.domain.errors import OutdatedError
from bot.domain.failures import describe
from bot.domain.jobs import JOB_ID_PATTERN, Failure, Job, JobFilter, JobPage, JobStatus
from bot.domain.texts import Text, clip, msg
from bot.platforms.discord.cards.custom_ids import Form, FormId, Panel, PanelId, one_of
from bot.platforms.discord.cards.facts import SEPARATOR, shown_prompt, variation_text
from bot.platforms.discord.cards.forms import TITLE_LIMIT, sealed_form
from bot.platforms.discord.cards.layouts import ACCENT, alternative_text, sealed
from bot.platforms.discord.cards.links import message_url
from bot.platforms.discord.rendering.markdown import Markdown, escape, link, relative, render, small
from bot.services.requests import prompt_without_varied

# Characters of each entry before escaping; 5 entries share the 4000 of a message.
PROMPT_LIMIT = 130
DETAIL_LIMIT = 60  # of the provider's own words
MAX_COMPONENTS = 40  # Discord's, of a message
SEARCH_LIMIT = 50  # of the 100 of a custom id, counted as Discord's clients do, in UTF-16
THUMBNAIL_TEXT_LIMIT = 256  # discord.py's, for the words that stand for it
MAX_PAGE = 9999
SEARCH_FIELD = "search"


class Shown(StrEnum):
    """Which states a list shows. Short, because every button of the list carries it."""

    ALL = "a"
    WAITING = "w"
    DRAWING = "r"
    DONE = "d"
    FAILED = "f"
    CANCELLED = "c"


_STATUSES = {
    Shown.ALL: frozenset[JobStatus](),
    Shown.WAITING: frozenset({JobStatus.QUEUED}),
    Shown.DRAWING: frozenset({JobStatus.SUBMITTING, JobStatus.RUNNING, JobStatus.UNKNOWN}),
    Shown.DONE: frozenset({JobStatus.SUCCEEDED}),
    Shown.FAILED: frozenset({JobStatus.FAILED}),
    Shown.CANCELLED: frozenset({JobStatus.CANCELLED}),
}
_NAMES = {
    Shown.ALL: msg("All jobs"),
    Shown.WAITING: msg("Waiting"),
    Shown.DRAWING: msg("Drawing"),
    Shown.DONE: msg("Done"),
    Shown.FAILED: msg("Failed"),
    Shown.CANCELLED: msg("Cancelled"),
}
_EMOJIS = {
    Shown.ALL: "🗂️",
    Shown.WAITING: "⏳",
    Shown.DRAWING: "🎨",
    Shown.DONE: "✅",
    Shown.FAILED: "⚠️",
    Shown.CANCELLED: "🚫",
}


class Verb(StrEnum):
    """What a press on the list does."""

    PAGE = "page"
    REFRESH = "fresh"
    FILTER = "filter"
    FIND = "find"
    FIND_ALL = "findall"
    DETAILS = "details"
    POST = "post"
    CANCEL = "cancel"


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
        return cls(shown=one_of(Shown, shown or Shown.ALL), search=_carried(search or ""))

    @property
    def filter(self) -> JobFilter:
        """The same for the store."""
        return JobFilter(statuses=_STATUSES[self.shown], search=self.search)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPress:
    """One button or menu of the list."""

    verb: Verb
    wanted: Wanted
    job_id: str = ""

    @property
    def custom_id(self) -> str:
        """The custom id that carries it."""
        wanted = self.wanted
        page = max(0, min(wanted.page, MAX_PAGE))
        state = f"{self.verb}:{self.job_id}:{page}:{wanted.shown}:{wanted.search}"
        return str(PanelId(panel=Panel.JOBS, state=state))

    @classmethod
    def parse(cls, state: str) -> Self:
        """Read the state of a custom id.

        Raises:
            OutdatedError: it is not ours, or of another version.
        """
        found = _STATE.fullmatch(state)
        if found is None:
            raise OutdatedError
        wanted = Wanted(
            shown=Shown(found["shown"]), search=found["search"], page=int(found["page"])
        )
        return cls(verb=one_of(Verb, found["verb"]), wanted=wanted, job_id=found["job_id"])


_STATE = re.compile(
    rf"(?P<verb>[a-z]+):(?P<job_id>{JOB_ID_PATTERN.pattern}|):(?P<page>[0-9]{{1,4}})"
    rf":(?P<shown>[{''.join(Shown)}]):(?P<search>.*)"
)


def list_view(
    page: JobPage, wanted: Wanted, locale: str, thumbnails: Mapping[str, str] | None = None
) -> ui.LayoutView:
    """Build the list; `thumbnails` are addresses by the job's id, else the provider's links."""
    if thumbnails is None:
        thumbnails = {job.id: job.image_urls[0] for job in page.jobs if job.image_urls}
    wanted = replace(wanted, page=page.number)
    for layout in _LAYOUTS:
        container = _list(page, wanted, locale, thumbnails, layout)
        if 1 + len(tuple(container.walk_children())) <= MAX_COMPONENTS:
            break
    return sealed(container)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """What a list has besides the necessary; Discord's limit decides."""

    has_jump_buttons: bool  # else links in the text lead to the messages
    has_separators: bool


_LAYOUTS = (
    _Layout(has_jump_buttons=True, has_separators=True),
    _Layout(has_jump_buttons=True, has_separators=False),
    _Layout(has_jump_buttons=False, has_separators=False),
)


def _list(
    page: JobPage, wanted: Wanted, locale: str, thumbnails: Mapping[str, str], layout: _Layout
) -> ui.Container[Any]:
    container: ui.Container[Any] = ui.Container(
        ui.TextDisplay("\n".join(_head(page, wanted, locale))), accent_colour=ACCENT
    )
    for job in page.jobs:
        delivery = page.deliveries.get(job.id)
        jumps = list(_jump(job, delivery, locale))
        in_text, in_row = ([], jumps) if layout.has_jump_buttons else (jumps, [])
        text = _entry(job, delivery, locale, in_text)
        container.add_item(_beside_thumbnail(text, job, thumbnails.get(job.id), locale))
        container.add_item(ui.ActionRow(*_actions(job, wanted, locale, in_row)))
        if layout.has_separators:
            container.add_item(ui.Separator())
    container.add_item(ui.ActionRow(_filter_menu(wanted, locale)))
    container.add_item(ui.ActionRow(*_page_buttons(page, wanted, locale)))
    return container


def links_of(job: Job, delivery: Delivery | None, locale: str) -> list[ui.Button[Any]]:
    """Return the buttons of a job's details: to its message, and to post it here."""
    return [*_jump(job, delivery, locale), *_post(job, Wanted(), locale)]


def _carried(search: str) -> str:
    """Return as much of a search as the buttons can carry, on one line."""
    search = " ".join(search.split())
    while len(search.encode("utf-16-le", "replace")) > 2 * SEARCH_LIMIT:
        search = search[:-1]
    return search.rstrip()


def _head(page: JobPage, wanted: Wanted, locale: str) -> Iterator[str]:
    say = partial(render, locale=locale)
    yield f"### {say(msg('Your jobs'))}"
    if wanted.search:
        yield say(msg("With “{search}” in the prompt.", search=wanted.search))
    if page.total:
        return
    if wanted.search or wanted.shown is not Shown.ALL:
        yield say(msg("No jobs match. Try another filter."))
    else:
        yield say(msg("Nothing here yet. Start your first picture with /imagine."))


def _entry(
    job: Job, delivery: Delivery | None, locale: str, jumps: Sequence[ui.Button[Any]]
) -> str:
    prompt = escape(clip(shown_prompt(prompt_without_varied(job)), PROMPT_LIMIT))
    facts: list[Markdown] = [
        render(_state(job, delivery), locale),
        relative(job.finished_at or job.created_at),
    ]
    if job.variation is not None:
        facts.append(variation_text(replace(job.variation, message_url=None), locale))
    if job.is_private:
        facts.append(render(msg("only for you"), locale))
    facts += [link(str(jump.label), str(jump.url)) for jump in jumps]
    lines = [prompt, small(f"{_EMOJIS[_shown_as(job)]} {SEPARATOR.join(facts)}")]
    if job.failure is not None:
        lines.append(small(_reason(job.failure, locale)))
    return "\n".join(lines)


def _reason(failure: Failure, locale: str) -> str:
    reason = render(describe(failure), locale)
    if not failure.detail:
        return reason
    words = clip(" ".join(failure.detail.split()), DETAIL_LIMIT)
    return f"{reason} {render(msg('Midjourney said: “{words}”', words=words), locale)}"


def _beside_thumbnail(
    text: str, job: Job, url: str | None, locale: str
) -> ui.TextDisplay[Any] | ui.Section[Any]:
    """Put a picture of the job beside its entry, if there is one."""
    if url is None:
        return ui.TextDisplay(text)
    words = clip(alternative_text(job, 1, locale), THUMBNAIL_TEXT_LIMIT)
    return ui.Section(text, accessory=ui.Thumbnail(url, description=words))


def _shown_as(job: Job) -> Shown:
    return next(shown for shown, statuses in _STATUSES.items() if job.status in statuses)


def _state(job: Job, delivery: Delivery | None) -> Text:
    if job.status is not JobStatus.SUCCEEDED:
        return _NAMES[_shown_as(job)]
    if job.is_discarded:
        return msg("Done, but not posted")
    if delivery is not None and delivery.status is DeliveryStatus.UNDELIVERABLE:
        return msg("Done, but I couldn't post it")
    return _NAMES[Shown.DONE]


def _actions(
    job: Job, wanted: Wanted, locale: str, jumps: Sequence[ui.Button[Any]]
) -> Iterator[ui.Button[Any]]:
    press = JobPress(verb=Verb.DETAILS, wanted=wanted, job_id=job.id)
    yield ui.Button(label=render(msg("Details"), locale), custom_id=press.custom_id)
    yield from jumps
    yield from _post(job, wanted, locale)
    if job.is_cancellable:
        yield ui.Button(
            label=render(msg("Cancel"), locale),
            style=discord.ButtonStyle.danger,
            custom_id=replace(press, verb=Verb.CANCEL).custom_id,
        )


def _jump(job: Job, delivery: Delivery | None, locale: str) -> Iterator[ui.Button[Any]]:
    url = message_url(job, delivery)
    if url is not None:
        yield ui.Button(label=render(msg("Go to message"), locale), url=url)


def _post(job: Job, wanted: Wanted, locale: str) -> Iterator[ui.Button[Any]]:
    if job.status is JobStatus.SUCCEEDED and job.image_urls:
        press = JobPress(verb=Verb.POST, wanted=wanted, job_id=job.id)
        yield ui.Button(
            label=render(msg("Post here"), locale), emoji="🖼️", custom_id=press.custom_id
        )


def _filter_menu(wanted: Wanted, locale: str) -> ui.Select[Any]:
    press = JobPress(verb=Verb.FILTER, wanted=wanted)
    return ui.Select(
        custom_id=press.custom_id,
        options=[
            discord.SelectOption(
                label=render(_NAMES[shown], locale),
                value=shown.value,
                emoji=_EMOJIS[shown],
                default=shown is wanted.shown,
            )
            for shown in Shown
        ],
    )


def _page_buttons(page: JobPage, wanted: Wanted, locale: str) -> Iterator[ui.Button[Any]]:
    say = partial(render, locale=locale)
    if page.pages > 1:
        yield _to_page(wanted, page.number - 1, say(msg("Newer")), "◀️", page.number > 0)
    label = say(msg("Page {number} of {all}", number=page.number + 1, all=page.pages))
    refresh = JobPress(verb=Verb.REFRESH, wanted=wanted)
    yield ui.Button(label=label, emoji="🔄", custom_id=refresh.custom_id)
    if page.pages > 1:
        is_last = page.number + 1 >= page.pages
        yield _to_page(wanted, page.number + 1, say(msg("Older")), "▶️", not is_last)
    find = JobPress(verb=Verb.FIND_ALL if wanted.search else Verb.FIND, wanted=wanted)
    label = say(msg("Clear search")) if wanted.search else say(msg("Search"))
    yield ui.Button(label=label, emoji="🔍", custom_id=find.custom_id)


def search_form(wanted: Wanted, locale: str) -> ui.Modal:
    """Build the form that asks what to look for."""
    say = partial(render, locale=locale)
    field: ui.TextInput[Any] = ui.TextInput(custom_id=SEARCH_FIELD, max_length=SEARCH_LIMIT)
    label: ui.Label[Any] = ui.Label(
        text=clip(say(msg("Words in the prompt")), TITLE_LIMIT), component=field
    )
    form_id = FormId(form=Form.FIND, state=wanted.shown.value)
    return sealed_form(say(msg("Search your jobs")), form_id, label)


def _to_page(
    wanted: Wanted, number: int, label: str, emoji: str, is_enabled: bool
) -> ui.Button[Any]:
    press = JobPress(verb=Verb.PAGE, wanted=replace(wanted, page=number))
    return ui.Button(label=label, emoji=emoji, custom_id=press.custom_id, disabled=not is_enabled)
