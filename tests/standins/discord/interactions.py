"""Interactions: what people do to the bot, as Discord tells it, and what the bot answered."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.redaction import forbid
from tests.standins.discord.content import Message, User, walk
from tests.standins.discord.places import Channel
from tests.standins.discord.vocabulary import DM_APP_PERMISSIONS, JSON, ChannelKind
from tests.standins.discord.world import World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
REPLY, DEFERRED_REPLY, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9

# Which callback types may answer which interaction.
ALLOWED_CALLBACKS = {
    COMMAND: {REPLY, DEFERRED_REPLY, MODAL},
    COMPONENT: {REPLY, DEFERRED_REPLY, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {REPLY, DEFERRED_REPLY, DEFERRED_UPDATE, UPDATE},
}

STRING, INTEGER, BOOLEAN, USER, CHANNEL, NUMBER, ATTACHMENT = 3, 4, 5, 6, 7, 10, 11
TEXT_INPUT = 4  # of a modal
# Options that hold a person's own words.
FREE_TEXT = {"prompt", "search", "suffix", "parameters", "no"}


class Interaction:
    """One interaction, and all that came of it."""

    def __init__(
        self,
        world: World,
        *,
        kind: int,
        user: User,
        channel: Channel,
        data: JSON,
        locale: str | None,
        message: Message | None = None,
    ) -> None:
        self.id = world.snowflakes.next()
        self.token = f"interaction-token-{self.id:x}"
        forbid(self.token, *_written(data))
        self.kind = kind
        self.user = user
        self.channel = channel
        self.data = data
        self.locale = locale or user.locale
        # The message whose component was used.
        self.message = message
        self.sent_at = world.now()
        self.answered_at: float | None = None
        self.callback_type: int | None = None
        # The message that answers, kept up to date; `deleted` if the bot removed it.
        self.response: Message | None = None
        self.followups: list[Message] = []
        self.modal: JSON | None = None
        self.choices: list[JSON] | None = None
        # Error codes of answers that were refused (40060: the second one, 10062: too late, …).
        self.refusals: list[int] = []
        self.token_expired = False
        self._world = world
        self._settled = asyncio.Event()

    def __repr__(self) -> str:
        return f"<Interaction {self.id} type={self.kind} callback={self.callback_type}>"

    @property
    def answered_after(self) -> float | None:
        """Seconds from the event on the gateway to the bot's first answer; None: no answer."""
        return None if self.answered_at is None else self.answered_at - self.sent_at

    @property
    def deferred(self) -> bool:
        return self.callback_type in {DEFERRED_REPLY, DEFERRED_UPDATE}

    @property
    def ephemeral(self) -> bool:
        return self.response is not None and self.response.ephemeral

    def expire_token(self) -> None:
        """Let the 15 minutes of the token be over; the bot's requests now answer 50027."""
        self.token_expired = True

    def acknowledge(self, callback_type: int, now: float) -> None:
        self.callback_type = callback_type
        self.answered_at = now
        self._settled.set()

    async def answered(self, timeout: float = 5.0) -> "Interaction":  # noqa: ASYNC109
        """Wait for the first answer; AssertionError if none comes."""
        try:
            async with asyncio.timeout(timeout):
                await self._settled.wait()
        except TimeoutError:
            raise AssertionError(f"{self} was not answered in {timeout} s") from None
        return self

    def metadata(self) -> JSON:
        """Return the `interaction_metadata` of messages that come of this."""
        return {
            "id": str(self.id),
            "type": self.kind,
            "user": self.user.to_json(),
            "authorizing_integration_owners": self._owners(),
        }

    def _owners(self) -> JSON:
        guild = self.channel.guild
        if guild is not None and not guild.bot_is_member:
            return {"1": str(self.user.id)}
        return {"0": str(guild.id) if guild else "0"}

    def to_json(self) -> JSON:
        """Return the INTERACTION_CREATE event."""
        channel, guild = self.channel, self.channel.guild
        allowed = channel.bot_permissions
        if channel.kind is ChannelKind.DM:
            allowed = DM_APP_PERMISSIONS
        event: JSON = {
            "id": str(self.id),
            "application_id": str(self._world.bot.id),
            "type": self.kind,
            "token": self.token,
            "version": 1,
            "data": self.data,
            "channel_id": str(channel.id),
            "channel": channel.to_json(),
            "app_permissions": str(int(allowed)),
            "locale": self.locale,
            "entitlements": [],
            "authorizing_integration_owners": self._owners(),
            "attachment_size_limit": self.user.upload_limit,
            "context": 1 if guild is None else 0,
        }
        if self.message is not None:
            event["message"] = self.message.to_json()
        if guild is None:
            return event | {"user": self.user.to_json()}
        member = guild.member_json(self.user, with_permissions=True)
        event["channel"] |= {"permissions": member["permissions"]}
        return event | {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": member,
        }


def _written(data: JSON) -> Iterator[str]:
    """Return what a person wrote into a command or a modal: no log may hold it."""
    is_field = data.get("type") == TEXT_INPUT and "custom_id" in data
    if (is_field or data.get("name") in FREE_TEXT) and isinstance(data.get("value"), str):
        yield data["value"]
    for part in (*data.get("options", ()), *data.get("components", ())):
        yield from _written(part)
    if "component" in data:
        yield from _written(data["component"])


def command_data(world: World, command: JSON, path: list[str], values: Mapping[str, Any]) -> JSON:
    """Return the data of a slash command that a person filled in and sent.

    Raises:
        AssertionError: Discord's own form would not have let them.
    """
    leaf = subcommand(command, path)
    known = {option["name"]: option for option in leaf.get("options") or []}
    unknown = values.keys() - known.keys()
    assert not unknown, f"/{command['name']} has no option {unknown}, only {sorted(known)}"
    missing = [n for n, o in known.items() if o.get("required") and n not in values]
    assert not missing, f"/{command['name']} needs {missing}"
    resolved: JSON = {}
    options = [
        _option(world, known[name], value, resolved)
        for name, value in values.items()
        if value is not None
    ]
    data = _nested(command, path, options)
    return data | {"resolved": resolved} if resolved else data


def menu_data(command: JSON, message: Message) -> JSON:
    """Return the data of a message command that was chosen at a message."""
    shown, target = message.to_json(), str(message.id)
    return {
        "id": command["id"],
        "name": command["name"],
        "type": 3,
        "target_id": target,
        "resolved": {"messages": {target: shown}},
    }


def autocomplete_data(
    command: JSON, path: list[str], focused: str, value: str, others: Mapping[str, Any]
) -> JSON:
    """Return the data of a person who is typing into the option `focused`."""
    known = {o["name"]: o for o in subcommand(command, path).get("options") or []}
    assert known[focused].get("autocomplete"), f"{focused} has no autocomplete"
    options = [
        {"name": name, "type": known[name]["type"], "value": given}
        for name, given in others.items()
    ]
    kind = known[focused]["type"]
    options.append({"name": focused, "type": kind, "value": value, "focused": True})
    return _nested(command, path, options)


def subcommand(command: JSON, path: list[str]) -> JSON:
    """Return the part of a command that carries the options."""
    for name in path:
        found = [o for o in command["options"] if o["name"] == name and o["type"] in {1, 2}]
        assert found, f"/{command['name']} has no subcommand {name}"
        command = found[0]
    return command


def _nested(command: JSON, path: list[str], options: list[JSON]) -> JSON:
    for depth, name in reversed(list(enumerate(path, start=1))):
        kind = subcommand(command, path[:depth])["type"]
        options = [{"name": name, "type": kind, "options": options}]
    return {"id": command["id"], "name": command["name"], "type": 1, "options": options}


def _option(world: World, option: JSON, value: Any, resolved: JSON) -> JSON:
    if isinstance(value, str) and option["type"] == STRING:
        low, high = option.get("min_length") or 0, option.get("max_length") or 6000
        assert low <= len(value) <= high, f"{option['name']} takes {low} to {high} characters"
    if option.get("choices"):
        choices = [choice["value"] for choice in option["choices"]]
        assert value in choices, f"{option['name']} is one of {choices}"
    resolver = _RESOLVERS.get(option["type"])
    if resolver is not None:
        value = resolver(world, value, resolved)
    return {"name": option["name"], "type": option["type"], "value": value}


def _resolve_user(world: World, user: User, resolved: JSON) -> str:
    resolved.setdefault("users", {})[str(user.id)] = user.to_json()
    return str(user.id)


def _resolve_channel(world: World, channel: Channel, resolved: JSON) -> str:
    shown = channel.to_json() | {"permissions": "0"}
    resolved.setdefault("channels", {})[str(channel.id)] = shown
    return str(channel.id)


def _resolve_file(world: World, file: tuple[str, bytes], resolved: JSON) -> str:
    name, content = file
    stored = world.store_file(next(iter(world.channels.values())), name, content)
    shown = stored.to_json(world.cdn_url) | {"ephemeral": True}
    resolved.setdefault("attachments", {})[str(stored.id)] = shown
    return str(stored.id)


_RESOLVERS: dict[int, Callable[[World, Any, JSON], str]] = {
    USER: _resolve_user,
    CHANNEL: _resolve_channel,
    ATTACHMENT: _resolve_file,
}


def find_component(message: Message, wanted: str, kinds: set[int]) -> JSON:
    """Return the component with this label or custom id; an emoji may stand beside the label.

    Raises:
        AssertionError: there is none, or it is greyed out.
    """
    shown = [c for c in walk(message.to_json()["components"]) if c["type"] in kinds]
    for same in (_has_custom_id, _has_label, _has_decorated_label):
        for component in shown:
            if same(component, wanted):
                assert not component.get("disabled"), f"{wanted!r} is disabled"
                assert component.get("custom_id"), f"{wanted!r} is a link"
                return component
    labels = [c.get("label") or c.get("custom_id") for c in shown]
    raise AssertionError(f"no {wanted!r} among {labels}")


def _has_custom_id(component: JSON, wanted: str) -> bool:
    return component.get("custom_id") == wanted


def _has_label(component: JSON, wanted: str) -> bool:
    return component.get("label") == wanted


def _has_decorated_label(component: JSON, wanted: str) -> bool:
    words = [w for w in (component.get("label") or "").split() if any(map(str.isalnum, w))]
    return " ".join(words) == wanted


def modal_data(world: World, modal: JSON, values: Mapping[str, Any]) -> JSON:
    """Return the data of a modal filled in with `values` by custom id or label.

    Fields not named keep what the bot wrote into them.

    Raises:
        AssertionError: a value fits no field, or a required field is empty.
    """
    left = dict(values)
    resolved: JSON = {}
    components = [_filled(world, part, left, resolved) for part in modal["components"]]
    assert not left, f"the modal has no field {sorted(left)}"
    made = {"custom_id": modal["custom_id"], "components": components}
    return made | {"resolved": resolved} if resolved else made


def _filled(world: World, part: JSON, left: dict[str, Any], resolved: JSON) -> JSON:
    if part["type"] == 10:
        return {"type": 10, "id": part.get("id", 0)}
    if part["type"] == 1:
        fields = [_field(world, c, c.get("label"), left, resolved) for c in part["components"]]
        return {"type": 1, "id": part.get("id", 0), "components": fields}
    field = _field(world, part["component"], part["label"], left, resolved)
    return {"type": 18, "id": part.get("id", 0), "component": field}


def _field(
    world: World, component: JSON, label: str | None, left: dict[str, Any], resolved: JSON
) -> JSON:
    custom_id = component["custom_id"]
    given = left.pop(custom_id, left.pop(label or "", None))
    made = {"type": component["type"], "id": component.get("id", 0), "custom_id": custom_id}
    if component["type"] == 4:
        text = component.get("value") or "" if given is None else given
        low, high = component.get("min_length") or 0, component.get("max_length") or 4000
        needed = component.get("required", True)
        assert not (needed and not text), f"{label} is required"
        assert not text or low <= len(text) <= high, f"{label} takes {low} to {high} characters"
        return made | {"value": text}
    if component["type"] in {21, 23}:
        return made | {"value": given}
    if component["type"] == 19:
        ids = [_resolve_file(world, file, resolved) for file in given or []]
        return made | {"values": ids}
    defaults = [o["value"] for o in component.get("options", []) if o.get("default")]
    return made | {"values": defaults if given is None else list(given)}
