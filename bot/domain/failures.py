"""What we say about a failed job: one plain sentence of why and what to do.

Pure. The classification of the provider's own words lives in `midjourney/protocol.py`.
"""

from enum import Enum, auto

from bot.domain.jobs import Failure, FailureCode
from bot.domain.texts import Text, msg

# Why, and what to do about it. "{detail}" holds the provider's own words, escaped by the platform.
_SENTENCES = {
    FailureCode.QUOTA: msg(
        "The Midjourney account has no quota left. Please ask the person who runs this bot to "
        "top it up."
    ),
    FailureCode.KEY: msg(
        "Midjourney doesn't accept this bot's key. Please tell the person who runs this bot."
    ),
    FailureCode.OPERATOR: msg(
        "The Midjourney account needs attention. Please tell the person who runs this bot."
    ),
    FailureCode.PROMPT: msg("Midjourney didn't accept this prompt. Change it and try again."),
    FailureCode.LINK: msg(
        "Midjourney couldn't open a picture in the prompt. "
        "Attach it again, or use a public link that ends in .png, .jpg, .gif or .webp."
    ),
    FailureCode.REJECTED: msg("Midjourney refused this job. Check the prompt and try again."),
    FailureCode.PROVIDER: msg("Midjourney had a hiccup. Please try again in a moment."),
    FailureCode.NO_IMAGES: msg(
        "Midjourney said it was done but sent no pictures. Please try again in a moment."
    ),
    FailureCode.UNCERTAIN: msg(
        "The connection broke just as I sent the job, so I can't tell whether it started. "
        "I won't send it twice: it may have been charged."
    ),
    FailureCode.LATE: msg(
        "No pictures arrived in time. The job may have been charged; you can try again."
    ),
    FailureCode.EXPIRED: msg(
        "The job waited too long for its turn and was dropped. It wasn't charged; please try again."
    ),
}


def describe(code: FailureCode) -> Text:
    """Say why a job failed, or none can be taken now, and what to do."""
    return _SENTENCES[code]


class Remedy(Enum):
    """What can be done about a failed job, and by whom."""

    CHANGE = auto()  # the person: the same prompt would fail again
    REPEAT = auto()  # the person: the same prompt may well succeed later
    WAIT = auto()  # nothing: the operator must act first


_REMEDIES = {
    FailureCode.PROMPT: Remedy.CHANGE,
    FailureCode.LINK: Remedy.CHANGE,
    FailureCode.REJECTED: Remedy.CHANGE,
    FailureCode.QUOTA: Remedy.WAIT,
    FailureCode.KEY: Remedy.WAIT,
    FailureCode.OPERATOR: Remedy.WAIT,
}


def remedy_of(failure: Failure) -> Remedy:
    """Say what can be done about it."""
    return _REMEDIES.get(failure.code, Remedy.REPEAT)
