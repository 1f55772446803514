"""What hears at Slack, on real services and a database, before the stand-in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp

from bot.clock import SystemClock
from bot.demo.slack.standin import payloads
from bot.demo.slack.standin.content import Channel
from bot.domain.jobs import Job, TaskReport
from bot.domain.pictures import FetchedImage
from bot.platforms.slack.commands.hearing import Hearing
from bot.platforms.slack.ids import conversation_of
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.messenger.platform import SlackPlatform
from bot.platforms.slack.timings import SlackTimings
from bot.screens.result import result_view
from bot.store import Database
from bot.wiring import Role
from tests.jobs import JobStores
from tests.pictures import png
from tests.standins.slack import Interaction, Message, SlackStandIn, User, View
from tests.timing import TIMEOUT_S
from tests.wiring import Nobody, identity_at, parts_on, plain_settings, slack_of

UNHURRIED = SlackTimings(
    acknowledge_after_s=TIMEOUT_S,
    slow_after_s=2 * TIMEOUT_S,
    form_within_s=TIMEOUT_S,
    person_within_s=TIMEOUT_S,
    channel_within_s=TIMEOUT_S,
    processing_pause_s=0.01,
)


@dataclass(kw_only=True)
class Rig:
    """A bot that hears, and whose outbox rests."""

    s: SlackStandIn
    database: Database
    hearing: Hearing
    messenger: SlackMessenger
    platform: SlackPlatform
    jobs: JobStores
    acks: list[Interaction] = field(default_factory=list)

    # ── What people do ──

    async def command(
        self, user: User, text: str = "", *, at: Channel | None = None
    ) -> Interaction:
        channel = at or self.s.channel
        done = await self.s.slash(user, channel, text, wait=0)
        return await self.hear(done)

    async def press(self, user: User, place: Message | View, name: str) -> Interaction:
        return await self.hear(await self.s.press(user, place, name, wait=0))

    async def submit(self, view: View, **values: Any) -> Interaction:
        return await self.hear(await self.s.submit(view, values, wait=0))

    async def shortcut(self, user: User, message: Message, name: str) -> Interaction:
        return await self.hear(await self.s.shortcut(user, message, name, wait=0))

    async def hear(self, done: Interaction, **changes: Any) -> Interaction:
        """Let the bot hear of something that was done, as Slack tells it but for `changes`."""
        body = {**payloads.addressed(done, self.s.world.base_url), **changes}

        async def ack(**answer: Any) -> None:
            self.acks.append(done)
            self.s.acknowledge(done, answer)

        await self._way_of(body)(body, ack)
        assert done in self.acks, "Slack never heard that it came"
        return done

    def _way_of(self, body: dict[str, Any]) -> Any:
        ways = {
            None: self.hearing.command,
            "block_actions": self.hearing.press,
            "view_submission": self.hearing.form,
            "message_action": self.hearing.shortcut,
            "event_callback": self.hearing.home,
        }
        return ways[body.get("type")]

    # ── What there is ──

    def told(self, user: User, *, at: Channel | None = None) -> str:
        """Return the last thing that this person alone read."""
        return (at or self.s.channel).ephemeral(user)[-1].shown_text

    async def all_jobs(self) -> list[Job]:
        """Return every job, without a change to any."""
        claimed = await self.jobs.claim_up_to(1000, now=SystemClock().now() + timedelta(hours=1))
        return list(claimed)

    async def result(
        self,
        user: User,
        prompt: str = "a red fox",
        *,
        thread: Message | None = None,
        part: int = 0,
    ) -> tuple[Job, Message]:
        """Let a person have a result of two pictures, and return it with its job."""
        await self.command(user, prompt)
        [job] = await self.all_jobs()
        job = await self._succeed(job)
        images = [
            FetchedImage(index=index, url=url, data=png(), extension="png")
            for index, url in enumerate(job.image_urls)
        ]
        team_id, channel = self.s.world.team_id, self.s.channel
        thread_ts = None if thread is None else thread.ts
        where = conversation_of(team_id, channel.id, thread_ts=thread_ts)
        view, key = result_view(job, part, images), f"{job.id}.{part}"
        sent = await self.messenger.send(where, view, key=key)
        found = channel.find(sent.id)
        assert found is not None
        return job, found

    async def _succeed(self, job: Job) -> Job:
        now = SystemClock().now()
        await self.jobs.record_accepted(
            job.id, attempt=job.attempt, task_id=job.id, next_poll_at=now, now=now
        )
        links = ("https://cdn.example/1.png", "https://cdn.example/2.png")
        report = TaskReport(task_id=job.id, is_finished=True, image_urls=links)
        fence = await self.jobs.fence()
        await self.jobs.record_poll(fence, [report], next_polls={}, asked_at=now, now=now)
        found = await self.jobs.get(job.id)
        assert found is not None
        return found


class Images(Nobody):
    """Every picture of the provider's, all alike."""

    async def fetch(self, _url: str) -> tuple[bytes, str]:
        return png(), "png"


@asynccontextmanager
async def rig_on(
    database: Database, s: SlackStandIn, *, teams: tuple[str, ...] = (), **settings: Any
) -> AsyncIterator[Rig]:
    """Return a bot at the stand-in, connected by nothing but its Web API."""
    async with aiohttp.ClientSession() as session:
        parts = await parts_on(
            database,
            roles=frozenset({Role.GATEWAY}),
            settings=plain_settings(
                discord_token=None,
                slack_bot_token=s.bot_token,
                slack_app_token=s.app_token,
                slack_api_url=s.api_url,
                allowed_teams=teams,
                **settings,
            ),
            slack_session=session,
            slack_timings=UNHURRIED,
            images=Images(),
        )
        chat = slack_of(parts)
        chat.identity.set(identity_at(s))
        assert isinstance(chat.messenger, SlackMessenger)
        assert isinstance(chat.platform, SlackPlatform)
        yield Rig(
            s=s,
            database=database,
            hearing=chat.hearing,
            messenger=chat.messenger,
            platform=chat.platform,
            jobs=JobStores(database),
        )
