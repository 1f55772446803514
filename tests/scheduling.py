"""Which process of a test run gets which tests."""

from xdist.scheduler import LoadScopeScheduling

# What a module of these prepares takes long, so one process prepares it for all of its tests.
TOGETHER = ("_in_browser.py", "/test_imports.py", "/test_locales.py")


class OneByOne(LoadScopeScheduling):
    """Gives each test to whoever is free, and those of some modules to one.

    The marks that pytest-xdist 3.8 has for this mean nothing to pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return module if module.endswith(TOGETHER) else nodeid
