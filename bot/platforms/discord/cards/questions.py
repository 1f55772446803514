"""The question before several jobs, or before a prompt that looks wrong. Pure.

It is for one person, and speaks their language. Nothing is spent before its answer. Its buttons
carry all that the answer needs, so it may be answered after any restart.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.domain.jobs import Mode
from bot.domain.pricing import cost_of
from bot.domain.texts import Text, clip, msg, msg_n
from bot.platforms.discord.cards.controls import redo
from bot.platforms.discord.cards.custom_ids import Action, ButtonId
from bot.platforms.discord.cards.facts import shown_prompt, units_text
from bot.platforms.discord.cards.layouts import ACCENT, sealed
from bot.platforms.discord.cards.remarks import remarks_line, sentences
from bot.platforms.discord.rendering.markdown import escape, plain, quote, render, small
from bot.services.imagine import Question
from bot.services.requests import Order

SHOWN_PROMPTS = 10  # of a question; each different one once
# How Discord's 4000 characters are shared out. Escaping makes text at most twice as long; what is
# left is for the sentences in between.
PROMPTS_LIMIT = 1500
FIXED_LIMIT = 900
QUESTIONS_LIMIT = 800
REMARKS_LIMIT = 400
_LINE = 12  # characters of a line for its number and how often

_PRIMARY, _SECONDARY = discord.ButtonStyle.primary, discord.ButtonStyle.secondary


def question_card(question: Question, locale: str) -> ui.LayoutView:
    """Ask whether the person means this, and say what it costs where that is not plain."""
    order = question.order
    container: ui.Container[Any] = ui.Container(
        *map(ui.TextDisplay, _blocks(order, locale)), accent_colour=ACCENT
    )
    buttons = _doubtful(question, locale) if order.questions else _several(question, locale)
    container.add_item(ui.ActionRow(*buttons))
    return sealed(container)


# ── What it says ────────────────────────────────────────────────────────────────────────────────


def _blocks(order: Order, locale: str) -> Iterator[str]:
    say = partial(render, locale=locale)
    if order.questions:
        said = sentences(order.questions, locale, limit=QUESTIONS_LIMIT)
        head = say(msg("**Is this what you mean?** Nothing has been charged yet."))
        if len(said) > 1:
            said = [f"- {sentence}" for sentence in said]
        yield "\n".join([head, *said])
    if len(order.prompts) > 1:
        yield say(_price(order))
    fixed = order.fixed if order.questions else None
    shown = _listed(order.prompts, locale, limit=PROMPTS_LIMIT)
    if fixed is None or fixed.prompts == order.prompts:
        yield shown
    else:
        yield f"{small(say(msg('As it is:')))}\n{shown}"
        lines: list[str] = [small(say(msg("Fixed:")))]
        if _differs(fixed, order):
            lines.append(say(_price(fixed)))
        lines.append(_listed(fixed.prompts, locale, limit=FIXED_LIMIT))
        yield "\n".join(lines)
    remarks = remarks_line(order.remarks, locale, limit=REMARKS_LIMIT)
    if remarks is not None:
        yield remarks


def _differs(fixed: Order, order: Order) -> bool:
    """Whether the fix changes what is paid."""
    return (len(fixed.prompts), fixed.mode) != (len(order.prompts), order.mode)


def _price(order: Order) -> Text:
    count, cost = len(order.prompts), cost_of(order.mode, len(order.prompts))
    dollars, _, cents = f"{cost.dollars:.2f}".partition(".")  # languages write "." differently
    values = {"units": units_text(cost.quota), "dollars": dollars, "cents": cents}
    if order.mode is Mode.RELAXED:
        return msg_n(
            "This starts **{count} job** in relaxed mode: about ${dollars}.{cents} ({units}).",
            "This starts **{count} jobs** in relaxed mode: about ${dollars}.{cents} ({units}).",
            count=count,
            **values,
        )
    return msg_n(
        "This starts **{count} job** in fast mode: about ${dollars}.{cents} ({units}).",
        "This starts **{count} jobs** in fast mode: about ${dollars}.{cents} ({units}).",
        count=count,
        **values,
    )


def _listed(prompts: Sequence[str], locale: str, *, limit: int) -> str:
    """Quote each different prompt once, with how often it is drawn; ends a text block."""
    counts = Counter(map(shown_prompt, prompts))
    shown = list(counts.items())[:SHOWN_PROMPTS]
    length = (limit // len(shown) - _LINE) // 2
    lines = [_line(*each, length) for each in shown]
    if len(counts) > 1:
        lines = [f"{number}. {line}" for number, line in enumerate(lines, start=1)]
    if len(counts) > SHOWN_PROMPTS:
        more = msg("… and {count} more.", count=len(counts) - SHOWN_PROMPTS)
        lines.append(render(more, locale))
    return quote("\n".join(lines))


def _line(prompt: str, count: int, length: int) -> str:
    words = escape(clip(prompt, length))
    return words if count == 1 else f"{words} ×{count}"


# ── Its buttons ─────────────────────────────────────────────────────────────────────────────────


def _doubtful(question: Question, locale: str) -> Iterator[ui.Button[Any]]:
    has_fix = question.order.fixed is not None
    if has_fix:
        yield _button(msg("Fix & draw"), Action.FIX, question, locale, _PRIMARY)
    yield _button(msg("Draw anyway"), Action.START, question, locale)
    yield redo(question.draft_id, locale, is_main=not has_fix)


def _several(question: Question, locale: str) -> Iterator[ui.Button[Any]]:
    start = msg_n("Start {count} job", "Start {count} jobs", count=len(question.order.prompts))
    yield _button(start, Action.START, question, locale, _PRIMARY)
    yield _button(msg("No, thanks"), Action.DECLINE, question, locale)


def _button(
    label: Text,
    action: Action,
    question: Question,
    locale: str,
    style: discord.ButtonStyle = _SECONDARY,
) -> ui.Button[Any]:
    # The answer must not appear before everybody while it is worked out.
    is_private = question.order.is_private or (
        question.order.fixed is not None and question.order.fixed.is_private
    )
    press = ButtonId(action=action, job_id=question.draft_id, number=int(is_private))
    return ui.Button(label=plain(label, locale), style=style, custom_id=str(press))
