"""What is looked at around every request to Discord.

Only here is the last moment before a request leaves: discord.py may keep one back for half a minute
because of a rate limit, and the process may be frozen meanwhile.
"""

from types import SimpleNamespace

import aiohttp

from bot.leases import check_lease
from bot.ports import Observer

# What Discord calls invalid requests; after 10,000 of them in ten minutes it bans the address.
# https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
REFUSALS = frozenset({401, 403, 429})


def traced(observer: Observer) -> aiohttp.TraceConfig:
    """Give what discord.py's session calls around each request.

    Its requests raise LostLeaseError, and do not leave, when the work they belong to may be another
    process's by now. `observer` is told of those that are refused.
    """

    async def check(
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        _request: aiohttp.TraceRequestStartParams,
    ) -> None:
        check_lease()

    async def count(
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        request: aiohttp.TraceRequestEndParams,
    ) -> None:
        if request.response.status in REFUSALS:
            observer.platform_refused(request.response.status)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(check)
    trace.on_request_end.append(count)
    return trace
