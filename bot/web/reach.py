"""What a call to our own public address can meet, and what to do about it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType


class Reach(Enum):
    """What became of a call to our own address."""

    OURS = auto()
    SLOW = auto()  # ours, after a wait in which others give up
    STARTING = auto()  # ours, whose database is not open yet
    WRONG_SECRET = auto()  # a bot like ours with another secret
    OLD_VERSION = auto()  # a bot like ours that does not know the question
    OTHER_APP = auto()
    HOST_PAGE = auto()  # the host says that nothing runs there, or that it does not answer
    REDIRECT = auto()
    UNKNOWN_HOST = auto()
    BAD_CERTIFICATE = auto()
    NO_CONNECTION = auto()
    NO_ANSWER = auto()
    UNCHECKABLE = auto()  # it leads to a private network: others may see it differently


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCall:
    """One such call."""

    reach: Reach
    seconds: float = 0.0
    status: int | None = None
    location: str | None = None  # where a redirect leads

    @property
    def is_well(self) -> bool:
        """Whether callbacks arrive."""
        return self.reach in {Reach.OURS, Reach.SLOW}

    @property
    def text(self) -> str:
        """What happened, as the end of a sentence that begins with the address."""
        return _TEXTS[self.reach].format(
            seconds=round(self.seconds, 1), status=self.status, location=self.location or "nowhere"
        )

    @property
    def hint(self) -> str | None:
        """What to do about it; None: nothing."""
        return _HINTS.get(self.reach)


_TEXTS: Mapping[Reach, str] = MappingProxyType(
    {
        Reach.OURS: "leads to this bot ({seconds} s)",
        Reach.SLOW: "leads to this bot, but took {seconds} s: the host had put it to sleep, or is "
        "very slow",
        Reach.STARTING: "leads to this bot, whose database is not open yet",
        Reach.WRONG_SECRET: "leads to a bot with another WEBHOOK_SECRET: two deployments share it",
        Reach.OLD_VERSION: "leads to an older version of this bot",
        Reach.OTHER_APP: "leads to another program (HTTP {status})",
        Reach.HOST_PAGE: "shows the host's own error page (HTTP {status}): no bot runs behind it",
        Reach.REDIRECT: "redirects to {location} (HTTP {status}), and callbacks lose their content "
        "on the way",
        Reach.UNKNOWN_HOST: "has a host name that does not exist",
        Reach.BAD_CERTIFICATE: "has no valid TLS certificate",
        Reach.NO_CONNECTION: "lets nobody connect",
        Reach.NO_ANSWER: "does not answer within {seconds} s",
        Reach.UNCHECKABLE: "could not be checked from here: it leads into a private network",
    }
)
_HINTS: Mapping[Reach, str] = MappingProxyType(
    {
        Reach.SLOW: "switch the host's sleeping off (an always-on plan)",
        Reach.STARTING: "see the log for what it waits for",
        Reach.WRONG_SECRET: "stop the other deployment, or give both the same WEBHOOK_SECRET",
        Reach.OLD_VERSION: "deploy this version there",
        Reach.OTHER_APP: "set PUBLIC_URL to this bot's own address",
        Reach.HOST_PAGE: "start the bot, and let it listen at the PORT that the host expects",
        Reach.REDIRECT: "set PUBLIC_URL to the address that it redirects to",
        Reach.UNKNOWN_HOST: "check PUBLIC_URL for typing errors, and the domain's DNS record",
        Reach.BAD_CERTIFICATE: "renew the certificate, or check the name in PUBLIC_URL",
        Reach.NO_CONNECTION: "start the bot, and let the port through the firewall",
        Reach.NO_ANSWER: "let the port through the firewall",
        Reach.UNCHECKABLE: "open it from another network, such as a phone's",
    }
)
