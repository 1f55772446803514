"""People, conversations, files and messages. Knows no HTTP."""

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.demo.slack.standin.vocabulary import DIRECT, GROUP_DIRECT, JSON, PRIVATE, PUBLIC


def walk(value: Any) -> Iterator[JSON]:
    """Yield every object inside blocks, outer before inner, in the order of the page."""
    if isinstance(value, list):
        for item in value:
            yield from walk(item)
    elif isinstance(value, dict):
        yield value
        for item in value.values():
            yield from walk(item)


@dataclass(slots=True, eq=False, kw_only=True)
class User:
    """A member of the workspace, a guest or a bot."""

    id: str
    name: str
    # Another team's id: a guest by Slack Connect.
    team_id: str
    locale: str = "en-US"
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    # On Enterprise Grid: all their workspaces. `team_id` is the one that Slack names with a press.
    workspaces: tuple[str, ...] = ()

    def is_of(self, team_id: str) -> bool:
        """Return whether they belong to this workspace."""
        return team_id in {self.team_id, *self.workspaces}

    @property
    def mention(self) -> str:
        """How a message names them."""
        return f"<@{self.id}>"

    def to_json(self, *, with_locale: bool = False) -> JSON:
        """Return them as the Web API does."""
        shown: JSON = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.name.capitalize(),
            "deleted": self.deleted,
            "tz": "Europe/Amsterdam",
            "tz_offset": 3600,
            "profile": {"real_name": self.name.capitalize(), "display_name": self.name},
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_bot": self.is_bot,
        }
        if self.workspaces:
            shown["enterprise_user"] = {"id": self.id, "teams": list(self.workspaces)}
        return shown | {"locale": self.locale} if with_locale else shown


@dataclass(slots=True, eq=False, kw_only=True)
class File:
    """A file that the app or a person uploaded."""

    id: str
    name: str
    owner: User
    size: int
    url: str
    content: bytes | None = None
    title: str = ""
    alt_txt: str = ""
    # Whether `files.completeUploadExternal` has named it (a person's file: always).
    completed: bool = False
    # How many looks still find it unprocessed; None: until `process_files`.
    looks_left: int | None = 0
    # Ids of the channels whose messages have shown it.
    shares: set[str] = field(default_factory=set)
    deleted: bool = False

    @property
    def mimetype(self) -> str:
        """The type that the name says."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def is_processed(self) -> bool:
        """Whether messages can show it."""
        return self.completed and self.looks_left == 0

    def look(self) -> bool:
        """Return whether it is processed, and count the look if not."""
        if self.is_processed:
            return True
        if self.looks_left:
            self.looks_left -= 1
        return False

    def to_json(self) -> JSON:
        """Return it as the Web API does."""
        is_known = self.is_processed
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype if is_known else "",
            "filetype": self.name.rpartition(".")[2] if is_known else "",
            "user": self.owner.id,
            "size": self.size,
            "mode": "hosted",
            "alt_txt": self.alt_txt,
            "is_public": False,
            "url_private": self.url,
            "url_private_download": self.url,
            "channels": sorted(id_ for id_ in self.shares if id_.startswith("C")),
            "ims": sorted(id_ for id_ in self.shares if id_.startswith("D")),
        }


class Workspace(Protocol):
    """What a channel knows of the world that it is in."""

    team_id: str
    bot: User
    app_id: str
    bot_id: str
    users: dict[str, User]
    files: dict[str, File]


@dataclass(slots=True, eq=False, kw_only=True)
class Channel:
    """A channel, or direct messages."""

    id: str
    name: str
    world: Workspace
    kind: str = PUBLIC
    members: set[User] = field(default_factory=set)
    is_archived: bool = False
    # Only some may post: `restricted_action`.
    is_read_only: bool = False
    is_shared: bool = False
    all_messages: list["Message"] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<Channel {self.id} {self.name}>"

    @property
    def bot_is_member(self) -> bool:
        """Whether the bot is in it."""
        return self.world.bot in self.members

    @property
    def is_visible(self) -> bool:
        """Whether the bot may know of it."""
        return self.kind == PUBLIC or self.bot_is_member

    @property
    def messages(self) -> list["Message"]:
        """What everybody here sees, oldest first."""
        return [m for m in self.all_messages if not m.deleted and m.visible_to is None]

    def seen_by(self, user: User) -> list["Message"]:
        """Return what one member sees: everybody's messages and their own ephemeral ones."""
        if user not in self.members:
            return []
        return [m for m in self.all_messages if not m.deleted and m.visible_to in {None, user}]

    def ephemeral(self, user: User) -> list["Message"]:
        """Return the messages that only one member sees."""
        return [m for m in self.all_messages if not m.deleted and m.visible_to is user]

    def find(self, ts: object) -> "Message | None":
        """Return the message of that ts that the API knows; ephemeral ones it does not."""
        return next((m for m in self.messages if m.ts == ts), None)

    @property
    def name_for_commands(self) -> str:
        """What a slash command calls it."""
        named = {DIRECT: "directmessage", PRIVATE: "privategroup"}
        return named.get(self.kind, self.name)

    def to_json(self) -> JSON:
        """Return it as the Web API does."""
        shown: JSON = {
            "id": self.id,
            "created": 1700000000,
            "is_im": self.kind == DIRECT,
            "is_mpim": self.kind == GROUP_DIRECT,
            "is_archived": self.is_archived,
            "is_ext_shared": self.is_shared,
            "context_team_id": self.world.team_id,
        }
        if self.kind == DIRECT:
            other = next(user for user in self.members if user is not self.world.bot)
            return shown | {"user": other.id, "is_open": True}
        return shown | {
            "name": self.name,
            "is_channel": self.kind == PUBLIC,
            "is_group": self.kind == PRIVATE,
            "is_private": self.kind != PUBLIC,
            "is_member": self.bot_is_member,
            "is_read_only": self.is_read_only,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button as a person sees it."""

    text: str
    action_id: str
    value: str
    style: str | None
    url: str | None


@dataclass(slots=True, eq=False, kw_only=True)
class Message:
    """One message; edits change it in place, `deleted` marks the end."""

    ts: str
    channel: Channel
    author: User
    text: str = ""
    blocks: list[JSON] = field(default_factory=list)
    metadata: JSON | None = None
    thread_ts: str | None = None
    # Files that a person or `completeUploadExternal` shared here; those in blocks are not here.
    files: list[File] = field(default_factory=list)
    # The only person who sees it (ephemeral); None: everybody in the channel.
    visible_to: User | None = None
    edits: int = 0
    deleted: bool = False
    # Ids of those whom posting it notified, and `!here`, `!channel`, `!everyone`.
    pinged: frozenset[str] = frozenset()
    unfurls: bool = True

    def __repr__(self) -> str:
        state = "deleted " if self.deleted else "ephemeral " if self.is_ephemeral else ""
        return f"<{state}Message {self.ts} by {self.author.name}: {self.shown_text[:80]!r}>"

    @property
    def is_ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return self.visible_to is not None

    @property
    def shown_text(self) -> str:
        """All text a person reads: that of the blocks, or without blocks the text."""
        return shown_text(self.blocks) if self.blocks else self.text

    @property
    def buttons(self) -> list[Button]:
        """Its buttons, in the order of the page."""
        return buttons_in(self.blocks)

    @property
    def labels(self) -> list[str]:
        """What its buttons say."""
        return [button.text for button in self.buttons]

    @property
    def pictures(self) -> list[File | None]:
        """The pictures, in the order of the page; None: people read "file not found"."""
        named = [file_of(self.channel.world, block) for block in pictures_in(self.blocks)]
        shown = [
            file if file and self.channel.id in file.shares and not file.deleted else None
            for file in named
        ]
        return [*shown, *(file for file in self.files if not file.deleted)]

    @property
    def images(self) -> list[bytes]:
        """The bytes of every picture that can be seen."""
        return [file.content or b"" for file in self.pictures if file is not None]

    def to_json(self, *, with_metadata: bool = False) -> JSON:
        """Return it as the Web API does."""
        shown: JSON = {
            "type": "message",
            "ts": self.ts,
            "user": self.author.id,
            "team": self.channel.world.team_id,
            "text": self.text,
        }
        if self.blocks:
            shown["blocks"] = self.blocks
        if self.author is self.channel.world.bot:
            shown |= {"bot_id": self.channel.world.bot_id, "app_id": self.channel.world.app_id}
        if self.thread_ts is not None:
            shown["thread_ts"] = self.thread_ts
        if self.files:
            shown["files"] = [file.to_json() for file in self.files if not file.deleted]
        if self.edits:
            shown["edited"] = {"user": self.author.id, "ts": self.ts}
        if with_metadata and self.metadata is not None:
            shown["metadata"] = self.metadata
        return shown


def shown_text(blocks: list[JSON]) -> str:
    """Return the words of blocks, one text object a line."""
    texts = [part["text"] for part in walk(blocks) if isinstance(part.get("text"), str)]
    return "\n".join(texts)


def buttons_in(blocks: list[JSON]) -> list[Button]:
    """Return the buttons of blocks, in the order of the page."""
    return [
        Button(
            text=part["text"]["text"],
            action_id=part.get("action_id", ""),
            value=part.get("value", ""),
            style=part.get("style"),
            url=part.get("url"),
        )
        for part in walk(blocks)
        if part.get("type") == "button"
    ]


def pictures_in(blocks: list[JSON]) -> list[JSON]:
    """Return the image blocks and elements that name a file of Slack's."""
    return [b for b in walk(blocks) if b.get("type") == "image" and "slack_file" in b]


def file_of(world: Workspace, picture: JSON) -> File | None:
    """Return the file that a picture names; None: there is none."""
    named = picture["slack_file"]
    if "id" in named:
        return world.files.get(named["id"])
    return next((file for file in world.files.values() if file.url == named.get("url")), None)


def pings(message: Message) -> frozenset[str]:
    """Return whom a new message notifies: ids, and `!here` and the like."""
    texts = [message.text]
    for part in walk(message.blocks):
        if part.get("type") == "mrkdwn" and not part.get("verbatim"):
            texts.append(part["text"])
        if part.get("type") == "user":
            texts.append(f"<@{part['user_id']}>")
        if part.get("type") == "broadcast":
            texts.append(f"<!{part['range']}>")
    found = re.findall(r"<(?:@(U\w+)|(!(?:here|channel|everyone)))(?:\|[^>]*)?>", " ".join(texts))
    return frozenset(user or broadcast for user, broadcast in found)
