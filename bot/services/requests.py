"""From what a person typed and chose to plain prompts, ready to be stored as jobs. Pure.

What counts, strongest first: options beside the prompt, the prompt itself, the preset (its mode
too), the person's own defaults.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from typing import Any, TypeAlias

from bot.domain.errors import PromptError
from bot.domain.jobs import Job, Mode, Variation
from bot.domain.people import Preferences, Preset
from bot.domain.pictures import Upload
from bot.domain.texts import Text, msg
from bot.prompts import (
    EVERYBODY_SEES,
    MAX_LENGTH,
    Argument,
    Beside,
    Diagnostic,
    OptionValue,
    Prompt,
    Severity,
    caret,
    parse,
    permutations,
    read_defaults,
    read_options,
    repaired,
    take_apart,
    too_many,
    unwrap,
    with_links,
    without_overridden,
    written_mode,
    written_options,
)

NO_PREFERENCES = Preferences()
MAX_REMARKS = 20  # every job keeps them, and nobody reads more
LINK_OPTIONS = ("image", "image2")  # options whose links go before the prompt
IMAGE_OPTIONS = (*LINK_OPTIONS, "style")  # options that hold the link of an image

# Texts that stand behind one another, each with the name of the option or field it came from.
_Parts: TypeAlias = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks for, before it is read."""

    prompt: str
    options: Mapping[str, OptionValue] = field(default_factory=dict)  # see prompts.written_options
    preset: str | None = None  # its name
    is_private: bool = False
    # Attached pictures that stand in the prompt by now, and the links that stood there before.
    placed: Mapping[str, str] = field(default_factory=dict)
    # Files that come with it just now, by their option. They are not kept: see `attached`.
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def attached(self) -> "Request":
        """Return the same request with the links of its uploads as options."""
        if not self.uploads:
            return self
        links = {name: upload.url for name, upload in self.uploads.items()}
        return replace(self, options={**self.options, **links}, uploads={})

    def to_json(self) -> str:
        """Write it down, for a draft."""
        return json.dumps(
            {
                "prompt": self.prompt,
                "options": dict(self.options),
                "preset": self.preset,
                "is_private": self.is_private,
                "placed": dict(self.placed),
            }
        )

    def as_typed(self) -> "Request":
        """Return the same request with its options written into the prompt, as one would type them.

        Images and switches that are off stay options: nobody types these.
        """
        kept = {
            name: value
            for name, value in self.options.items()
            if name in IMAGE_OPTIONS or value is False
        }
        others = {name: value for name, value in self.options.items() if name not in kept}
        if not others or len(self.prompt) > MAX_LENGTH:
            return self
        typed = unwrap(self.prompt).text.strip()  # quotes around it would not end it any more
        typed = without_overridden(typed, others)
        written = " ".join((typed, *(each.text for each in written_options(others))))
        return replace(self, prompt=written, options=kept)

    @property
    def image_links(self) -> tuple[str, ...]:
        """The links of the pictures that were attached, each once."""
        links = [str(self.options[name]) for name in IMAGE_OPTIONS if self.options.get(name)]
        links += [link for link in self.placed if link in self.prompt]
        return tuple(dict.fromkeys(links))

    def without_picture(self, link: str) -> "Request":
        """Return the same request as it was before this picture was attached."""
        options = {
            name: value
            for name, value in self.options.items()
            if name not in IMAGE_OPTIONS or value != link
        }
        before = self.placed.get(link)
        prompt = self.prompt if before is None else with_links(self.prompt, {link: before})
        placed = {new: old for new, old in self.placed.items() if new != link}
        return replace(self, prompt=prompt, options=options, placed=placed)

    @classmethod
    def from_json(cls, payload: str) -> "Request":
        """Read what `to_json` wrote."""
        value: dict[str, Any] = json.loads(payload)
        return cls(**value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Plain prompts that may be submitted, and what to say about them."""

    prompts: tuple[str, ...]  # one a job
    mode: Mode
    is_private: bool = False
    variation: Variation | None = None  # of all of them
    remarks: tuple[Text, ...] = ()  # what was put right, and what is worth knowing; each once
    questions: tuple[Text, ...] = ()  # why the pictures would probably not be what was meant
    fixed: "Order | None" = None  # without what is asked about; None: not all of it can be fixed


# `read_request`, or what stands in for it.
ReadRequest: TypeAlias = Callable[..., Order]


def remarked(order: Order) -> Order:
    """Return the order for a person who wants no questions: what is doubtful is only remarked."""
    remarks = (*order.questions, *order.remarks)[:MAX_REMARKS]
    return replace(order, remarks=remarks, questions=(), fixed=None)


def linked(order: Order, links: Mapping[str, str]) -> Order:
    """Return the order with other links for these ones, wherever they stand."""
    return replace(order, prompts=tuple(with_links(prompt, links) for prompt in order.prompts))


def read_request(
    request: Request,
    *,
    limit: int,
    preset: Preset | None = None,
    preferences: Preferences = NO_PREFERENCES,
) -> Order:
    """Make an order of at most `limit` jobs.

    Raises:
        PromptError: with the sentence, and where there is a place to show, the prompt and a caret.
    """
    _check_length(request, preset)
    cleaned = unwrap(request.prompt)
    text = cleaned.text.strip()
    beside = Beside(defaults=_defaults(preset, preferences), is_private=request.is_private)
    prompts = _read_all([text, preset.suffix if preset else ""], request.options, beside, limit)
    prompts = _seen_alike(prompts)
    order = Order(
        prompts=tuple(prompt.normalised for prompt in prompts),
        mode=_mode_of(prompts, text) or _mode_of_preset(preset) or preferences.mode or Mode.FAST,
        is_private=any(prompt.is_private for prompt in prompts),
        remarks=_once(
            [each.text for each in cleaned.notes],
            *([each.text for each in prompt.remarks] for prompt in prompts),
        ),
        questions=_once(*([each.text for each in prompt.questions] for prompt in prompts)),
    )
    return replace(order, fixed=_fixed(order, prompts, limit)) if order.questions else order


def with_image(prompt: str, link: str) -> str:
    """Return the prompt with one more image before it.

    Raises:
        PromptError: it is too long then.
    """
    longer = f"{link} {prompt}"
    if len(longer) <= MAX_LENGTH:
        return longer
    raise PromptError(
        msg(
            "With the picture, the prompt has {length} characters; the limit is {limit}. "
            "Please shorten it.",
            length=len(longer),
            limit=MAX_LENGTH,
        )
    )


def _check_length(request: Request, preset: Preset | None) -> None:
    """Refuse what is too long before anything of it is read.

    Raises:
        PromptError: it is.
    """
    options = (str(value) for value in request.options.values() if value is not None)
    length = len(request.prompt) + sum(map(len, options)) + len(preset.suffix if preset else "")
    if length <= MAX_LENGTH:
        return
    text = msg(
        "The prompt has {length} characters; the limit is {limit}. Please shorten it.",
        length=length,
        limit=MAX_LENGTH,
    )
    start, end = min(MAX_LENGTH, len(request.prompt)), len(request.prompt)
    raise _refused(
        request.prompt, Diagnostic(severity=Severity.REFUSE, start=start, end=end, text=text)
    )


def _defaults(preset: Preset | None, preferences: Preferences) -> tuple[Argument, ...]:
    texts = [preset.parameters] if preset else []
    return read_defaults([*texts, preferences.parameters])


def _read_all(
    texts: Sequence[str], options: Mapping[str, OptionValue], beside: Beside, limit: int
) -> list[Prompt]:
    """Read the prompts that the texts (typed, and of a preset) and the options stand for.

    Raises:
        PromptError: one is refused, or there are too many.
    """
    written = written_options(options)
    fields = ("prompt", "preset", *(option.name for option in written))
    parts = [*texts, *(option.text for option in written)]
    links = [(name, str(options.get(name) or "")) for name in LINK_OPTIONS]
    shown = " ".join(filter(None, parts))

    @cache
    def read_beside(suffix: str, *values: str) -> Beside:
        of_variant = [
            replace(option, text=text) for option, text in zip(written, values, strict=True)
        ]
        return read_options(options, of_variant, beside=replace(beside, suffix=suffix))

    split_once = cache(take_apart)
    prompts: list[Prompt] = []
    for text, *others in _variants(tuple(zip(fields, parts, strict=True)), shown, limit):
        prompt = parse(text, beside=read_beside(*others), split=split_once)
        for error in prompt.refusals:
            typed = zip(fields, (text, *others), strict=True)
            raise _refused(prompt.text, error, (*links, *typed))
        prompts += [prompt] * prompt.repeat
    if len(prompts) > limit:
        raise _refused(shown, too_many(shown, len(prompts), limit))
    return prompts


def _variants(parts: _Parts, shown: str, limit: int) -> list[tuple[str, ...]]:
    """Return each choice that the braces of these parts leave, in order."""
    choices: list[list[str]] = []
    count, at = 1, 0
    for _, part in parts:
        found = permutations(part, limit)
        if isinstance(found, Diagnostic):
            moved = replace(found, start=found.start + at, end=found.end + at)
            raise _refused(shown, moved, parts)
        count *= found.count
        if count > limit:
            raise _refused(shown, too_many(shown, count, limit))
        choices.append(found.results)
        at += len(part) + bool(part)
    return list(product(*choices))


def _fixed(order: Order, prompts: Sequence[Prompt], limit: int) -> Order | None:
    """Make the safe fixes of all questions; None if one has none, or if a new question comes up."""
    read_again = cache(parse)
    fixed: list[str] = []
    modes: set[Mode | None] = set()
    said: list[list[Text]] = []
    for prompt in prompts:
        text = repaired(prompt)
        if text is None:
            return None
        read = read_again(text) if prompt.questions else prompt
        if read.refusals or read.questions:
            return None
        fixed += [read.normalised] * (read.repeat if prompt.questions else 1)
        modes |= {read.mode or prompt.mode, prompt.mode or read.mode}
        said.append([each.repair.said for each in prompt.questions if each.repair is not None])
        said.append([each.text for each in read.remarks])
    if len(fixed) > limit or len(modes) > 1:
        return None
    return replace(
        order,
        prompts=tuple(fixed),
        mode=modes.pop() or order.mode,
        remarks=_once(*said),
        questions=(),
    )


def _once(*sentences: Iterable[Text]) -> tuple[Text, ...]:
    """Return each sentence once, no more than anybody reads."""
    found = {str(each): each for some in sentences for each in some}
    return tuple(found.values())[:MAX_REMARKS]


def _seen_alike(prompts: list[Prompt]) -> list[Prompt]:
    """Make all prompts of a command private if one is: `{--private, --public}`."""
    if not any(prompt.is_private for prompt in prompts):
        return prompts
    return [replace(each, is_private=True, diagnostics=_unseen(each)) for each in prompts]


def _unseen(prompt: Prompt) -> tuple[Diagnostic, ...]:
    """Leave out that everybody will see the result."""
    said = EVERYBODY_SEES.template
    return tuple(each for each in prompt.diagnostics if each.text.template != said)


def _mode_of(prompts: Sequence[Prompt], text: str) -> Mode | None:
    """Return the mode that all the prompts of one command ask for."""
    modes = {prompt.mode for prompt in prompts}
    if len(modes) == 1:
        return modes.pop()
    sentence = msg(
        "All jobs of one command run at the same speed; keep either `--fast` or `--relax`."
    )
    raise _refused(
        text, Diagnostic(severity=Severity.REFUSE, start=0, end=len(text), text=sentence)
    )


def _mode_of_preset(preset: Preset | None) -> Mode | None:
    return None if preset is None else parse(preset.parameters).mode


def prompt_without_varied(job: Job) -> str:
    """Return the prompt of a job without the link of the picture that it varies, if it does."""
    return job.prompt if job.variation is None else job.prompt.partition(" ")[2]


def typed(job: Job, *, usual: Mode = Mode.FAST) -> str:
    """Return what one would type to ask for this job: its prompt, and an unusual mode.

    `usual` is the mode that the person gets who says nothing about it.
    """
    text = typed_prompt(job.prompt)
    return text if job.mode is usual else f"{text} {written_mode(job.mode)}"


def typed_prompt(prompt: str) -> str:
    """Return what one would type to get this plain prompt."""
    found = permutations(prompt, limit=1)
    if isinstance(found, Diagnostic) or found.results != [prompt]:  # the person had escaped braces
        return re.sub(r"[{}]", r"\\\g<0>", prompt)
    return prompt


def _refused(text: str, error: Diagnostic, parts: _Parts = ()) -> PromptError:
    place = caret(text, error) if text.strip() else None
    return PromptError(error.text, place=place, field=_field_at(error.start, parts))


def _field_at(at: int, parts: _Parts) -> str | None:
    """Return the name of the part in which this place lies."""
    for name, text in parts:
        if at <= len(text) and (text or name == "prompt"):
            return name
        at -= len(text) + bool(text)
    return None
