"""The violations of the soak, from the outside alone: one outcome a command, paid at most once."""

import re
from collections.abc import Collection, Sequence

from bot.demo.jobs import StandInJob
from bot.demo.midjourney import MidjourneyStandIn
from tests.pictures import small_picture
from tests.soak.ledger import Ledger, Reply
from tests.soak.people import Command
from tests.standins.discord import DiscordStandIn, Message

COMMANDS, MONEY, OUTCOMES, BROKEN = "Commands", "Money", "Outcomes", "Broken promises"
_ROWS = {
    COMMANDS: (
        "sent",
        "acknowledged",
        "refused",
        "left at “I'm slow”",
        "left at “thinking …”",
        "that nobody answered",
    ),
    MONEY: ("submits that arrived", "jobs submitted", "jobs billed", "most jobs in flight"),
    OUTCOMES: (
        "due",
        "images posted",
        "failures posted",
        "“may have been charged”",
        "cancelled, free of charge",
        "discarded",
        "taken back, and the group is done",
        "not postable, and said so",
        "undeliverable: the channel was deleted",
        "of commands that were not acknowledged",
    ),
    BROKEN: ("lost", "doubled", "paid twice", "over the limit", "untrue", "left standing"),
}
_REPLIES = {
    Reply.NOTHING: "that nobody answered",
    Reply.THINKING: "left at “thinking …”",
    Reply.SLOW: "left at “I'm slow”",
    Reply.REFUSED: "refused",
    Reply.ACKNOWLEDGED: "acknowledged",
}
_CANCELLED = re.compile(r"(\d+) cancelled")
_DISCARDED = re.compile(r"(\d+) not posted here")
_NOT_POSTED = re.compile(r"(\d+) couldn't be posted")
_NOT_FETCHED = re.compile(r"couldn't fetch images? ([\d, ]+)")


def pictures_of(task: StandInJob | None) -> list[bytes]:
    """Return what was drawn for a task; nothing for none."""
    if task is None:
        return []
    return [small_picture(task.prompt, n) for n in range(task.outcome.images)]


class Violations:
    """What became of every command and every job; all is well if `problems` is empty."""

    def __init__(
        self,
        discord: DiscordStandIn,
        midjourney: MidjourneyStandIn,
        commands: Sequence[Command],
        *,
        slots: int,
    ) -> None:
        """Look at everything once; `slots` is how many jobs may be in flight."""
        self._discord = discord
        self._commands = commands
        self._ledger = Ledger(discord, midjourney)
        self.problems: list[str] = []
        self.counts = {(heading, row): 0 for heading, rows in _ROWS.items() for row in rows}
        self._check_money(midjourney, slots)
        self._check_commands()
        self._check_cards()
        self._check_leftovers()

    def _object(self, kind: str, case: str) -> None:
        self.counts[BROKEN, kind] += 1
        self.problems.append(f"{kind}: {case}")

    def _check_money(self, midjourney: MidjourneyStandIn, slots: int) -> None:
        self.counts[MONEY, "submits that arrived"] = len(midjourney.submits)
        self.counts[MONEY, "jobs submitted"] = self._ledger.submitted
        self.counts[MONEY, "jobs billed"] = len(midjourney.jobs)
        self.counts[MONEY, "most jobs in flight"] = midjourney.max_in_flight
        if midjourney.max_in_flight > slots:
            self._object("over the limit", f"{midjourney.max_in_flight} of {slots} slots")
        for job_id, tasks in self._ledger.bills.items():
            if len(tasks) > 1:
                self._object("paid twice", f"{job_id} has {len(tasks)} tasks")

    # ── Commands ────────────────────────────────────────────────────────────────────────────────

    def _check_commands(self) -> None:
        ledger = self._ledger
        shown = {command: ledger.shown_to(command) for command in self._commands}
        left = {*ledger.prompts} - {*shown.values()}
        for command, first in shown.items():
            prompts = command.prompts or [ledger.prompts[str(command.again)]]
            ids = {first} - {None}
            if first is None or len(prompts) > 1:
                # Of a single prompt there may be further jobs, which Again made.
                room = len(prompts) - len(ids)
                ids |= {*[each for each in ledger.of_prompts(prompts) if each in left][:room]}
            left -= ids
            self._check_command(command, prompts, [each for each in ids if each is not None])
        for job_id in left:
            self._object("doubled", f"nobody asked for {job_id}: {ledger.prompts[job_id]}")
        self.counts[COMMANDS, "sent"] = len(self._commands)

    def _check_command(
        self, command: Command, prompts: Sequence[str], ids: Collection[str]
    ) -> None:
        """Expect one outcome for each prompt if it was acknowledged, else at most one."""
        reply = self._ledger.reply_to(command)
        self.counts[COMMANDS, _REPLIES[reply]] += 1
        if reply is Reply.ACKNOWLEDGED:
            self.counts[OUTCOMES, "due"] += len(prompts)
            due = len(prompts)
        else:
            self.counts[OUTCOMES, "of commands that were not acknowledged"] += len(ids)
            due = self._count_billed(ids)
            # By its prompt alone a press on Again cannot be told from another one. And a channel
            # that was deleted took along what would have told it.
            is_known = command.again is None and not command.channel.deleted
            if reply is Reply.SLOW and due and is_known:
                self._object("untrue", f"{[*prompts]} were charged, and nobody was told")
        cards = sum(map(self._ledger.count_cards, ids))
        noted = self._noted(command, len(prompts), ids)
        missing = due - cards - noted
        if missing > 0 and command.channel.deleted:
            self.counts[OUTCOMES, "undeliverable: the channel was deleted"] += missing
        elif 0 < missing <= self._taken_back(command, len(prompts), ids):
            self.counts[OUTCOMES, "taken back, and the group is done"] += missing
        elif missing > 0 or cards + noted > len(prompts):
            case = f"{reply.name}, {[*prompts]}, {[*ids]}: {cards} cards, {noted} noted"
            self._object("lost" if missing > 0 else "doubled", case)

    def _taken_back(self, command: Command, jobs: int, ids: Collection[str]) -> int:
        """Count the jobs that need not be seen: the placeholder of a group goes in the end.

        One that was cancelled was not charged; discarded ones may have been.
        """
        if jobs == 1 or not command.taken_back:
            return 0
        return jobs if "Don't post" in command.taken_back else jobs - self._count_billed(ids)

    def _count_billed(self, ids: Collection[str]) -> int:
        return sum(map(self._ledger.is_billed, ids))

    def _noted(self, command: Command, jobs: int, ids: Collection[str]) -> int:
        """Count the jobs of which the placeholder says that nothing more will come."""
        total = 0
        for placeholder in self._ledger.placeholders_of(command):
            text = placeholder.text
            is_free = "nothing was charged" in text
            noted = {
                "cancelled, free of charge": jobs if is_free else _sum(_CANCELLED, text),
                "discarded": 1 if "it won't be posted here" in text else _sum(_DISCARDED, text),
                "not postable, and said so": (
                    1 if "I can't post the outcome" in text else _sum(_NOT_POSTED, text)
                ),
            }
            for row, count in noted.items():
                self.counts[OUTCOMES, row] += count
            total += sum(noted.values())
            if is_free and self._count_billed(ids):
                self._object("untrue", f"{ids} were charged, and the placeholder says: {text}")
        return total

    # ── Cards ───────────────────────────────────────────────────────────────────────────────────

    def _check_cards(self) -> None:
        """Hold what the cards say against the books."""
        for job_id, parts in self._ledger.cards.items():
            for part, messages in parts.items():
                if len(messages) > 1:
                    self._object("doubled", f"part {part} of {job_id} stands in {messages}")
            tasks = self._ledger.bills[job_id] if self._ledger.is_billed(job_id) else []
            cards = [message for messages in parts.values() for message in messages[:1]]
            self._check_job(job_id, cards, tasks[0] if tasks else None)

    def _check_job(self, job_id: str, cards: list[Message], task: StandInJob | None) -> None:
        text = cards[0].text
        if any(":vary:" in str(card.components) for card in cards):
            self.counts[OUTCOMES, "images posted"] += 1
            self._check_pictures(job_id, cards, task)
        elif "may have been charged" in text:
            self.counts[OUTCOMES, "“may have been charged”"] += 1
        else:
            self.counts[OUTCOMES, "failures posted"] += 1
            if task is not None and task.fail_reason is None and task.outcome.images:
                self._object("untrue", f"{job_id} was drawn, and its card says: {text}")

    def _check_pictures(self, job_id: str, cards: list[Message], task: StandInJob | None) -> None:
        drawn = pictures_of(task)
        shown = [image for card in cards for image in card.images]
        missing = [len(n.split(",")) for card in cards for n in _NOT_FETCHED.findall(card.text)]
        if any(image not in drawn for image in shown):
            self._object("untrue", f"{job_id} shows pictures that are not its own")
        if len(shown) + sum(missing) != len(drawn):
            self._object("lost", f"{job_id} shows {len(shown)} of {len(drawn)} pictures")

    def _check_leftovers(self) -> None:
        """Expect no message that still promises something."""
        for channel in self._discord.world.channels.values():
            standing = [] if channel.deleted else channel.all_messages
            for message in standing:
                if not message.deleted and {"Cancel", "Don't post"} & {*message.labels}:
                    self._object("left standing", str(message))


def _sum(pattern: re.Pattern[str], text: str) -> int:
    return sum(map(int, pattern.findall(text)))
