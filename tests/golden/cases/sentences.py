"""What is said to one person, above all refusals."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from bot.domain.errors import (
    NotYourJobError,
    OutdatedError,
    ReplyLostError,
    StoreError,
    UnavailableError,
    UserError,
)
from bot.domain.failures import describe
from bot.domain.jobs import FailureCode
from bot.domain.limits import admit
from bot.domain.people import Limits, PictureUsage, Usage
from bot.domain.texts import msg
from bot.services.access import check_permissions
from bot.services.personal import checked_parameters
from bot.services.pictures import PicturesGoneError
from bot.services.references import MAX_BYTES, admit_pictures, check_size, no_image
from bot.services.requests import Request, read_request, with_image
from tests.golden.samples import (
    DRAFT_ID,
    LINK,
    LONG,
    NOW,
    WILD,
)
from tests.golden.scenes import Payload
from tests.golden.speaker import speaker_in


async def sentences(locale: str) -> Mapping[str, Payload]:
    said = {**_refused_requests(), **_limits(), **_other_refusals()}
    async with speaker_in(locale) as speaker:
        return {
            **{name: await speaker.told(each) for name, each in said.items()},
            "preset deleted": await speaker.told(msg("“{name}” is deleted.", name="poster")),
            "a message without a picture": await speaker.picked("style"),
            "a message of somebody else": await speaker.picked("details"),
            "no answer from the platform": await speaker.explained(
                ReplyLostError("TimeoutError", platform="Discord")
            ),
            "the store failed": await speaker.explained(StoreError("the database is away")),
        }


def _refused_requests() -> Mapping[str, UserError]:
    texts = {
        "an impossible value": "a fox --ar 0:1 --stylize 100",
        "a value out of range": "a fox --stylize 5000",
        "an open brace": "a {red, blue fox",
        "too many": "a {red, blue, green, grey} {fox, cat, dog}",
        "no words": "--ar 16:9",
        "two speeds": "a fox {--fast, --relax}",
        "too long": LONG * 2,
        "wild words": f"{WILD} --ar 0:1",
    }
    errors = {f"refused: {name}": _refused_prompt(text) for name, text in texts.items()}
    edited = ("an impossible value", "wild words")
    given_back = _refused_prompt(LONG * 2)
    given_back.typed = LONG * 2
    return {
        **errors,
        **{
            f"refused: {name}, to be edited": _kept(_refused_prompt(texts[name])) for name in edited
        },
        "refused: nothing": _refused_prompt(""),
        "refused: too long, given back": given_back,
        "refused: too long with a picture": _raised(lambda: with_image(LONG + LONG[:2200], LINK)),
        "refused: a picture gone": _kept(PicturesGoneError([msg("the first image")])),
    }


def _limits() -> Mapping[str, UserError]:
    usage = Usage(waiting=0, waiting_of_user=0, recent_of_user=0, oldest_recent_at=None)
    used = replace(usage, recent_of_user=50, oldest_recent_at=NOW)
    few, limits = (
        Limits(daily_per_user=1, waiting_per_user=1, waiting=5),
        Limits(daily_per_user=50, waiting_per_user=20, waiting=1000),
    )
    one_used = replace(used, recent_of_user=1)
    waiting = replace(usage, waiting_of_user=20)
    attached = PictureUsage(of_person=((NOW, 1),) * 1000, count=1000, total_bytes=1000)
    full = PictureUsage(of_person=(), count=10**9, total_bytes=10**15)
    tries = {
        "more than a day's at once": lambda: admit(usage, 51, limits),
        "more than the one of a day at once": lambda: admit(usage, 2, few),
        "a day's are used": lambda: admit(used, 1, limits),
        "the one of a day is used": lambda: admit(one_used, 1, few),
        "too many wait": lambda: admit(waiting, 1, limits),
        "the one waits": lambda: admit(
            replace(usage, waiting_of_user=1), 1, replace(few, daily_per_user=9)
        ),
        "the queue is full": lambda: admit(replace(usage, waiting=1000), 1, limits),
        "too many pictures attached": lambda: admit_pictures(attached, [1]),
        "no more pictures": lambda: admit_pictures(full, [1]),
        "picture too large": lambda: check_size(MAX_BYTES + 1, link=""),
    }
    return {f"limit: {name}": _raised(act) for name, act in tries.items()}


def _other_refusals() -> Mapping[str, UserError]:
    permissions = (msg("Send Messages"), msg("Attach Files"))
    parameters = {
        "an impossible value": "--ar 0:1",
        "words": "a fox --ar 16:9",
        "repeated": "--repeat 2",
        "a speed": "--fast",
        "private": "--private",
        "too long": "--no x " * 100,
    }
    return {
        "no picture": no_image(LINK),
        "permissions missing": _raised(lambda: check_permissions(permissions)),
        "one permission missing": _raised(lambda: check_permissions(permissions[:1])),
        "paused: quota": UnavailableError(describe(FailureCode.QUOTA)),
        "paused: key": UnavailableError(describe(FailureCode.KEY)),
        "not your job": NotYourJobError(),
        "outdated": OutdatedError(),
        **{
            f"default parameters: {name}": _raised(partial(checked_parameters, text))
            for name, text in parameters.items()
        },
    }


def _refused_prompt(text: str) -> UserError:
    return _raised(lambda: read_request(Request(prompt=text), limit=10))


def _kept(error: UserError) -> UserError:
    """Return the same of a request that was kept, to be edited."""
    error.draft_id = DRAFT_ID
    return error


def _raised(act: Callable[[], object]) -> UserError:
    try:
        act()
    except UserError as error:
        return error
    raise AssertionError("nothing was refused")
