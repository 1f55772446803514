"""Users and what they post: messages, with their texts, buttons and files. Knows no HTTP."""

import itertools
import mimetypes
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.standins.discord.vocabulary import COMPONENTS_V2, DEFAULT_UPLOAD_LIMIT, JSON, LOADING

if TYPE_CHECKING:
    from tests.standins.discord.places import Channel


def walk(components: list[JSON]) -> Iterator[JSON]:
    """Yield every component, outer before inner, in the order of the page."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        for key in ("accessory", "component"):
            if key in component:
                yield from walk([component[key]])


def media_of(component: JSON) -> Iterator[JSON]:
    """Yield the media objects (`{"url": …}`) that a component itself shows."""
    for item in component.get("items", []):
        yield item["media"]
    for key in ("media", "file"):
        if key in component:
            yield component[key]


@dataclass(slots=True, eq=False, kw_only=True)
class User:
    id: int
    name: str
    bot: bool = False
    locale: str = "en-US"
    accepts_dms: bool = True
    # What the person's own subscription allows. Interactions carry it; the bot's posts lack it.
    upload_limit: int = DEFAULT_UPLOAD_LIMIT

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def to_json(self) -> JSON:
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": None if self.bot else self.name.capitalize(),
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass(slots=True, eq=False, kw_only=True)
class StoredFile:
    id: int
    filename: str
    content: bytes
    channel_id: int
    description: str | None = None

    @property
    def content_type(self) -> str:
        return mimetypes.guess_type(self.filename)[0] or "application/octet-stream"

    @property
    def path(self) -> str:
        return f"/attachments/{self.channel_id}/{self.id}/{self.filename}"

    def media_json(self, base: str) -> JSON:
        url = f"{base}{self.path}?ex=7fffffff&is=66000000&hm={self.id:064x}&"
        shown: JSON = {"url": url, "proxy_url": url, "content_type": self.content_type}
        if self.content.startswith(b"\x89PNG") and len(self.content) >= 24:
            shown["width"], shown["height"] = struct.unpack(">II", self.content[16:24])
        return shown

    def to_json(self, base: str) -> JSON:
        shown = self.media_json(base) | {
            "id": str(self.id),
            "filename": self.filename,
            "size": len(self.content),
        }
        return shown if self.description is None else shown | {"description": self.description}


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button as a person sees it."""

    label: str | None
    custom_id: str | None
    url: str | None
    style: int
    disabled: bool
    emoji: str | None


@dataclass(slots=True, eq=False, kw_only=True)
class Message:
    """One message; edits change it in place, `deleted` marks the end."""

    id: int
    channel: "Channel"
    author: User
    content: str = ""
    embeds: list[JSON] = field(default_factory=list)
    components: list[JSON] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    flags: int = 0
    nonce: str | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    edited_at: datetime | None = None
    # The only person who sees it (ephemeral); None: everybody in the channel.
    visible_to: User | None = None
    interaction_metadata: JSON | None = None
    deleted: bool = False
    # Ids of the people whom posting this notified; edits notify nobody.
    pinged: frozenset[int] = frozenset()
    pinged_everyone: bool = False

    def __repr__(self) -> str:
        state = "deleted " if self.deleted else "ephemeral " if self.ephemeral else ""
        return f"<{state}Message {self.id} by {self.author.name}: {self.text[:80]!r}>"

    @property
    def ephemeral(self) -> bool:
        return self.visible_to is not None

    @property
    def loading(self) -> bool:
        """Whether this is a deferred answer that still shows "thinking …"."""
        return bool(self.flags & LOADING)

    @property
    def is_v2(self) -> bool:
        return bool(self.flags & COMPONENTS_V2)

    @property
    def text(self) -> str:
        """All text a person reads: the content and every TextDisplay, one a line."""
        shown = [c["content"] for c in walk(self.components) if c["type"] == 10]
        return "\n".join(filter(None, [self.content, *shown]))

    @property
    def buttons(self) -> list[Button]:
        return [
            Button(
                label=c.get("label"),
                custom_id=c.get("custom_id"),
                url=c.get("url"),
                style=c["style"],
                disabled=c.get("disabled", False),
                emoji=(c.get("emoji") or {}).get("name"),
            )
            for c in walk(self.components)
            if c["type"] == 2
        ]

    @property
    def labels(self) -> list[str]:
        return [button.label or "" for button in self.buttons]

    @property
    def media(self) -> list[JSON]:
        return [media for c in walk(self.components) for media in media_of(c)]

    @property
    def images(self) -> list[bytes]:
        """The bytes of every uploaded picture the message shows, in the order of the page."""
        shown = [self._file_at(media["url"]) for media in self.media]
        if not self.is_v2:
            shown += self.visible_files
        return [file.content for file in shown if file is not None]

    @property
    def visible_files(self) -> list[StoredFile]:
        """The files Discord lists as attachments: those that no component or embed shows."""
        shown = {self._file_at(url) for url in self._shown_urls()}
        return [file for file in self.files if file not in shown]

    @property
    def hidden_files(self) -> list[StoredFile]:
        """Uploaded, but invisible: a Components V2 message shows only what a component names."""
        return self.visible_files if self.is_v2 else []

    def _shown_urls(self) -> Iterator[str]:
        yield from (media["url"] for media in self.media)
        for embed in self.embeds:
            for key in ("image", "thumbnail"):
                if embed.get(key):
                    yield embed[key].get("url", "")

    def _file_at(self, url: str) -> StoredFile | None:
        if url.startswith("attachment://"):
            name = url.removeprefix("attachment://")
            return next((file for file in self.files if file.filename == name), None)
        return self.channel.world.file_at(url)

    def to_json(self) -> JSON:
        base = self.channel.world.cdn_url
        shown: JSON = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "type": 20 if self.interaction_metadata else 0,
            "author": self.author.to_json(),
            "content": self.content,
            "embeds": self.embeds,
            "components": self._components_json(),
            "attachments": [file.to_json(base) for file in self.visible_files],
            "flags": self.flags,
            "timestamp": self.created_at.isoformat(),
            "edited_timestamp": self.edited_at and self.edited_at.isoformat(),
            "tts": False,
            "pinned": False,
            "mention_everyone": self.pinged_everyone,
            "mentions": [self.channel.world.users[id_].to_json() for id_ in sorted(self.pinged)],
            "mention_roles": [],
        }
        if self.nonce is not None:
            shown["nonce"] = self.nonce
        if self.interaction_metadata is not None:
            app_id = str(self.author.id)
            shown |= {"application_id": app_id, "webhook_id": app_id}
            shown["interaction_metadata"] = self.interaction_metadata
        return shown

    def _components_json(self) -> list[JSON]:
        counter = itertools.count(1)

        def resolved(value: Any) -> Any:
            if isinstance(value, list):
                return [resolved(item) for item in value]
            if not isinstance(value, dict):
                return value
            if set(value) == {"url"} and isinstance(value["url"], str):
                return self._media_json(value["url"])
            made = {key: resolved(item) for key, item in value.items() if item is not None}
            if "type" in value:
                made.setdefault("id", next(counter))
            return made

        made: list[JSON] = resolved(self.components)
        return made

    def _media_json(self, url: str) -> JSON:
        file = self._file_at(url)
        if file is None:
            return {"url": url, "proxy_url": url, "loading_state": 2}
        resolved = file.media_json(self.channel.world.cdn_url)
        return resolved | {"attachment_id": str(file.id), "loading_state": 2}
