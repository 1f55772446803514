"""From an interaction of Discord to one of ours."""

from collections.abc import Iterator
from typing import Any

import discord

from bot.domain.conversations import Conversation, ConversationKind, Person
from bot.domain.errors import NotAllowedError
from bot.domain.messages import Message
from bot.domain.texts import Text, msg
from bot.domain.views import Action
from bot.platforms.discord.client import ImagineBot
from bot.platforms.discord.commands.typed import Data, fields_of, typed_prompt, uploads_of
from bot.platforms.discord.connection.tokens import TOKEN_LIFE
from bot.platforms.discord.messenger import address_of
from bot.platforms.discord.names import PLATFORM
from bot.platforms.discord.rendering.reading import actions_in, custom_ids, pictures_in
from bot.platforms.discord.reply import DiscordReply
from bot.screens.interaction import Interaction, SeenMessage
from bot.services.receipts import Receipt

# As Discord names them.
_VIEWING = msg("View Channel")
_SENDING = msg("Send Messages")
_SENDING_IN_THREADS = msg("Send Messages in Threads")
_ATTACHING = msg("Attach Files")


def interaction_of(
    heard: discord.Interaction[ImagineBot], at: discord.Message | None = None
) -> Interaction:
    """Return what a person did, `at` a message if it was chosen from the menu of that.

    What they sent is clean by now, see `clean_interaction`.

    Raises:
        NotAllowedError: Discord does not say where.
    """
    bot, conversation = heard.client, _conversation_of(heard)
    data: Data = heard.data or {}
    message = at or heard.message
    return Interaction(
        id=str(heard.id),
        received_at=heard.created_at,
        person=person_of(heard),
        is_moderator=heard.permissions.manage_messages,
        conversation=conversation,
        locale=str(heard.locale),
        reply=reply_to(heard),
        receipt=Receipt(bot.clock),
        action=_action_of(heard, data),
        chosen=tuple(data.get("values", ())),
        fields=fields_of(data) if heard.type is discord.InteractionType.modal_submit else None,
        uploads=uploads_of(data),
        typed=typed_prompt(data),
        seen=None if message is None else _seen(message, conversation, bot.user),
        reply_token=heard.token,
        reply_token_ends_at=bot.clock.now() + TOKEN_LIFE,
        missing_permissions=tuple(_missing_permissions(heard, conversation)),
    )


def person_of(heard: discord.Interaction[Any]) -> Person:
    """Return who gave the command or pressed the button."""
    return Person(platform=PLATFORM, id=str(heard.user.id))


def reply_to(heard: discord.Interaction[ImagineBot]) -> DiscordReply:
    """Return the way to answer."""
    bot = heard.client
    return DiscordReply(
        heard, clock=bot.clock, timings=bot.discord_timings, answer_grace=bot.answer_grace
    )


def _action_of(heard: discord.Interaction[Any], data: Data) -> Action | None:
    """Return what is asked for; a changed app may send any id, so its message must carry it."""
    custom_id = str(data.get("custom_id", ""))
    if heard.type is discord.InteractionType.component and (
        heard.message is None or custom_id not in custom_ids(heard.message)
    ):
        return None
    return Action.parse(custom_id)


def _conversation_of(heard: discord.Interaction[Any]) -> Conversation:
    if heard.channel_id is None:
        raise NotAllowedError(msg("I can't post in this kind of channel."))
    return Conversation(
        platform=PLATFORM,
        tenant_id=None if heard.guild_id is None else str(heard.guild_id),
        id=str(heard.channel_id),
        kind=_kind(heard),
    )


def _kind(heard: discord.Interaction[Any]) -> ConversationKind:
    if heard.guild_id is None:
        return ConversationKind.DIRECT
    is_thread = isinstance(heard.channel, discord.Thread)
    return ConversationKind.THREAD if is_thread else ConversationKind.CHANNEL


def _seen(
    message: discord.Message, conversation: Conversation, us: discord.ClientUser | None
) -> SeenMessage:
    where = Message(conversation=conversation, id=str(message.id))
    is_ephemeral = message.flags.ephemeral
    return SeenMessage(
        message=where,
        is_ours=us is not None and message.author.id == us.id,
        is_ephemeral=is_ephemeral,
        url=None if is_ephemeral else address_of(where),
        actions=actions_in(message),
        pictures=pictures_in(message),
    )


def _missing_permissions(
    heard: discord.Interaction[Any], conversation: Conversation
) -> Iterator[Text]:
    """Name, as Discord does, the permissions that posting the result will lack.

    Direct messages have none to lack: what Discord reports there is not what holds.
    """
    has = heard.app_permissions
    if conversation.is_direct or has.administrator:
        return
    if not has.view_channel:
        yield _VIEWING
    if conversation.kind is ConversationKind.THREAD:
        if not has.send_messages_in_threads:
            yield _SENDING_IN_THREADS
    elif not has.send_messages:
        yield _SENDING
    if not has.attach_files:
        yield _ATTACHING
