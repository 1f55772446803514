"""The question before several jobs, or before a prompt that looks wrong.

It is for one person, and speaks their language. Nothing is spent before its answer. Its buttons
carry all that the answer needs, so it may be answered after any restart; see `imagine`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.domain.jobs import Mode
from bot.domain.pricing import cost_of
from bot.domain.texts import Inline, Text, clip, msg, msg_n, untranslated
from bot.domain.views import Action, Button, Buttons, Emphasis, Line, Sentences, Style, View, Words
from bot.screens import actions
from bot.screens.facts import price_values, shown_prompt
from bot.services.imagine import Question
from bot.services.requests import Order

SHOWN_PROMPTS = 10  # of a question; each different one once
# How the characters of a message are shared out, see `limits`. What is left is for the sentences
# in between.
PROMPTS_LIMIT = 1500
FIXED_LIMIT = 900
QUESTIONS_LIMIT = 800
REMARKS_LIMIT = 400
_LINE = 12  # characters of a line for its number and how often


def question_view(question: Question, locale: str) -> View:
    """Ask whether the person means this, and say what it costs where that is not plain."""
    buttons = _doubtful(question) if question.order.questions else _several(question)
    return View(elements=(*_blocks(question.order), Buttons(*buttons)), locale=locale)


def _blocks(order: Order) -> Iterator[Words]:
    if order.questions:
        head = msg("**Is this what you mean?** Nothing has been charged yet.")
        yield Words(head, Sentences(order.questions, QUESTIONS_LIMIT, is_list=True))
    if len(order.prompts) > 1:
        yield Words(_price(order))
    fixed = order.fixed if order.questions else None
    shown = _listed(order.prompts, limit=PROMPTS_LIMIT)
    if fixed is None or fixed.prompts == order.prompts:
        yield Words(*shown)
    else:
        yield Words(Line(msg("As it is:"), Style.SMALL), *shown)
        price = [_price(fixed)] if _differs(fixed, order) else []
        listed = _listed(fixed.prompts, limit=FIXED_LIMIT)
        yield Words(Line(msg("Fixed:"), Style.SMALL), *price, *listed)
    if order.remarks:
        yield Words(Sentences(order.remarks, REMARKS_LIMIT))


def _differs(fixed: Order, order: Order) -> bool:
    """Whether the fix changes what is paid."""
    return (len(fixed.prompts), fixed.mode) != (len(order.prompts), order.mode)


def _price(order: Order) -> Text:
    count, cost = len(order.prompts), cost_of(order.mode, len(order.prompts))
    values = price_values(cost)
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


def _listed(prompts: Sequence[str], *, limit: int) -> Iterator[Line]:
    """Quote each different prompt once, with how often it is drawn; ends a text block."""
    counts = Counter(map(shown_prompt, prompts))
    shown = list(counts.items())[:SHOWN_PROMPTS]
    length = (limit // len(shown) - _LINE) // 2
    for number, (prompt, count) in enumerate(shown, start=1):
        line = _line(clip(prompt, length), count)
        if len(counts) > 1:
            line = untranslated("{number}. {line}", number=number, line=line)
        yield Line(line, Style.QUOTE)
    if len(counts) > SHOWN_PROMPTS:
        more = msg("… and {count} more.", count=len(counts) - SHOWN_PROMPTS)
        yield Line(more, Style.QUOTE)


def _line(prompt: str, count: int) -> Inline:
    if count == 1:
        return prompt
    return untranslated("{prompt} ×{count}", prompt=prompt, count=count)


def _doubtful(question: Question) -> Iterator[Button]:
    has_fix = question.order.fixed is not None
    if has_fix:
        yield _yes(msg("Fix & draw"), actions.FIX, question, Emphasis.PRIMARY)
    yield _yes(msg("Draw anyway"), actions.START, question)
    yield actions.redo_button(question.draft_id, is_main=not has_fix)


def _several(question: Question) -> Iterator[Button]:
    start = msg_n("Start {count} job", "Start {count} jobs", count=len(question.order.prompts))
    yield _yes(start, actions.START, question, Emphasis.PRIMARY)
    decline = Action(actions.DECLINE, (question.draft_id,))
    yield Button(label=msg("No, thanks"), action=decline)


def _yes(
    label: Text, name: str, question: Question, emphasis: Emphasis = Emphasis.NORMAL
) -> Button:
    # The answer must not appear before everybody while it is worked out.
    order = question.order
    is_private = order.is_private or (order.fixed is not None and order.fixed.is_private)
    action = Action(name, (question.draft_id, str(int(is_private))))
    return Button(label=label, action=action, emphasis=emphasis)
