"""Links to messages, and of files that people upload to Discord. Pure."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from bot.domain.errors import ImageError
from bot.domain.messages import Message
from bot.platforms.discord.rendering.reading import is_upload

_CDN_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
# https://docs.discord.com/developers/reference#signed-attachment-cdn-urls; a day, and not longer.
_LINKS_LAST = timedelta(hours=24)


def on_cdn(cdn_url: str, url: str) -> str:
    """Return the link of an attached file on `cdn_url`, the one origin that we trust for them.

    Raises:
        ImageError: the link is unreadable, or names no file.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # for example an unclosed bracket
        raise ImageError("the link is unreadable") from None
    if not parts.path.startswith("/"):
        raise ImageError("the link names no file")
    query = f"?{parts.query}" if parts.query else ""
    return f"{cdn_url.rstrip('/')}{parts.path}{query}"


def link_end(cdn_url: str, url: str, asked_at: datetime | None) -> datetime | None:
    """Return when the link of an uploaded file ends; None: it is no such link, or nobody can tell.

    Discord signs these links for a day and says so in them. Of one without a signature we know at
    most when it was used first.
    """
    hosts = {*_CDN_HOSTS, urlsplit(cdn_url).netloc}
    try:
        parts = urlsplit(url)
        if parts.netloc not in hosts or not is_upload(url):
            return None
        [end, *_] = parse_qs(parts.query).get("ex", [""])
        return datetime.fromtimestamp(int(end, 16), UTC)
    except (ValueError, OverflowError, OSError):  # no signature, or an odd one
        return None if asked_at is None else asked_at + _LINKS_LAST


def address_of(message: Message) -> str:
    """Return the address that opens a message; without a guild it is a direct one."""
    there = message.conversation
    guild_id = there.tenant_id or "@me"
    return f"https://discord.com/channels/{guild_id}/{there.id}/{message.id}"
