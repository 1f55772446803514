"""What is taken out of the prompt: speed, visibility and our own options.

The provider gets the rest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.jobs import Mode
from bot.domain.texts import msg
from bot.prompts.arguments import Argument, Source, replaced
from bot.prompts.diagnostics import Diagnostic, quote, read_as, remark
from bot.prompts.parameters import NEEDED, Kind, Parameter, known
from bot.prompts.privacy import means_private
from bot.prompts.values import about, refused

EVERYBODY_SEES: Final = msg("`{parameter}`: everybody here will see the result.")
_SPEEDS: Final = {"fast": Mode.FAST, "relax": Mode.RELAXED, "relaxed": Mode.RELAXED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What the prompt says beside the picture."""

    mode: Mode | None = None  # None: nothing
    is_private: bool | None = None  # None: nothing
    images: tuple[str, ...] = ()


def take_out(
    given: Sequence[Argument], notes: list[Diagnostic], *, is_private: bool = False
) -> Left:
    """Take out what the provider is not sent, and return what it asks for."""
    modes: list[tuple[Argument, Mode]] = []
    images: list[str] = []
    for argument in given:
        row = argument.row
        if row is None or not argument.leaves:
            continue
        if argument.is_doubtful and row.kind is not Kind.IMAGES:
            _switched(argument, notes)
        if row.kind in {Kind.MODE, Kind.SPEED}:
            modes += _mode(argument, row, notes)
        elif row.kind is Kind.IMAGES:
            images += _images(argument, notes)
        elif row.kind is Kind.COMMAND:
            assert row.hint is not None
            notes.append(refused(argument, row.hint))
        elif row.kind is Kind.PROMPT:
            text = msg("I left out `{parameter}`.", parameter=argument.written)
            notes.append(remark(argument.start, argument.end, text))
    visibility = _visibility(given, notes, is_option=is_private)
    return Left(mode=_one_mode(modes, notes), is_private=visibility, images=tuple(images))


def _switched(argument: Argument, notes: list[Diagnostic]) -> None:
    """Read a yes behind a switch as the switch; nobody can tell what a no is meant to turn on."""
    if argument.says_no:
        text = msg(
            "There's no `{parameter}`; it's off when it isn't there. Leave it out.",
            parameter=quote(str(argument)),
        )
        notes.append(refused(argument, text))
    else:
        notes.append(read_as(argument.start, argument.end, str(argument), argument.written))


def _mode(
    argument: Argument, row: Parameter, notes: list[Diagnostic]
) -> list[tuple[Argument, Mode]]:
    if row.mode is not None:
        return [(argument, row.mode)]
    turbo = known("turbo")
    assert turbo.hint is not None
    speed = argument.value.lower()
    if row.kind is Kind.MODE or speed == "turbo":
        notes.append(refused(argument, turbo.hint))
    elif speed not in _SPEEDS:
        notes.append(refused(argument, about(NEEDED[Kind.SPEED], argument, written=True)))
    else:
        return [(argument, _SPEEDS[speed])]
    return []


def _one_mode(modes: Sequence[tuple[Argument, Mode]], notes: list[Diagnostic]) -> Mode | None:
    """Choose one of several modes: an option wins, otherwise they must agree."""
    if not modes:
        return None
    last, mode = modes[-1]
    others = [argument for argument, other in modes if other is not mode]
    if last.source is Source.OPTION:
        for other in others:
            notes += replaced(other, last)
    elif others:
        text = msg(
            "`{one}` and `{other}` can't be combined; keep one.",
            one=others[0].written,
            other=last.written,
        )
        notes.append(refused(last, text))
        return None
    return mode


def _images(argument: Argument, notes: list[Diagnostic]) -> tuple[str, ...]:
    if not argument.values or argument.is_doubtful:
        notes.append(refused(argument, about(NEEDED[Kind.IMAGES], argument, written=True)))
        return ()
    text = msg("I moved the image link to the start of the prompt.")
    notes.append(remark(argument.start, argument.end, text))
    return argument.values


def _visibility(
    given: Sequence[Argument], notes: list[Diagnostic], *, is_option: bool
) -> bool | None:
    """Return who may see the result; one request for privacy, in prompt or option, is enough."""
    private = [each for each in given if each.row is not None and each.row.is_private]
    public = [each for each in given if each.leaves and each.name == "public"]
    slips = [each for each in given if each.row is None and means_private(each.name)]
    notes += _visibility_notes(private[:1], public[:1], is_option=is_option)
    if is_option or private or slips:
        return True
    return False if public else None


def _visibility_notes(
    private: Sequence[Argument], public: Sequence[Argument], *, is_option: bool
) -> Iterator[Diagnostic]:
    for each in private:
        text = msg("`{parameter}`: only you will see the result.", parameter=each.written)
        yield remark(each.start, each.end, text)
    for each in public:
        if private:
            text = msg(
                "Used `{used}`, not `{dropped}`.", used=private[0].written, dropped=each.written
            )
        elif is_option:
            text = msg(
                "Used the option: `{used}`, not `{dropped}`.", used="private", dropped=each.written
            )
        else:
            text = about(EVERYBODY_SEES, each, written=True)
        yield remark(each.start, each.end, text)
