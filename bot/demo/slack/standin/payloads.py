"""The payloads of what people do, field by field as Slack sends them."""

from typing import Any

from bot.demo.slack.standin.content import Channel, Message, User
from bot.demo.slack.standin.forms import choose
from bot.demo.slack.standin.interactions import Interaction, View
from bot.demo.slack.standin.vocabulary import JSON
from bot.demo.slack.standin.world import World


def _common(world: World, user: User) -> JSON:
    return {
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team_id,
        },
        "api_app_id": world.app_id,
        "token": "verification-token",
        "team": {"id": user.team_id, "domain": "team"},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def command(world: World, user: User, channel: Channel, name: str, text: str) -> JSON:
    """Return the fields of a slash command; no thread, no language and no ts are among them."""
    here = world.team_id if user.is_of(world.team_id) else user.team_id
    return {
        "token": "verification-token",
        "team_id": here,
        "team_domain": "team",
        "channel_id": channel.id,
        "channel_name": channel.name_for_commands,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": world.app_id,
        "is_enterprise_install": "false",
    }


def action(world: World, block: JSON, element: JSON, given: Any) -> JSON:
    """Return one entry of `actions`: a press, or a choice."""
    made: JSON = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": world.new_press_ts(),
    }
    if element["type"] == "button":
        kept = {key: element[key] for key in ("text", "value", "style") if key in element}
        return made | kept
    if element["type"] == "overflow":
        found = [o for o in element["options"] if given in {o["value"], o["text"]["text"]}]
        assert found, f"{given!r} is not offered"
        return made | {"selected_option": found[0]}
    return made | choose(element, given)


def block_actions(
    world: World, user: User, place: Message | View, actions: list[JSON], values: JSON
) -> JSON:
    """Return what a person pressed or chose, and the state of all around it."""
    shown = _common(world, user) | {"type": "block_actions", "actions": actions}
    if isinstance(place, View):
        container: JSON = {"type": "view", "view_id": place.id}
        return shown | {"container": container, "view": place.to_json(world)}
    channel = place.channel
    container = {
        "type": "message",
        "message_ts": place.ts,
        "channel_id": channel.id,
        "is_ephemeral": place.is_ephemeral,
    }
    if place.thread_ts is not None:
        container["thread_ts"] = place.thread_ts
    shown |= {"container": container, "channel": _named(channel), "state": {"values": values}}
    return shown if place.is_ephemeral else shown | {"message": place.to_json()}


def _named(channel: Channel) -> JSON:
    return {"id": channel.id, "name": channel.name_for_commands}


def submission(world: World, view: View) -> JSON:
    """Return a form that was sent."""
    return _common(world, view.user) | {
        "type": "view_submission",
        "view": view.to_json(world),
        "response_urls": [],
    }


def closing(world: World, view: View) -> JSON:
    """Return a form that was closed."""
    return _common(world, view.user) | {
        "type": "view_closed",
        "view": view.to_json(world),
        "is_cleared": False,
    }


def suggestion(world: World, user: User, place: Message | View, where: JSON, typed: str) -> JSON:
    """Return what is asked for the options of an `external_select`."""
    shown = _common(world, user) | {"type": "block_suggestion", "value": typed} | where
    if isinstance(place, View):
        container: JSON = {"type": "view", "view_id": place.id}
        return shown | {"container": container, "view": place.to_json(world)}
    container = {"type": "message", "message_ts": place.ts, "channel_id": place.channel.id}
    return shown | {"container": container, "message": place.to_json()}


def message_shortcut(world: World, user: User, message: Message, callback_id: str) -> JSON:
    """Return a shortcut that was chosen from the menu of a message."""
    return _common(world, user) | {
        "type": "message_action",
        "callback_id": callback_id,
        "action_ts": world.new_ts(),
        "message_ts": message.ts,
        "channel": _named(message.channel),
        "message": message.to_json(),
    }


def global_shortcut(world: World, user: User, callback_id: str) -> JSON:
    """Return a shortcut of the whole workspace."""
    return _common(world, user) | {
        "type": "shortcut",
        "callback_id": callback_id,
        "action_ts": world.new_ts(),
    }


def home_opened(world: World, user: User, home: View | None) -> JSON:
    """Return the event of an opened Home tab; `home` is what it showed before."""
    event: JSON = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": world.dm(user).id,
        "tab": "home",
        "event_ts": world.new_ts(),
    }
    return event if home is None else event | {"view": home.to_json(world)}


def event_callback(world: World, user: User, event: JSON) -> JSON:
    """Return the frame of an event."""
    return {
        "token": "verification-token",
        "team_id": user.team_id,
        "api_app_id": world.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": world.new_id("Ev"),
        "event_time": int(world.time_of_day()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": world.team_id,
                "user_id": world.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def addressed(interaction: Interaction, base_url: str) -> JSON:
    """Return the payload with its trigger and, where there is one, its `response_url`."""
    payload = interaction.payload
    if interaction.kind == "events_api":
        return payload
    made = payload | {"trigger_id": interaction.trigger_id}
    if payload.get("type") in {None, "message_action"} or "channel" in payload:
        made["response_url"] = base_url + interaction.response_path
    if payload.get("type") == "block_suggestion":
        del made["trigger_id"]
    return made
