"""Midjourney's models: "7" is version 7, "niji 7" is Niji 7. State of October 2026."""

from collections.abc import Mapping
from typing import Final

VERSIONS: Final = ("1", "2", "3", "4", "5", "5.1", "5.2", "6", "6.1", "7", "8.1", "8.2")
NIJI_VERSIONS: Final = ("4", "5", "6", "7")
DEFAULT_VERSION: Final = "8.2"  # Midjourney's, since 2026-07-24; the provider's is not documented
DEFAULT_NIJI: Final = "7"  # what a bare `--niji` means
REMOVED_VERSIONS: Final[Mapping[str, str]] = {"8": "8.2"}  # and what to use

_NIJI: Final = frozenset(f"niji {number}" for number in NIJI_VERSIONS)
ALL_MODELS: Final = frozenset(VERSIONS) | _NIJI
# Multi-prompt weights (`cat::2 dog::1`): of 7 sources disagree, later models ignore them.
DISPUTED_WEIGHT_MODELS: Final = frozenset({"7", "niji 7"})
WEIGHT_MODELS: Final = ALL_MODELS - DISPUTED_WEIGHT_MODELS - {"8.1", "8.2"}


def family(model: str) -> str:
    """Return the major version of a model: "8.1" is of the family "8", "niji 7" of "niji 7"."""
    return model.partition(".")[0]


def models_of(first: str, last: str = VERSIONS[-1], *, niji: str | None = None) -> frozenset[str]:
    """Return the versions from `first` to `last`, and the Niji models listed in `niji`.

    Where the published table does not say which Niji models know a parameter (`niji` is None),
    all are let through: what is unknown must not block.
    """
    chosen = VERSIONS[VERSIONS.index(first) : VERSIONS.index(last) + 1]
    also = _NIJI if niji is None else frozenset(f"niji {number}" for number in niji.split())
    return frozenset(chosen) | also
