"""What a message carries, ready for a single send or edit."""

from typing import Any, Literal

import discord

from bot.domain.jobs import JobStatus
from bot.domain.texts import msg
from bot.platforms.discord.cards.job_cards import failure_card, result_card
from bot.platforms.discord.cards.layouts import files_of
from bot.platforms.discord.cards.links import address
from bot.platforms.discord.cards.placeholder_cards import progress_card
from bot.platforms.discord.rendering.markdown import Markdown, render
from bot.ports.messenger import Content, DoneContent, ProgressContent, ResultContent


def message_fields(
    content: Content, *, files: Literal["files", "attachments"] = "files"
) -> dict[str, Any]:
    """Return the message as discord.py's keywords; of an edit, `files` are its attachments.

    For one call only: discord.py closes the files.
    """
    match content:
        case ResultContent():
            return _result_fields(content, files)
        case ProgressContent():
            view = progress_card(content.job, content.progress, content.expected_at)
            assert view is not None, "a placeholder that says nothing is not shown"
            # Plain text, with which another process may have answered first, goes.
            return {"view": view, "content": None}
        case DoneContent():
            return {"content": _done_text(content)}


def _result_fields(content: ResultContent, files: str) -> dict[str, Any]:
    job = content.job
    mentions = {"allowed_mentions": _only(job.origin.person.id)}
    if not content.pictures:
        return {"view": failure_card(job), files: [], **mentions}
    view = result_card(job, content.number, content.pictures)
    return {"view": view, files: files_of(job.id, content.pictures), **mentions}


def _only(user_id: str) -> discord.AllowedMentions:
    """Let this person alone be notified."""
    users = [discord.Object(id=int(user_id))]
    return discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=users)


def _done_text(content: DoneContent) -> str:
    there, job = content.message.conversation, content.job
    # Our own link: it is there to be followed.
    link = Markdown(address(there.tenant_id, there.id, content.message.id))
    if job.status is JobStatus.SUCCEEDED:
        return render(msg("Your pictures are ready: {link}", link=link), job.origin.locale)
    return render(msg("Your pictures didn't work out: {link}", link=link), job.origin.locale)
