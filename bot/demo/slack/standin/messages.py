"""Writing and changing messages, by whichever way the app does it."""

import json
from typing import Any

from bot.demo.slack.standin.api import SlackError, flag, refuse
from bot.demo.slack.standin.block_rules import check_blocks
from bot.demo.slack.standin.content import Channel, File, Message, User, file_of, pictures_in
from bot.demo.slack.standin.problems import Path, Problems
from bot.demo.slack.standin.state import State
from bot.demo.slack.standin.vocabulary import JSON, PICTURE_TYPES

MAX_TEXT = 40_000
MAX_UPDATED_TEXT = 4000
MAX_METADATA = 8000


def checked_text(args: JSON, high: int) -> str:
    """Return the text of a message.

    Raises:
        SlackError: too long, no text, or nothing at all to show.
    """
    text = args.get("text", "")
    if not isinstance(text, str):
        raise SlackError("invalid_arguments", breach="text is no string")
    if not (text or args.get("blocks") or args.get("attachments")):
        raise SlackError("no_text", breach="a message without text and blocks")
    if len(text) > high:
        raise SlackError("msg_too_long", breach=f"a text of {len(text)} characters")
    return text


def checked_blocks(state: State, blocks: Any) -> list[JSON]:
    """Return blocks with the ids that Slack adds.

    Raises:
        SlackError: invalid, or a file is not there or not processed yet.
    """
    refuse(check_blocks(blocks), "invalid_blocks")
    check_files(state, blocks, ("blocks",), "invalid_blocks")
    return completed(state, blocks)


def completed(state: State, blocks: list[JSON]) -> list[JSON]:
    """Return blocks as Slack keeps them: with ids, and with what it knows of pictures."""
    made: list[JSON] = json.loads(json.dumps(blocks))
    for number, block in enumerate(made):
        block.setdefault("block_id", f"b{number}{state.world.new_id('')[-4:]}")
        for element in [*block.get("elements", []), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and element.get("type") not in {"plain_text", "mrkdwn"}:
                _name(state, element)
    for picture in pictures_in(made):
        # Sent back to Slack these are refused: `invalid additional property`.
        picture |= {"image_width": 8, "image_height": 6, "is_animated": False, "fallback": ""}
    return made


def _name(state: State, element: JSON) -> None:
    kind = str(element.get("type"))
    if not kind.startswith("rich_text_") and kind not in {"image", "rich_text"}:
        element.setdefault("action_id", f"a{state.world.new_id('')[-4:]}")


def check_files(state: State, blocks: list[JSON], path: Path, error: str) -> None:
    """Refuse pictures that are not there yet; real Slack does so for one to ten seconds.

    Raises:
        SlackError: `error`, a file is not there or not processed.
    """
    problems = Problems()
    for place, block in enumerate(blocks):
        for picture in pictures_in([block]):
            file = file_of(state.world, picture)
            if file is None or file.deleted or not file.look():
                problems.add((*path, place, "slack_file"), "invalid slack file")
                continue
            if file.mimetype not in PICTURE_TYPES:
                problems.add((*path, place, "slack_file"), "invalid slack file")
                state.breach("slack_file", f"{file.name} is no png, jpg, jpeg or gif")
    if problems:
        raise SlackError(error, errors=problems.lines())


def checked_metadata(metadata: Any) -> JSON | None:
    """Return the metadata of a message.

    Raises:
        SlackError: not of the published form.
    """
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or metadata.keys() != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_format", breach="needs event_type and event_payload")
    if not isinstance(metadata["event_payload"], dict) or not metadata["event_type"]:
        raise SlackError("invalid_metadata_schema", breach="event_payload is no object")
    if len(json.dumps(metadata)) > MAX_METADATA:
        raise SlackError("metadata_too_large", breach="metadata is too large")
    return metadata


def files_in(state: State, blocks: list[JSON]) -> list[File]:
    """Return the files that blocks show."""
    found = [file_of(state.world, picture) for picture in pictures_in(blocks)]
    return [file for file in found if file is not None]


def check_seen(state: State, method: str, channel: Channel, blocks: list[JSON]) -> None:
    """Note pictures that people would read as "file not found".

    Only a new message that everybody sees can show a channel a file for the first time.
    """
    for file in files_in(state, blocks):
        if channel.id not in file.shares:
            state.breach(method, f"{file.name} was never shown in {channel}: file not found")


def write(
    state: State,
    channel: Channel,
    args: JSON,
    *,
    method: str,
    visible_to: User | None = None,
) -> Message:
    """Post a message of the app.

    Raises:
        SlackError: what it says cannot be posted.
    """
    message = _checked_message(state, channel, args, visible_to)
    if visible_to is None:
        for file in files_in(state, message.blocks):
            file.shares.add(channel.id)
    else:
        check_seen(state, method, channel, message.blocks)
    state.world.post(message)
    return message


def _checked_message(
    state: State, channel: Channel, args: JSON, visible_to: User | None
) -> Message:
    text = checked_text(args, MAX_TEXT)
    blocks = checked_blocks(state, args.get("blocks") or [])
    thread = args.get("thread_ts")
    if thread is not None and channel.find(thread) is None:
        raise SlackError("thread_not_found")
    unfurls = (flag(args, name, default=True) for name in ("unfurl_links", "unfurl_media"))
    return Message(
        ts=state.world.new_ts(),
        channel=channel,
        author=state.world.bot,
        text=text,
        blocks=blocks,
        metadata=checked_metadata(args.get("metadata")),
        thread_ts=thread,
        visible_to=visible_to,
        unfurls=any(unfurls),
    )


def change(state: State, message: Message, args: JSON, *, method: str) -> None:
    """Edit a message: without `blocks` the old ones stay, with `[]` they go.

    Raises:
        SlackError: what it says cannot be shown.
    """
    kept = {"blocks": message.blocks} | args
    text = checked_text(kept, MAX_UPDATED_TEXT)
    if "blocks" in args:
        blocks = checked_blocks(state, args["blocks"])
        check_seen(state, method, message.channel, blocks)
        message.blocks = blocks
    if "metadata" in args:
        message.metadata = checked_metadata(args["metadata"])
    if "text" in args:
        message.text = text
    message.edits += 1
