"""What one person sees: questions, details, panels, direct messages, and what a press shows."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.deliveries import DeliveryStatus
from bot.domain.failures import describe
from bot.domain.jobs import Failure, FailureCode, JobStatus, Mode
from bot.domain.people import Preferences, Preset
from bot.domain.texts import msg
from bot.services.requests import Order, Request, read_request
from tests.golden import scenes
from tests.golden.samples import (
    ANN,
    BOB,
    DETAIL,
    LINK,
    LONG,
    POSTER,
    QUEUED,
    REMARKS,
    RUNNING,
    WILD,
    delivery,
    failed,
    job,
    numbered,
    outlook,
    page,
    varied,
)
from tests.golden.scenes import Payload
from tests.golden.speaker import speaker_in


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
            f"paused: {code}": scenes.queue(outlook(pause=describe(code)), page(), locale)
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
    async with speaker_in(locale) as speaker:
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


async def direct_messages(locale: str) -> Mapping[str, Payload]:
    done = job(locale)
    refused = failed(locale, Failure(code=FailureCode.PROMPT))
    async with speaker_in(locale) as speaker:
        return {
            "done": await speaker.done(done, delivery(done)),
            "failed": await speaker.done(refused, delivery(refused)),
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
    async with speaker_in(locale) as speaker:
        shown = {"post what is gone": await speaker.reposted(done)}
        for number, (name, (action, pressed, person)) in enumerate(tries.items()):
            shown[name] = await speaker.pressed(action, numbered(pressed, number), by=person)
    return shown
