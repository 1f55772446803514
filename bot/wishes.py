"""From what a person typed and chose to plain prompts, ready to be stored as jobs. Pure.

What counts, strongest first: options beside the prompt, the prompt itself, the preset (its mode
too), the person's own defaults.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.errors import PromptError
from bot.models import Job, Mode, Preferences, Preset
from bot.prompts import (
    Diagnostic,
    OptionValue,
    Prompt,
    Severity,
    caret,
    expand,
    parameters_of,
    parse,
    with_defaults,
    with_links,
    with_options,
    written_mode,
)
from bot.texts import Text, msg

NO_PREFERENCES = Preferences()
# No database keeps these, and nobody types them: the null character, and halves of characters.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
MAX_REMARKS = 20  # every job keeps them, and nobody reads more
IMAGE_OPTIONS = ("image", "image2", "style")  # options that hold the link of an image


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person asks for, before it is read."""

    prompt: str
    options: Mapping[str, OptionValue] = field(default_factory=dict)  # see prompts.with_options
    preset: str | None = None  # its name
    is_private: bool = False
    placed: tuple[str, ...] = ()  # links of attached pictures that stand in the prompt by now

    def to_json(self) -> str:
        """Write it down, for a draft."""
        return json.dumps(
            {
                "prompt": self.prompt,
                "options": dict(self.options),
                "preset": self.preset,
                "is_private": self.is_private,
                "placed": self.placed,
            }
        )

    def as_typed(self) -> "Wish":
        """Give the same wish with its options written into the prompt, as one would type them.

        Images stay options: nobody types their links.
        """
        images = {name: self.options[name] for name in IMAGE_OPTIONS if name in self.options}
        others = {name: self.options[name] for name in self.options if name not in images}
        if not others:
            return self
        written = with_options(parse(self.prompt), others).text
        return replace(self, prompt=written, options=images)

    @property
    def image_links(self) -> tuple[str, ...]:
        """The links of the pictures that were attached, each once."""
        links = [str(self.options[name]) for name in IMAGE_OPTIONS if self.options.get(name)]
        links += [link for link in self.placed if link in self.prompt]
        return tuple(dict.fromkeys(links))

    @classmethod
    def from_json(cls, payload: str) -> "Wish":
        """Read what `to_json` wrote."""
        value: dict[str, Any] = json.loads(payload)
        return cls(**{**value, "placed": tuple(value["placed"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Plain prompts that may be submitted, and what to say about them."""

    prompts: tuple[str, ...]  # one a job
    mode: Mode
    is_private: bool = False
    remarks: tuple[Text, ...] = ()  # what was put right, and what is worth knowing; each once
    questions: tuple[Text, ...] = ()  # why the pictures would probably not be what was meant
    fixed: "Order | None" = None  # without what is asked about; None: not all of it can be fixed


def remarked(order: Order) -> Order:
    """Return the order for a person who wants no questions: what is doubtful is only remarked."""
    remarks = (*order.questions, *order.remarks)[:MAX_REMARKS]
    return replace(order, remarks=remarks, questions=(), fixed=None)


def linked(order: Order, links: Mapping[str, str]) -> Order:
    """Return the order with other links for these ones, wherever they stand."""
    return replace(order, prompts=tuple(with_links(prompt, links) for prompt in order.prompts))


def read_wish(
    wish: Wish,
    *,
    limit: int,
    preset: Preset | None = None,
    preferences: Preferences = NO_PREFERENCES,
) -> Order:
    """Make an order of at most `limit` jobs.

    Raises:
        PromptError: with the sentence, and where there is a place to show, the prompt and a caret.
    """
    text = " ".join(filter(None, (wish.prompt, preset.suffix if preset else "")))
    text = _UNSTORABLE.sub(" ", text)
    expansion = expand(text, limit=limit)
    if expansion.error is not None:
        raise _refused(text, expansion.error)
    defaults = [preset.parameters] if preset else []
    defaults.append(preferences.parameters)
    prompts = [_read(each, wish.options, defaults) for each in expansion.prompts]
    remarks = [note.text for each in prompts for note in (*each.notices, *each.warnings)]
    return Order(
        prompts=tuple(prompt.normalised for prompt in prompts),
        mode=_mode_of(prompts, text) or _mode_of_preset(preset) or preferences.mode or Mode.FAST,
        is_private=wish.is_private,
        remarks=tuple({str(remark): remark for remark in remarks}.values())[:MAX_REMARKS],
    )


def _mode_of(prompts: Sequence[Prompt], text: str) -> Mode | None:
    """Give the mode that all the prompts of one command ask for."""
    modes = {prompt.mode for prompt in prompts}
    if len(modes) == 1:
        return modes.pop()
    sentence = msg("All jobs of one command go at one speed; keep either `--fast` or `--relax`.")
    raise _refused(text, Diagnostic(severity=Severity.ERROR, start=0, end=len(text), text=sentence))


def _mode_of_preset(preset: Preset | None) -> Mode | None:
    return None if preset is None else parse(preset.parameters).mode


def typed(job: Job, *, usual: Mode = Mode.FAST) -> str:
    """Give what one would type to ask for this job: its prompt, and its mode if that is not usual.

    `usual` is the mode that the person gets who says nothing about it.
    """
    text = typed_prompt(job.prompt)
    return text if job.mode is usual else f"{text} {written_mode(job.mode)}"


def typed_prompt(prompt: str) -> str:
    """Give what one would type to get this plain prompt."""
    if expand(prompt, limit=1).prompts != (prompt,):  # braces that the person had escaped
        return re.sub(r"[{}]", r"\\\g<0>", prompt)
    return prompt


def _read(text: str, options: Mapping[str, OptionValue], defaults: list[str]) -> Prompt:
    for more in defaults:
        text = with_defaults(text, more, parameters_of(options))
    prompt = with_options(parse(text), options) if options else parse(text)
    for error in prompt.errors:
        raise _refused(prompt.text, error)
    return prompt


def _refused(text: str, error: Diagnostic) -> PromptError:
    return PromptError(error.text, place=caret(text, error) if text.strip() else None)
