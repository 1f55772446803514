"""`files.*`: uploads in three steps, and what is known of a file."""

from typing import Any

from bot.demo.slack.standin.api import SlackError
from bot.demo.slack.standin.content import File, Message
from bot.demo.slack.standin.messages import checked_blocks
from bot.demo.slack.standin.methods import Methods, channel_of, method, text_of, writable
from bot.demo.slack.standin.state import State
from bot.demo.slack.standin.vocabulary import JSON

MAX_ALT_TEXT = 1000


class FileMethods:
    """Files of the bot and of people."""

    def __init__(self, state: State) -> None:
        self.state = state

    def methods(self) -> Methods:
        """Return the methods by their names."""
        return {
            "files.getUploadURLExternal": method(
                self.get_upload_url,
                "filename length",
                "alt_txt snippet_type",
                scopes="files:write",
                takes_json=False,
            ),
            "files.completeUploadExternal": method(
                self.complete,
                "files",
                "channel_id channels thread_ts initial_comment blocks",
                scopes="files:write",
            ),
            "files.info": method(
                self.info, "file", "cursor limit", scopes="files:read", takes_json=False
            ),
            "files.delete": method(self.delete, "file", scopes="files:write"),
        }

    def get_upload_url(self, args: JSON) -> JSON:
        """`files.getUploadURLExternal`."""
        size = str(args["length"])
        if not size.isdecimal() or int(size) == 0:
            raise SlackError("invalid_arguments", breach=f"length {size!r}")
        if len(args.get("alt_txt", "")) > MAX_ALT_TEXT:
            raise SlackError("alt_txt_too_large", breach="alt_txt is too long")
        world = self.state.world
        file = world.add_file(world.bot, text_of(args, "filename"), None, int(size))
        file.alt_txt = args.get("alt_txt", "")
        file.looks_left = self.state.looks_before_processed
        return {"upload_url": f"{world.base_url}/upload/{file.id}", "file_id": file.id}

    def upload(self, id_: str, content: bytes) -> str:
        """Take the bytes of a file.

        Raises:
            SlackError: not the file or the length that was announced.
        """
        file = self.state.world.files.get(id_)
        if file is None or file.owner is not self.state.world.bot:
            raise SlackError("file_not_found", status=404, breach="no such upload")
        if len(content) != file.size:
            what = f"{len(content)} bytes instead of {file.size}"
            raise SlackError("length_mismatch", status=400, breach=what)
        file.content = content
        return f"OK - {file.size}"

    def complete(self, args: JSON) -> JSON:
        """`files.completeUploadExternal`."""
        files = [self._uploaded(entry) for entry in _entries(args["files"])]
        channels = self._channels(args)
        for file, entry in zip(files, args["files"], strict=True):
            file.completed = True
            file.title = entry.get("title", "")
        for channel in channels:
            for file in files:
                file.shares.add(channel.id)
            message = Message(
                ts=self.state.world.new_ts(),
                channel=channel,
                author=self.state.world.bot,
                text=args.get("initial_comment", ""),
                blocks=checked_blocks(self.state, args.get("blocks") or []),
                thread_ts=args.get("thread_ts"),
                files=files,
            )
            self.state.world.post(message)
        return {"files": [{"id": file.id, "title": file.title} for file in files]}

    def _channels(self, args: JSON) -> list[Any]:
        named = [args["channel_id"]] if "channel_id" in args else []
        named += [id_ for id_ in args.get("channels", "").split(",") if id_]
        return [writable(self.state, channel_of(self.state, {"channel": id_})) for id_ in named]

    def _uploaded(self, entry: JSON) -> File:
        file = self.state.world.files.get(entry["id"])
        if file is None or file.content is None or file.deleted:
            raise SlackError("file_not_found")
        if file.owner is not self.state.world.bot:
            raise SlackError("file_not_found", breach="completes a file of somebody else")
        return file

    def info(self, args: JSON) -> JSON:
        """`files.info`."""
        file = self._standing(args)
        file.look()
        return {"file": file.to_json(), "comments": []}

    def delete(self, args: JSON) -> JSON:
        """`files.delete`."""
        file = self._standing(args)
        if file.owner is not self.state.world.bot:
            raise SlackError("cant_delete_file")
        file.deleted = True
        return {}

    def _standing(self, args: JSON) -> File:
        file = self.state.world.files.get(text_of(args, "file"))
        if file is None:
            raise SlackError("file_not_found")
        if file.deleted:
            raise SlackError("file_deleted")
        return file


def _entries(files: Any) -> list[JSON]:
    if not isinstance(files, list) or not files:
        raise SlackError("invalid_arguments", breach="files is no list of files")
    for entry in files:
        if not isinstance(entry, dict) or "id" not in entry or entry.keys() - {"id", "title"}:
            raise SlackError("invalid_arguments", breach=f"a file of the form {entry!r}")
    return files
