"""Forms, and what is suggested in the command's."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.jobs import Mode, RecentPrompt
from bot.domain.texts import msg
from tests.golden import scenes
from tests.golden.samples import (
    JOB_ID,
    LINK,
    LONG,
    POSTER,
    PROMPT,
    job,
)
from tests.golden.scenes import Payload


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
