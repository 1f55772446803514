"""The form for a new request, with the most used of the command's options in sight. Pure.

It is opened before anything is known of the person, so nothing that it needs may be slow; what they
keep is offered once it is found.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.texts import Text, msg, untranslated
from bot.domain.views import (
    ON,
    Action,
    Field,
    FileField,
    Form,
    MenuField,
    Option,
    TextField,
    ToggleField,
)
from bot.screens import actions
from bot.screens.prompt_fields import PROMPT_FIELD, prompt_field
from bot.screens.settings import MODES
from bot.screens.suggestions import ASPECTS, DASH, Suggestion, versions
from bot.services.requests import Request

LATEST_FIELD = "latest"  # one of the person's latest prompts, or what stands for it
PRESET_FIELD = "preset"
PRIVATE_FIELD = "private"
OPTIONS = ("aspect", "version", "mode", "stylize", "no")  # named as the command's
_MAX_STYLIZE = 4  # characters: up to 1000
_MAX_NO = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a person keeps, and may choose instead of typing."""

    prompts: Sequence[Suggestion] = ()
    presets: Sequence[Suggestion] = ()


NOTHING_KEPT = Kept()


def compose_form(locale: str, kept: Kept = NOTHING_KEPT) -> Form:
    """Return the form; a menu of what the person keeps is left out where that is nothing."""
    return Form(
        title=msg("Draw pictures"),
        action=Action(actions.COMPOSED),
        fields=tuple(_fields(kept)),
        locale=locale,
    )


def composed_request(fields: Mapping[str, str]) -> Request:
    """Return what the form asks for; an old prompt is taken where no new one was typed."""
    filled = {name: value.strip() for name, value in fields.items() if value.strip()}
    return Request(
        prompt=filled.get(PROMPT_FIELD) or filled.get(LATEST_FIELD, ""),
        options={name: filled[name] for name in OPTIONS if name in filled},
        preset=filled.get(PRESET_FIELD),
        is_private=filled.get(PRIVATE_FIELD) == ON,
    )


def _fields(kept: Kept) -> Iterator[Field]:
    if not kept.prompts:
        yield prompt_field()
    else:
        # Slack writes "(optional)" behind both labels: one of the two is enough.
        yield prompt_field(label=msg("New prompt"), is_required=False)
        label = msg("Or one of your latest prompts")
        hint = msg("Used when the prompt above is empty.")
        options = tuple(map(_offered, kept.prompts))
        yield MenuField(name=LATEST_FIELD, label=label, options=options, hint=hint)
    yield FileField(name="image", label=msg("Picture to start from"))
    yield FileField(name="style", label=msg("Picture whose style to use"))
    yield _menu("aspect", msg("Shape"), *(_shape(*each) for each in ASPECTS.items()))
    yield _menu("version", msg("Midjourney model"), *map(_offered, versions()))
    yield _menu("mode", msg("Speed"), *(_entry(each.value, MODES[each]) for each in MODES))
    yield _text("stylize", msg("Stylize"), "0 … 1000", _MAX_STYLIZE)
    yield _text("no", msg("Leave out"), "text, people", _MAX_NO)
    if kept.presets:
        yield _menu(PRESET_FIELD, msg("Preset"), *map(_offered, kept.presets))
    yield ToggleField(
        name=PRIVATE_FIELD, label=msg("Who sees it"), words=msg("Show the result only to me")
    )


def _menu(name: str, label: Text, *options: Option) -> MenuField:
    return MenuField(name=name, label=label, options=options)


def _text(name: str, label: Text, example: str, max_length: int) -> TextField:
    return TextField(
        name=name, label=label, example=example, max_length=max_length, is_required=False
    )


def _offered(suggestion: Suggestion) -> Option:
    return Option(label=suggestion.shown, value=suggestion.sent)


def _entry(value: str, label: Text) -> Option:
    return Option(label=label, value=value)


def _shape(ratio: str, use: Text) -> Option:
    return _entry(ratio, untranslated(f"{{ratio}}{DASH}{{use}}", ratio=ratio, use=use))
