"""What may go wrong with each kind of call of the soak, and how often in proportion."""

from collections.abc import Mapping
from typing import TypeVar

from bot.demo import faults as api
from bot.demo.faults import Answer, Callback, Outcome
from tests.standins.discord import faults as discord

T = TypeVar("T")

# The fault by its name, and how many of the cards in the plan carry it.
Cards = Mapping[str, tuple[int, T]]

SLOW_S = 2.5
# The bot waits for an edit for 15 s, for a submit for 60.
LATE_EDIT_S, NEVER_S = 18.0, 75.0

# ── The Midjourney API ──────────────────────────────────────────────────────────────────────────

# Those in doubt are rare: each may hold a slot for minutes.
SUBMITS: Cards[Answer] = {
    "answer lost, started": (2, api.LOST_AFTER_EFFECT),
    "answer lost, not started": (1, api.LOST_BEFORE_EFFECT),
    "502, started": (1, Answer.error(502, has_effect=True)),
    "503, not started": (1, Answer.error(503)),
    "408, started": (1, Answer.error(408, has_effect=True)),
    "garbage, started": (1, api.GARBAGE),
    "429": (2, Answer.error(429, Retry_After="1")),
    "1002": (3, Answer.refusal(1002, "concurrency limit, max 10")),
    "refused": (1, Answer.refusal(400, "Invalid parameter", status=400)),
    "slow": (4, Answer(delay_s=SLOW_S)),
    "very slow": (1, Answer(delay_s=3 * SLOW_S)),
    "never answered, started": (1, Answer(delay_s=NEVER_S)),
    "never answered, not started": (1, Answer(delay_s=NEVER_S, has_effect=False)),
}

STATUSES: Cards[Answer] = {
    "500": (1, Answer.error(500)),
    "503": (1, Answer.error(503)),
    "429": (1, Answer.error(429, Retry_After="1")),
    "answer lost": (1, api.LOST_AFTER_EFFECT),
    "garbage": (1, api.GARBAGE),
    "unknown tasks": (1, Answer(body=b'{"status": 0, "data": []}')),
    "refused": (1, Answer.refusal(500, "busy")),
    "slow": (2, Answer(delay_s=SLOW_S)),
}

IMAGES: Cards[Answer] = {
    "404": (1, Answer.error(404)),
    "500": (1, Answer.error(500)),
    "answer lost": (1, api.LOST_AFTER_EFFECT),
    "cut short": (1, Answer(body=b"\x89PNG\r\n")),
    "slow": (2, Answer(delay_s=SLOW_S)),
}

_FORGED = b'{"status": 0, "data": {"taskId": "made-up", "status": 2, "failReason": "no"}}'
CALLBACKS: Cards[Callback] = {
    "lost": (3, api.NO_CALLBACK),
    "twice": (2, Callback(times=2)),
    "six times": (1, Callback(times=6)),
    "late": (2, Callback(delay_s=2 * SLOW_S)),
    "before the answer": (2, Callback(is_before_answer=True)),
    "broken": (1, Callback(body=b"{")),
    "of another task": (1, Callback(body=_FORGED)),
}

OUTCOMES: Cards[Outcome] = {
    "slow": (4, Outcome(seconds=3.0)),
    "very slow": (1, Outcome(seconds=8.0)),
    "at once": (4, Outcome(seconds=0.0)),
    "prompt refused": (1, Outcome(fail_reason="Banned prompt detected")),
    "broken down": (1, Outcome(fail_reason="Internal error, please try again")),
    "no images": (1, Outcome(images=0)),
    "one image": (1, Outcome(images=1)),
    "twelve images": (1, Outcome(images=12)),
}

# ── Discord ─────────────────────────────────────────────────────────────────────────────────────

ANSWERS: Cards[discord.Action] = {
    "answer lost, shown": (2, discord.lose_answer_after_effect()),
    "answer lost, not shown": (1, discord.lose_before_effect()),
    "503": (1, discord.status(503)),
    "late": (2, discord.hang(SLOW_S / 2)),
    "too late": (1, discord.hang(2 * SLOW_S)),
    "garbage, shown": (1, discord.garbage(200)),
}

SENDS: Cards[discord.Action] = {
    "answer lost, sent": (3, discord.lose_answer_after_effect()),
    "answer lost, not sent": (1, discord.lose_before_effect()),
    "500": (1, discord.status(500)),
    "503": (1, discord.status(503)),
    "429": (2, discord.status(429, retry_after=0.5)),
    "429 for all": (1, discord.status(429, retry_after=0.5, is_global=True)),
    "429 of Cloudflare": (1, discord.status(429, retry_after=1, from_discord=False)),
    "garbage, sent": (1, discord.garbage(200)),
    "502, sent": (1, discord.garbage(502)),
    "slow, sent": (2, discord.hang(SLOW_S, after_effect=True)),
    "slow, not sent": (1, discord.hang(SLOW_S)),
    "trickle": (1, discord.trickle(SLOW_S)),
}

CHANGES: Cards[discord.Action] = {
    "answer lost, done": (1, discord.lose_answer_after_effect()),
    "answer lost, not done": (1, discord.lose_before_effect()),
    "500": (1, discord.status(500)),
    "503": (1, discord.status(503)),
    "429": (1, discord.status(429, retry_after=0.5)),
}
EDITS: Cards[discord.Action] = {
    **CHANGES,
    "late": (3, discord.hang(SLOW_S)),
    "late answer, done": (1, discord.hang(SLOW_S, after_effect=True)),
}
# The bot has given up such an edit when it comes about.
LATE_EDITS: Cards[discord.Action] = {**EDITS, "too late, done": (1, discord.hang(LATE_EDIT_S))}
