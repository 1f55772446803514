"""The listener: it has its port before all else, and gets its routes when the store is open."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.domain.errors import PortUnavailableError
from bot.web.anonymity import stay_anonymous
from bot.web.connections import ConnectionLimiter, has_sent_enough
from bot.web.limits import WEB_LIMITS, WebLimits
from bot.web.readiness import Check, Remembered, Trouble

log = structlog.get_logger(__name__)


async def _closed(_request: web.Request) -> web.Response:
    """Answer until the store is open."""
    return web.Response(status=503, headers={"Retry-After": "5"})


@dataclass(frozen=True, slots=True)
class Route:
    """What answers one kind of request; GET answers HEAD too."""

    method: str
    path: str  # in aiohttp's form: names in braces end up in `request.match_info`
    handler: Handler
    max_body_bytes: int | None = None  # that the handler can read; None: it reads none


class _Routes(web.UrlDispatcher):
    """Has any route looked up by a router that may be exchanged; aiohttp's own is fixed early."""

    def __init__(self, router: web.UrlDispatcher) -> None:
        super().__init__()
        self.router = router

    async def resolve(self, request: web.Request) -> web.UrlMappingMatchInfo:
        return await self.router.resolve(request)


class WebServer:
    """Listens at once; serves its routes as soon as `open` was called."""

    def __init__(self, limits: WebLimits = WEB_LIMITS) -> None:
        self.limits = limits  # may be exchanged while it listens
        self._routes = _Routes(self._router_of([Route("*", "/{path:.*}", _closed)]))
        self._checks: Mapping[str, Check] = {"start": _not_yet}
        self._troubles: Mapping[str, Trouble] = {}
        self._notes: Mapping[str, Trouble] = {}
        self._longest_body = 0

    def open(
        self,
        routes: Sequence[Route],
        checks: Mapping[str, Check],
        troubles: Mapping[str, Trouble] = MappingProxyType({}),
        notes: Mapping[str, Trouble] = MappingProxyType({}),
    ) -> None:
        """Begin to serve these routes, beside `/healthz` and `/readyz`.

        `checks`, `troubles` and `notes` are what `/readyz` asks, by the name it shows. The last two
        have a line only while there is something to say; notes leave the answer at 200.
        """
        self._routes.router = self._router_of(routes)
        self._troubles = troubles
        self._notes = notes
        self._longest_body = max((route.max_body_bytes or 0 for route in routes), default=0)
        self._checks = {
            name: Remembered(check, good_for_s=self.limits.checks_good_for_s)
            for name, check in checks.items()
        }

    @asynccontextmanager
    async def listen(self, port: int, host: str | None = None) -> AsyncIterator[int]:
        """Listen while the context lasts, and return the port (0 picks one).

        Without a host it binds IPv4 and IPv6; some hosts' health checks need the latter.

        Raises:
            PortUnavailableError: it is taken, or not ours to take.
        """
        runner = web.AppRunner(
            self._application(),
            access_log=None,  # it would log the path, and with it the tag
            shutdown_timeout=self.limits.shutdown_timeout_s,
            keepalive_timeout=self.limits.keep_alive_s,
            lingering_time=self.limits.linger_s,
            auto_decompress=False,  # no client of ours compresses, and this rules out bombs
        )
        await runner.setup()
        try:
            assert runner.server is not None
            stay_anonymous(runner.server)
            limiter = ConnectionLimiter(
                runner.server, lambda: self.limits, longest_body=lambda: self._longest_body
            )
            server = await _listen(limiter, host, port)
            try:
                yield server.sockets[0].getsockname()[1]
            finally:
                server.close()
        finally:
            await runner.cleanup()

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[_answer_and_log])
        # In place of its own, which would look first for a route that leads to ours: that takes a
        # twentieth of the time of a forged callback. The argument for this is deprecated.
        app._router = self._routes  # noqa: SLF001
        return app

    def _router_of(self, routes: Sequence[Route]) -> web.UrlDispatcher:
        own = [Route("GET", "/healthz", self._healthz), Route("GET", "/readyz", self._readyz)]
        router = web.UrlDispatcher()
        router.add_routes(
            web.route(route.method, route.path, _limited(route)) for route in [*own, *routes]
        )
        return router

    async def _healthz(self, _request: web.Request) -> web.Response:
        """The process lives and its event loop turns; depends on nothing else."""
        return web.Response(text="ok\n")

    async def _readyz(self, _request: web.Request) -> web.Response:
        """List whether each part works; 503 if one does not, or is in trouble."""
        names = list(self._checks)
        results = await asyncio.gather(*(self._passes(self._checks[name]) for name in names))
        lines = [
            f"{name}: {'ok' if is_ok else 'not ready'}\n"
            for name, is_ok in zip(names, results, strict=True)
        ]
        wrong, noted = _said(self._troubles), _said(self._notes)
        lines += [f"{name}: {what}\n" for name, what in [*wrong.items(), *noted.items()]]
        is_well = all(results) and not wrong
        return web.Response(status=200 if is_well else 503, text="".join(lines))

    async def _passes(self, check: Check) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.limits.check_timeout_s):
                return await check()
        return False


async def _listen(limiter: ConnectionLimiter, host: str | None, port: int) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    try:
        return await loop.create_server(limiter, host, port)
    except OSError as error:
        raise PortUnavailableError(port) from error


def _limited(route: Route) -> Handler:
    """Return the handler of a route, bound to its limit."""
    answer, max_bytes = route.handler, route.max_body_bytes

    async def handle(request: web.Request) -> web.StreamResponse:
        if max_bytes is not None:
            # `clone` can set it too, but takes a tenth of the time of a whole request.
            request._client_max_size = max_bytes  # noqa: SLF001
        return await answer(request)

    return handle


def _said(of: Mapping[str, Trouble]) -> dict[str, str]:
    """Return what there is to say, by name."""
    return {name: what for name, say in of.items() if (what := say())}


async def _not_yet() -> bool:
    return False


@web.middleware
async def _answer_and_log(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give errors an empty body; log the route, never the path, which may hold a tag."""
    started = time.monotonic()
    try:
        response = await handler(request)
    except web.HTTPException as error:
        response = web.Response(status=error.status, headers=_allow(error))
    except Exception:
        log.exception("request_crashed", route=_route(request))
        response = web.Response(status=500)
    if has_sent_enough(request.transport):
        response.force_close()
    if log.is_enabled_for(logging.DEBUG):  # floods are what it has to be fast for
        ms = round((time.monotonic() - started) * 1000, 1)
        what = {"route": _route(request), "method": request.method, "status": response.status}
        log.debug("request", **what, ms=ms)
    return response


def _allow(error: web.HTTPException) -> dict[str, str]:
    """Return the one header that a 405 must have."""
    return {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"
