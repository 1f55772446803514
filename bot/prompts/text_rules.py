"""The rules for the words of a prompt, their weights, and the links among them."""

import re
from collections.abc import Iterator
from typing import Final

from bot.domain.texts import Text, msg
from bot.prompts.diagnostics import Diagnostic, Repair, Severity
from bot.prompts.models import DISPUTED_WEIGHT_MODELS, WEIGHT_MODELS
from bot.prompts.parts import Parts

# Possessive: half of a number is none.
_WEIGHT: Final = r"(-?+(?:[0-9]++(?:\.[0-9]++)?+|\.[0-9]++))"
WEIGHT: Final = re.compile(rf"(?<=\S)\s?::(?:{_WEIGHT}|(?=\s|\Z))")
LAST_WEIGHT: Final = re.compile(rf"::(?:{_WEIGHT})?\Z")
# Without it something else would be meant: what should be less would be there, `16::9` would be 16.
_NEEDED_WEIGHT: Final = re.compile(r"::-|[0-9]\s?::\s?[0-9]")
INNER_LINK: Final = re.compile(r"[hH](?<!\S.)(?i:ttps?://)[^\s<>,;]\S*")


def text_problems(parts: Parts) -> Iterator[Diagnostic]:
    """Check that there are words, and no links of images among them."""
    if not parts.words:
        yield from _missing_text(parts)
    elif "://" in parts.words and INNER_LINK.search(parts.words):
        text = msg(
            "An image link works only at the start of the prompt, before the words. I'd move it."
        )
        moved = msg("I moved the image link to the start of the prompt.")
        yield _ask(parts, INNER_LINK, text, Repair(said=moved, moves_links=True))


def _missing_text(parts: Parts) -> Iterator[Diagnostic]:
    if len(parts.images) > 1:
        return
    if parts.images:
        text = msg("One image link alone isn't enough; add words or a second link.")
    elif parts.arguments:
        text = msg("Write what you want to see, before the parameters.")
    else:
        text = msg("The prompt is empty; write what you want to see.")
    yield Diagnostic(severity=Severity.REFUSE, start=0, end=len(parts.source), text=text)


def weight_problems(parts: Parts) -> Iterator[Diagnostic]:
    """Check multi-prompt weights: `cat::2 dog::-.5`; a part without a number weighs 1."""
    words = INNER_LINK.sub("", parts.words) if "://" in parts.words else parts.words
    weights = WEIGHT.findall(words) if "::" in words else []
    weights += [match[1] for link in parts.images if (match := LAST_WEIGHT.search(link))]
    if not weights:
        return
    total = sum(float(weight or 1) for weight in weights)
    is_all_weighed = not words or LAST_WEIGHT.match(words.rstrip(), max(words.rfind("::"), 0))
    if total + (0 if is_all_weighed else 1) <= 0:
        text = msg("The weights must add up to more than 0.")
        start, end = _place(parts, WEIGHT)
        yield Diagnostic(severity=Severity.REFUSE, start=start, end=end, text=text)
    elif parts.model.label in DISPUTED_WEIGHT_MODELS:
        text = msg("Weights such as `::2` may do nothing with this version; they work up to 6.1.")
        start, end = _place(parts, WEIGHT)
        yield Diagnostic(severity=Severity.REMARK, start=start, end=end, text=text)
    elif parts.model.label is not None and parts.model.label not in WEIGHT_MODELS:
        yield _useless_weights(parts, is_needed=_NEEDED_WEIGHT.search(words) is not None)


def _useless_weights(parts: Parts, *, is_needed: bool) -> Diagnostic:
    if is_needed:
        text = msg("Weights such as `::2` do nothing with this version; they work up to 6.1.")
        return _ask(parts, WEIGHT, text, None)
    text = msg(
        "Weights such as `::2` do nothing with this version; they work up to 6.1. "
        "I'd write the words without them."
    )
    done = msg("I wrote the words without weights.")
    return _ask(parts, WEIGHT, text, Repair(said=done, drops_weights=True))


def _ask(parts: Parts, pattern: re.Pattern[str], text: Text, repair: Repair | None) -> Diagnostic:
    start, end = _place(parts, pattern)
    return Diagnostic(severity=Severity.ASK, start=start, end=end, text=text, repair=repair)


def _place(parts: Parts, pattern: re.Pattern[str]) -> tuple[int, int]:
    """Find where the words first look like that; the last stretch of them if nowhere."""
    for start, end in parts.places:
        match = pattern.search(parts.source, start, end)
        if match is not None:
            return match.span()
    return parts.places[-1] if parts.places else (0, len(parts.source))
