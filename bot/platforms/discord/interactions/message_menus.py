"""What can be asked for at any message: a picture from its image, or the details of its job."""

from typing import TYPE_CHECKING

import discord

from bot.domain.errors import UserError
from bot.domain.texts import Text, msg
from bot.platforms.discord.cards.custom_ids import Form
from bot.platforms.discord.cards.forms import request_form_id
from bot.platforms.discord.interactions.card_actions import open_prompt_form, show_details
from bot.platforms.discord.interactions.messages import image_in, job_in
from bot.platforms.discord.interactions.origins import conversation_of
from bot.platforms.discord.interactions.visibility import actor_of
from bot.platforms.discord.reply.private import before_form
from bot.services.requests import Request

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot


async def ask_for_words(
    interaction: "discord.Interaction[ImagineBot]",
    message: discord.Message,
    *,
    option: str,
    title: Text,
) -> None:
    """Open a form for the words; the message's image goes into this option of the request.

    A link does not fit into the form, so the request is kept until its words come.

    Raises:
        UserError: the message has no image.
    """
    link = image_in(message)
    if link is None:
        raise UserError(
            msg("There's no picture in this message. Choose one with an image attached.")
        )
    request = Request(prompt="", options={option: link})
    actor, conversation = actor_of(interaction), conversation_of(interaction)
    keeping = interaction.client.service.keep_request(request, actor, conversation)
    draft_id = await before_form(interaction, keeping)
    form_id = request_form_id(Form.REQUEST, draft_id, is_private=False)
    await open_prompt_form(interaction, form_id, title=title)


async def tell_details(
    interaction: "discord.Interaction[ImagineBot]", message: discord.Message
) -> None:
    """Show all about the job whose card the message is.

    Raises:
        UserError: it is not one of our cards.
    """
    user = interaction.client.user
    is_ours = user is not None and message.author.id == user.id
    job_id = job_in(message) if is_ours else None
    if job_id is None:
        raise UserError(msg("This message isn't one of my pictures, so I know nothing about it."))
    await show_details(interaction, job_id, message)
