"""What is measured together, by name.

Each of these modules has `measure(size, folder)`, and two sizes: FULL, which measures, and QUICK,
which only shows that it runs.
"""

from collections.abc import Mapping
from types import ModuleType

from tests.bench import (
    answers,
    callbacks,
    claims,
    memory,
    polls,
    posting,
    slack,
    slots,
    starts,
    workers,
)

GROUPS: Mapping[str, ModuleType] = {
    "answers": answers,
    "slack": slack,
    "callbacks": callbacks,
    "posting": posting,
    "slots": slots,
    "polls": polls,
    "claims": claims,
    "memory": memory,
    "starts": starts,
    "workers": workers,
}
