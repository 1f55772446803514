"""Discord's published rules for the messages that a bot may post or edit."""

import re

from tests.standins.discord.component_rules import check_components
from tests.standins.discord.content import media_of, walk
from tests.standins.discord.problems import Problems
from tests.standins.discord.vocabulary import COMPONENTS_V2, JSON

MAX_CONTENT = 2000
MAX_ATTACHMENTS = 10
FILE_NAME = re.compile(r"[A-Za-z0-9._-]+")

_BODY = {"content", "embeds", "allowed_mentions", "components", "attachments", "poll", "flags"}
# discord.py adds `tts` to everything it sends; Discord ignores it where it has no meaning.
MESSAGE_FIELDS = {
    "create": _BODY
    | {"tts", "nonce", "enforce_nonce", "message_reference", "sticker_ids", "shared_client_theme"},
    "edit": _BODY | {"tts", "sticker_ids"},
    "callback": _BODY | {"tts"},
    "followup": _BODY | {"tts", "username", "avatar_url", "thread_name", "applied_tags"},
    "webhook_edit": _BODY | {"tts"},
}
# SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, IS_VOICE_MESSAGE, IS_COMPONENTS_V2; EPHEMERAL apart.
_FLAGS = 1 << 2 | 1 << 12 | 1 << 13 | COMPONENTS_V2
_EPHEMERAL = 1 << 6
MESSAGE_FLAGS = {
    "create": _FLAGS,
    "edit": _FLAGS,
    "callback": _FLAGS | _EPHEMERAL,
    "followup": _FLAGS | _EPHEMERAL,
    "webhook_edit": _FLAGS | _EPHEMERAL,
}
ATTACHMENT_FIELDS = {"id", "filename", "description", "title", "is_spoiler", "is_remix"} | {
    # What a client sends back of an attachment that it keeps.
    *("url", "proxy_url", "size", "height", "width", "content_type", "spoiler", "ephemeral"),
    *("duration_secs", "waveform", "flags"),
}


def check_message(
    payload: JSON, *, kind: str, uploads: dict[int, str], kept: dict[int, str], was_v2: bool = False
) -> Problems:
    """Check a message to be posted (`create`, `callback`, `followup`) or edited.

    `uploads` are the names of the request's files by index, `kept` the names of the files the
    message already has, by id.
    """
    problems = Problems()
    problems.only((), payload, MESSAGE_FIELDS[kind])
    _check_scalars(problems, payload, kind)
    _check_mentions(problems, payload.get("allowed_mentions"))
    names = _check_attachments(problems, payload, uploads, kept)
    v2 = bool((payload.get("flags") or 0) & COMPONENTS_V2) or was_v2
    if v2:
        _check_no_legacy(problems, payload)
    _check_embeds(problems, payload.get("embeds") or [])
    check_components(problems, payload.get("components") or [], v2=v2)
    if not problems:
        _check_references(problems, payload, names)
    return problems


def _check_scalars(problems: Problems, payload: JSON, kind: str) -> None:
    problems.optional_text(("content",), payload.get("content"), MAX_CONTENT)
    for key in ("tts", "enforce_nonce"):
        problems.flag((key,), payload.get(key))
    flags = payload.get("flags") or 0
    if not isinstance(flags, int) or flags & ~MESSAGE_FLAGS[kind]:
        problems.add(("flags",), "FLAGS_INVALID", f"Flags {flags} may not be set here.")
    nonce = payload.get("nonce")
    if nonce is not None and (not isinstance(nonce, str | int) or len(str(nonce)) > 25):
        problems.add(("nonce",), "NONCE_TYPE_TOO_LONG", "Must be 25 or fewer in length.")


def _check_mentions(problems: Problems, allowed: object) -> None:
    if allowed is None:
        return
    if not isinstance(allowed, dict):
        problems.add(("allowed_mentions",), "MODEL_TYPE_CONVERT", "Only dictionaries may be used.")
        return
    path = ("allowed_mentions",)
    problems.only(path, allowed, {"parse", "users", "roles", "replied_user"})
    problems.flag((*path, "replied_user"), allowed.get("replied_user"))
    parse = allowed.get("parse") or []
    if set(parse) - {"users", "roles", "everyone"}:
        problems.add((*path, "parse"), "BASE_TYPE_CHOICES", "Not a kind of mention.")
    for key in ("users", "roles"):
        named = problems.items((*path, key), allowed.get(key) or [], 0, 100)
        if named and key in parse:
            message = f"parse:[{key}] and {key}: [ids...] are mutually exclusive."
            problems.add(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
        if not all(str(item).isdecimal() for item in named):
            problems.add((*path, key), "NUMBER_TYPE_COERCE", "Value is not snowflake.")


def _check_attachments(
    problems: Problems, payload: JSON, uploads: dict[int, str], kept: dict[int, str]
) -> list[str]:
    """Check the list of files and give the names the message will have."""
    for index, name in uploads.items():
        if not FILE_NAME.fullmatch(name):
            message = f"{name!r} would be renamed, so attachment:// would not find it."
            problems.add(("files", index), "BAD_FILE_NAME", message)
    listed = payload.get("attachments")
    if listed is None:
        _check_count(problems, len(uploads))
        return [*uploads.values()] or [*kept.values()]
    problems.items(("attachments",), listed, 0, MAX_ATTACHMENTS)
    names = []
    known = uploads | kept
    for place, entry in enumerate(listed):
        path = ("attachments", place)
        problems.only(path, entry, ATTACHMENT_FIELDS)
        problems.optional_text((*path, "description"), entry.get("description"), 1024)
        id_ = str(entry.get("id"))
        if not id_.isdecimal() or int(id_) not in known:
            problems.add((*path, "id"), "INVALID_ATTACHMENT", f"No file has the id {id_}.")
        else:
            names.append(entry.get("filename") or known[int(id_)])
    unlisted = uploads.keys() - {int(e["id"]) for e in listed if str(e.get("id")).isdecimal()}
    for index in unlisted:
        problems.add(("attachments",), "FILE_NOT_LISTED", f"files[{index}] is not listed.")
    return names


def _check_count(problems: Problems, count: int) -> None:
    if count > MAX_ATTACHMENTS:
        problems.add(("attachments",), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")


def _check_no_legacy(problems: Problems, payload: JSON) -> None:
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if payload.get(key):
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            message = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            problems.add((key,), code, message)


_EMBED_TEXTS = {"title": 256, "description": 4096, "url": 2048}


def _check_embeds(problems: Problems, embeds: list[JSON]) -> None:
    problems.items(("embeds",), embeds, 0, 10)
    total = 0
    for place, embed in enumerate(embeds):
        for key, high in _EMBED_TEXTS.items():
            problems.optional_text(("embeds", place, key), embed.get(key), high)
        fields = problems.items(("embeds", place, "fields"), embed.get("fields") or [], 0, 25)
        total += len(embed.get("title") or "") + len(embed.get("description") or "")
        total += sum(len(item["name"]) + len(item["value"]) for item in fields)
    if total > 6000:
        problems.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds 6000.")


def _check_references(problems: Problems, payload: JSON, names: list[str]) -> None:
    urls = [m["url"] for c in walk(payload.get("components") or []) for m in media_of(c)]
    for embed in payload.get("embeds") or []:
        urls += [embed[k].get("url", "") for k in ("image", "thumbnail") if embed.get(k)]
    for url in urls:
        name = url.removeprefix("attachment://")
        if name != url and names.count(name) != 1:
            code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
            problems.add(("components",), code, f"{url} names no single uploaded file.")
