"""What goes to Slack: the main messages, forms and Home, of the same values as Discord's files.

The stand-in's rules are Slack's own: each payload is held against them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from bot.demo.slack.standin.block_rules import check_blocks, check_view
from bot.domain.jobs import Failure, FailureCode, JobStatus, Mode
from bot.domain.people import Preferences
from bot.domain.texts import msg
from bot.domain.views import Form, Notice, View
from bot.locales.languages import available_languages
from bot.platforms.slack.rendering import (
    FormContext,
    render_form,
    render_home,
    render_notice,
    render_view,
    summary_of,
)
from bot.screens import actions, imagine, presets, suggestions
from bot.screens.compose import Kept, compose_form
from bot.screens.details import details_view
from bot.screens.help import help_view
from bot.screens.home import tabs_view
from bot.screens.job_list import Shown, Wanted, list_view, search_form
from bot.screens.placeholder import placeholder_view, progress_view
from bot.screens.questions import question_view
from bot.screens.queue import queue_view
from bot.screens.result import failure_view, result_view
from bot.screens.settings import parameters_form, settings_view
from bot.services.imagine import Question
from bot.services.requests import Order, Request
from tests.golden.files import JSON
from tests.golden.samples import (
    DETAIL,
    DRAFT_ID,
    JOB_ID,
    LONG,
    POSTER,
    QUEUED,
    REMARKS,
    RUNNING,
    SOON,
    UNKNOWN,
    WILD,
    accepted,
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

Family: TypeAlias = Callable[[str], Mapping[str, JSON]]

_URL = "https://team.slack.example/archives/C1/p1"


def _message(view: View | None) -> JSON:
    """Return a message as it is posted; its pictures were uploaded before."""
    assert view is not None
    files = {each.file_name: f"F{number}" for number, each in enumerate(view.pictures, start=1)}
    return _checked({"text": summary_of(view), "blocks": render_view(view, files)})


def _said(notice: Notice) -> JSON:
    return _checked(render_notice(notice))


def _checked(message: JSON) -> JSON:
    assert check_blocks(message["blocks"]).lines() == []
    assert 1 <= len(message["text"]) <= 4000
    return message


def _form(form: Form) -> JSON:
    context = FormContext(action=form.action, channel_id="C1", message_ts="1772366400.000100")
    view = render_form(form, context)
    assert check_view(view, "modal").lines() == []
    return view


def _home(view: View | None, notice: Notice | None = None, *, locale: str) -> JSON:
    home = render_home(tabs_view(locale), view, notice)
    assert check_view(home, "home").lines() == []
    return home


def placeholders(locale: str) -> Mapping[str, JSON]:
    first, running = job(locale, QUEUED), job(locale, RUNNING)
    several = group(first)
    counted = progress(4, finished=1, in_flight=2, waiting=1)
    return {
        "at once": _message(placeholder_view(accepted(first))),
        "later": _message(placeholder_view(accepted(first, ahead=3, in_flight=10))),
        "several": _message(placeholder_view(accepted(several, jobs=3))),
        "remarks": _message(placeholder_view(accepted(first, remarks=REMARKS))),
        "wild words": _message(placeholder_view(accepted(replace(first, prompt=WILD)))),
        "long words": _message(placeholder_view(accepted(replace(first, prompt=LONG)))),
        "drawing": _message(progress_view(running, progress(in_flight=1), SOON)),
        "in doubt": _message(progress_view(job(locale, UNKNOWN), progress(in_flight=1))),
        "discarded": _message(
            progress_view(replace(running, is_discarded=True), progress(finished=1, discarded=1))
        ),
        "a group": _message(progress_view(several, counted)),
    }


def results(locale: str) -> Mapping[str, JSON]:
    four, one = job(locale), job(locale, images=1)
    refused = failed(locale, Failure(code=FailureCode.PROMPT, detail=DETAIL))
    shown = {
        "one image": one,
        "four images": four,
        "wild words": replace(one, prompt=WILD),
        "long words": replace(one, prompt=LONG),
        "remarks": replace(one, remarks=REMARKS),
        "variation": varied(one),
    }
    return {
        **{name: _message(result_view(each, 0, fetched(each))) for name, each in shown.items()},
        "one missing": _message(result_view(four, 0, fetched(four, missing=[1]))),
        "a copy": _message(result_view(one, actions.COPY_PART, fetched(one))),
        "refused": _message(failure_view(refused)),
        "in doubt": _message(failure_view(failed(locale, Failure(code=FailureCode.UNCERTAIN)))),
    }


def questions(locale: str) -> Mapping[str, JSON]:
    doubt = msg("I don't know `{parameter}`. Did you mean `{nearest}`?",
                parameter="--aspct", nearest="--ar")  # fmt: skip
    several = Order(prompts=("a red fox", "a blue fox"), mode=Mode.FAST)
    doubtful = Order(prompts=("a fox --aspct 16:9",), mode=Mode.FAST, questions=(doubt,))
    fixed = Order(prompts=("a fox --ar 16:9",), mode=Mode.FAST)
    orders = {
        "several": several,
        "wild words": replace(several, prompts=(WILD, "a fox")),
        "long words": replace(several, prompts=(LONG, f"{LONG} again")),
        "doubtful": doubtful,
        "doubtful, with a fix": replace(doubtful, fixed=fixed),
    }
    return {
        name: _message(question_view(Question(draft_id=DRAFT_ID, order=order), locale))
        for name, order in orders.items()
    }


def panels(locale: str) -> Mapping[str, JSON]:
    done = job(locale)
    return {
        "jobs": _message(_jobs(locale)),
        "no jobs": _message(list_view(page(), Wanted(), locale)),
        "details": _message(details_view(done, locale)),
        "details, long words": _message(details_view(replace(done, prompt=LONG), locale)),
        "queue": _message(queue_view(outlook(in_flight=6, waiting=3), page([done]), locale)),
        "settings": _message(_settings(locale, Preferences())),
        "settings, all set": _message(_settings(locale, _everything(locale))),
        "presets": _message(presets.list_view([POSTER], locale)),
        "no presets": _message(presets.list_view([], locale)),
        "a preset": _message(presets.preset_view(POSTER, locale)),
        "help": _message(help_view(locale)),
    }


def sentences(locale: str) -> Mapping[str, JSON]:
    text = msg("`--ar` needs a ratio such as 16:9.")
    refused = Notice(
        text=text, locale=locale, place="a fox --ar 0\n           ^",
        button=actions.redo_button(DRAFT_ID),
    )  # fmt: skip
    return {
        "refused": _said(refused),
        "too long": _said(Notice(text=text, locale=locale, typed=f"{WILD} {LONG}")),
    }


def forms(locale: str) -> Mapping[str, JSON]:
    done, request = job(locale), Request(prompt="a fox --ar 0:1")
    kept = Kept(
        prompts=[
            suggestions.Suggestion(LONG, f"↩{JOB_ID}"),
            suggestions.Suggestion("a fox", "a fox"),
        ],
        presets=suggestions.presets([POSTER], ""),
    )
    return {
        "new request": _form(compose_form(locale)),
        "new request, with what is kept": _form(compose_form(locale, kept)),
        "edit": _form(imagine.edit_form(done.id, done.prompt, locale, is_private=False)),
        "request": _form(imagine.request_form(DRAFT_ID, request, locale)),
        "words": _form(imagine.words_form(DRAFT_ID, msg("Use as style"), locale)),
        "search": _form(search_form(Wanted(shown=Shown.DONE), locale)),
        "default parameters": _form(parameters_form("--ar 16:9", locale)),
        "new preset": _form(presets.preset_form(locale)),
    }


def homes(locale: str) -> Mapping[str, JSON]:
    notice = Notice(text=msg("This job is cancelled."), locale=locale)
    return {
        "jobs": _home(_jobs(locale), locale=locale),
        "jobs, and a sentence": _home(_jobs(locale), notice, locale=locale),
        "a sentence alone": _home(None, notice, locale=locale),
        "help": _home(help_view(locale), locale=locale),
    }


def _jobs(locale: str) -> View:
    done, wild = job(locale), job(locale, QUEUED, prompt=WILD)
    refused = failed(locale, Failure(code=FailureCode.REJECTED, detail="no " * 50))
    listed = [done, wild, job(locale, RUNNING), refused, job(locale, JobStatus.CANCELLED)]
    urls = {numbered(done, 0).id: _URL}
    return list_view(page(listed, total=13), Wanted(search="fox"), locale, urls=urls)


def _settings(locale: str, preferences: Preferences) -> View:
    return settings_view(preferences, locale, available=available_languages(), platform="Slack")


def _everything(locale: str) -> Preferences:
    return Preferences(
        mode=Mode.RELAXED, parameters="--ar 16:9 --stylize 200", wants_dm=True, language=locale,
        wants_questions=False,
    )  # fmt: skip


FAMILIES: Mapping[str, Family] = {
    each.__name__: each
    for each in (placeholders, results, questions, panels, sentences, forms, homes)
}
