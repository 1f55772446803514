"""A prompt that was read: what was asked, what the provider gets, and all diagnostics."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.jobs import Mode
from bot.domain.texts import Text, msg
from bot.prompts.arguments import (
    Argument,
    Source,
    closed,
    model_of,
    modernised,
    replaced,
    tidy,
    without_repeats,
)
from bot.prompts.check import problems
from bot.prompts.cleaned import Cleaned
from bot.prompts.cleaning import clean
from bot.prompts.defaults import fitting
from bot.prompts.diagnostics import Diagnostic, Severity, quote, remark
from bot.prompts.leaving import take_out
from bot.prompts.parameters import Kind
from bot.prompts.parts import Parts
from bot.prompts.scanner import MAX_PARAMETERS, Scan, scan
from bot.prompts.values import value_problem

MAX_LENGTH: Final = 4000  # ours; Midjourney documents none
MAX_LINKS: Final = 20  # ours too: nobody has so many pictures
_TOO_MANY_LINKS: Final = msg(
    "That's more than {limit} links in one prompt. Please use fewer.", limit=MAX_LINKS
)
_TOO_MANY: Final = msg(
    "That's more than {limit} parameters in one prompt. Please use fewer.", limit=MAX_PARAMETERS
)
_UNCLEAR: Final = msg(
    "I can't tell which dashes begin a parameter. Please write each one as `--name`, after the "
    "words."
)
_LEADING_LINKS = re.compile(r"(?:https?://[^\s<>,;]\S*(?:\s+|\Z))*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A prompt that was read. It may be submitted when nothing about it is refused."""

    text: str  # as it was asked, untouched
    normalised: str  # what the provider gets: links, words, parameters
    mode: Mode | None = None  # None: not said
    is_private: bool | None = None  # None: not said; leaves the prompt like the mode
    repeat: int = 1  # how often it is to be drawn; leaves the prompt too
    images: tuple[str, ...] = ()  # links before the words
    words: str  # the text, without links and parameters
    arguments: tuple[Argument, ...] = ()  # its parameters in order
    diagnostics: tuple[Diagnostic, ...]  # by place

    @property
    def parameters(self) -> dict[str, tuple[str, ...]]:
        """Canonical name to values, in order; a flag has none."""
        return {argument.name: argument.values for argument in self.arguments}

    @property
    def refusals(self) -> tuple[Diagnostic, ...]:
        """What must be changed before the prompt can be submitted."""
        return self._of(Severity.REFUSE)

    @property
    def questions(self) -> tuple[Diagnostic, ...]:
        """What is probably a mistake; the person is asked."""
        return self._of(Severity.ASK)

    @property
    def slips(self) -> tuple[Diagnostic, ...]:
        """The questions that would be asked with every version."""
        fits_some = {each.start for each in self.arguments if not _is_slip(each)}
        return tuple(each for each in self.questions if each.start not in fits_some)

    @property
    def remarks(self) -> tuple[Diagnostic, ...]:
        """What was corrected, and what is worth knowing."""
        return self._of(Severity.REMARK)

    def _of(self, severity: Severity) -> tuple[Diagnostic, ...]:
        return tuple(each for each in self.diagnostics if each.severity is severity)


def _is_slip(argument: Argument) -> bool:
    row = argument.row
    is_unknown = row is None or row.kind is Kind.GONE or argument.name in {"version", "niji"}
    return is_unknown or argument.is_doubtful or argument.is_before_prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What counts beside the prompt: options win over it, defaults yield to it."""

    suffix: str = ""  # words that go behind those of the prompt
    text: str = ""  # the options as one would type them
    arguments: tuple[Argument, ...] = ()  # of the options, placed in that text
    images: tuple[str, ...] = ()  # links that go before all others
    off: frozenset[str] = frozenset()  # switches that an option turned off
    is_private: bool = False  # an option asks for it
    refusals: tuple[Diagnostic, ...] = ()  # what is wrong with the options themselves
    remarks: tuple[Diagnostic, ...] = ()
    defaults: tuple[Argument, ...] = ()  # the strongest first


NOTHING_BESIDE: Final = Beside()


def take_apart(text: str) -> tuple[Cleaned, Scan] | Text:
    """Split a prompt into words and parameters, or say why it can't be."""
    cleaned = clean(text)
    if cleaned.text.count("://") > MAX_LINKS:  # it may write them out
        return _TOO_MANY_LINKS
    scanned = scan(cleaned.text)
    if scanned.makes_more:  # once: nobody types it deeper, and each time takes as long again
        cleaned = _in_order(cleaned, scanned)
        scanned = scan(cleaned.text)
        if scanned.makes_more:
            return _UNCLEAR
    return _TOO_MANY if scanned.is_too_much else (cleaned, scanned)


def parse(
    text: str,
    *,
    beside: Beside = NOTHING_BESIDE,
    max_length: int = MAX_LENGTH,
    split: Callable[[str], tuple[Cleaned, Scan] | Text] = take_apart,
) -> Prompt:
    """Read a prompt. Never raises; what is wrong is in the diagnostics.

    Safe mistakes are put right and said in a remark. A parameter nobody knows stays in the prompt
    with everything up to the next one: it may be next month's. Braces are plain text here:
    `permutations` comes first.

    `split` is `take_apart`, or the same with a memory, for one prompt beside several options.
    """
    before = "".join(f"{link} " for link in beside.images)
    shown = " ".join(filter(None, (f"{before}{text}", beside.suffix)))
    options_at = len(shown) + 1
    if beside.text:
        shown = f"{shown} {beside.text}"
    if len(shown) > max_length:
        return _unread(shown, _too_long(len(shown), max_length, shown))
    if shown.count("://") > MAX_LINKS:
        return _unread(shown, _refusal(shown, _TOO_MANY_LINKS))
    found = split(text)
    if isinstance(found, Text):
        return _unread(shown, _refusal(shown, found))
    typed = _typed(*found, shift=len(before))
    options = [_placed(each, options_at) for each in beside.arguments]
    notes = [
        *typed.notes,
        *(_moved_note(each, options_at) for each in beside.refusals + beside.remarks),
    ]
    prompt = _merged(shown, typed, options, beside, notes)
    if len(prompt.normalised) <= max_length:
        return prompt
    refusal = _too_long(len(prompt.normalised), max_length, shown)
    return replace(prompt, diagnostics=(*prompt.diagnostics, refusal))


def _in_order(cleaned: Cleaned, scanned: Scan) -> Cleaned:
    """Put the parameters behind all words."""
    moved = [(each.start, each.end) for each in scanned.found]
    ends = [0, *(end for _, end in moved)]
    starts = [*(start for start, _ in moved), len(cleaned.text)]
    return cleaned.rearranged([*zip(ends, starts, strict=True), *moved])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """The parts of what was typed; all positions are those of the text that is shown."""

    words: str
    runs: tuple[tuple[int, int], ...]
    arguments: list[Argument]
    notes: list[Diagnostic]


def _typed(cleaned: Cleaned, scanned: Scan, *, shift: int) -> _Typed:
    notes = [_left_out(scanned.source, *stray) for stray in scanned.strays]
    kept = list(scanned.kept)
    arguments = []
    for found in scanned.found:
        argument = tidy(found, cleaned.text, notes)
        arguments.append(argument)
        if argument.closers and found.runs_before:
            _close(kept, found.runs_before, argument.closers)
    return _Typed(
        words=" ".join(filter(None, kept)),
        runs=tuple(cleaned.span(start, end, shift) for start, end in scanned.runs),
        arguments=[_at_original(each, cleaned, shift) for each in arguments],
        notes=[
            _moved_note(each, shift) for each in (*cleaned.notes, *map(cleaned.original, notes))
        ],
    )


def _left_out(source: str, start: int, end: int) -> Diagnostic:
    text = msg("I left out `{parameter}`.", parameter=quote(source[start:end]))
    return remark(start, end, text)


def _close(kept: list[str], count: int, closers: str) -> None:
    """Close in the last of the first `count` stretches what was opened in them."""
    before = " ".join(kept[: count - 1])
    whole = closed(" ".join(kept[:count]), closers)
    kept[count - 1] = whole[len(before) :].strip() if len(whole) > len(before) else ""


def _at_original(argument: Argument, cleaned: Cleaned, shift: int) -> Argument:
    start, end = cleaned.span(argument.start, argument.end, shift)
    return replace(argument, start=start, end=end)


def _placed(argument: Argument, shift: int) -> Argument:
    return replace(argument, start=argument.start + shift, end=argument.end + shift)


def _moved_note(note: Diagnostic, shift: int) -> Diagnostic:
    return replace(note, start=note.start + shift, end=note.end + shift) if shift else note


def _merged(
    shown: str,
    typed: _Typed,
    options: list[Argument],
    beside: Beside,
    notes: list[Diagnostic],
) -> Prompt:
    given = [*_without_overridden(typed.arguments, options, beside.off, notes), *options]
    left = take_out(given, notes, is_private=beside.is_private)
    repeat, settled = _settled(given, notes)
    links, own_words = _parted(typed.words)
    images = (*beside.images, *left.images, *links)
    words = " ".join(filter(None, (own_words, beside.suffix)))
    parts = Parts(
        images=images,
        words=words,
        places=typed.runs,
        source=shown,
        arguments=settled,
        model=model_of(settled),
    )
    parts = fitting(parts, [each for each in beside.defaults if each.name not in beside.off])
    notes += _moved(typed.runs, words, settled)
    notes += problems(parts)
    normalised = " ".join(filter(None, (*images, words, *map(str, parts.arguments))))
    return Prompt(
        text=shown,
        normalised=normalised,
        mode=left.mode,
        is_private=left.is_private,
        repeat=repeat,
        images=images,
        words=words,
        arguments=tuple(parts.arguments),
        diagnostics=tuple(sorted(notes, key=lambda each: each.start)),
    )


def _settled(given: Sequence[Argument], notes: list[Diagnostic]) -> tuple[int, list[Argument]]:
    """Return how often to draw it, and the parameters that the provider gets, each once."""
    sent = [each for each in given if not each.leaves]
    return _take_repeat(without_repeats(modernised(sent, model_of(sent), notes), notes))


def _parted(words: str) -> tuple[list[str], str]:
    """Part the links before the words from these."""
    link_end = _LEADING_LINKS.match(words).end()  # type: ignore[union-attr] # may be empty
    return words[:link_end].split(), words[link_end:]


def _unread(text: str, refusal: Diagnostic) -> Prompt:
    return Prompt(text=text, normalised=text, words=text, diagnostics=(refusal,))


# ── Options and the prompt ──────────────────────────────────────────────────────────────────────

_RIVALS: Final = {"version": "niji", "niji": "version"}


def _without_overridden(
    typed: Sequence[Argument],
    options: Sequence[Argument],
    off: frozenset[str],
    notes: list[Diagnostic],
) -> list[Argument]:
    """Leave out what an option removes from the prompt without replacing it."""
    rivals = {_RIVALS[each.name]: each for each in options if each.name in _RIVALS}
    kept = []
    for argument in typed:
        if argument.name in off:
            text = msg("Used the option: I left out `{dropped}`.", dropped=argument.written)
            notes.append(remark(argument.start, argument.end, text))
        elif argument.name in rivals:
            notes += replaced(argument, rivals[argument.name])
        else:
            kept.append(argument)
    return kept


def _take_repeat(given: Sequence[Argument]) -> tuple[int, list[Argument]]:
    """Take a sound `--repeat` out of the prompt; a wrong one stays, for the rules to find."""
    repeat = next((each for each in given if each.name == "repeat"), None)
    times = None if repeat is None else repeat_of(repeat)
    if times is None:
        return 1, list(given)
    return times, [each for each in given if each is not repeat]


def repeat_of(argument: Argument) -> int | None:
    """Return how often a `--repeat` asks for, or None if its value is not sound."""
    row = argument.row
    if row is None or not argument.values or argument.is_doubtful:
        return None
    return None if value_problem(argument, row, model_of(())) else int(argument.value)


# ── Order, length ───────────────────────────────────────────────────────────────────────────────


def _moved(
    runs: Sequence[tuple[int, int]], words: str, arguments: Sequence[Argument]
) -> Iterator[Diagnostic]:
    """Say that words came after parameters; the provider wants them before."""
    typed = [each for each in arguments if each.source is Source.TYPED]
    if not words or not typed or not runs:
        return
    first = min(typed, key=lambda each: each.start)
    if first.start < runs[-1][0]:
        text = msg("I moved the parameters after the words.")
        yield remark(first.start, first.end, text)


def _too_long(length: int, limit: int, shown: str) -> Diagnostic:
    text = msg(
        "The prompt has {length} characters; the limit is {limit}. Please shorten it.",
        length=length,
        limit=limit,
    )
    return _refusal(shown, text, start=min(limit, len(shown)))


def _refusal(shown: str, text: Text, *, start: int = 0) -> Diagnostic:
    return Diagnostic(severity=Severity.REFUSE, start=start, end=len(shown), text=text)
