"""How each kind of thing is shown: values of the domain in, what goes over the wire out.

The only module of the golden files that knows which code of the product does that.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias
from unittest import mock

from discord import ui
from discord.app_commands import Choice
from discord.http import handle_message_parameters

from bot.domain.conversations import Conversation, Person
from bot.domain.deliveries import Delivery, Part
from bot.domain.errors import ImageError, UserError
from bot.domain.jobs import GroupProgress, Job, JobPage, JobStatus, NewJob, RecentPrompt, TaskReport
from bot.domain.messages import Message
from bot.domain.outbox import done_key
from bot.domain.people import Preferences, Preset
from bot.domain.pictures import FetchedImage
from bot.domain.texts import Text, clip, msg
from bot.domain.views import Action, Picture, View
from bot.locales.languages import available_languages
from bot.platforms.discord import DiscordMessenger, ImagineBot
from bot.platforms.discord.commands.incoming import interaction_of
from bot.platforms.discord.messenger import address_of
from bot.platforms.discord.rendering import render_form, render_view
from bot.platforms.discord.rendering.markdown import plain
from bot.ports.messenger import MessengerLimits, Placeholder
from bot.screens import actions, imagine, suggestions
from bot.screens import presets as preset_screen
from bot.screens.actions import COPY_PART
from bot.screens.details import details_view
from bot.screens.edge import notice
from bot.screens.facts import label_of, spoken_words
from bot.screens.help import help_view
from bot.screens.interaction import Interaction
from bot.screens.job_list import Shown, Wanted, links_of, list_view, search_form
from bot.screens.links import message_url, seen_from
from bot.screens.placeholder import placeholder_view, progress_view, slow_view
from bot.screens.questions import question_view
from bot.screens.queue import queue_view
from bot.screens.result import done_notice, failure_view, result_view, single_image_view
from bot.screens.settings import parameters_form, settings_view
from bot.services.imagine import Accepted, Question
from bot.services.jobs import Outlook
from bot.services.personal import PersonalService
from bot.services.requests import Order, Request, typed
from bot.store import Database, open_database
from bot.wiring import Role
from bot.workers.sharing_out import next_images
from tests.clocks import SteppedClock
from tests.commands import bot_with_commands, commands_of
from tests.golden.samples import ANN, CARD, CHANNEL, DRAFT_ID, GUILD, NOW, SOON
from tests.golden.wire import Wire, press
from tests.jobs import JobStores
from tests.standins.migrated import migrated_file
from tests.wiring import parts_on, plain_settings, services_of

Payload: TypeAlias = Any  # JSON; of a message that is not shown: None

_SLOTS = 100
_PLATFORM = "Discord"
_SLOW_ID = 4000  # of the text by which the Discord adapter knows what says no more than that
_STANDING = Message(
    conversation=Conversation(platform="discord", tenant_id=GUILD, id=CHANNEL), id=CARD
)


class _Discord:
    """The platform, of which nothing but addresses is asked."""

    def address(self, message: Message) -> str:
        return address_of(message)


_DISCORD: Any = _Discord()


def _message(view: ui.LayoutView | None) -> Payload:
    return None if view is None else handle_message_parameters(view=view).payload


# ── Messages in a channel ───────────────────────────────────────────────────────────────────────


def placeholder(accepted: Accepted) -> Payload:
    """Return the first answer to a command that was accepted."""
    return _message(render_view(placeholder_view(accepted)))


def slow(locale: str) -> Payload:
    """Return what stands there while the bot is slow."""
    return _message(render_view(slow_view(locale), text_id=_SLOW_ID))


def progress(job: Job, progress: GroupProgress, expected_at: datetime | None = None) -> Payload:
    """Return what the placeholder says later; None: nothing."""
    view = progress_view(job, progress, expected_at)
    return None if view is None else _message(render_view(view))


def picture(job: Job, number: int, presser_id: str, locale: str) -> Payload:
    """Return the post of one picture by itself, for the person who pressed its number."""
    (image,) = [each for each in _fetched(job) if each.index == number - 1]
    presser = Person(platform="discord", id=presser_id)
    return _message(render_view(single_image_view(job, image, presser, locale)))


def copy(job: Job, images: Sequence[FetchedImage], *, channel_id: str = CHANNEL) -> Payload:
    """Return the result as its owner posts it once more, in this channel."""
    seen = seen_from(job, replace(job.origin.conversation, id=channel_id))
    return _message(render_view(result_view(seen, COPY_PART, images)))


def _fetched(job: Job) -> list[FetchedImage]:
    return [
        FetchedImage(index=index, url=url, data=b"-") for index, url in enumerate(job.image_urls)
    ]


# ── Messages for one person ─────────────────────────────────────────────────────────────────────


def question(order: Order, locale: str) -> Payload:
    """Return the question before an order is taken."""
    return _message(render_view(question_view(Question(draft_id=DRAFT_ID, order=order), locale)))


def details(job: Job, locale: str, *, may_delete: bool = False, is_copy: bool = False) -> Payload:
    """Return all about a job, asked for at its card or at a copy of it."""
    removable, copy = _STANDING if may_delete else None, _STANDING if is_copy else None
    return _message(render_view(details_view(job, locale, removable=removable, copy=copy)))


def listed_details(job: Job, delivery: Delivery | None, locale: str) -> Payload:
    """Return the same, asked for in the person's list of jobs."""
    more = links_of(job, message_url(job, delivery, _DISCORD))
    return _message(render_view(details_view(job, locale, more=more)))


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
    return _message(render_view(view))


def queue(outlook: Outlook, own: JobPage, locale: str) -> Payload:
    """Return how busy the bot is."""
    return _message(render_view(queue_view(outlook, own, locale)))


def settings(preferences: Preferences, locale: str) -> Payload:
    """Return a person's settings."""
    view = settings_view(preferences, locale, available=available_languages(), platform=_PLATFORM)
    return _message(render_view(view))


def presets(all_of_them: Sequence[Preset], locale: str) -> Payload:
    """Return a person's presets."""
    return _message(render_view(preset_screen.list_view(all_of_them, locale)))


def preset(shown: Preset, locale: str) -> Payload:
    """Return one preset."""
    return _message(render_view(preset_screen.preset_view(shown, locale)))


def help_(locale: str) -> Payload:
    """Return the help."""
    return _message(render_view(help_view(locale)))


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


# ── What the bot sends by itself, and says to a person ──────────────────────────────────────────


class Speaker:
    """The bot, whose calls to Discord are taken down."""

    def __init__(
        self, bot: ImagineBot, personal: PersonalService, database: Database, locale: str
    ) -> None:
        self._bot = bot
        self._personal = personal
        self._screens = bot.screens
        self._database = database
        self._locale = locale
        self._wire = Wire(bot)
        self._messenger = DiscordMessenger(
            bot, ready=bot.usable.wait, clock=bot.clock, timings=bot.discord_timings
        )

    async def result(self, job: Job, images: Sequence[FetchedImage] = ()) -> Payload:
        """Return the messages in which a job's result, or its failure, is posted."""
        for number, view in enumerate(_result_views(job, images, self._messenger.limits)):
            await self._post(job, view, key=f"{job.id}.{number}")
        return self._wire.taken()

    async def _post(self, job: Job, view: View, *, key: str) -> None:
        origin, messenger = job.origin, self._messenger
        if not job.is_private:
            await messenger.send(origin.conversation, view, key=key)
        elif origin.reply_token is not None:
            placeholder = Placeholder(origin=origin, is_private=True)
            await messenger.replace(placeholder, view, key=key)
        else:
            direct = await messenger.direct(origin.person)
            await messenger.send(direct, view, key=f"{key}d")

    async def done(self, job: Job, delivery: Delivery) -> Payload:
        """Return the direct message that says that a job is done."""
        message_id = delivery.parts[0].message_id
        assert message_id is not None
        message = Message(conversation=job.origin.conversation, id=message_id)
        direct = await self._messenger.direct(job.origin.person)
        done = done_notice(job, self._messenger.address(message))
        await self._messenger.send(direct, done, key=done_key(job.id, job.group_id))
        return self._one()

    async def told(self, what: Text | UserError) -> Payload:
        """Return one sentence to one person."""
        await self._interaction().reply.tell(notice(what, self._locale))
        return self._one()

    async def explained(self, error: Exception) -> Payload:
        """Return what a person is told about an error that is not theirs."""
        with mock.patch("secrets.token_hex", return_value="0a1b2c3d"):  # the reference
            await self._screens.edge.explain(self._interaction(), error)
        return self._one()

    async def saved(self, preset: Preset) -> Payload:
        """Return a preset as it was saved, or why it was not."""
        try:
            return _message(render_view(await self._saved(preset)))
        except UserError as error:
            return await self.told(error)

    async def _saved(self, preset: Preset) -> View:
        saved = await self._personal.save_preset(self._interaction().person, preset)
        return preset_screen.saved_view(saved, self._locale)

    async def picked(self, menu: str) -> Payload:
        """Return what is said where a message has nothing for what its menu offers."""
        interaction, title = self._interaction(), msg("Use as style")
        try:
            if menu == "details":
                await self._screens.details.show_details_of(interaction)
            else:
                await self._screens.imagine.ask_for_words(interaction, menu, title)
        except UserError as error:
            return await self.told(error)
        raise AssertionError("it had something")

    async def pressed(self, action: str, job: Job, *, by: str = ANN, number: int = 1) -> Payload:
        """Return all that is said or changed when somebody presses a button of a job's card."""
        await self._store(job)
        values: tuple[str, ...] = ()
        if action == actions.REMOVE:
            values = actions.at(_STANDING)
        elif action in {actions.START, actions.FIX}:
            values = ("",)
        elif action in {actions.SHOW, actions.VARY, actions.DELETE, actions.TAKE_DOWN}:
            values = (str(number),)
        await self._do(Action(action, (job.id, *values)), by)
        return self._wire.taken()

    async def reposted(self, job: Job) -> Payload:
        """Return what is said when the owner posts a result whose pictures are gone."""
        await self._store(job)
        await self._do(Wanted().action(actions.JOBS_POST, job.id))
        return self._wire.taken()

    async def _store(self, job: Job) -> None:
        """Put a queued, running or finished job into the store."""
        new = NewJob(
            id=job.id, source_key=job.source_key, origin=job.origin, prompt=job.prompt,
            mode=job.mode, is_private=job.is_private,
        )  # fmt: skip
        jobs = JobStores(self._database)
        await jobs.add([new], admit=lambda _: None, slots=_SLOTS, now=NOW, claimable_at=NOW)
        if job.status is JobStatus.QUEUED:
            return
        (claimed,) = await jobs.claim_up_to(1, slots=_SLOTS, hooked=False, now=NOW)
        assert claimed.id == job.id, "store what waits after what is drawn"
        await jobs.record_accepted(
            job.id, attempt=claimed.attempt, task_id=job.id, next_poll_at=SOON, now=NOW
        )
        if job.status is JobStatus.SUCCEEDED:
            report = TaskReport(task_id=job.id, is_finished=True, image_urls=job.image_urls)
            await jobs.record_poll(
                await jobs.fence(), [report], next_polls={}, asked_at=NOW, now=SOON
            )

    async def _do(self, action: Action, by: str = ANN) -> None:
        interaction, edge = replace(self._interaction(by), action=action), self._screens.edge
        await edge.run(interaction, edge.route(interaction))

    def _interaction(self, by: str = ANN) -> Interaction:
        return interaction_of(press(self._bot, by=by, locale=self._locale))

    def _one(self) -> Payload:
        (message,) = self._wire.taken()
        return message


@asynccontextmanager
async def speaker(locale: str) -> AsyncIterator[Speaker]:
    """Return the bot as it speaks to people of this language, with an empty store."""
    with TemporaryDirectory(prefix="imagine-bot-") as folder:
        url = migrated_file(Path(folder) / "jobs.db")
        async with open_database(url) as database:
            parts = await parts_on(
                database,
                roles=frozenset({Role.GATEWAY}),
                settings=plain_settings(midjourney_concurrency=_SLOTS),
                clock=SteppedClock(NOW),
                images=_NoImages(),
            )
            async with commands_of(parts) as bot:
                yield Speaker(bot, services_of(parts).personal, database, locale)


class _NoImages:
    """Every link is dead."""

    async def fetch(self, url: str) -> tuple[bytes, str]:
        raise ImageError("gone")


def _result_views(
    job: Job, images: Sequence[FetchedImage], limits: MessengerLimits
) -> Iterator[View]:
    """Share the images of a result out over messages; without any it is a failure."""
    if not images:
        yield failure_view(job)
    sizes = {image.index: len(image.data or b"") for image in images}
    parts: list[Part] = []
    while chosen := next_images(sizes, parts, limits):
        yield result_view(job, len(parts), [each for each in images if each.index in chosen])
        parts.append(Part(number=len(parts), images=chosen, started_at=NOW))
