"""Which addresses images may come from: the shape of a link, the allow-list, public networks.

Pure: no I/O, imports only the standard library. Two independent rules live here,
because each stops what the other cannot see: `AllowList` judges the text of a link, `is_public`
judges the address that a socket is about to be connected to.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import IPv6Address, ip_address, ip_network
from types import MappingProxyType
from typing import Self

_DEFAULT_PORTS = MappingProxyType({"http": 80, "https": 443})
_HIGHEST_PORT = 65535
_EXPECTED = "expected hosts (cdn.example.com) or whole origins (http://127.0.0.1:9001)"

# A link is taken in one spelling only: lower-case scheme and host, no user name, nothing after the
# port but a path. Whatever two URL parsers could read differently (user names, backslashes, spaces,
# control characters, percent signs or Unicode in the host) does not match, so nothing has to be
# cleaned and the text that was checked is the text that is requested.
_LINK = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>[a-z0-9._-]{1,253}|\[[0-9a-f:]{2,39}\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<rest>[/?#][^\s\x00-\x20\x7f\\\ud800-\udfff]*)?"
)
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
# A name whose last label is a number is an IPv4 address to many parsers: 2130706433, 0x7f.1, 127.1.
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")

_GLOBAL_UNICAST = ip_network("2000::/3")  # all of IPv6 that IANA has given out for the Internet
# The IANA special-purpose registries (RFC 6890 and its updates). Written out, because `is_global`
# lets 6to4, NAT64 and multicast pass and differs between Python versions.
_NOT_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network, unspecified
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's wire server: public by number, but on every Azure host
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "2001::/23",  # protocol assignments, among them Teredo (2001::/32)
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries any IPv4 address
        "3fff::/20",  # documentation
    )
)


def is_public(address: str) -> bool:
    """Whether `address`, as a socket takes it, is one on the open Internet.

    IPv6 forms that carry an IPv4 address (mapped, NAT64, 6to4, Teredo) are not, whatever they
    carry: they reach the private address inside. What is no address is not public.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip not in _GLOBAL_UNICAST:
        return False
    return not any(ip in network for network in _NOT_PUBLIC)


# Names that only a local network knows (RFC 6761, RFC 6762, RFC 8375, and what routers use).
_LOCAL_SUFFIXES = ("localhost", "local", "internal", "lan", "home", "home.arpa", "invalid", "test")


def may_be_public(host: str) -> bool:
    """Whether a host, as it stands in a link, may be one on the open Internet.

    By its text alone: a name is not looked up. IPv6 addresses may have brackets.
    """
    name = host.strip("[]").rstrip(".").lower()
    if ":" in name or _ENDS_IN_NUMBER.fullmatch(name):
        return is_public(name)
    is_local = any(name == suffix or name.endswith(f".{suffix}") for suffix in _LOCAL_SUFFIXES)
    return "." in name and not is_local


class NetworkScope(Enum):
    """What a connection for an allowed link may be made to."""

    PUBLIC = "public"  # only what `is_public`
    ANYWHERE = "anywhere"  # the operator named this very origin, so its address is trusted


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOrigin:
    """Scheme, host and port of a link; the three decide which server is asked."""

    scheme: str
    host: str  # lower case; an IPv6 address in brackets
    port: int

    @classmethod
    def of(cls, url: str) -> Self | None:
        """Return the origin of a link, or None unless it is plain http(s) in canonical spelling."""
        found = _LINK.fullmatch(url)
        if found is None:
            return None
        port = int(found["port"] or _DEFAULT_PORTS[found["scheme"]])
        if port > _HIGHEST_PORT:
            return None
        return cls(scheme=found["scheme"], host=found["host"], port=port)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowList:
    """The servers that images may come from. What is not listed is refused."""

    scopes: Mapping[WebOrigin, NetworkScope] = field(default_factory=dict)

    @classmethod
    def parse(cls, entries: Iterable[str]) -> Self:
        """Read entries: `cdn.example.com` (https, public) or `http://127.0.0.1:9001` (exactly).

        Blank entries are skipped; of two entries for one server the one that permits more counts.

        Raises:
            ValueError: some entries cannot be used; one line that names them.
        """
        scopes: dict[WebOrigin, NetworkScope] = {}
        wrong: list[str] = []
        for entry in filter(None, map(str.strip, entries)):
            read = _parse_entry(entry)
            if read is None:
                wrong.append("one with a password" if "@" in entry else repr(entry))
            elif scopes.get(read[0]) is not NetworkScope.ANYWHERE:
                scopes[read[0]] = read[1]
        if wrong:
            raise ValueError(f"{_EXPECTED}, not {', '.join(wrong)}")
        return cls(scopes=MappingProxyType(scopes))

    def scope(self, url: str) -> NetworkScope | None:
        """Return what a connection for this link may be made to, or None if it is not allowed."""
        origin = WebOrigin.of(url)
        return self.scopes.get(origin) if origin else None


def _parse_entry(entry: str) -> tuple[WebOrigin, NetworkScope] | None:
    """Read an entry; None if it is neither a public host nor a whole origin."""
    if not entry.isascii():  # some letters beyond ASCII have others of ASCII in lower case
        return None
    text = entry.lower()
    if _is_name(text) and "." in text:
        https = WebOrigin(scheme="https", host=text, port=_DEFAULT_PORTS["https"])
        return https, NetworkScope.PUBLIC
    found = _LINK.fullmatch(text)
    origin = WebOrigin.of(text)
    if found is None or origin is None or found["rest"] not in (None, "/"):
        return None  # a path cannot be allowed
    if not (_is_name(origin.host) or _is_address(origin.host)):
        return None
    return origin, NetworkScope.ANYWHERE


def _is_name(host: str) -> bool:
    return bool(_NAME.fullmatch(host)) and not _ENDS_IN_NUMBER.fullmatch(host)


def _is_address(host: str) -> bool:
    """Whether a host, as it stands in a link, is an IP address in the one form that is usual."""
    bare = host.removeprefix("[").removesuffix("]")
    try:
        ip = ip_address(bare)
    except ValueError:
        return False
    return host == (f"[{ip}]" if isinstance(ip, IPv6Address) else str(ip))
