"""Which process of a test run gets which tests."""

from xdist.scheduler import LoadScopeScheduling


class OneByOne(LoadScopeScheduling):
    """Gives each test to whoever is free, and those of a module that shares a browser to one.

    The marks that pytest-xdist 3.8 has for this mean nothing to pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return module if module.endswith("_in_browser.py") else nodeid
