"""The one place that picks implementations. It may import everything but `bot.app` and `bot.demo`.

`build` puts one process together: from its settings, its roles, and what lies outside of it. The
demo and the tests call it too, with other `Externals`. Each role and each platform has a module,
which imports what only that one needs: a worker has no use for Discord's library. `build` itself
stands in `parts`: it needs the database's library, and what is here is needed before the port is
bound.
"""

from bot.wiring.externals import Externals
from bot.wiring.roles import EVERY_ROLE, Role, check_roles, read_roles

__all__ = [
    "EVERY_ROLE",
    "Externals",
    "Role",
    "check_roles",
    "read_roles",
]
