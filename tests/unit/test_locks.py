"""The locks hold what pyproject.toml asks for, on every Python and system that we support."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = {
    "": "requirements.txt",
    "demo": "requirements/demo.txt",
    "test": "requirements/test.txt",
    "bench": "requirements/bench.txt",
}


def _entries(lock: str) -> list[str]:
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if not line.startswith("#")]


def _pins(lock: str, python: str, system: str = "linux") -> dict[str, str]:
    """The versions that a Python of this version installs on this system."""
    here = {
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": system,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    pins = {}
    for entry in _entries(lock):
        wanted = Requirement(entry.partition("--hash")[0].strip())
        if wanted.marker is None or wanted.marker.evaluate(here):
            pins[canonicalize_name(wanted.name)] = next(iter(wanted.specifier)).version
    return pins


def _asked_for(extra: str) -> list[Requirement]:
    """What pyproject.toml asks for, with the extras that an extra names."""
    lines = [*PROJECT["dependencies"], *(_of_extra(extra) if extra else ())]
    return list(map(Requirement, lines))


def _of_extra(extra: str) -> list[str]:
    lines = []
    for line in PROJECT["optional-dependencies"][extra]:
        other = re.fullmatch(r"imagine-bot\[(\w+)\]", line)
        lines += _of_extra(other[1]) if other else [line]
    return lines


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize(("extra", "lock"), LOCKS.items())
def test_lock_satisfies_what_is_asked_for(extra: str, lock: str, python: str) -> None:
    pins = _pins(lock, python)
    for wanted in _asked_for(extra):
        assert wanted.specifier.contains(pins[canonicalize_name(wanted.name)]), wanted


@pytest.mark.parametrize("lock", LOCKS.values())
def test_every_package_is_held_by_hashes_and_no_index_is_named(lock: str) -> None:
    for entry in _entries(lock):
        assert re.fullmatch(r"[a-z0-9.-]+==\S+( ; [^;]+?)?( +--hash=sha256:[0-9a-f]{64})+ *", entry)


def test_locks_agree_on_versions() -> None:
    for python in ("3.11", "3.14"):
        largest = _pins(LOCKS["bench"], python)
        for lock in LOCKS.values():
            assert _pins(lock, python).items() <= largest.items()


def test_parts_that_only_some_pythons_and_systems_need_are_there() -> None:
    assert "audioop-lts" in _pins("requirements.txt", "3.13")
    assert "audioop-lts" not in _pins("requirements.txt", "3.12")
    assert "tzdata" in _pins("requirements.txt", "3.14", system="win32")
