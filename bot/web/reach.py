"""What a call to our own public address can meet, and what to do about it. Pure."""

from dataclasses import dataclass
from enum import Enum


class Reach(Enum):
    """What became of a call to our own address: what is said of the address, and what to do."""

    def __init__(self, said: str, hint: str | None) -> None:
        self.said = said
        self.hint = hint

    OURS = ("leads to this bot ({seconds} s)", None)
    SLOW = (  # after a wait in which others give up
        "leads to this bot, but took {seconds} s: the host had put it to sleep, or is very slow",
        "switch the host's sleeping off (an always-on plan)",
    )
    STARTING = (
        "leads to this bot, whose database is not open yet",
        "see the log for what it waits for",
    )
    WRONG_SECRET = (
        "leads to a bot with another WEBHOOK_SECRET: two deployments share it",
        "stop the other deployment, or give both the same WEBHOOK_SECRET",
    )
    OLD_VERSION = ("leads to an older version of this bot", "deploy this version there")
    OTHER_APP = (
        "leads to another program (HTTP {status})",
        "set PUBLIC_URL to this bot's own address",
    )
    HOST_PAGE = (
        "shows the host's own error page (HTTP {status}): no bot runs behind it",
        "start the bot, and let it listen at the PORT that the host expects",
    )
    REDIRECT = (
        "redirects to {location} (HTTP {status}), and callbacks lose their content on the way",
        "set PUBLIC_URL to the address that it redirects to",
    )
    UNKNOWN_HOST = (
        "has a host name that does not exist",
        "check PUBLIC_URL for typing errors, and the domain's DNS record",
    )
    BAD_CERTIFICATE = (
        "has no valid TLS certificate",
        "renew the certificate, or check the name in PUBLIC_URL",
    )
    NO_CONNECTION = (
        "lets nobody connect",
        "start the bot, and let the port through the firewall",
    )
    NO_ANSWER = (
        "does not answer within {seconds} s",
        "let the port through the firewall",
    )
    UNCHECKABLE = (  # others may see it differently
        "could not be checked from here: it leads into a private network",
        "open it from another network, such as a phone's",
    )


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
        return self.reach.said.format(
            seconds=round(self.seconds, 1), status=self.status, location=self.location or "nowhere"
        )

    @property
    def hint(self) -> str | None:
        """What to do about it; None: nothing."""
        return self.reach.hint
