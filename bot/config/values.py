"""How the value of a setting is read, and how a wrong one is described. Pure."""

import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.domain.addresses import AllowList

MIN_SECRET_LENGTH = 16

# What editors and documents put around a value: typographic quotes, and characters nobody sees.
_QUOTES = {'"': '"', "'": "'", "“": "”", "\u2018": "\u2019", "„": "“"}
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9a-f.]*:[0-9a-f:.]*(?:%\w+)?")
_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a field expects, as the end of the sentence "expected …"."""

    what: str


def clean(value: str) -> str:
    """Return a value without what copying, quoting and Windows put around it."""
    value = _strip(value)
    if len(value) > 1 and _QUOTES.get(value[0]) == value[-1]:
        value = _strip(value[1:-1])
    return value


def _strip(value: str) -> str:
    return value.strip().strip(_INVISIBLE).strip()


def describe(problem: ErrorDetails, field: FieldInfo, value: str | None) -> str:
    """Say what was expected of a field, and what was found."""
    expected = next((each.what for each in field.metadata if isinstance(each, Expected)), None)
    if problem["type"] == "value_error" or expected is None:
        return problem["msg"].removeprefix("Value error, ")
    return f"expected {expected}, not {shown(value or '')}"


def shown(value: str) -> str:
    """Return a value for a message: on one line, without user and password."""
    text = re.sub(r"(?<=//).*@", "…@", value, flags=re.DOTALL)
    text = re.sub(r"(?<=[^/]):(?![0-9]*(?:/|$))(?!//)[^/]*", ":…", text)
    text = re.sub(r"\?.+", "?…", text, flags=re.DOTALL)
    printable = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
    return f'"{printable}"'


# ── Readers ─────────────────────────────────────────────────────────────────────────────────────


def in_upper_case(value: object) -> object:
    """Read a word whatever its case."""
    return value.upper() if isinstance(value, str) else value


def in_lower_case(value: object) -> object:
    """Read a word whatever its case."""
    return value.lower() if isinstance(value, str) else value


def _long_enough(value: SecretStr) -> SecretStr:
    """Refuse a secret that can be guessed."""
    if len(value) < MIN_SECRET_LENGTH:
        raise ValueError(f"expected at least {MIN_SECRET_LENGTH} characters")
    return value


def as_header(value: object) -> object:
    """Read a secret that goes through HTTP headers: these take one line of ASCII only."""
    if not isinstance(value, str):
        return value
    value = without_scheme(value.strip())
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("expected letters, digits and signs of ASCII, without blanks")
    return value


def without_scheme(value: str) -> str:
    """Return what is behind the word that documents show before a token in a header."""
    return re.sub(r"(?i)^(?:bot|bearer)\s+", "", value)


def as_guild_ids(values: tuple[str, ...]) -> tuple[str, ...]:
    """Accept the ids of Discord servers."""
    return _ids(values, r"[0-9]+", "server ids (numbers)")


def as_team_ids(values: tuple[str, ...]) -> tuple[str, ...]:
    """Accept the ids of Slack workspaces, and of the organisations that they belong to."""
    return _ids(values, r"[TE][A-Z0-9]+", "workspace ids (T0123ABCD)")


def _ids(values: tuple[str, ...], pattern: str, what: str) -> tuple[str, ...]:
    wrong = [value for value in values if not re.fullmatch(pattern, value)]
    if wrong:
        found = ", ".join(map(shown, wrong[:3]))
        raise ValueError(f"expected {what} with commas between them, not {found}")
    return values


@dataclass(frozen=True, slots=True)
class Beginning:
    """Refuses a secret of another kind, told by how it begins."""

    prefix: str
    where: str  # to get one

    def __call__(self, value: SecretStr) -> SecretStr:
        """Accept a secret that begins so; never show another one."""
        if not value.get_secret_value().startswith(self.prefix):
            raise ValueError(f"expected a token that begins with {self.prefix} ({self.where})")
        return value


def as_image_hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    """Accept what `AllowList` can read."""
    AllowList.parse(values)
    return values


def as_cdn_url(value: str) -> str:
    """Accept one plain origin: the paths of attachments are appended to it."""
    try:
        AllowList.parse((value,))
    except ValueError as error:
        what = "expected a whole http or https address without a path"
        raise ValueError(f"{what}, not {shown(value)}") from error
    return value


def _split(value: object) -> object:
    """Read "a, b c" as a list, and `["a", "b"]` too."""
    if not isinstance(value, str):
        return value
    if value.startswith("[") and value.endswith("]"):
        value = value[1:-1]
    return tuple(filter(None, map(clean, re.split(r"[\s,;]+", value))))


def _http_url(value: str) -> str:
    """Accept an http(s) address; paths are appended to it."""
    return _url(value, ("http", "https")).rstrip("/")


def _websocket_url(value: str) -> str:
    """Accept a ws(s) address; it is used as it is."""
    return _url(value, ("ws", "wss"))


def _url(value: str, schemes: tuple[str, ...]) -> str:
    if not _is_url(value, schemes):
        example = f"{schemes[-1]}://bot.example.com"
        what = f"expected a whole {' or '.join(schemes)} address, such as {example}"
        raise ValueError(f"{what}, not {shown(value)}")
    return value


def _is_url(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        is_place = _HOST.fullmatch(parts.hostname or "") is not None and parts.port != 0
    except ValueError:  # brackets or a port that make no sense
        return False
    is_plain = value.isprintable() and " " not in value and not parts.query and not parts.fragment
    return is_plain and is_place and parts.scheme in schemes


HttpUrl = Annotated[str, AfterValidator(_http_url)]
WebsocketUrl = Annotated[str, AfterValidator(_websocket_url)]
Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
Secret = Annotated[SecretStr, BeforeValidator(as_header)]
LongSecret = Annotated[SecretStr, AfterValidator(_long_enough)]
Positive = Annotated[int, Field(ge=1), Expected("a whole number, 1 or more")]
