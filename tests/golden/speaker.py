"""What the bot sends by itself, and says to a person: taken down on its way to Discord."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from bot.domain.deliveries import Delivery, Part
from bot.domain.errors import ImageError, UserError
from bot.domain.jobs import Job, JobStatus, NewJob, TaskReport
from bot.domain.messages import Message
from bot.domain.outbox import done_key
from bot.domain.people import Preset
from bot.domain.pictures import FetchedImage
from bot.domain.texts import Text, msg
from bot.domain.views import Action, View
from bot.platforms.discord import DiscordMessenger, ImagineBot
from bot.platforms.discord.commands.incoming import interaction_of
from bot.platforms.discord.rendering import render_view
from bot.ports.messenger import MessengerLimits, Placeholder
from bot.screens import actions
from bot.screens import presets as preset_screen
from bot.screens.edge import notice
from bot.screens.interaction import Interaction
from bot.screens.job_list import Wanted
from bot.screens.result import done_notice, failure_view, result_view
from bot.services.personal import PersonalService
from bot.store import Database, open_database
from bot.wiring import Role
from bot.workers.sharing_out import next_images
from tests.clocks import SteppedClock
from tests.commands import commands_of
from tests.golden.samples import ANN, NOW, SOON
from tests.golden.scenes import STANDING, Payload, message_of
from tests.golden.wire import Wire, press
from tests.jobs import JobStores
from tests.standins.migrated import migrated_file
from tests.wiring import parts_on, plain_settings, services_of

_SLOTS = 100


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
            return message_of(render_view(await self._saved(preset)))
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
            values = actions.at(STANDING)
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
async def speaker_in(locale: str) -> AsyncIterator[Speaker]:
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
