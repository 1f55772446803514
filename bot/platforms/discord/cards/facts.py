"""What there is to say about a job in a few words: its words, parameters, mode, cost, time. Pure.

What comes out is ready-made Markdown.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from bot.locales import render
from bot.models import Job, JobStatus, Mode
from bot.platforms.discord.cards.markdown import clip, escape
from bot.pricing import Cost, cost_of
from bot.prompts import Argument, parse
from bot.texts import Text, msg, msg_n

PARAMETERS_LIMIT = 200  # characters before escaping
VALUE_LIMIT = 40  # of one parameter; a link or a list of words can be long
SEPARATOR = " · "

# With what Discord or a habit wraps around it: <…>, [a name](…).
_LINK = re.compile(r"(?:\[[^\[\]]*\]\()?<?https?://\S+", re.IGNORECASE)
_REPEATED_LINK = re.compile(r"(?P<link>https?://\S++)(?:\s+(?P=link)(?!\S))+", re.IGNORECASE)
_LINK_SIGN = "🔗"

_CAME_TO_NOTHING = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})
_MODES = {Mode.FAST: msg("fast mode"), Mode.RELAXED: msg("relaxed mode")}


def words_of(prompt: str) -> str:
    """Give the words of a prompt as they were written, or all of it if it has none."""
    return parse(prompt).words or prompt


def shown_prompt(prompt: str) -> str:
    """Return a prompt on one line, each link as a sign; not escaped.

    The address of an attached picture would crowd out the words. Equal links in a row are one.
    """
    shown = _REPEATED_LINK.sub(r"\g<link>", prompt)
    return " ".join(_LINK.sub(_LINK_SIGN, shown).split())


def parameters_line(prompt: str, locale: str) -> str:
    """Name the image prompts and parameters that shaped the pictures; empty if there are none."""
    read = parse(prompt)
    names = [_brief(argument) for argument in read.arguments]
    if read.images:
        names.insert(0, render(_image_prompts(len(read.images)), locale))
    return escape(clip(SEPARATOR.join(names), PARAMETERS_LIMIT))


def mode_text(mode: Mode) -> Text:
    """Name the mode."""
    return _MODES[mode]


def cost_text(cost: Cost) -> Text:
    """Say what jobs cost."""
    return msg("{quota} quota", quota=cost.quota)


def took_text(duration: timedelta) -> Text:
    """Say how long a job took."""
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    if minutes:
        return msg("took {minutes} min {seconds} s", minutes=minutes, seconds=seconds)
    return msg("took {seconds} s", seconds=seconds)


def facts_line(job: Job, locale: str) -> str:
    """Say the mode of a job, the cost unless it came to nothing, and the duration once known."""
    return SEPARATOR.join(map(partial(render, locale=locale), _facts(job)))


def _facts(job: Job) -> Iterator[Text]:
    yield mode_text(job.mode)
    if job.status not in _CAME_TO_NOTHING:  # whether the provider charges these is not known
        yield cost_text(cost_of(job.mode))
    if job.duration is not None:
        yield took_text(job.duration)


def _image_prompts(count: int) -> Text:
    return msg_n("{count} image prompt", "{count} image prompts", count=count)


def _brief(argument: Argument) -> str:
    """Write a parameter shortly: a version as "v8.2", a link as its last part."""
    if argument.name == "version":
        return f"v{argument.value}"
    if argument.name == "niji":
        return f"niji {argument.value}".rstrip()
    values = [_without_path(value) for value in argument.values]
    return clip(" ".join((argument.written, *values)), VALUE_LIMIT)


def _without_path(value: str) -> str:
    """Leave of a link what tells it from others."""
    if "://" not in value:
        return value
    return "…/" + value.partition("?")[0].rstrip("/").rpartition("/")[2]
