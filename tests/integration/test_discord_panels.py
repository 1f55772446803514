"""/jobs, /preset, /settings, /queue and /help over the wire, before and after a restart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta

import discord
import pytest
import yarl

from bot.clock import SystemClock
from bot.images import FetchPolicy, HttpImageFetcher, clean_png
from bot.models import (
    FetchedImage,
    Job,
    JobStatus,
    Limits,
    Mode,
    NewJob,
    Origin,
    Preferences,
    Preset,
    TaskReport,
    new_job_id,
)
from bot.personal import PersonalService
from bot.platforms.discord import DiscordPlatform, ImagineBot, language, run_discord
from bot.platforms.discord.interactions import whispers
from bot.platforms.discord.panels.job_list import JobPress, Verb, Wanted
from bot.platforms.discord.posting.content import Content
from bot.references import ReferenceService
from bot.service import ImagineService
from bot.store import (
    Database,
    SqlDeliveryStore,
    SqlDraftStore,
    SqlJobStore,
    SqlPersonalStore,
    SqlReferenceStore,
    SqlSettingStore,
    open_database,
)
from tests.pictures import picture
from tests.standins.discord import DiscordStandIn, Interaction, Message, User
from tests.standins.discord.interactions import COMPONENT

MINUTE = timedelta(minutes=1)
BUTTON_OF_AN_EXAMPLE = "imagine:help:try:0"


@dataclass
class Stage:
    d: DiscordStandIn
    database: Database
    stack: AsyncExitStack
    bot: ImagineBot = field(init=False)

    def __post_init__(self) -> None:
        self.jobs = SqlJobStore(self.database)
        self.deliveries = SqlDeliveryStore(self.database)
        self.personal = PersonalService(self.jobs, SqlPersonalStore(self.database))

    async def start(self) -> None:
        """Start a process of the bot; an earlier one is gone, and all that it remembered."""
        await self.stack.aclose()
        await self.d.wait_for(lambda: not self.d.gateway.live_sessions)
        images = await self.stack.enter_async_context(
            HttpImageFetcher((self.d.cdn_url,), policy=FetchPolicy(attempts=1))
        )
        self.bot = _bot(self.d, self.database, images)
        tasks = await self.stack.enter_async_context(asyncio.TaskGroup())
        task = tasks.create_task(run_discord(self.bot, self.d.token))
        self.stack.callback(task.cancel)
        await self.d.wait_until_connected()

    async def slash(self, command: str, user: User | None = None, **options: object) -> Interaction:
        return await self.d.slash(user or self.d.ann, self.d.channel, command, **options)

    async def whispered(self, command: str, user: User | None = None, **options: object) -> Message:
        """Give the message that only the person sees, once it stands there."""
        asked = await self.slash(command, user, **options)
        assert asked.response is not None, self.d.story()
        assert asked.response.ephemeral
        return asked.response

    async def press(self, message: Message, label: str, user: User | None = None) -> Interaction:
        return await self.d.press(user or self.d.ann, message, label)

    async def add_job(self, prompt: str, user: User | None = None, *, jobs: int = 1) -> Job:
        """Put a job, or several of one command, into the queue; give the first."""
        user, job_id, now = user or self.d.ann, new_job_id(), SystemClock().now()
        origin = Origin(
            platform="discord",
            tenant_id=str(self.d.guild.id),
            channel_id=str(self.d.channel.id),
            user_id=str(user.id),
        )
        ids = [job_id, *(new_job_id() for _ in range(jobs - 1))]
        new = [
            NewJob(
                id=each,
                source_key=f"draft:{job_id}:{number}",
                origin=origin,
                prompt=prompt,
                mode=Mode.FAST,
                group_id=job_id if jobs > 1 else None,
            )
            for number, each in enumerate(ids)
        ]
        (job, *_), _ = await self.jobs.add(
            new, admit=lambda _: None, slots=10, now=now, claimable_at=now
        )
        return job

    async def start_job(self, job: Job) -> None:
        """Let the provider take the oldest job in the queue."""
        now = SystemClock().now()
        (claimed,) = await self.jobs.claim(
            owner="test", lease_until=now + MINUTE, slots=10, limit=1, hooked=False, now=now
        )
        assert claimed.id == job.id
        await self.jobs.record_accepted(
            job.id, fence=claimed.fence, task_id=f"t-{job.id}", next_poll_at=now, now=now
        )

    async def finish_job(self, job: Job, *, link: str = "/attachments/1/{}/gone.png?ex") -> Job:
        """Let a job that waits be drawn; by default its links are dead."""
        await self.start_job(job)
        now = SystemClock().now()
        urls = tuple(self.d.cdn_url + link.format(n) for n in range(4))
        report = TaskReport(task_id=f"t-{job.id}", is_finished=True, image_urls=urls)
        (ended,) = await self.jobs.record_poll([report], next_polls={}, asked_at=now, now=now)
        return ended

    async def post(self, job: Job) -> Message:
        """Deliver the result of a finished job."""
        now = SystemClock().now()
        ((delivery, _),) = await self.deliveries.claim(
            owner="test", lease_until=now + MINUTE, busy_channels=(), limit=1, now=now
        )
        claim = {"job_id": job.id, "fence": delivery.fence}
        await self.deliveries.start_part(**claim, number=0, images=range(4), now=now)
        images = [
            FetchedImage(index=index, url=url, data=picture(index))
            for index, url in enumerate(job.image_urls)
        ]
        content = Content.of(job, 0, images)
        channel = self.bot.get_partial_messageable(int(job.origin.channel_id))
        sent = await channel.send(view=content.view, files=content.files)
        await self.deliveries.finish_part(
            **claim,
            number=0,
            message_id=str(sent.id),
            channel_id=str(sent.channel.id),
            now=now,
        )
        await self.deliveries.record_sent(**claim, now=now)
        card = self.d.world.channels[sent.channel.id].find(sent.id)
        assert card is not None
        return card

    def requester(self, user: User | None = None) -> str:
        return f"discord:{(user or self.d.ann).id}"


def _bot(d: DiscordStandIn, database: Database, images: HttpImageFetcher) -> ImagineBot:
    clock, settings = SystemClock(), SqlSettingStore(database)
    jobs, personal = SqlJobStore(database), SqlPersonalStore(database)
    service = ImagineService(
        jobs=jobs,
        settings=settings,
        drafts=SqlDraftStore(database),
        personal=personal,
        clock=clock,
        limits=Limits(daily_per_user=50, waiting_per_user=20, waiting=1000),
        slots=10,
    )
    bot = ImagineBot(
        service=service,
        personal=PersonalService(jobs, personal),
        references=ReferenceService(
            store=SqlReferenceStore(database), clock=clock, clean=clean_png, link=str
        ),
        images=images,
        cdn_url=d.cdn_url,
        settings=settings,
        clock=clock,
    )
    service.add_platform(DiscordPlatform(bot))
    return bot


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with DiscordStandIn() as d, open_database("sqlite://") as database:
        monkeypatch.setattr(discord.http.Route, "BASE", d.api_url)
        url = yarl.URL(d.gateway_url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", url)
        async with AsyncExitStack() as stack:
            stage = Stage(d, database, stack)
            await stage.start()
            await d.wait_for(lambda: d.commands[None])
            yield stage
        assert not list(map(str, d.violations))


def entries(message: Message) -> int:
    """Count the jobs that a list shows."""
    return message.labels.count("Details")


# ── /jobs ───────────────────────────────────────────────────────────────────────────────────────


async def test_jobs_lists_my_own_newest_first(stage: Stage) -> None:
    await stage.add_job("an old fox")
    await stage.add_job("a new fox")
    await stage.add_job("a secret", stage.d.ben)
    shown = (await stage.whispered("jobs")).text
    assert shown.index("a new fox") < shown.index("an old fox")
    assert "a secret" not in shown


async def test_jobs_without_any_says_how_to_start(stage: Stage) -> None:
    assert "/imagine" in (await stage.whispered("jobs")).text


@pytest.mark.parametrize("restart", [False, True])
async def test_jobs_turns_its_pages_in_place(stage: Stage, restart: bool) -> None:
    for number in range(7):
        await stage.add_job(f"fox number {number}")
    listed = await stage.whispered("jobs")
    assert entries(listed) == 5
    if restart:
        await stage.start()
    turned = await stage.press(listed, "Older")
    assert turned.response is listed
    assert entries(listed) == 2
    assert "fox number 0" in listed.text
    await stage.press(listed, "Newer")
    assert "fox number 6" in listed.text


@pytest.mark.parametrize("restart", [False, True])
async def test_the_menu_of_jobs_shows_one_state(stage: Stage, restart: bool) -> None:
    await stage.finish_job(await stage.add_job("a done fox"))
    await stage.add_job("a waiting fox")
    listed = await stage.whispered("jobs")
    if restart:
        await stage.start()
    await stage.d.select(stage.d.ann, listed, menus(listed)[0], ["w"])
    assert "a waiting fox" in listed.text
    assert "a done fox" not in listed.text


async def test_jobs_takes_a_state_as_an_option(stage: Stage) -> None:
    await stage.finish_job(await stage.add_job("a done fox"))
    await stage.add_job("a waiting fox")
    listed = await stage.whispered("jobs", state="d")
    assert "a done fox" in listed.text
    assert "a waiting fox" not in listed.text


@pytest.mark.parametrize("wild", ["100%", "a_b", "c\\d", "🦊", "it's", "*bold*", "ÄÖÜ"])
async def test_a_search_takes_every_character_as_it_is(stage: Stage, wild: str) -> None:
    await stage.add_job(f"with {wild} inside")
    await stage.add_job("100 axb cd without")
    listed = await stage.whispered("jobs", search=wild)
    assert entries(listed) == 1
    assert "inside" in listed.text


async def test_a_search_ignores_case_in_every_language(stage: Stage) -> None:
    await stage.add_job("zwei ÄPFEL")
    assert entries(await stage.whispered("jobs", search="äpfel")) == 1


async def test_a_search_stays_when_the_page_is_turned(stage: Stage) -> None:
    for number in range(12):
        await stage.add_job(f"{'fox' if number % 2 else 'cat'} 100% number {number}")
    listed = await stage.whispered("jobs", search="fox 100%")
    await stage.press(listed, "Older")
    assert entries(listed) == 1
    assert "cat" not in listed.text


async def test_a_search_can_be_cleared(stage: Stage) -> None:
    await stage.add_job("a fox")
    await stage.add_job("a cat")
    listed = await stage.whispered("jobs", search="fox")
    await stage.press(listed, "Clear search")
    assert entries(listed) == 2


@pytest.mark.parametrize("restart", [False, True])
async def test_a_search_is_typed_into_a_form(stage: Stage, restart: bool) -> None:
    await stage.add_job("100% fox")
    await stage.add_job("100 foxes")
    listed = await stage.whispered("jobs", state="w")
    opened = await stage.press(listed, "Search")
    if restart:
        await stage.start()
    sent = await stage.d.submit_modal(opened, {"search": "100%"})
    assert sent.response is listed
    assert entries(listed) == 1
    assert "100% fox" in listed.text


async def test_the_jobs_of_one_command_are_cancelled_together(stage: Stage) -> None:
    first = await stage.add_job("a fox", jobs=3)
    pressed = await stage.d.press(stage.d.ann, await stage.whispered("jobs"), "Cancel")
    await stage.d.wait_for(lambda: "These 3 jobs" in said(pressed))
    assert await status(stage, first) is JobStatus.CANCELLED


async def test_a_waiting_job_is_cancelled_from_the_list(stage: Stage) -> None:
    job = await stage.add_job("a fox")
    listed = await stage.whispered("jobs")
    await stage.press(listed, "Cancel")
    assert await status(stage, job) is JobStatus.CANCELLED
    assert "Cancelled" in listed.text
    assert "Cancel" not in listed.labels


async def test_a_job_that_started_meanwhile_is_too_late_to_cancel(stage: Stage) -> None:
    job = await stage.add_job("a fox")
    listed = await stage.whispered("jobs")
    await stage.start_job(job)
    pressed = await stage.press(listed, "Cancel")
    await stage.d.wait_for(lambda: "Too late" in said(pressed))
    assert await status(stage, job) is JobStatus.RUNNING


@pytest.mark.parametrize("verb", [Verb.CANCEL, Verb.DETAILS, Verb.POST])
async def test_somebody_else_can_do_nothing_with_my_jobs(stage: Stage, verb: Verb) -> None:
    job = await stage.add_job("a fox")
    if verb is Verb.POST:
        await stage.finish_job(job)
    listed = await stage.whispered("jobs")
    press = JobPress(verb=verb, wanted=Wanted(), job_id=job.id)
    data = {"custom_id": press.custom_id, "component_type": 2, "id": 1}
    pressed = await stage.d._send(
        COMPONENT, stage.d.ben, listed.channel, data, locale=None, wait=3, message=listed
    )
    await stage.d.wait_for(lambda: said(pressed))
    assert "isn't one of your jobs" in said(pressed)
    assert await status(stage, job) is not JobStatus.CANCELLED
    assert stage.d.channel.messages == [] or all(m.ephemeral for m in stage.d.channel.messages)


async def test_details_are_shown_to_me_alone(stage: Stage) -> None:
    job = await stage.add_job("a fox")
    pressed = await stage.press(await stage.whispered("jobs"), "Details")
    assert pressed.response is not None
    assert pressed.response.ephemeral
    assert job.id in pressed.response.text


async def test_a_posted_job_links_to_its_message(stage: Stage) -> None:
    job = await stage.finish_job(await stage.add_job("a fox"))
    card = await stage.post(job)
    listed = await stage.whispered("jobs")
    (link,) = [button.url for button in listed.buttons if button.label == "Go to message"]
    assert link == (
        f"https://discord.com/channels/{stage.d.guild.id}/{stage.d.channel.id}/{card.id}"
    )


async def test_a_result_is_posted_again_from_its_card_when_the_links_are_dead(
    stage: Stage,
) -> None:
    job = await stage.finish_job(await stage.add_job("a fox"))
    card = await stage.post(job)
    listed = await stage.whispered("jobs")
    await stage.start()
    pressed = await stage.press(listed, "Post here")
    again = await stage.d.wait_for(lambda: pressed.response if posted(pressed) else None, 15)
    assert again is not None
    assert not again.ephemeral
    assert again.images == [picture(index) for index in range(4)]
    assert again.labels == card.labels
    assert not {b.custom_id for b in again.buttons if b.label == "Delete"} & {
        b.custom_id for b in card.buttons
    }


async def test_a_result_that_was_never_posted_comes_from_the_provider(stage: Stage) -> None:
    other = stage.d.add_channel("elsewhere")
    stored = stage.d.world.store_file(other, "fox.png", picture(7))
    link = f"{stored.path}?ex=1&is=1&hm={{}}"
    await stage.finish_job(await stage.add_job("a fox"), link=link)
    pressed = await stage.press(await stage.whispered("jobs"), "Post here")
    await stage.d.wait_for(lambda: posted(pressed), 15)
    assert pressed.response is not None
    assert pressed.response.images == [picture(7)] * 4


async def test_a_post_again_leaves_the_delivery_alone(stage: Stage) -> None:
    job = await stage.finish_job(await stage.add_job("a fox"))
    await stage.post(job)
    before = await stage.deliveries.get(job.id)
    pressed = await stage.press(await stage.whispered("jobs"), "Post here")
    await stage.d.wait_for(lambda: posted(pressed), 15)
    assert await stage.deliveries.get(job.id) == before


async def test_pictures_that_are_gone_everywhere_are_said_to_me_alone(stage: Stage) -> None:
    await stage.finish_job(await stage.add_job("a fox"))
    pressed = await stage.press(await stage.whispered("jobs"), "Post here")
    await stage.d.wait_for(lambda: pressed.followups, 15)
    assert "any more" in pressed.followups[0].text
    assert pressed.followups[0].ephemeral
    assert [m for m in stage.d.channel.messages if not m.ephemeral] == []


async def test_jobs_works_in_direct_messages_and_threads(stage: Stage) -> None:
    thread = stage.d.add_thread(stage.d.channel, "foxes")
    for channel in (stage.d.dm(stage.d.ann), thread):
        asked = await stage.d.slash(stage.d.ann, channel, "jobs")
        assert asked.response is not None
        assert "Your jobs" in asked.response.text


async def test_a_slow_database_shows_thinking_and_then_the_list(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whispers, "PATIENCE_S", 0.0)
    await stage.add_job("a fox")
    asked = await stage.slash("jobs")
    await stage.d.wait_for(lambda: asked.response and "a fox" in asked.response.text)
    assert asked.deferred
    assert asked.response is not None
    assert asked.response.ephemeral


def menus(message: Message) -> list[str]:
    """Give the custom ids of the menus of a message."""
    found = []

    def walk(components: list[dict[str, object]]) -> None:
        for component in components:
            if component["type"] == 3:
                found.append(str(component["custom_id"]))
            walk(component.get("components", []))  # type: ignore[arg-type]

    walk(message.components)
    return found


def said(pressed: Interaction) -> str:
    """Give what was said in a new message that only the person sees."""
    whispered = [*pressed.followups]
    if pressed.response is not pressed.message and pressed.response is not None:
        whispered.append(pressed.response)
    return "\n".join(message.text for message in whispered if message.ephemeral)


def posted(pressed: Interaction) -> bool:
    return pressed.response is not None and bool(pressed.response.images)


async def status(stage: Stage, job: Job) -> JobStatus:
    found = await stage.jobs.get(job.id)
    assert found is not None
    return found.status


# ── /preset ─────────────────────────────────────────────────────────────────────────────────────


async def save(stage: Stage, name: str, user: User | None = None, **options: str) -> str:
    return (await stage.whispered("preset save", user, name=name, **options)).text


async def test_a_preset_is_saved_and_shown(stage: Stage) -> None:
    saved = await save(stage, "poster", parameters="—ar 2:3 --s 250 --relax", words="bold ink")
    shown = (await stage.whispered("preset show", name="poster")).text
    assert "Saved" in saved
    for text in (saved, shown):
        assert "--ar 2:3 --s 250 --relax" in text
        assert "bold ink" in text


async def test_saving_a_name_again_replaces_it_and_says_so(stage: Stage) -> None:
    await save(stage, "Füchse", parameters="--ar 2:3")
    assert "instead" in await save(stage, "FÜCHSE", parameters="--ar 3:2")
    assert await stage.personal.presets(stage.requester()) == [
        Preset(name="FÜCHSE", parameters="--ar 3:2")
    ]


async def test_a_preset_of_words_among_parameters_is_refused(stage: Stage) -> None:
    assert "Only parameters" in await save(stage, "poster", parameters="a fox --ar 2:3")
    assert await stage.personal.presets(stage.requester()) == []


async def test_there_are_at_most_25_presets(stage: Stage) -> None:
    for number in range(25):
        await stage.personal.save_preset(
            stage.requester(), Preset(name=f"p{number}", parameters="--ar 2:3")
        )
    assert "25 presets already" in await save(stage, "one more", parameters="--ar 2:3")
    assert "instead" in await save(stage, "p7", parameters="--ar 3:2")
    assert "25 of 25" in (await stage.whispered("preset list")).text


async def test_names_of_presets_are_suggested(stage: Stage) -> None:
    await save(stage, "poster", parameters="--ar 2:3")
    await save(stage, "banner", parameters="--ar 3:1")
    await save(stage, "posh", stage.d.ben, parameters="--ar 3:1")
    asked = await stage.d.autocomplete(stage.d.ann, stage.d.channel, "preset delete", "name", "pos")
    assert [choice["value"] for choice in asked.choices or []] == ["poster"]


async def test_a_preset_is_deleted(stage: Stage) -> None:
    await save(stage, "poster", parameters="--ar 2:3")
    assert "deleted" in (await stage.whispered("preset delete", name="poster")).text
    assert await stage.personal.presets(stage.requester()) == []


async def test_a_preset_that_is_not_there_is_said(stage: Stage) -> None:
    for command in ("preset show", "preset delete"):
        assert "no preset" in (await stage.whispered(command, name="nothing")).text


async def test_the_list_of_presets_shows_and_deletes_in_place_after_a_restart(
    stage: Stage,
) -> None:
    await save(stage, "with: colon", parameters="--ar 2:3")
    listed = await stage.whispered("preset list")
    await stage.start()
    await stage.d.select(stage.d.ann, listed, menus(listed)[0], ["with: colon"])
    assert "--ar 2:3" in listed.text
    await stage.press(listed, "Delete")
    assert "None yet" in listed.text


async def test_a_preset_deleted_twice_says_so(stage: Stage) -> None:
    await save(stage, "poster", parameters="--ar 2:3")
    shown = await stage.whispered("preset show", name="poster")
    await stage.whispered("preset delete", name="poster")
    pressed = await stage.press(shown, "Delete")
    assert "no preset" in said(pressed)


# ── /settings ───────────────────────────────────────────────────────────────────────────────────


async def preferences(stage: Stage) -> Preferences:
    return await stage.personal.preferences(stage.requester())


@pytest.mark.parametrize("restart", [False, True])
async def test_the_panel_sets_everything_in_place(stage: Stage, restart: bool) -> None:
    panel = await stage.whispered("settings")
    if restart:
        await stage.start()
    mode, spoken = menus(panel)
    await stage.d.select(stage.d.ann, panel, mode, ["relaxed"])
    await stage.d.select(stage.d.ann, panel, spoken, ["en"])
    pressed = await stage.press(panel, "Turn on")
    assert pressed.response is panel
    assert "Turn off" in panel.labels
    assert await preferences(stage) == Preferences(mode=Mode.RELAXED, wants_dm=True, language="en")


@pytest.mark.parametrize("restart", [False, True])
async def test_default_parameters_are_typed_into_a_form(stage: Stage, restart: bool) -> None:
    panel = await stage.whispered("settings")
    opened = await stage.press(panel, "Change")
    if restart:
        await stage.start()
    sent = await stage.d.submit_modal(opened, {"parameters": "—ar 16:9 --stylize 250"})
    assert sent.response is panel
    assert (await preferences(stage)).parameters == "--ar 16:9 --stylize 250"
    assert "--ar 16:9" in panel.text


async def test_the_form_is_filled_with_what_holds(stage: Stage) -> None:
    await stage.personal.set_preferences(stage.requester(), Preferences(parameters="--ar 3:2"))
    opened = await stage.press(await stage.whispered("settings"), "Change")
    sent = await stage.d.submit_modal(opened)
    assert sent.response is not None
    assert (await preferences(stage)).parameters == "--ar 3:2"


async def test_an_emptied_form_sets_no_parameters(stage: Stage) -> None:
    await stage.personal.set_preferences(stage.requester(), Preferences(parameters="--ar 3:2"))
    opened = await stage.press(await stage.whispered("settings"), "Change")
    await stage.d.submit_modal(opened, {"parameters": ""})
    assert (await preferences(stage)).parameters == ""


async def test_wrong_parameters_change_nothing_and_say_why(stage: Stage) -> None:
    panel = await stage.whispered("settings")
    before = panel.text
    opened = await stage.press(panel, "Change")
    sent = await stage.d.submit_modal(opened, {"parameters": "--ar 16:0"})
    assert "16:0" in said(sent)
    assert panel.text == before
    assert await preferences(stage) == Preferences()


async def test_a_reset_forgets_all_settings(stage: Stage) -> None:
    await stage.personal.set_preferences(
        stage.requester(), Preferences(mode=Mode.RELAXED, parameters="--ar 3:2", wants_dm=True)
    )
    await stage.press(await stage.whispered("settings"), "Reset everything")
    assert await preferences(stage) == Preferences()


async def test_automatic_forgets_a_choice(stage: Stage) -> None:
    await stage.personal.set_preferences(
        stage.requester(), Preferences(mode=Mode.RELAXED, language="en")
    )
    panel = await stage.whispered("settings")
    for menu in menus(panel):
        await stage.d.select(stage.d.ann, panel, menu, ["auto"])
    assert await preferences(stage) == Preferences()


async def test_quick_presses_lose_no_setting(stage: Stage) -> None:
    panel = await stage.whispered("settings")
    mode, spoken = menus(panel)
    await asyncio.gather(
        stage.d.select(stage.d.ann, panel, mode, ["relaxed"]),
        stage.d.select(stage.d.ann, panel, spoken, ["en"]),
        stage.press(panel, "Turn on"),
    )
    assert await preferences(stage) == Preferences(mode=Mode.RELAXED, wants_dm=True, language="en")


async def test_the_language_of_an_answer_is_the_chosen_one(stage: Stage) -> None:
    await stage.personal.set_preferences(stage.requester(), Preferences(language="de"))
    assert await _locale(stage, stage.d.ann, "en-US") == "de"
    assert await _locale(stage, stage.d.ben, "fr") == "fr"


async def test_the_cards_of_a_job_speak_the_chosen_language(stage: Stage) -> None:
    await stage.personal.set_preferences(stage.requester(), Preferences(language="de"))
    await stage.press(await stage.whispered("help"), BUTTON_OF_AN_EXAMPLE)
    (job,) = (await stage.personal.page(stage.requester())).jobs
    assert job.origin.locale == "de"


async def test_without_the_database_the_language_is_discords(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_requester: str) -> Preferences:
        await asyncio.sleep(60)
        return Preferences()

    monkeypatch.setattr(language, "PATIENCE_S", 0.05)
    monkeypatch.setattr(stage.bot.personal.personal, "preferences", hang)
    assert await _locale(stage, stage.d.ann, "fr") == "fr"


async def _locale(stage: Stage, user: User, reported: str) -> str:
    """Ask `locale_of` about an interaction as discord.py would hand it to a command."""
    found: list[str] = []

    @stage.bot.listen("on_interaction")
    async def note(interaction: discord.Interaction[ImagineBot]) -> None:
        found.append(await language.locale_of(interaction))

    await stage.d.slash(user, stage.d.channel, "help", locale=reported)
    await stage.d.wait_for(lambda: found)
    stage.bot.remove_listener(note, "on_interaction")
    return found[0]


# ── /queue ──────────────────────────────────────────────────────────────────────────────────────


async def test_the_queue_counts_all_and_names_only_mine(stage: Stage) -> None:
    await stage.start_job(await stage.add_job("a secret fox", stage.d.ben))
    await stage.add_job("a secret cat", stage.d.ben)
    await stage.add_job("my own fox")
    shown = (await stage.whispered("queue")).text
    assert "1 of 10" in shown
    assert "Waiting: 2" in shown
    assert "my own fox" in shown
    assert "secret" not in shown
    assert stage.d.ben.mention not in shown


async def test_the_queue_says_when_a_new_job_would_be_done(stage: Stage) -> None:
    shown = (await stage.whispered("queue")).text
    assert shown.count("<t:") == 2


# ── /help ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("is_dm", [False, True])
async def test_an_example_of_the_help_starts_a_job_after_a_restart(
    stage: Stage, is_dm: bool
) -> None:
    channel = stage.d.dm(stage.d.ann) if is_dm else stage.d.channel
    asked = await stage.d.slash(stage.d.ann, channel, "help")
    assert asked.response is not None
    assert asked.response.ephemeral
    await stage.start()
    pressed = await stage.press(asked.response, BUTTON_OF_AN_EXAMPLE)
    page = await stage.personal.page(stage.requester())
    assert [job.prompt for job in page.jobs] == [
        "a red fox reading in an autumn forest, watercolour"
    ]
    assert pressed.response is not None
    assert not pressed.response.ephemeral
    assert "red fox" in pressed.response.text


async def test_the_commands_are_for_guilds_and_direct_messages(stage: Stage) -> None:
    mine = {"jobs", "preset", "settings", "queue", "help"}
    offered = {
        command["name"]: (command["integration_types"], command["contexts"])
        for command in stage.d.commands[None]
        if command["name"] in mine
    }
    assert offered == dict.fromkeys(mine, ([0], [0, 1]))


async def test_panels_leave_nothing_in_memory(stage: Stage) -> None:
    panel = await stage.whispered("settings")
    await stage.press(panel, "Turn on")
    await stage.press(panel, "Change")
    assert stage.bot.persistent_views == []
    assert not stage.bot._connection._view_store._views
    assert not stage.bot._connection._view_store._modals
