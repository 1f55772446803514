"""What the buttons, menus and forms of all screens carry: the one list of actions.

An action about a job or a draft has its id as first value. Screens mark their handlers with these
names; see `router.handles`.
"""

from collections.abc import Iterable

from bot.domain.jobs import JOB_ID_PATTERN
from bot.domain.messages import Message
from bot.domain.texts import msg
from bot.domain.views import Action, Button, Emphasis

# The part on the message of a result that its owner posted once more. No other message carries it:
# so it is never taken for a part of the delivery, and makes public what is private.
COPY_PART = 999

# ── Of a job's messages: its id, then what is said ──
SHOW = "show"  # number: post one picture by itself, from 1
VARY = "vary"  # number: the prompt again, with this picture as image prompt, from 1
AGAIN = "again"  # the same prompt as a new job; at a copy of a private job: where that stands
EDIT = "edit"  # open a form with the prompt; the same
DETAILS = "details"  # show this person all about the job
DELETE = "delete"  # number: remove the message, which is the job's part of this number, from 0
TAKE_DOWN = "takedown"  # number, person: remove a picture that this person posted by itself
REMOVE = "remove"  # place: remove the message there
CANCEL = "cancel"  # take back what is still free
DISCARD = "discard"  # keep what comes of it from being posted

# ── Of a draft: its id ──
START = "start"  # "1": only this person may see the jobs
FIX = "fix"  # the same with what was doubtful put right
DECLINE = "decline"  # forget about it
REDO = "redo"  # open a form with the request

# ── Of a new request ──
COMPOSE = "compose"  # open the form that asks for all of it

# ── Of the list of a person's jobs: a job's id or nothing, page, states, search ──
JOBS_PAGE = "jobs.page"
JOBS_REFRESH = "jobs.refresh"
JOBS_FILTER = "jobs.filter"
JOBS_FIND = "jobs.find"  # open a form that asks what to look for
JOBS_FIND_ALL = "jobs.find_all"  # look for nothing any more
JOBS_DETAILS = "jobs.details"
JOBS_POST = "jobs.post"  # post the result once more, here
JOBS_CANCEL = "jobs.cancel"

# ── Forms ──
COMPOSED = "composed"  # a new request
EDITED = "edited"  # job, "1" if private: the changed prompt of a job
JOBS_SEARCH = "jobs.search"  # states: what to look for among them
COMPLETED = "completed"  # draft, "1" if private: a request whose words were missing or refused

_OF_JOBS = frozenset({SHOW, VARY, AGAIN, EDIT, DETAILS, DELETE, TAKE_DOWN, REMOVE, CANCEL, DISCARD})


def part_mark(job_id: str, part: int) -> Action:
    """Return the action that only the message with this part of the job carries."""
    return Action(DELETE, (job_id, str(part)))


def part_in(offered: Iterable[Action]) -> int | None:
    """Return which part of its job's result a message with these actions is; None: it is none."""
    parts = (each.values[1] for each in offered if each.name == DELETE and len(each.values) > 1)
    part = next((int(each) for each in parts if each.isdecimal()), COPY_PART)
    return None if part == COPY_PART else part


def at(message: Message) -> tuple[str, str]:
    """Return the values that say where a message stands."""
    return (message.conversation.id, message.id)


def job_id_in(action: Action) -> str | None:
    """Return the job that an action is about; None: it is about something else."""
    if action.name not in _OF_JOBS or not action.values:
        return None
    job_id = action.values[0]
    return job_id if JOB_ID_PATTERN.fullmatch(job_id) else None


def redo_button(draft_id: str, *, is_main: bool = True) -> Button:
    """Return the button that opens a form with a request that was refused or asked about."""
    return Button(
        label=msg("Edit"),
        emoji="✏️",
        action=Action(REDO, (draft_id,)),
        emphasis=Emphasis.PRIMARY if is_main else Emphasis.NORMAL,
    )
