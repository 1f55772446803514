"""What there is to see from the outside: what the API was asked and charged, what Discord shows.

A job is known by its id, which stands in the buttons of its messages and in its callback address.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum

from bot.demo.jobs import StandInJob
from bot.demo.midjourney import MidjourneyStandIn
from tests.soak.people import CARD, REQUEST, Command, card_of, says_slow
from tests.standins.discord import DiscordStandIn, Interaction, Message
from tests.standins.discord.routes import CALLBACK

_HOOK = re.compile(r"/webhook/midjourney/([a-z2-7]{20})/")
_BUTTON = re.compile(r"imagine:(?:cancel|discard|delete|again):([a-z2-7]{20})")


class Reply(IntEnum):
    """What a person got at once, the best last."""

    NOTHING = 0
    THINKING = 1
    SLOW = 2  # nothing was charged, if that is all that comes
    REFUSED = 3
    ACKNOWLEDGED = 4


class Ledger:
    """All that is known of each job."""

    def __init__(self, discord: DiscordStandIn, midjourney: MidjourneyStandIn) -> None:
        """Read what the stand-ins remember."""
        # The words of all jobs that were submitted or have a card, by job id.
        self.prompts = {_job_of(s.payload): _words_of(s.payload) for s in midjourney.submits}
        self.submitted = len(self.prompts)
        # What was charged, by job id.
        self.bills: dict[str, list[StandInJob]] = defaultdict(list)
        for task in midjourney.jobs.values():
            self.bills[_job_of(task.payload)].append(task)
        # The cards by job id and part, deleted ones too.
        self.cards: dict[str, dict[int, list[Message]]] = defaultdict(lambda: defaultdict(list))
        for channel in discord.world.channels.values():
            for message in channel.all_messages:
                if found := CARD.search(str(message.components)):
                    self.cards[found[1]][int(found[2])].append(message)
                    if request := REQUEST.search(message.text):  # the key may have been refused
                        self.prompts.setdefault(found[1], request[0])
        self._shown = dict(_jobs_shown(discord))

    def of_prompts(self, prompts: Sequence[str]) -> list[str]:
        """Return the jobs with these prompts."""
        return [job_id for job_id, prompt in self.prompts.items() if prompt in prompts]

    def is_billed(self, job_id: str) -> bool:
        """Whether it was paid for."""
        return job_id in self.bills

    def count_cards(self, job_id: str) -> int:
        """Count the first, and mostly only, cards of a job."""
        return len(self.cards[job_id][0]) if job_id in self.cards else 0

    def reply_to(self, command: Command) -> Reply:
        """Return the best that the person got."""
        if command.question is not None and not command.asked:
            return min(reply_to(command.question), Reply.REFUSED)
        return max(map(reply_to, command.asked), default=Reply.NOTHING)

    def shown_to(self, command: Command) -> str | None:
        """Return the job, of several the first, of the placeholder that the person got."""
        return next((self._shown[each] for each in command.asked if each in self._shown), None)

    def placeholders_of(self, command: Command) -> Iterator[Message]:
        """Yield them as they are now, but for those that became cards."""
        for interaction in command.asked:
            placeholder = card_of(interaction) if interaction in self._shown else None
            if placeholder is not None and not CARD.search(str(placeholder.components)):
                yield placeholder


def reply_to(interaction: Interaction) -> Reply:
    """Say what a person got for a command or a press that asks for jobs."""
    response = interaction.response
    if interaction.callback_type is None or response is None:
        return Reply.NOTHING
    if card_of(interaction) is not None:
        return Reply.ACKNOWLEDGED
    words = [response.content, *(message.content for message in interaction.followups)]
    if any("on their way" in text for text in words):
        return Reply.ACKNOWLEDGED
    if any(words):
        return Reply.REFUSED
    return Reply.SLOW if says_slow(response) else Reply.THINKING


def _jobs_shown(discord: DiscordStandIn) -> Iterator[tuple[Interaction, str]]:
    """Yield interactions that got a placeholder, with the job that its buttons named."""
    by_token = {each.token: each for each in discord.interactions.values()}
    for command in discord.requests:
        if command.route != CALLBACK and not command.route.startswith("/webhooks/"):
            continue
        interaction = by_token.get(command.path.split("/")[3])
        found = _BUTTON.search(json.dumps(command.json))
        if interaction is not None and found and reply_to(interaction) is Reply.ACKNOWLEDGED:
            yield interaction, found[1]


def _words_of(payload: Mapping[str, object]) -> str:
    """Return the words of a prompt; its parameters depend on how a question was answered."""
    found = REQUEST.search(str(payload["prompt"]))
    assert found is not None
    return found[0]


def _job_of(payload: Mapping[str, object]) -> str:
    found = _HOOK.search(str(payload["hookUrl"]))
    assert found is not None
    return found[1]
