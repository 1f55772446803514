"""Where a job came from, and where its messages go."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a job came from. Ids are the platform's own, as text."""

    platform: str  # "discord"
    tenant_id: str | None  # guild or workspace; None in a direct message
    channel_id: str
    user_id: str
    locale: str = "en"  # BCP 47, as the platform gives it
    placeholder_id: str | None = None  # message id of the placeholder, once known
    reply_token: str | None = None  # lets us edit the first answer; a secret, erased when it ends
    reply_token_ends_at: datetime | None = None

    @property
    def requester(self) -> str:
        """Who asked, unique over all platforms; fairness and limits count by this."""
        return f"{self.platform}:{self.user_id}"
