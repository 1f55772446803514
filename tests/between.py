"""What stands between the bot and its ports, where a test lets one fail or hang."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from bot.ports.images import ImageFetcher

T = TypeVar("T")


class StoreHooks(dict[str, Callable[..., Any]]):
    """What is called instead of a store's method, by "store.method"; a `WrapStore`."""

    def __call__(self, name: str, store: T, /) -> T:
        """Return what stands for `store`; hooks may come and go later."""
        between: Any = _Hooked(name, store, self)
        return between  # type: ignore[no-any-return]


class _Hooked:
    """A store whose methods may be hooked."""

    def __init__(self, name: str, store: object, hooks: StoreHooks) -> None:
        self._name, self._store, self._hooks = name, store, hooks

    def __getattr__(self, method: str) -> Any:
        return self._hooks.get(f"{self._name}.{method}") or getattr(self._store, method)


class ObservedImages:
    """The way to images; a test sees the links, and may let some of them hang for ever."""

    hangs_at: str | None = None  # a link with this in it is never answered

    def __init__(self, fetcher: ImageFetcher) -> None:
        self._fetcher = fetcher
        self.fetched: list[str] = []

    async def fetch(self, url: str) -> tuple[bytes, str]:
        """See `ImageFetcher.fetch`."""
        self.fetched.append(url)
        if self.hangs_at is not None and self.hangs_at in url:
            await asyncio.Event().wait()
        return await self._fetcher.fetch(url)
