"""The two forms of the soak: the short one of the test suite, and the long one of `make soak`."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How long and how hard a soak is."""

    commands: int  # at least so many …
    seconds: float  # … and for at least so long
    pause_s: float  # between two commands, at most
    calm_s: float  # between two incidents, at most
    incidents: Sequence[str]  # all of them in any order, then some until the time is over
    longest_freeze_s: float  # of a process with others; it is always longer than a lease
    slots: int  # of the provider
    thinness: int  # of single faults
    # Whether leases, and looks at where a result stands, end when they do; else they are over as
    # soon as all that they wait for certainly is.
    is_patient: bool


SHORT = Form(
    commands=60,
    seconds=0,
    pause_s=0.3,
    calm_s=0.5,
    incidents=(
        "kill -9",
        "kill -9 at a submit",
        "kill -9 at a post",
        "SIGTERM and a successor",
        "gateway: wire cut",
        "gateway: session lost",
        "API: away",
        "a channel deleted",
    ),
    longest_freeze_s=17,
    slots=15,
    thinness=1,
    is_patient=False,
)
LONG = Form(
    commands=0,
    seconds=300,
    pause_s=0.6,
    calm_s=4.0,
    incidents=(
        *("kill -9",) * 6,
        *("kill -9 at a submit",) * 4,
        *("kill -9 at a post",) * 4,
        *("SIGTERM and a successor",) * 3,
        *("frozen",) * 2,
        "gateway: wire cut",
        "gateway: closed, to be resumed",
        "gateway: session lost",
        "gateway: asked to reconnect",
        "gateway: away",
        "API: away",
        "API: every answer 503",
        "API: no quota",
        "API: another key",
        "no permission to post",
        "a channel deleted",
    ),
    longest_freeze_s=30,
    slots=40,
    thinness=4,
    is_patient=True,
)
