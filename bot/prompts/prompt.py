"""A prompt, read: what was asked, what the provider gets, and what there is to say about it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.models import Mode
from bot.prompts.arguments import (
    Argument,
    model_of,
    modernised,
    replaced,
    tidy,
    tidy_link,
    without_repeats,
)
from bot.prompts.check import Parts, problems
from bot.prompts.diagnostics import Diagnostic, Severity, quote
from bot.prompts.lexer import Word
from bot.prompts.parameters import Kind
from bot.prompts.scanner import LINK, scan
from bot.prompts.values import value_problem
from bot.texts import Text, msg

MAX_LENGTH: Final = 4000  # ours; Midjourney documents none


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A prompt that was read. It may be submitted when it has no errors."""

    text: str  # as it was asked, untouched
    normalised: str  # what the provider gets: links, words, parameters
    mode: Mode | None  # None: not said
    repeat: int  # how often it is to be drawn; leaves the prompt like the mode
    images: tuple[str, ...]  # links before the words
    words: str  # the text, without links and parameters
    arguments: tuple[Argument, ...]  # its parameters in order
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
        """What may not turn out as it was meant."""
        return self._of(Severity.ASK)

    @property
    def remarks(self) -> tuple[Diagnostic, ...]:
        """What was put right."""
        return self._of(Severity.REMARK)

    def _of(self, severity: Severity) -> tuple[Diagnostic, ...]:
        return tuple(each for each in self.diagnostics if each.severity is severity)


def parse(text: str, *, max_length: int = MAX_LENGTH) -> Prompt:
    """Read a prompt. Never raises; what is wrong is in the diagnostics.

    Safe mistakes are put right and said in a notice. A parameter nobody knows stays in the prompt
    with everything up to the next one, and only warns: it may be next month's. Braces are plain
    text here, and `--repeat` leaves the prompt with a warning: `expand` comes first.
    """
    return parse_merged(text, max_length=max_length)


def parse_merged(
    text: str,
    *,
    max_length: int = MAX_LENGTH,
    options_at: int | None = None,
    notes: Iterable[Diagnostic] = (),
    dropped: Iterable[int] = (),
) -> Prompt:
    """Read a prompt whose text from `options_at` on came from options.

    `notes` are said too; the parameters that begin at a place in `dropped` are passed over.
    """
    said = list(notes)
    scanned = scan(text)
    skip = frozenset(dropped)
    found = [tidy(each, text, said) for each in scanned.found]
    given = [each for each in found if each.start not in skip]
    mode = _take_mode(given, said, options_at)
    settled = _settled(given)
    model = model_of(settled)
    kept = without_repeats(modernised(settled, model, said), said, options_at=options_at)
    repeat, arguments = _take_repeat(kept, said)
    images, words = _split_images(scanned.words, said)
    said += _moved(words, arguments, options_at)
    said += problems(
        Parts(images=images, words=words, arguments=arguments, model=model, end=len(text))
    )
    normalised = _rendered(images, words, arguments)
    said += _too_long(text, normalised, max_length)
    return Prompt(
        text=text,
        normalised=normalised,
        mode=mode,
        repeat=repeat,
        images=images,
        words=" ".join(word.text for word in words),
        arguments=tuple(arguments),
        diagnostics=tuple(sorted(said, key=lambda each: each.start)),
    )


def _rendered(images: Sequence[str], words: Sequence[Word], arguments: Sequence[Argument]) -> str:
    return " ".join((*images, *(word.text for word in words), *map(str, arguments)))


# ── What leaves the prompt ──────────────────────────────────────────────────────────────────────


def _settled(given: Iterable[Argument]) -> list[Argument]:
    """Leave out what is no part of the provider's prompt."""
    return [each for each in given if not _leaves(each)]


def _leaves(argument: Argument) -> bool:
    return argument.row is not None and argument.row.kind in {Kind.MODE, Kind.ACCOUNT}


def _take_mode(
    given: Sequence[Argument], notes: list[Diagnostic], options_at: int | None
) -> Mode | None:
    """Give the mode the prompt asks for, and say what else leaves the prompt."""
    modes: list[Argument] = []
    for argument in given:
        row = argument.row
        if row is None or not _leaves(argument):
            continue
        if row.kind is Kind.ACCOUNT:
            text = msg(
                "I left out `{parameter}`: that is set for the whole Midjourney account.",
                parameter=argument.written,
            )
            notes.append(_at(argument, Severity.REMARK, text, fix=""))
        elif row.hint is not None:
            notes.append(_at(argument, Severity.REFUSE, row.hint))
        else:
            modes.append(argument)
    return _one_mode(modes, notes, options_at)


def _one_mode(
    modes: Sequence[Argument], notes: list[Diagnostic], options_at: int | None
) -> Mode | None:
    """Settle what several modes come to: an option wins, otherwise they must agree."""
    if not modes:
        return None
    last = modes[-1]
    others = [each for each in modes if each.name != last.name]
    if options_at is not None and last.start >= options_at:
        for other in others:
            notes += replaced(other, last, is_option=True)
    elif others:
        text = msg(
            "`{one}` and `{other}` exclude each other; keep one.",
            one=others[0].written,
            other=last.written,
        )
        notes.append(_at(last, Severity.REFUSE, text))
        return None
    return last.row.mode if last.row else None


def _take_repeat(given: Sequence[Argument], notes: list[Diagnostic]) -> tuple[int, list[Argument]]:
    """Take a sound `--repeat` out of the prompt; a wrong one stays, for the rules to find."""
    repeat = next((each for each in given if each.name == "repeat"), None)
    times = None if repeat is None else repeat_of(repeat)
    if repeat is None or times is None:
        return 1, list(given)
    text = msg(
        "I left out `{parameter}`: the prompt is drawn once.",
        parameter=quote(str(repeat)),
    )
    notes.append(_at(repeat, Severity.ASK, text, fix=""))
    return times, [each for each in given if each is not repeat]


def repeat_of(argument: Argument) -> int | None:
    """Give how often a `--repeat` asks for, or None if its value is not sound."""
    row = argument.row
    if row is None or not argument.values:
        return None
    wrong = value_problem(argument, row, model_of(()))
    return None if wrong else int(argument.value)


# ── Links, order, length ────────────────────────────────────────────────────────────────────────


def _split_images(
    words: Sequence[Word], notes: list[Diagnostic]
) -> tuple[tuple[str, ...], list[Word]]:
    """Part the links before the text from the text."""
    count = next((at for at, word in enumerate(words) if not LINK.match(word.text)), len(words))
    return tuple(tidy_link(word, notes) for word in words[:count]), list(words[count:])


def _moved(
    words: Sequence[Word], arguments: Sequence[Argument], options_at: int | None
) -> Iterator[Diagnostic]:
    """Say that words came after parameters; the provider wants them before."""
    typed = [each for each in arguments if options_at is None or each.start < options_at]
    if not words or not typed:
        return
    first, last = min(typed, key=lambda each: each.start), max(words, key=lambda each: each.start)
    if first.start < last.start:
        text = msg("I moved the parameters behind the words.")
        yield _at(first, Severity.REMARK, text)


def _too_long(text: str, normalised: str, max_length: int) -> Iterator[Diagnostic]:
    """Check the length of what the provider gets; white space and the mode are free."""
    length = len(normalised)
    if length > max_length:
        sentence = msg(
            "The prompt has {length} characters; the limit is {limit}. Please shorten it.",
            length=length,
            limit=max_length,
        )
        end = len(text)
        start = min(max_length, end)
        yield Diagnostic(severity=Severity.REFUSE, start=start, end=end, text=sentence)


def _at(argument: Argument, severity: Severity, text: Text, fix: str | None = None) -> Diagnostic:
    return Diagnostic(severity=severity, start=argument.start, end=argument.end, text=text, fix=fix)
