"""From what Slack tells of a person's doing to what our screens need of it. Pure.

Slack signs what it sends, but a changed app may press a button that no message has: what a press
asks for counts only if the message or view that Slack names with it carries that. Of a message
that one person alone sees Slack does not say what stands there.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Self

from bot.domain.conversations import Conversation, Person
from bot.domain.errors import PayloadError
from bot.domain.messages import SeenPicture
from bot.domain.pictures import Upload
from bot.domain.views import Action
from bot.platforms.slack.ids import conversation_in, person_of, team_of, user_of
from bot.platforms.slack.payloads import MALFORMED, Payload
from bot.platforms.slack.rendering import FormContext, screen_in
from bot.platforms.slack.rendering.forms import fields_of, uploads_of
from bot.platforms.slack.rendering.reading import action_ids, actions_in, pictures_in

PROMPT = "prompt"  # the field of a form
HOME = "home"  # the kind of view that is a tab


@contextmanager
def reading() -> Iterator[None]:
    """Read a payload within.

    Raises:
        PayloadError: it lacks what Slack says is in it.
    """
    try:
        yield
    except MALFORMED as error:
        # The words of other errors may quote what a person typed.
        missing = f" {error}" if isinstance(error, KeyError) else ""
        raise PayloadError(f"{type(error).__name__}{missing}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """The message at which something was done, as far as Slack says."""

    ts: str
    is_pressed: bool = False  # only an app's own messages can be: it is ours
    is_ephemeral: bool = False
    bot_id: str | None = None  # of the app that posted it; None: a person, or not said
    actions: tuple[Action, ...] = ()
    pictures: tuple[SeenPicture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One thing that a person did."""

    id: str
    person: Person
    conversation: Conversation | None  # None: in the Home tab
    trigger_id: str | None = None
    response_url: str | None = None
    action: Action | None = None
    chosen: tuple[str, ...] = ()
    fields: Mapping[str, str] | None = None  # None: this was no form
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    typed: str | None = None
    at: At | None = None
    pressed_at_s: float | None = None  # of a button, by Slack's clock
    home_screen: Sequence[Payload] = ()  # blocks, where something was pressed in Home

    @property
    def delivery_id(self) -> str:
        """Return what is the same only if Slack delivers the same thing again."""
        return self.trigger_id or self.id

    def done_in(self, team_id: str) -> Self:
        """Return the same as done in a conversation of this workspace."""
        if self.conversation is None or self.conversation.tenant_id == team_id:
            return self
        return replace(self, conversation=replace(self.conversation, tenant_id=team_id))

    def done_by_one_of(self, team_id: str) -> Self:
        """Return the same as done by somebody of this workspace."""
        if team_of(self.person.id) == team_id:
            return self
        return replace(self, person=person_of(team_id, user_of(self.person.id)))


def read_command(body: Payload, prompt: str = "") -> Heard:
    """Return a command with the prompt that stands behind it, which is read elsewhere."""
    team_id = str(body["team_id"])
    return Heard(
        id=str(body["trigger_id"]),
        person=person_of(team_id, str(body["user_id"])),
        conversation=conversation_in(team_id, str(body["channel_id"])),
        trigger_id=body["trigger_id"],
        response_url=body.get("response_url"),
        typed=prompt or None,
    )


def read_press(body: Payload) -> Heard:
    """Return a press of a button, or a choice in a menu."""
    pressed: Payload = body["actions"][0]
    shown = body.get("message") or body.get("view") or {}
    is_ephemeral = body["container"].get("is_ephemeral", False)
    is_there = is_ephemeral or pressed["action_id"] in action_ids(shown)
    heard = _at_message(body)
    return replace(
        heard,
        action=Action.parse(pressed["action_id"]) if is_there else None,
        chosen=_chosen(pressed),
        at=None if heard.at is None else replace(heard.at, is_pressed=True),
        pressed_at_s=_pressed_at(pressed),
        home_screen=screen_in(body.get("view") or {}),
    )


def is_ours(body: Payload) -> bool:
    """Whether a press is of a button of ours; one that opens a link has no action, for example."""
    return Action.parse(str(body["actions"][0].get("action_id", ""))) is not None


def is_in_form(body: Payload) -> bool:
    """Whether something was chosen in a form that is not sent off yet."""
    view = body.get("view")
    return view is not None and view.get("type") != HOME


def read_shortcut(body: Payload) -> Heard:
    """Return the choice of an entry of a message's menu."""
    return _at_message(body)


def read_form(body: Payload) -> Heard | None:
    """Return a form that was sent off; None: it is none of ours."""
    view: Payload = body["view"]
    context = FormContext.load(view.get("private_metadata", ""))
    if context is None:
        return None
    person, fields = _person(body), fields_of(view)
    return Heard(
        id=str(view["id"]),
        person=person,
        conversation=_conversation_of_form(body, context),
        trigger_id=body.get("trigger_id"),
        response_url=context.response_url,
        action=context.action,
        fields=fields,
        uploads=uploads_of(view),
        typed=_prompt_in(fields),
        at=_at_form(context),
    )


def read_home(body: Payload) -> Heard | None:
    """Return the opening of the Home tab; None: it was another tab."""
    event: Payload = body["event"]
    if event.get("tab", HOME) != HOME:
        return None
    return Heard(
        id=str(body["event_id"]),
        person=person_of(str(body["team_id"]), str(event["user"])),
        conversation=None,
    )


# ── Parts ───────────────────────────────────────────────────────────────────────────────────────


def _prompt_in(fields: Mapping[str, str]) -> str | None:
    prompt = fields.get(PROMPT, "")
    return prompt if prompt.strip() else None


def _person(body: Payload) -> Person:
    return person_of(_team_id(body), str(body["user"]["id"]))


def _team_id(body: Payload) -> str:
    """Return the team of the person: in a shared channel it may be another than the channel's."""
    return str(body["user"].get("team_id") or body["team"]["id"])


def _at_message(body: Payload) -> Heard:
    """Return what was done at a message, or in the Home tab, which is none."""
    heard = Heard(
        id=str(body["trigger_id"]),
        person=_person(body),
        conversation=None,
        trigger_id=body["trigger_id"],
        response_url=body.get("response_url"),
    )
    if not body.get("channel"):
        return heard
    at = _at(body)
    return replace(heard, conversation=_conversation_of_message(body, at.ts), at=at)


def _at(body: Payload) -> At:
    container: Payload = body.get("container") or {}
    message: Payload = body.get("message") or {}
    return At(
        ts=str(container.get("message_ts") or body.get("message_ts") or message["ts"]),
        is_ephemeral=container.get("is_ephemeral", False),
        bot_id=message.get("bot_id"),
        actions=actions_in(message),
        pictures=pictures_in(message),
    )


def _conversation_of_message(body: Payload, ts: str) -> Conversation:
    """Return where a message stands; one that a thread hangs on stands in the channel."""
    around = (body.get("container") or {}, body.get("message") or {})
    thread_ts = next((each["thread_ts"] for each in around if each.get("thread_ts")), ts)
    channel_id = str(body["channel"]["id"])
    return conversation_in(_team_id(body), channel_id, None if thread_ts == ts else str(thread_ts))


def _conversation_of_form(body: Payload, context: FormContext) -> Conversation | None:
    if context.channel_id is None:
        return None
    return conversation_in(_team_id(body), context.channel_id, context.thread_ts)


def _at_form(context: FormContext) -> At | None:
    """Return the message at which a form was opened; only Slack's servers know the context."""
    if context.message_ts is None:
        return None
    return At(
        ts=context.message_ts,
        is_pressed=bool(context.actions),
        is_ephemeral=context.is_ephemeral,
        actions=context.actions,
    )


def _pressed_at(pressed: Payload) -> float | None:
    """Return when a button was pressed; something may be chosen as quickly as one likes."""
    is_known = pressed.get("type") == "button" and "action_ts" in pressed
    return float(pressed["action_ts"]) if is_known else None


def _chosen(pressed: Payload) -> tuple[str, ...]:
    option = pressed.get("selected_option")
    options = pressed.get("selected_options") or ([option] if option else [])
    return tuple(str(each["value"]) for each in options)
