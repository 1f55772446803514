"""What there is to say about a job in a few words: its words, parameters, mode, cost, time. Pure.

What comes out is ready-made Markdown.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from bot.domain.jobs import Job, JobStatus, Mode, Variation
from bot.domain.pricing import Cost, cost_of
from bot.domain.texts import Text, clip, msg, msg_n
from bot.platforms.discord.rendering.markdown import Markdown, escape, link, render
from bot.prompts import Argument, parse
from bot.services.requests import prompt_without_varied

PARAMETERS_LIMIT = 200  # characters before escaping
VALUE_LIMIT = 40  # of one parameter; a link or a list of words can be long
SEPARATOR = " · "
LINK_SYMBOL = "🔗"

# With what Discord or a habit wraps around it: <…>, [a name](…).
_LINK = re.compile(r"(?:\[[^\[\]]*\]\()?<?https?://\S+", re.IGNORECASE)
_LINKS = re.compile(rf"{LINK_SYMBOL}(?: {LINK_SYMBOL})+")

_CAME_TO_NOTHING = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})
_MODES = {Mode.FAST: msg("fast mode"), Mode.RELAXED: msg("relaxed mode")}


def shown_prompt(prompt: str) -> str:
    """Return a prompt for reading, on one line: all of its words, and a symbol for its links."""
    text = " ".join(_LINK.sub(LINK_SYMBOL, prompt).split())
    return _LINKS.sub(_counted, text)


def _counted(links: re.Match[str]) -> str:
    return f"{LINK_SYMBOL}×{links[0].count(LINK_SYMBOL)}"


def words_of(job: Job) -> str:
    """Return the words of a job's prompt as they were written, or what else it has."""
    prompt = prompt_without_varied(job)
    return _LINK.sub(LINK_SYMBOL, parse(prompt).words) or shown_prompt(prompt)


def spoken_words(job: Job) -> str:
    """Return the words of a job on one line for who hears them; empty if it has none."""
    return " ".join(_LINK.sub("", parse(prompt_without_varied(job)).words).split())


def shaping_line(job: Job, locale: str) -> Markdown:
    """Name what beside the words shaped the pictures; empty if there is nothing.

    That is the picture that was varied, image prompts and parameters.
    """
    read = parse(prompt_without_varied(job))
    names = [_brief(argument) for argument in read.arguments]
    if read.images:
        names.insert(0, render(_image_prompts(len(read.images)), locale))
    shaping = [escape(clip(SEPARATOR.join(names), PARAMETERS_LIMIT))]
    if job.variation is not None:
        shaping.insert(0, variation_text(job.variation, locale))
    return Markdown(SEPARATOR.join(filter(None, shaping)))


def variation_text(variation: Variation, locale: str) -> Markdown:
    """Say which picture a job varies, with the way to the message it stood on."""
    said = render(msg("Variation of image {number}", number=variation.number), locale)
    return said if variation.message_url is None else link(said, variation.message_url)


def mode_text(mode: Mode) -> Text:
    """Name the mode."""
    return _MODES[mode]


def cost_text(cost: Cost) -> Text:
    """Say what jobs cost."""
    dollars, _, cents = f"{cost.dollars:.2f}".partition(".")  # languages write "." differently
    return msg(
        "{units}, about ${dollars}.{cents}",
        units=units_text(cost.quota),
        dollars=dollars,
        cents=cents,
    )


def units_text(quota: int) -> Text:
    """Say how much of the account's quota that is."""
    return msg_n("{count} quota unit", "{count} quota units", count=quota)


def took_text(duration: timedelta) -> Text:
    """Say how long a job took."""
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    if minutes:
        return msg("in {minutes} min {seconds} s", minutes=minutes, seconds=seconds)
    return msg("in {seconds} s", seconds=seconds)


def facts_line(job: Job, locale: str) -> str:
    """Say the mode of a job, and the duration once known."""
    return SEPARATOR.join(map(partial(render, locale=locale), _facts(job)))


def _facts(job: Job) -> Iterator[Text]:
    yield mode_text(job.mode)
    if job.duration is not None:
        yield took_text(job.duration)


def cost_line(job: Job, locale: str) -> str | None:
    """Say what a job costs; None where it came to nothing, since only the provider knows then."""
    if job.status in _CAME_TO_NOTHING:
        return None
    return render(cost_text(cost_of(job.mode)), locale)


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
