"""What no soak at Slack may show, seen from the outside: nothing lost, doubled or paid twice."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from bot.demo.midjourney import MidjourneyStandIn
from tests.soak.invariants import BROKEN, COMMANDS, MONEY, OUTCOMES, pictures_of
from tests.soak.people import CARD, DOUBTFUL, REQUEST, SEVERAL
from tests.soak.slack_people import SlackCommand, SlackPeople
from tests.standins.slack import Interaction, Message, SlackStandIn

# What the placeholder of one job says when nothing more will come.
NOTED = ("nothing was charged", "it won't be posted here", "I can't post the result here")
# It was acknowledged before it was stored, when it took so long.
ACKNOWLEDGED_UNSEEN_S = 1.5
_HOOK = re.compile(r"/webhook/midjourney/([a-z2-7]{20})/")
_NOT_FETCHED = re.compile(r"couldn't fetch images? ([\d, ]+)")


class SlackViolations:
    """What became of every prompt and every job; all is well if `problems` is empty."""

    def __init__(
        self, slack: SlackStandIn, midjourney: MidjourneyStandIn, people: SlackPeople, *, slots: int
    ) -> None:
        """Look at everything once; `slots` is how many jobs may be in flight."""
        self.problems: list[str] = []
        self.counts: Counter[tuple[str, str]] = Counter()
        self._midjourney = midjourney
        self._people = people
        self._messages = [*_messages_of_the_bot(slack)]
        # The addresses at which something was said that the person may not have read.
        self._unheard = {
            each.path for each in slack.requests if each.method == "response_url" and each.fault
        }
        self._cards = self._cards_by_prompt()
        self._notes = self._notes_by_prompt()
        self._billed = Counter(_words_of(task.prompt) for task in midjourney.jobs.values())
        self._check_money(slots)
        for command in people.commands:
            self._check_command(command)
        self._check_pictures()
        self._check_leftovers()

    def _object(self, kind: str, case: str) -> None:
        self.counts[BROKEN, kind] += 1
        self.problems.append(f"{kind}: {case}")

    def _cards_by_prompt(self) -> dict[str, set[str]]:
        """Return the jobs that have a card, deleted ones too, by prompt."""
        found: dict[str, set[str]] = defaultdict(set)
        parts: dict[tuple[str, str], list[Message]] = defaultdict(list)
        for message in self._messages:
            card, request = CARD.search(json.dumps(message.blocks)), _request_in(message)
            if card and request:
                found[request].add(card[1])
                parts[card[1], card[2]].append(message)
        for (job_id, part), messages in parts.items():
            if len(messages) > 1:
                self._object("doubled", f"part {part} of {job_id} stands in {messages}")
        return found

    def _notes_by_prompt(self) -> Counter[str]:
        """Count the placeholders that say that nothing more will come, by prompt."""
        found: Counter[str] = Counter()
        for message in self._messages:
            request = None if message.deleted else _request_in(message)
            if request and any(words in message.shown_text for words in NOTED):
                found[request] += 1
        return found

    def _check_money(self, slots: int) -> None:
        bills = Counter(_job_of(task.payload) for task in self._midjourney.jobs.values())
        self.counts[MONEY, "submits that arrived"] = len(self._midjourney.submits)
        self.counts[MONEY, "jobs billed"] = len(bills)
        for job_id, tasks in bills.items():
            if tasks > 1:
                self._object("paid twice", f"{job_id} has {tasks} tasks")
        if self._midjourney.max_in_flight > slots:
            self._object("over the limit", f"{self._midjourney.max_in_flight} of {slots} slots")

    def _check_command(self, command: SlackCommand) -> None:
        """Expect one outcome for each prompt if it was acknowledged, else at most one."""
        self.counts[COMMANDS, "sent"] += 1
        is_due = self._is_due(command)
        self.counts[COMMANDS, "acknowledged" if is_due else "refused, or left open"] += 1
        for prompt in command.prompts:
            more = [press for words, press in self._people.again if prompt in words]
            outcomes = len(self._cards[prompt]) + self._notes[prompt]
            least = self._billed[prompt]
            if is_due and not more:
                least = max(least, 1)
            if outcomes < least:
                self._object("lost", f"{prompt}: {outcomes} of {least} outcomes")
            if outcomes > 1 + len(more):
                self._object("doubled", f"{prompt}: {outcomes} outcomes")
            self.counts[OUTCOMES, "cards"] += len(self._cards[prompt])
            self.counts[OUTCOMES, "noted in the placeholder"] += self._notes[prompt]

    def _is_due(self, command: SlackCommand) -> bool:
        """Whether the person may count on it: it was acknowledged in time, and nothing was said."""
        deciding = command.confirmed if command.is_asked_about else [command.sent]
        known = [each for each in deciding if each is not None]
        is_heard = bool(known) and all(map(_is_acknowledged, known))
        return is_heard and not (self._was_told(command) or command.channel.is_archived)

    def _was_told(self, command: SlackCommand) -> bool:
        """Whether something but a question was said: a refusal, a remark, or that it is slow."""
        asked = [each for each in (command.sent, *command.confirmed) if each is not None]
        said = [message for each in asked for message in each.responses]
        is_unheard = any(each.response_path in self._unheard for each in asked)
        return is_unheard or not all(map(_is_question, said))

    def _check_pictures(self) -> None:
        """Expect on each card the pictures of its job, and all of them."""
        drawn = {_job_of(t.payload): t for t in self._midjourney.jobs.values()}
        shown: dict[str, list[bytes]] = defaultdict(list)
        missing: Counter[str] = Counter()
        for message in self._messages:
            card = CARD.search(json.dumps(message.blocks))
            if card is None or message.deleted or "V1" not in message.labels:
                continue
            self.counts[OUTCOMES, "images posted"] += 1
            shown[card[1]] += message.images
            missing[card[1]] += sum(
                len(n.split(",")) for n in _NOT_FETCHED.findall(message.shown_text)
            )
        for job_id, images in shown.items():
            task = drawn.get(job_id)
            own = pictures_of(task)
            if any(image not in own for image in images):
                self._object("untrue", f"{job_id} shows pictures that are not its own")
            if len(own) <= 10 and len(images) + missing[job_id] != len(own):
                self._object("lost", f"{job_id} shows {len(images)} of {len(own)} pictures")

    def _check_leftovers(self) -> None:
        """Expect no message that still promises something."""
        for message in self._messages:
            if not message.deleted and {"Cancel", "Don't post"} & {*message.labels}:
                self._object("left standing", str(message))


def _messages_of_the_bot(slack: SlackStandIn) -> Iterator[Message]:
    """Yield what everybody sees or saw."""
    for channel in slack.world.channels.values():
        for message in channel.all_messages:
            if message.author is slack.world.bot and message.visible_to is None:
                yield message


def _request_in(message: Message) -> str | None:
    found = REQUEST.search(message.shown_text)
    return found[0] if found else None


def _words_of(prompt: str) -> str:
    """Return the words of a prompt; its parameters depend on how a question was answered."""
    found = REQUEST.search(prompt)
    assert found is not None
    return found[0]


def _is_acknowledged(interaction: Interaction) -> bool:
    took_s = interaction.acked_after
    return took_s is not None and took_s < ACKNOWLEDGED_UNSEEN_S


def _is_question(message: Message) -> bool:
    yes = (*SEVERAL, *DOUBTFUL)
    return any(answer in label for label in message.labels for answer in yes)


def _job_of(payload: dict[str, object]) -> str:
    found = _HOOK.search(str(payload["hookUrl"]))
    assert found is not None
    return found[1]
