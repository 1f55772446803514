"""What there is to say about a job in short: words, pictures, mode, cost, time. Pure."""

import re
from datetime import timedelta

from bot.domain.jobs import Job, JobStatus, Mode, Variation
from bot.domain.pictures import FetchedImage, file_name
from bot.domain.pricing import Cost, cost_of
from bot.domain.texts import SEPARATOR, Inline, Joined, Link, Text, clip, msg, msg_n
from bot.domain.views import Line, Picture, Style, Words
from bot.prompts import Argument, parse
from bot.services.requests import prompt_without_varied

PROMPT_LIMIT = 1000  # of a message's 4000 characters; escaping may double them
PARAMETERS_LIMIT = 200  # characters
VALUE_LIMIT = 40  # of one parameter; a link or a list of words can be long
LINK_SYMBOL = "🔗"

# With what a platform or a habit wraps around it: <…>, [a name](…).
_LINK = re.compile(r"(?:\[[^\[\]]*\]\()?<?https?://\S+", re.IGNORECASE)
_LINKS = re.compile(rf"{LINK_SYMBOL}(?: {LINK_SYMBOL})+")

_CAME_TO_NOTHING = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})
_MODES = {Mode.FAST: msg("fast mode"), Mode.RELAXED: msg("relaxed mode")}


# ── The prompt ──────────────────────────────────────────────────────────────────────────────────


def shown_prompt(prompt: str) -> str:
    """Return a prompt for reading, on one line: all of its words, and a symbol for its links."""
    text = " ".join(_LINK.sub(LINK_SYMBOL, prompt).split())
    return _LINKS.sub(_counted, text)


def _counted(links: re.Match[str]) -> str:
    return f"{LINK_SYMBOL}×{links[0].count(LINK_SYMBOL)}"


def prompt_line(job: Job, limit: int) -> str:
    """Return up to `limit` characters of a job's prompt, without the picture that it varies."""
    return clip(shown_prompt(prompt_without_varied(job)), limit)


def words_of(job: Job) -> str:
    """Return the words of a job's prompt as they were written, or what else it has."""
    prompt = prompt_without_varied(job)
    return _LINK.sub(LINK_SYMBOL, parse(prompt).words) or shown_prompt(prompt)


def spoken_words(job: Job) -> str:
    """Return the words of a job on one line for who hears them; empty if it has none."""
    return " ".join(_LINK.sub("", parse(prompt_without_varied(job)).words).split())


def asked_words(job: Job) -> Words:
    """Return the words that were asked for and, smaller, what else shaped the pictures.

    That is the picture that was varied, image prompts and parameters.
    """
    asked = Line(clip(words_of(job), PROMPT_LIMIT), Style.QUOTE)
    shaping = tuple(_shaping(job))
    return Words(asked, Line(Joined(shaping), Style.SMALL)) if shaping else Words(asked)


def _shaping(job: Job) -> list[Inline]:
    read, shaping = parse(prompt_without_varied(job)), list[Inline]()
    if job.variation is not None:
        shaping.append(variation_text(job.variation))
    if count := len(read.images):
        shaping.append(msg_n("{count} image prompt", "{count} image prompts", count=count))
    if read.arguments:
        shaping.append(clip(SEPARATOR.join(map(_brief, read.arguments)), PARAMETERS_LIMIT))
    return shaping


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


def variation_text(variation: Variation) -> Text | Link:
    """Say which picture a job varies, with the way to the message it stood on."""
    said = msg("Variation of image {number}", number=variation.number)
    return said if variation.message_url is None else Link(variation.message_url, said)


# ── Its pictures ──────────────────────────────────────────────────────────────────────────────────


def picture_of(job: Job, image: FetchedImage) -> Picture:
    """Return an image with what stands for it where nobody can see it."""
    return Picture(
        file_name=file_name(job.id, image),
        data=image.data,
        words=spoken_words(job),
        label=label_of(job, image.index + 1),
    )


def label_of(job: Job, number: int) -> Text:
    """Say which of a job's pictures it is."""
    return msg("picture {number} of {all}", number=number, all=max(len(job.image_urls), number))


# ── Mode, time and cost ─────────────────────────────────────────────────────────────────────────


def facts_of(job: Job) -> Joined:
    """Say the mode of a job, and the duration once known."""
    mode = _MODES[job.mode]
    return Joined((mode,) if job.duration is None else (mode, _took(job.duration)))


def _took(duration: timedelta) -> Text:
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    if minutes:
        return msg("in {minutes} min {seconds} s", minutes=minutes, seconds=seconds)
    return msg("in {seconds} s", seconds=seconds)


def cost_of_job(job: Job) -> Text | None:
    """Say what a job costs; None where it came to nothing, since only the provider knows then."""
    return None if job.status in _CAME_TO_NOTHING else _cost_text(cost_of(job.mode))


def _cost_text(cost: Cost) -> Text:
    return msg("{units}, about ${dollars}.{cents}", **price_values(cost))


def price_values(cost: Cost) -> dict[str, object]:
    """Return what a sentence about a cost is filled with: `units`, `dollars` and `cents`."""
    dollars, _, cents = f"{cost.dollars:.2f}".partition(".")  # languages write "." differently
    units = msg_n("{count} quota unit", "{count} quota units", count=cost.quota)
    return {"units": units, "dollars": dollars, "cents": cents}


# ── Failures ────────────────────────────────────────────────────────────────────────────────────


def provider_words(detail: str, limit: int) -> Text:
    """Quote up to `limit` characters of what the provider said, on one line."""
    words = clip(" ".join(detail.split()), limit)
    return msg("Midjourney said: “{words}”", words=words)
