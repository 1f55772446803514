"""`chat.*`, and the way by a `response_url`."""

from bot.demo.slack.standin.api import SlackError, flag
from bot.demo.slack.standin.content import Channel, Message
from bot.demo.slack.standin.interactions import Interaction
from bot.demo.slack.standin.messages import change, write
from bot.demo.slack.standin.methods import (
    Methods,
    channel_of,
    destination,
    method,
    text_of,
    user_of,
    writable,
)
from bot.demo.slack.standin.state import State
from bot.demo.slack.standin.vocabulary import JSON, RESPONSE_URL_LIFETIME_S, RESPONSE_URL_USES

_SAID = "text blocks attachments metadata parse link_names"
RESPONSE_FIELDS = frozenset(
    {
        *("text", "blocks", "attachments", "metadata", "response_type", "thread_ts"),
        *("replace_original", "delete_original", "unfurl_links", "unfurl_media"),
    }
)


class ChatMethods:
    """Messages of the bot."""

    def __init__(self, state: State) -> None:
        self.state = state

    def methods(self) -> Methods:
        """Return the methods by their names."""
        post = f"{_SAID} thread_ts reply_broadcast unfurl_links unfurl_media mrkdwn"
        return {
            "chat.postMessage": method(
                self.post, "channel", post, scopes="chat:write chat:write.public"
            ),
            "chat.update": method(
                self.update, "channel ts", f"{_SAID} reply_broadcast", scopes="chat:write"
            ),
            "chat.delete": method(self.delete, "channel ts", scopes="chat:write"),
            "chat.postEphemeral": method(
                self.post_ephemeral, "channel user", f"{_SAID} thread_ts", scopes="chat:write"
            ),
            "chat.getPermalink": method(self.permalink, "channel message_ts", takes_json=False),
        }

    def post(self, args: JSON) -> JSON:
        """`chat.postMessage`."""
        channel = destination(self.state, args)
        message = write(self.state, channel, args, method="chat.postMessage")
        shown = message.to_json(with_metadata=True)
        return {"channel": channel.id, "ts": message.ts, "message": shown}

    def update(self, args: JSON) -> JSON:
        """`chat.update`."""
        channel = channel_of(self.state, args)
        message = self._own(channel, args, "cant_update_message")
        if channel.is_archived:
            raise SlackError("is_archived")
        change(self.state, message, args, method="chat.update")
        return {
            "channel": channel.id,
            "ts": message.ts,
            "text": message.text,
            "message": message.to_json(with_metadata=True),
        }

    def delete(self, args: JSON) -> JSON:
        """`chat.delete`."""
        channel = channel_of(self.state, args)
        message = self._own(channel, args, "cant_delete_message")
        message.deleted = True
        return {"channel": channel.id, "ts": message.ts}

    def _own(self, channel: Channel, args: JSON, refusal: str) -> Message:
        message = channel.find(text_of(args, "ts"))
        if message is None:
            raise SlackError("message_not_found")
        if message.author is not self.state.world.bot:
            raise SlackError(refusal)
        return message

    def post_ephemeral(self, args: JSON) -> JSON:
        """`chat.postEphemeral`."""
        channel = writable(self.state, channel_of(self.state, args))
        user = user_of(self.state, text_of(args, "user"))
        if user not in channel.members:
            raise SlackError("user_not_in_channel")
        message = write(self.state, channel, args, method="chat.postEphemeral", visible_to=user)
        return {"message_ts": message.ts}

    def permalink(self, args: JSON) -> JSON:
        """`chat.getPermalink`."""
        channel = channel_of(self.state, args)
        message = channel.find(text_of(args, "message_ts"))
        if message is None:
            raise SlackError("message_not_found")
        place = f"{channel.id}/p{message.ts.replace('.', '')}"
        return {"channel": channel.id, "permalink": f"https://team.slack.com/archives/{place}"}


class Responses:
    """What comes by the acknowledgement and by `response_url`: works where the bot is no member."""

    def __init__(self, state: State) -> None:
        self.state = state

    def by_url(self, interaction: Interaction, args: JSON) -> None:
        """Take one POST to a `response_url`.

        Raises:
            SlackError: used up, too old, or not of the published form.
        """
        try:
            self._check_url(interaction)
            self.respond(interaction, args, method="response_url")
        except SlackError as error:
            interaction.refusals.append(error.error)
            raise
        interaction.response_url_uses += 1

    def _check_url(self, interaction: Interaction) -> None:
        age = self.state.world.now() - interaction.sent_at
        if interaction.response_url_is_expired or age > RESPONSE_URL_LIFETIME_S:
            raise SlackError("expired_url", status=404)
        if interaction.response_url_uses >= RESPONSE_URL_USES:
            raise SlackError("used_url", status=404)

    def respond(self, interaction: Interaction, args: JSON, *, method: str) -> None:
        """Show what the app answered to a command or press."""
        for unknown in args.keys() - RESPONSE_FIELDS:
            self.state.breach(method, f"no such field: {unknown}")
        pressed = interaction.message
        if flag(args, "delete_original") or flag(args, "replace_original"):
            if pressed is None:
                self.state.breach(method, "there is no original: this came from no message")
            elif flag(args, "delete_original"):
                pressed.deleted = True
            else:
                change(self.state, pressed, args, method=method)
            return
        assert interaction.channel is not None
        kind = args.get("response_type", "ephemeral")
        if kind not in {"ephemeral", "in_channel"}:
            raise SlackError("invalid_arguments", breach=f"response_type {kind!r}")
        only = interaction.user if kind == "ephemeral" else None
        message = write(self.state, interaction.channel, args, method=method, visible_to=only)
        interaction.responses.append(message)
