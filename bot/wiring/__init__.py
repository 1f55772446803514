"""The one place that picks implementations. It may import everything but `bot.app` and `bot.demo`.

`build` puts one process together: from its settings, its roles, and what lies outside of it. The
demo and the tests call it too, with other `Externals`. Each role and each platform has a module,
which imports what only that one needs: a worker has no use for Discord's library.
"""

from bot.wiring.externals import Externals
from bot.wiring.parts import Parts, build
from bot.wiring.roles import EVERY_ROLE, Role, check_roles, read_roles
from bot.wiring.stores import Stores

__all__ = [
    "EVERY_ROLE",
    "Externals",
    "Parts",
    "Role",
    "Stores",
    "build",
    "check_roles",
    "read_roles",
]
