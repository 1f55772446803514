"""The edge where errors end: whatever goes wrong, the person gets one sentence."""

import secrets
from collections.abc import Awaitable

import structlog

from bot.domain.errors import (
    PromptError,
    ReplyGivenUpError,
    ReplyLostError,
    ReplyRefusedError,
    StoreError,
    UserError,
)
from bot.domain.texts import Text, msg
from bot.domain.views import Notice
from bot.screens import actions
from bot.screens.interaction import Interaction
from bot.screens.languages import Languages
from bot.screens.router import Router

log = structlog.get_logger(__name__)


class Edge:
    """Every interaction comes in here, and no error goes out."""

    def __init__(self, router: Router, languages: Languages) -> None:
        self._router = router
        self._languages = languages

    async def run(self, interaction: Interaction, work: Awaitable[None]) -> None:
        """Answer with `work`; an error of it is told, or logged and apologised for."""
        with structlog.contextvars.bound_contextvars(**_context(interaction)):
            try:
                await work
            except Exception as error:  # noqa: BLE001 - the edge: told, or logged and answered
                await self.explain(interaction, error)

    async def route(self, interaction: Interaction) -> None:
        """Let a press, a choice or a form be answered by the screen that handles its action.

        Raises:
            OutdatedError: there is no such action in this version.
            UserError: it cannot be done; the sentence says why.
        """
        await self._router.answer(interaction)

    async def explain(self, interaction: Interaction, error: BaseException) -> None:
        """Tell the person what went wrong: in our own words, or with an apology if we have none.

        Another process may answer, or ours is about to end: then there is nothing to tell.
        """
        if isinstance(error, ReplyGivenUpError) or interaction.reply.is_given_up:
            log.debug("interaction_given_up", interaction_id=interaction.id)
        elif isinstance(error, UserError):
            await tell(interaction, error, self._languages)
        elif isinstance(error, ReplyLostError):  # no defect of ours: no traceback, no reference
            log.warning("interaction_lost", error=str(error))
            silent = msg(
                "{platform} didn't answer me just now. Please try again.", platform=error.platform
            )
            await tell(interaction, silent, self._languages)
        else:
            await self._apologise(interaction, error)

    async def _apologise(self, interaction: Interaction, error: BaseException) -> None:
        """Log what went wrong and tell the person the reference under which it is logged.

        A failure of the database, or a platform that refuses an answer, is logged without a
        traceback: that would only show where we asked. A prompt that was typed is given back.
        """
        reference = secrets.token_hex(4)
        if isinstance(error, StoreError | ReplyRefusedError):
            log.error("interaction_failed", reference=reference, reason=str(error))
        else:
            log.error("interaction_failed", reference=reference, exc_info=error)
        sorry = msg(
            "Sorry, something went wrong on my side. If it happens again, please tell the person "
            "who runs this bot, with this reference: {reference}",
            reference=reference,
        )
        await tell(interaction, UserError(sorry, typed=interaction.typed), self._languages)


async def tell(interaction: Interaction, what: Text | UserError, languages: Languages) -> None:
    """Tell only the person who acted, in their language; see `notice`."""
    await interaction.reply.tell(notice(what, await languages.of(interaction)))


def notice(what: Text | UserError, locale: str) -> Notice:
    """Return what one person hears.

    A prompt that was refused is shown with the place where it goes wrong, and any request that was
    kept with a way to correct it.
    """
    if isinstance(what, Text):
        return Notice(text=what, locale=locale)
    return Notice(
        text=what.text,
        locale=locale,
        place=what.place if isinstance(what, PromptError) else None,
        field=what.field if isinstance(what, PromptError) else None,
        button=None if what.draft_id is None else actions.redo_button(what.draft_id),
        typed=what.typed,
    )


def _context(interaction: Interaction) -> dict[str, str]:
    """Say for the log what was done; other values of an action may hold what somebody wrote."""
    action = interaction.action
    if action is None:
        return {}
    job_id = actions.job_id_in(action)
    return {"action": action.name} if job_id is None else {"action": action.name, "job_id": job_id}
