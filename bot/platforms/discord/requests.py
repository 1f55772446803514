"""What is looked at around every request to Discord.

Only here is the last moment before a request leaves: discord.py may keep one back for half a minute
because of a rate limit, and the process may be frozen meanwhile.
"""

from types import SimpleNamespace

import aiohttp

from bot.leases import check_lease


def traced() -> aiohttp.TraceConfig:
    """Give what discord.py's session calls around each request.

    Its requests raise LostLeaseError, and do not leave, when the work they belong to may be another
    process's by now.
    """
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(_check)
    return trace


async def _check(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    _request: aiohttp.TraceRequestStartParams,
) -> None:
    check_lease()
