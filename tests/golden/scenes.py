"""How each kind of thing is shown: values of the domain in, what goes over the wire out.

Only this module of the golden files and `speaker` know which code of the product does that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from discord import ui
from discord.app_commands import Choice
from discord.http import handle_message_parameters

from bot.domain.conversations import Conversation, Person
from bot.domain.deliveries import Delivery
from bot.domain.jobs import GroupProgress, Job, JobPage, RecentPrompt
from bot.domain.messages import Message
from bot.domain.people import Preferences, Preset
from bot.domain.pictures import FetchedImage
from bot.domain.texts import Text, clip
from bot.domain.views import Picture
from bot.locales.languages import available_languages
from bot.platforms.discord.messenger import address_of
from bot.platforms.discord.rendering import render_form, render_view
from bot.platforms.discord.rendering.markdown import plain
from bot.screens import imagine, suggestions
from bot.screens import presets as preset_screen
from bot.screens.actions import COPY_PART
from bot.screens.details import details_view
from bot.screens.facts import label_of, spoken_words
from bot.screens.help import help_view
from bot.screens.job_list import Shown, Wanted, links_of, list_view, search_form
from bot.screens.links import message_url, seen_from
from bot.screens.placeholder import placeholder_view, progress_view, slow_view
from bot.screens.questions import question_view
from bot.screens.queue import queue_view
from bot.screens.result import result_view, single_image_view
from bot.screens.settings import parameters_form, settings_view
from bot.services.imagine import Accepted, Question
from bot.services.jobs import Outlook
from bot.services.requests import Order, Request, typed
from tests.commands import bot_with_commands
from tests.golden.samples import CARD, CHANNEL, DRAFT_ID, GUILD

Payload: TypeAlias = Any  # JSON; of a message that is not shown: None

_PLATFORM = "Discord"
_SLOW_ID = 4000  # of the text by which the Discord adapter knows what says no more than that
STANDING = Message(
    conversation=Conversation(platform="discord", tenant_id=GUILD, id=CHANNEL), id=CARD
)


class _Discord:
    """The platform, of which nothing but addresses is asked."""

    def address(self, message: Message) -> str:
        return address_of(message)


_DISCORD: Any = _Discord()


def message_of(view: ui.LayoutView | None) -> Payload:
    return None if view is None else handle_message_parameters(view=view).payload


# ── Messages in a channel ───────────────────────────────────────────────────────────────────────


def placeholder(accepted: Accepted) -> Payload:
    """Return the first answer to a command that was accepted."""
    return message_of(render_view(placeholder_view(accepted)))


def slow(locale: str) -> Payload:
    """Return what stands there while the bot is slow."""
    return message_of(render_view(slow_view(locale), text_id=_SLOW_ID))


def progress(job: Job, progress: GroupProgress, expected_at: datetime | None = None) -> Payload:
    """Return what the placeholder says later; None: nothing."""
    view = progress_view(job, progress, expected_at)
    return None if view is None else message_of(render_view(view))


def picture(job: Job, number: int, presser_id: str, locale: str) -> Payload:
    """Return the post of one picture by itself, for the person who pressed its number."""
    (image,) = [each for each in _fetched(job) if each.index == number - 1]
    presser = Person(platform="discord", id=presser_id)
    return message_of(render_view(single_image_view(job, image, presser, locale)))


def copy(job: Job, images: Sequence[FetchedImage], *, channel_id: str = CHANNEL) -> Payload:
    """Return the result as its owner posts it once more, in this channel."""
    seen = seen_from(job, replace(job.origin.conversation, id=channel_id))
    return message_of(render_view(result_view(seen, COPY_PART, images)))


def _fetched(job: Job) -> list[FetchedImage]:
    return [
        FetchedImage(index=index, url=url, data=b"-") for index, url in enumerate(job.image_urls)
    ]


# ── Messages for one person ─────────────────────────────────────────────────────────────────────


def question(order: Order, locale: str) -> Payload:
    """Return the question before an order is taken."""
    return message_of(render_view(question_view(Question(draft_id=DRAFT_ID, order=order), locale)))


def details(job: Job, locale: str, *, may_delete: bool = False, is_copy: bool = False) -> Payload:
    """Return all about a job, asked for at its card or at a copy of it."""
    removable, copy = STANDING if may_delete else None, STANDING if is_copy else None
    return message_of(render_view(details_view(job, locale, removable=removable, copy=copy)))


def listed_details(job: Job, delivery: Delivery | None, locale: str) -> Payload:
    """Return the same, asked for in the person's list of jobs."""
    more = links_of(job, message_url(job, delivery, _DISCORD))
    return message_of(render_view(details_view(job, locale, more=more)))


def job_list(
    page: JobPage,
    locale: str,
    *,
    shown: str = "all",
    search: str = "",
    thumbnails: Mapping[str, str] | None = None,
) -> Payload:
    """Return a person's list of jobs in these states; `thumbnails` are addresses by job."""
    if thumbnails is None:
        thumbnails = {job.id: job.image_urls[0] for job in page.jobs if job.image_urls}
    pictures = {
        job.id: Picture(url=thumbnails[job.id], words=spoken_words(job), label=label_of(job, 1))
        for job in page.jobs
        if job.id in thumbnails
    }
    urls = {job.id: message_url(job, page.deliveries.get(job.id), _DISCORD) for job in page.jobs}
    wanted = Wanted.of(Shown[shown.upper()].value, search)
    view = list_view(page, wanted, locale, urls=urls, thumbnails=pictures)
    return message_of(render_view(view))


def queue(outlook: Outlook, own: JobPage, locale: str) -> Payload:
    """Return how busy the bot is."""
    return message_of(render_view(queue_view(outlook, own, locale)))


def settings(preferences: Preferences, locale: str) -> Payload:
    """Return a person's settings."""
    view = settings_view(preferences, locale, available=available_languages(), platform=_PLATFORM)
    return message_of(render_view(view))


def presets(all_of_them: Sequence[Preset], locale: str) -> Payload:
    """Return a person's presets."""
    return message_of(render_view(preset_screen.list_view(all_of_them, locale)))


def preset(shown: Preset, locale: str) -> Payload:
    """Return one preset."""
    return message_of(render_view(preset_screen.preset_view(shown, locale)))


def help_(locale: str) -> Payload:
    """Return the help."""
    return message_of(render_view(help_view(locale)))


# ── Forms ───────────────────────────────────────────────────────────────────────────────────────


def edit_form(job: Job, locale: str) -> Payload:
    """Return the form with a job's prompt."""
    form = imagine.edit_form(job.id, typed(job), locale, is_private=job.is_private)
    return render_form(form).to_dict()


def request_form(prompt: str, locale: str, *, is_private: bool = False) -> Payload:
    """Return the form with a request that was refused or asked about."""
    request = Request(prompt=prompt, is_private=is_private)
    return render_form(imagine.request_form(DRAFT_ID, request, locale)).to_dict()


def words_form(title: Text, locale: str) -> Payload:
    """Return the form for the words that go with a picture in a message."""
    return render_form(imagine.words_form(DRAFT_ID, title, locale)).to_dict()


def find_form(locale: str, *, shown: str = "all") -> Payload:
    """Return the form that asks what to look for among a person's jobs."""
    form = search_form(Wanted.of(Shown[shown.upper()].value, ""), locale)
    return render_form(form).to_dict()


def defaults_form(parameters: str, locale: str) -> Payload:
    """Return the form for default parameters."""
    return render_form(parameters_form(parameters, locale)).to_dict()


# ── What is suggested, and the commands ─────────────────────────────────────────────────────────


def suggested_aspects(typing: str, locale: str) -> Payload:
    """Return what is suggested while a person types a shape."""
    return _choices(suggestions.aspects(typing, partial(plain, locale=locale)))


def suggested_presets(presets: Sequence[Preset], typing: str) -> Payload:
    """Return what is suggested while a person types the name of a preset."""
    return _choices(suggestions.presets(presets, typing))


def suggested_prompts(recent: Sequence[RecentPrompt], typing: str) -> Payload:
    """Return what is suggested while a person types a prompt."""
    return _choices(suggestions.prompts(recent, typing))


def _choices(suggested: Sequence[suggestions.Suggestion]) -> Payload:
    return [
        Choice(name=clip(each.shown, suggestions.MAX_LENGTH), value=each.sent).to_dict()
        for each in suggested
    ]


async def commands() -> dict[str, Payload]:
    """Return every command as it is registered, by its name."""
    async with bot_with_commands() as bot:
        translator = bot.tree.translator
        assert translator is not None
        return {
            command.name: await command.get_translated_payload(bot.tree, translator)
            for command in bot.tree.get_commands()
        }
