"""What stands in a channel: results, failures, copies and placeholders."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain.jobs import Failure, FailureCode, JobStatus, Mode
from tests.golden import scenes
from tests.golden.samples import (
    ANN,
    BOB,
    CDN,
    DETAIL,
    ELSEWHERE,
    LINK,
    LONG,
    NOW,
    QUEUED,
    REMARKS,
    RUNNING,
    SOON,
    UNKNOWN,
    VARIATION,
    WILD,
    accepted,
    elsewhere,
    failed,
    fetched,
    group,
    job,
    progress,
    varied,
)
from tests.golden.scenes import Payload
from tests.golden.speaker import speaker_in


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
    async with speaker_in(locale) as speaker:
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
    async with speaker_in(locale) as speaker:
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
        "slow": scenes.slow(locale),
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
