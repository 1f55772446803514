"""What people send off with a form.

discord.py would remember each form that it opened, and lose them all at a restart. Ours say in
their custom id what they are about, so any process understands the answer to any of them.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import discord
import structlog

from bot.domain.errors import OutdatedError, StoreError
from bot.domain.pictures import Upload
from bot.platforms.discord.cards.custom_ids import Form, FormId
from bot.platforms.discord.cards.forms import PICTURE_FIELDS, PROMPT_FIELD, read_request_form
from bot.platforms.discord.client.cleaning import clean_interaction
from bot.platforms.discord.interactions.typed import fields_of, uploads_of
from bot.platforms.discord.panels import job_presses
from bot.platforms.discord.panels import settings as settings_panel
from bot.platforms.discord.people import person_of
from bot.platforms.discord.reply.errors import dismiss, explain
from bot.platforms.discord.reply.placeholder import answer_with_placeholder
from bot.prompts import looks_private
from bot.services.requests import Request

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

log = structlog.get_logger(__name__)

# What was typed, by the field's custom id.
Fields: TypeAlias = Mapping[str, str]
_Handler: TypeAlias = Callable[[discord.Interaction[Any], str, Fields], Awaitable[None]]


async def read_form(interaction: "discord.Interaction[ImagineBot]") -> None:
    """Do what the form is for; one that is not ours is left alone."""
    clean_interaction(interaction)
    data: Mapping[str, Any] = interaction.data or {}
    try:
        form_id = FormId.parse(data.get("custom_id", ""))
        if form_id is None:
            return
        with structlog.contextvars.bound_contextvars(form=form_id.form.value):
            fields = _Fields(fields_of(interaction))
            await _FORMS[form_id.form](interaction, form_id.state, fields)
    except Exception as error:  # noqa: BLE001 - the edge: told, or logged and answered
        await explain(interaction, error)


class _Fields(dict[str, str]):
    """What was typed; a field that this version expects and another did not have is an error."""

    def __missing__(self, _name: str) -> str:
        raise OutdatedError


def _pictures(interaction: discord.Interaction[Any]) -> dict[str, Upload]:
    """Return the attached pictures, by the command's options for them."""
    found = uploads_of(interaction)
    return {name: found[name] for name in PICTURE_FIELDS if name in found}


async def _edited(
    interaction: "discord.Interaction[ImagineBot]", state: str, fields: Fields
) -> None:
    """Start a job with the changed prompt of another one."""
    job_id, is_private = read_request_form(state)
    request = Request(
        prompt=fields[PROMPT_FIELD], is_private=is_private, uploads=_pictures(interaction)
    )
    accept = partial(interaction.client.service.imagine_after, job_id, request)
    is_private = is_private or looks_private(request.prompt)
    with structlog.contextvars.bound_contextvars(edited_job_id=job_id):
        await answer_with_placeholder(interaction, accept, is_private=is_private)


async def _completed(
    interaction: "discord.Interaction[ImagineBot]", state: str, fields: Fields
) -> None:
    """Start a job with a request whose words were missing, refused or asked about."""
    draft_id, is_private = read_request_form(state)
    prompt = fields[PROMPT_FIELD]
    is_private = is_private or looks_private(prompt)
    bot = interaction.client
    typed = Request(prompt=prompt, is_private=is_private, uploads=_pictures(interaction))
    accept = partial(bot.service.imagine_edited, draft_id, typed)
    outcome = await answer_with_placeholder(interaction, accept, is_private=is_private)
    if outcome is None:
        return
    try:  # a yes to what was edited must start nothing more, wherever the question still stands
        await bot.service.drafts.drop(draft_id, person_of(interaction))
    except StoreError as error:
        log.info("draft_left", reason=str(error))
    await dismiss(interaction)


_FORMS: dict[Form, _Handler] = {
    Form.EDIT: _edited,
    Form.REQUEST: _completed,
    Form.DEFAULTS: settings_panel.parameters_sent,
    Form.FIND: job_presses.search_sent,
}
