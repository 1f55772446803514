"""What a job costs. Pure; the numbers are the provider's (https://midjourney-api.com, pricing)."""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.jobs import Mode

QUOTA_PER_DOLLAR = 130
_QUOTA = {Mode.FAST: 2, Mode.RELAXED: 1}  # fast costs twice the quota of relaxed


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What jobs cost at the provider."""

    quota: int

    @property
    def dollars(self) -> Decimal:
        """The same in US dollars, to a tenth of a cent."""
        return (Decimal(self.quota) / QUOTA_PER_DOLLAR).quantize(Decimal("0.001"))


def cost_of(mode: Mode, jobs: int = 1) -> Cost:
    """Return the cost of that many jobs of one mode."""
    return Cost(quota=_QUOTA[mode] * jobs)
