"""The life of a job, lived through in every order of events that Hypothesis can think of.

Real service, store and workers; at each await the process may die, each call may be lost, and
callbacks come early, late, twice, forged or never. After every event the promises of
docs/how-it-works.md are checked, and at the end of the world that everything has ended.
"""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.errors import FlakyFailure
from hypothesis.stateful import run_state_machine_as_test

from tests.simulation.fixtures import Rig, rig_on
from tests.simulation.life import Life
from tests.simulation.world import DISCORD, MEMORY, SLACK
from tests.standins.postgresql import PostgresServer

# LIFE_EXAMPLES=2000 LIFE_STEPS=80 makes a longer run, and each such run another one.
EXAMPLES = int(os.environ.get("LIFE_EXAMPLES", "0"))
STEPS = int(os.environ.get("LIFE_STEPS", "60"))


def live(rig: Rig, *, together: bool, examples: int, chat: str = MEMORY) -> None:
    try:
        _live(lambda: Life(rig, together=together, chat=chat), examples)
    except FlakyFailure as error:  # what failed counts, not that it did so once
        raise error.exceptions[0] from None


def _live(life: Callable[[], Life], examples: int) -> None:
    run_state_machine_as_test(
        life,
        settings=settings(
            max_examples=EXAMPLES or examples,
            stateful_step_count=STEPS,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            report_multiple_bugs=False,
        ),
    )


def test_two_processes_keep_all_promises_for_a_while() -> None:
    with rig_on("sqlite://") as rig:
        live(rig, together=True, examples=3)


@pytest.mark.parametrize("chat", [DISCORD, SLACK])
def test_a_process_on_a_platform_keeps_all_promises_for_a_while(chat: str) -> None:
    with rig_on("sqlite://") as rig:
        live(rig, together=False, examples=1, chat=chat)


@pytest.mark.slow
@pytest.mark.parametrize(("chat", "examples"), [(MEMORY, 25), (DISCORD, 5), (SLACK, 5)])
@pytest.mark.parametrize("together", [False, True], ids=["one-process", "two-processes"])
def test_processes_keep_all_promises(
    together: bool,
    chat: str,
    examples: int,
) -> None:
    with rig_on("sqlite://") as rig:
        live(rig, together=together, examples=examples, chat=chat)


@pytest.mark.slow
def test_two_processes_on_postgresql_keep_all_promises(postgres_server: PostgresServer) -> None:
    with rig_on(postgres_server.new_database()) as rig:
        live(rig, together=True, examples=4)
