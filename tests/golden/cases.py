"""Which cases there are, by family: values of the domain, and which scene shows them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeAlias

from bot.domain.deliveries import DeliveryStatus, PendingAnswer
from bot.domain.errors import (
    NotYourJobError,
    OutdatedError,
    StoreError,
    UnavailableError,
    UserError,
)
from bot.domain.failures import describe_pause
from bot.domain.jobs import Failure, FailureCode, JobStatus, Mode, RecentPrompt
from bot.domain.limits import admit
from bot.domain.people import Limits, PictureUsage, Preferences, Preset, Usage
from bot.domain.texts import msg
from bot.services.access import check_permissions
from bot.services.personal import checked_parameters
from bot.services.pictures import PicturesGoneError
from bot.services.references import MAX_BYTES, admit_pictures, check_size, no_image
from bot.services.requests import Order, Request, read_request, with_image
from tests.golden import scenes
from tests.golden.samples import (
    ANN,
    BOB,
    CDN,
    DRAFT_ID,
    ELSEWHERE,
    JOB_ID,
    LINK,
    LONG,
    NOW,
    PROMPT,
    REMARKS,
    SOON,
    VARIATION,
    WILD,
    accepted,
    delivery,
    elsewhere,
    failed,
    fetched,
    group,
    job,
    numbered,
    outlook,
    page,
    progress,
    varied,
)
from tests.golden.scenes import Payload

Family: TypeAlias = Callable[[str], Awaitable[Mapping[str, Payload]]]

QUEUED, RUNNING, UNKNOWN = JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.UNKNOWN
DETAIL = "Banned   prompt:\n*blood*"
POSTER = Preset(name="poster", parameters="--ar 2:3", suffix="soft light, watercolour")


# ── Messages in a channel ───────────────────────────────────────────────────────────────────────


async def results(locale: str) -> Mapping[str, Payload]:
    four, done = job(locale), job(locale, images=1)
    too_long = replace(four, image_urls=(f"{CDN}/{'x' * 600}.png", *four.image_urls[1:]))
    token = {"reply_token": "a-token", "reply_token_ends_at": NOW + timedelta(minutes=10)}
    private = replace(done, is_private=True)
    jobs = {
        "one image": done,
        "two images": job(locale, images=2),
        "four images": four,
        "ten images": job(locale, images=10),
        "24 images": job(locale, images=24),
        "relaxed, without parameters": replace(
            done, prompt="a red fox", mode=Mode.RELAXED, finished_at=NOW + timedelta(seconds=252)
        ),
        "image prompts": replace(done, prompt=f"{LINK} {CDN}/b.png a red fox --iw 2 --sref {LINK}"),
        "links alone": replace(done, prompt=f"{LINK} {CDN}/b.png"),
        "wild words": replace(done, prompt=WILD),
        "long words": replace(done, prompt=LONG),
        "remarks": replace(done, remarks=REMARKS),
        "variation": varied(done),
        "variation of what is gone": varied(done, replace(VARIATION, message_url=None)),
        "one of a group": group(done),
        "private, in the answer": elsewhere(private, **token),
        "private, as a direct message": private,
    }
    async with scenes.speaker(locale) as speaker:
        return {
            **{name: await speaker.result(each, fetched(each)) for name, each in jobs.items()},
            "one missing": await speaker.result(four, fetched(four, missing=[1])),
            "two missing": await speaker.result(four, fetched(four, missing=[1, 3])),
            "one missing, its link too long": await speaker.result(
                too_long, fetched(too_long, missing=[0])
            ),
            "all missing": await speaker.result(four, fetched(four, missing=range(4))),
        }


async def failures(locale: str) -> Mapping[str, Payload]:
    detailed = {FailureCode.PROMPT, FailureCode.REJECTED, FailureCode.OPERATOR}
    jobs = {
        code.value: failed(locale, Failure(code=code, detail=DETAIL if code in detailed else None))
        for code in FailureCode
    }
    refused = jobs["prompt"]
    jobs |= {
        "told as doubtful, then it came": job(locale, images=0),
        "remarks": replace(refused, remarks=REMARKS),
        "variation": varied(refused),
        "long words of the provider": failed(
            locale, Failure(code=FailureCode.PROMPT, detail="no " * 200)
        ),
    }
    async with scenes.speaker(locale) as speaker:
        return {name: await speaker.result(each) for name, each in jobs.items()}


async def copies(locale: str) -> Mapping[str, Payload]:
    done, twelve = job(locale, images=1), job(locale, images=12)
    return {
        "one image": scenes.copy(done, fetched(done)),
        "private": scenes.copy(replace(done, is_private=True), fetched(done)),
        "variation, where it was asked for": scenes.copy(varied(done), fetched(done)),
        "variation, elsewhere": scenes.copy(varied(done), fetched(done), channel_id=ELSEWHERE),
        "ten of twelve": scenes.copy(twelve, fetched(twelve)[:10]),
    }


async def pictures(locale: str) -> Mapping[str, Payload]:
    done = job(locale)
    return {
        "for the person who asked": scenes.picture(done, 2, ANN, locale),
        "for somebody else": scenes.picture(done, 2, BOB, locale),
        "of a variation": scenes.picture(varied(done), 4, ANN, locale),
    }


async def placeholders(locale: str) -> Mapping[str, Payload]:
    waiting, relaxed = job(locale, QUEUED), job(locale, QUEUED, mode=Mode.RELAXED)
    running, unknown = job(locale, RUNNING), job(locale, UNKNOWN)
    doubtful = failed(locale, Failure(code=FailureCode.UNCERTAIN))
    return {
        "starts at once": scenes.placeholder(accepted(waiting)),
        "next in the queue": scenes.placeholder(accepted(waiting, in_flight=10)),
        "number 5 in the queue": scenes.placeholder(accepted(waiting, ahead=4, in_flight=10)),
        "relaxed": scenes.placeholder(accepted(relaxed)),
        "with remarks": scenes.placeholder(accepted(waiting, remarks=REMARKS)),
        "variation": scenes.placeholder(accepted(varied(waiting))),
        "wild words": scenes.placeholder(accepted(replace(waiting, prompt=WILD))),
        "long words": scenes.placeholder(accepted(replace(waiting, prompt=LONG))),
        "private": scenes.placeholder(accepted(replace(waiting, is_private=True))),
        "waiting": scenes.progress(waiting, progress(waiting=1)),
        "sent back": scenes.progress(replace(waiting, attempt=1), progress(waiting=1)),
        "submitting": scenes.progress(job(locale, JobStatus.SUBMITTING), progress(in_flight=1)),
        "drawing": scenes.progress(running, progress(in_flight=1)),
        "drawing, and until when": scenes.progress(running, progress(in_flight=1), SOON),
        "in doubt": scenes.progress(unknown, progress(in_flight=1, in_doubt=1)),
        "cancelled": scenes.progress(
            job(locale, JobStatus.CANCELLED), progress(finished=1, cancelled=1)
        ),
        "discarded": scenes.progress(running, progress(finished=1, discarded=1)),
        "discarded in doubt": scenes.progress(unknown, progress(finished=1, discarded=1)),
        "discarded, failed in doubt": scenes.progress(doubtful, progress(finished=1, discarded=1)),
        "undeliverable": scenes.progress(job(locale), progress(finished=1, undeliverable=1)),
        "posted": scenes.progress(job(locale), progress(finished=1)),
    }


async def group_placeholders(locale: str) -> Mapping[str, Payload]:
    first = group(job(locale, QUEUED))
    private = replace(first, is_private=True)
    states = {
        "all wait": progress(4, waiting=4),
        "some are drawn": progress(4, waiting=2, in_flight=2),
        "all are drawn": progress(4, in_flight=4),
        "one in doubt": progress(4, in_flight=2, in_doubt=1, waiting=2),
        "two in doubt": progress(4, in_flight=2, in_doubt=2, waiting=2),
        "some posted": progress(4, finished=1, in_flight=2, waiting=1),
        "some cancelled": progress(4, finished=2, cancelled=2, in_flight=2),
        "all cancelled": progress(4, finished=4, cancelled=4),
        "some discarded": progress(4, finished=2, discarded=1, in_flight=2),
        "all discarded": progress(4, finished=4, discarded=4),
        "some undeliverable": progress(4, finished=4, undeliverable=1),
        "one of each": progress(
            9,
            finished=4,
            cancelled=1,
            discarded=1,
            undeliverable=1,
            in_flight=3,
            in_doubt=1,
            waiting=2,
        ),
        "all posted": progress(4, finished=4),
    }
    return {
        "accepted": scenes.placeholder(accepted(first, jobs=4)),
        "accepted, private": scenes.placeholder(accepted(private, jobs=4)),
        "accepted, with remarks": scenes.placeholder(accepted(first, jobs=4, remarks=REMARKS)),
        **{name: scenes.progress(first, each) for name, each in states.items()},
        "private, some posted": scenes.progress(private, states["some posted"]),
    }


# ── Messages for one person ─────────────────────────────────────────────────────────────────────


async def questions(locale: str) -> Mapping[str, Payload]:
    doubt = msg("I don't know `{parameter}`. Did you mean `{nearest}`?",
                parameter="--aspct", nearest="--ar")  # fmt: skip
    several = Order(prompts=("a red fox", "a blue fox"), mode=Mode.FAST)
    doubtful = Order(prompts=("a fox --aspct 16:9",), mode=Mode.FAST, questions=(doubt,))
    fixed = Order(prompts=("a fox --ar 16:9",), mode=Mode.FAST)
    both = replace(several, questions=(doubt,))
    orders = {
        "several": several,
        "several, relaxed": replace(several, mode=Mode.RELAXED),
        "several, with remarks": replace(several, remarks=REMARKS),
        "several, private": replace(several, is_private=True),
        "several, one of them often": replace(several, prompts=("a cat", "a dog", "a cat")),
        "one prompt often": replace(several, prompts=("a cat",) * 5),
        "more than are shown": replace(several, prompts=tuple(f"a fox {n}" for n in range(13))),
        "wild words": replace(several, prompts=(WILD, f"{LINK} a fox")),
        "long words": replace(several, prompts=(LONG, f"{LONG} again")),
        "doubtful": doubtful,
        "doubtful, with a fix": replace(doubtful, fixed=fixed),
        "doubtful, with a private fix": replace(doubtful, fixed=replace(fixed, is_private=True)),
        "doubtful, with a fix at another price": replace(
            doubtful, fixed=replace(fixed, mode=Mode.RELAXED)
        ),
        "doubtful, with remarks": replace(doubtful, fixed=fixed, remarks=REMARKS),
        "several doubtful": both,
        "several doubtful, with a fix": replace(both, fixed=several),
        "many doubts": replace(doubtful, questions=(doubt,) * 20),
    }
    typed = {
        "typed: braces": "a {red, blue} fox",
        "typed: repeated": "a fox --repeat 3 --relax",
        "typed: an unknown parameter": "a fox --aspct 16:9",
        "typed: a link at the end": "a fox https://example.com/fox.png",
    }
    orders |= {name: read_request(Request(prompt=each), limit=10) for name, each in typed.items()}
    return {name: scenes.question(each, locale) for name, each in orders.items()}


async def details(locale: str) -> Mapping[str, Payload]:
    done = job(locale)
    jobs = {
        **{status.value: job(locale, status) for status in JobStatus},
        "failed": failed(locale, Failure(code=FailureCode.PROMPT, detail=DETAIL)),
        "discarded": replace(done, is_discarded=True),
        "relaxed": replace(done, mode=Mode.RELAXED),
        "with a seed": replace(done, prompt="a fox --seed 7"),
        "variation": varied(done),
        "wild words": replace(done, prompt=f"{WILD} ```"),
        "long words": replace(done, prompt=LONG),
        "private": replace(done, is_private=True),
    }
    return {
        **{name: scenes.details(each, locale) for name, each in jobs.items()},
        "at the person's own card": scenes.details(done, locale, may_delete=True),
        "at a copy": scenes.details(done, locale, may_delete=True, is_copy=True),
        "listed, posted": scenes.listed_details(done, delivery(done), locale),
        "listed, running": scenes.listed_details(job(locale, RUNNING), None, locale),
    }


async def job_lists(locale: str) -> Mapping[str, Payload]:
    done, failure = job(locale), Failure(code=FailureCode.REJECTED, detail="no " * 50)
    relaxed = job(locale, QUEUED, mode=Mode.RELAXED)
    mixed = [done, job(locale, QUEUED), job(locale, RUNNING)]
    undeliverable = delivery(done, status=DeliveryStatus.UNDELIVERABLE, parts=(), reason="denied")
    wild = [replace(relaxed, prompt=WILD), replace(relaxed, prompt=LONG)]
    pages = {
        "every state": page([job(locale, s) for s in JobStatus if s is not JobStatus.FAILED][:5]),
        "failed and cancelled": page([failed(locale, failure), job(locale, JobStatus.CANCELLED)]),
        "not posted": page([replace(done, is_discarded=True)]),
        "undeliverable": replace(page([done]), deliveries={numbered(done, 0).id: undeliverable}),
        "private, variation": page([replace(done, is_private=True), varied(done)]),
        "wild and long words": page(wild),
        "five finished": page([done] * 5),
        "first page": page(mixed, total=13),
        "last page": page([done], number=2, total=13),
        "nothing yet": page(),
    }
    thumbnails = {numbered(done, 0).id: "attachment://a.jpg"}
    return {
        **{name: scenes.job_list(each, locale) for name, each in pages.items()},
        "thumbnail sent along": scenes.job_list(page([done]), locale, thumbnails=thumbnails),
        "no thumbnail": scenes.job_list(page([done]), locale, thumbnails={}),
        "filtered": scenes.job_list(page([relaxed], number=1, total=13), locale, shown="waiting"),
        **{
            f"none {state}": scenes.job_list(page(), locale, shown=state)
            for state in ("waiting", "drawing", "done", "failed", "cancelled")
        },
        "searched": scenes.job_list(page([relaxed], total=13), locale, search="red fox"),
        "nothing found": scenes.job_list(page(), locale, shown="done", search=WILD),
    }


async def queues(locale: str) -> Mapping[str, Payload]:
    own = page([job(locale, RUNNING), job(locale, QUEUED, prompt=WILD)])
    return {
        "idle": scenes.queue(outlook(), page(), locale),
        "others are busy": scenes.queue(outlook(in_flight=10, waiting=20), page(), locale),
        "own jobs": scenes.queue(outlook(in_flight=6, waiting=3), own, locale),
        "more own jobs": scenes.queue(
            outlook(in_flight=10, waiting=30), replace(own, total=13), locale
        ),
        **{
            f"paused: {code}": scenes.queue(outlook(pause=describe_pause(code)), page(), locale)
            for code in (FailureCode.QUOTA, FailureCode.KEY)
        },
    }


async def settings(locale: str) -> Mapping[str, Payload]:
    everything = Preferences(
        mode=Mode.RELAXED,
        parameters="--ar 16:9 --stylize 200",
        wants_dm=True,
        language=locale,
        wants_questions=False,
    )
    return {
        "nothing set": scenes.settings(Preferences(), locale),
        "everything set": scenes.settings(everything, locale),
        "fast": scenes.settings(Preferences(mode=Mode.FAST), locale),
        "a language that is gone": scenes.settings(Preferences(language="tlh"), locale),
    }


async def presets(locale: str) -> Mapping[str, Payload]:
    two = [POSTER, Preset(name="wild *one*", suffix=WILD)]
    refused = {
        "not saved: a bad name": replace(POSTER, name="`"),
        "not saved: nothing in it": Preset(name="empty"),
        "not saved: bad parameters": replace(POSTER, parameters="--ar 0:1"),
        "not saved: parameters among the words": replace(POSTER, suffix="a fox --ar 1:1"),
    }
    many = [Preset(name=f"preset {n}", parameters="--ar 16:9 " * 40) for n in range(25)]
    async with scenes.speaker(locale) as speaker:
        return {
            "none": scenes.presets([], locale),
            "two": scenes.presets(two, locale),
            "as many as there can be": scenes.presets(many, locale),
            "one": scenes.preset(POSTER, locale),
            "parameters alone": scenes.preset(replace(POSTER, suffix=""), locale),
            "words alone": scenes.preset(two[1], locale),
            "saved": await speaker.saved(POSTER),
            "saved instead": await speaker.saved(POSTER),
            **{name: await speaker.saved(each) for name, each in refused.items()},
        }


async def help_(locale: str) -> Mapping[str, Payload]:
    return {"help": scenes.help_(locale)}


# ── Forms, and what is suggested in the command's ───────────────────────────────────────────────


async def forms(locale: str) -> Mapping[str, Payload]:
    done = job(locale)
    return {
        "edit": scenes.edit_form(done, locale),
        "edit, relaxed": scenes.edit_form(replace(done, mode=Mode.RELAXED), locale),
        "edit, private": scenes.edit_form(replace(done, is_private=True), locale),
        "edit, braces": scenes.edit_form(replace(done, prompt="a {red, blue} fox"), locale),
        "request": scenes.request_form("a fox --ar 0:1", locale),
        "request, private": scenes.request_form("a fox --ar 0:1", locale, is_private=True),
        "request without words": scenes.request_form("", locale),
        "words for a picture": scenes.words_form(msg("Imagine from this image"), locale),
        "words for a style": scenes.words_form(msg("Use as style"), locale),
        "search": scenes.find_form(locale),
        "search, filtered": scenes.find_form(locale, shown="done"),
        "default parameters": scenes.defaults_form("", locale),
        "default parameters, some set": scenes.defaults_form("--ar 16:9", locale),
    }


async def suggestions(locale: str) -> Mapping[str, Payload]:
    recent = [
        RecentPrompt(job_id=JOB_ID, prompt=PROMPT),
        RecentPrompt(job_id=JOB_ID, prompt=LONG),
        RecentPrompt(job_id=JOB_ID, prompt=f"{LINK} {LINK} a fox {{red}}"),
    ]
    return {
        **{
            f"aspect: {typing or 'nothing'}": scenes.suggested_aspects(typing, locale)
            for typing in ("", "16", "16x9", "7/5", "9:0")
        },
        "preset": scenes.suggested_presets([POSTER, replace(POSTER, parameters="")], "post"),
        "prompt: nothing": scenes.suggested_prompts(recent, ""),
        "prompt: words": scenes.suggested_prompts(recent, "a red"),
    }


# ── What is said to one person ──────────────────────────────────────────────────────────────────


async def sentences(locale: str) -> Mapping[str, Payload]:
    said = {**_refused_requests(), **_limits(), **_other_refusals()}
    async with scenes.speaker(locale) as speaker:
        return {
            **{name: await speaker.told(each) for name, each in said.items()},
            "preset deleted": await speaker.told(msg("“{name}” is deleted.", name="poster")),
            "a message without a picture": await speaker.picked("style"),
            "a message of somebody else": await speaker.picked("details"),
            "no answer from the platform": await speaker.explained(TimeoutError()),
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
        "paused: quota": UnavailableError(describe_pause(FailureCode.QUOTA)),
        "paused: key": UnavailableError(describe_pause(FailureCode.KEY)),
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


async def direct_messages(locale: str) -> Mapping[str, Payload]:
    done = job(locale)
    refused = failed(locale, Failure(code=FailureCode.PROMPT))
    promise = PendingAnswer(
        platform="discord", locale=locale, reply_token="a-token", source_key="discord:1:0"
    )
    async with scenes.speaker(locale) as speaker:
        return {
            "done": await speaker.done(done, delivery(done)),
            "failed": await speaker.done(refused, delivery(refused)),
            "interrupted": await speaker.taken_back(promise),
            "interrupted, and repeated": await speaker.taken_back(replace(promise, is_repeat=True)),
        }


async def presses(locale: str) -> Mapping[str, Payload]:
    waiting, running, done = job(locale, QUEUED), job(locale, RUNNING), job(locale)
    private = replace(done, is_private=True)
    tries = {  # what waits comes last, or it would be drawn first
        "cancel what is done": ("cancel", done, ANN),
        "don't post what is done": ("discard", done, ANN),
        "delete what is another's": ("delete", done, BOB),
        "delete from the details": ("remove", done, ANN),
        "show what is gone": ("show", done, ANN),
        "look at another's private job": ("details", private, BOB),
        "start what is not known": ("start", done, ANN),
        "edit what is not known": ("redo", done, ANN),
        "cancel what is drawn": ("cancel", running, ANN),
        "don't post what is drawn": ("discard", running, ANN),
        "cancel what is another's": ("cancel", waiting, BOB),
        "cancel what waits": ("cancel", waiting, ANN),
    }
    async with scenes.speaker(locale) as speaker:
        shown = {"post what is gone": await speaker.reposted(done)}
        for number, (name, (action, pressed, person)) in enumerate(tries.items()):
            shown[name] = await speaker.pressed(action, numbered(pressed, number), by=person)
    return shown


FAMILIES: Mapping[str, Family] = {
    each.__name__.rstrip("_"): each
    for each in (
        results, failures, copies, pictures, placeholders, group_placeholders, questions, details,
        job_lists, queues, settings, presets, help_, forms, suggestions, sentences,
        direct_messages, presses,
    )
}  # fmt: skip
