"""Who wants pictures, and where: a command or a press as the service sees it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import discord

from bot.domain.conversations import Conversation, ConversationKind, Origin
from bot.domain.errors import NotAllowedError
from bot.domain.texts import Text, msg
from bot.platforms.discord.cards.links import address
from bot.platforms.discord.connection.tokens import TOKEN_LIFE
from bot.platforms.discord.interactions.visibility import actor_of
from bot.services.imagine import ImagineCommand
from bot.services.receipts import Receipt

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

# As Discord names them.
_VIEWING = msg("View Channel")
_SENDING = msg("Send Messages")
_SENDING_IN_THREADS = msg("Send Messages in Threads")
_ATTACHING = msg("Attach Files")


def imagine_command(interaction: discord.Interaction[Any], *, now: datetime) -> ImagineCommand:
    """Say who wants what and where.

    Raises:
        NotAllowedError: Discord does not say where.
    """
    actor, conversation = actor_of(interaction), conversation_of(interaction)
    return ImagineCommand(
        source_key=f"discord:{interaction.id}",
        actor=actor,
        origin=Origin(
            person=actor.person,
            conversation=conversation,
            interaction_id=str(interaction.id),
            locale=str(interaction.locale),
            reply_token=interaction.token,
            reply_token_ends_at=now + TOKEN_LIFE,
        ),
        receipt=Receipt(interaction.client.clock),
        missing_permissions=_missing_permissions(interaction, conversation),
        message_url=_url_of_card(interaction),
    )


def conversation_of(interaction: discord.Interaction[Any]) -> Conversation:
    """Say where the command was given or the button pressed.

    Raises:
        NotAllowedError: Discord does not say it.
    """
    if interaction.channel_id is None:
        raise NotAllowedError(msg("I can't post in this kind of channel."))
    return Conversation(
        platform="discord",
        tenant_id=_guild_id(interaction),
        id=str(interaction.channel_id),
        kind=_kind(interaction),
    )


def _kind(interaction: discord.Interaction[Any]) -> ConversationKind:
    if interaction.guild_id is None:
        return ConversationKind.DIRECT
    is_thread = isinstance(interaction.channel, discord.Thread)
    return ConversationKind.THREAD if is_thread else ConversationKind.CHANNEL


def _guild_id(interaction: discord.Interaction[Any]) -> str | None:
    return None if interaction.guild_id is None else str(interaction.guild_id)


async def check_tenant(interaction: "discord.Interaction[ImagineBot]") -> None:
    """Refuse a stranger, before anything is read or kept for them.

    Raises:
        NotAllowedError: nobody may ask for anything there.
    """
    service = interaction.client.service
    await service.check_tenant(actor_of(interaction), conversation_of(interaction))


def _url_of_card(interaction: discord.Interaction[Any]) -> str | None:
    """Return the address of the message whose button was pressed; one for one person has none."""
    card = interaction.message
    if card is None or card.flags.ephemeral:
        return None
    return address(_guild_id(interaction), str(card.channel.id), str(card.id))


def _missing_permissions(
    interaction: discord.Interaction[Any], conversation: Conversation
) -> tuple[Text, ...]:
    """Name, as Discord does, the permissions that posting the result will lack.

    Direct messages have none to lack: what Discord reports there is not what holds.
    """
    has = interaction.app_permissions
    if conversation.is_direct or has.administrator:
        return ()
    if conversation.kind is ConversationKind.THREAD:
        sending = (_SENDING_IN_THREADS, has.send_messages_in_threads)
    else:
        sending = (_SENDING, has.send_messages)
    needed = ((_VIEWING, has.view_channel), sending, (_ATTACHING, has.attach_files))
    return tuple(name for name, is_given in needed if not is_given)
