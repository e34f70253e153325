"""The shared cache. Where it is away the portal goes on: what is cached is computed, what is counted is not."""

import time
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

# After a failure nothing is asked of it for so long (seconds): a page must not wait once for each value it looks up.
SILENT_FOR = 5.0


class ForgivingRedisCache(RedisCache):
    """Redis, of which nothing is asked while it is away."""

    _silent_until = 0.0

    def _try(self, method: str, otherwise: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < ForgivingRedisCache._silent_until:
            return otherwise
        try:
            return getattr(super(), method)(*args, **kwargs)
        except (RedisError, OSError):
            ForgivingRedisCache._silent_until = time.monotonic() + SILENT_FOR
            return otherwise

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self._try("get", default, key, default, version)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        self._try("set", None, key, value, *args, **kwargs)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        result: bool = self._try("add", True, key, value, *args, **kwargs)
        return result

    def delete(self, key: Any, version: Any = None) -> bool:
        result: bool = self._try("delete", False, key, version)
        return result

    def get_many(self, keys: Any, version: Any = None) -> dict[Any, Any]:
        result: dict[Any, Any] = self._try("get_many", {}, keys, version)
        return result

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        result: int = self._try("incr", delta, key, delta, version)
        return result

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        result: bool = self._try("touch", False, key, *args, **kwargs)
        return result


class ForgivingFileCache(FileBasedCache):
    """Files, of which none can be written while the disk is full: then nothing is kept, and reading goes on."""

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(key, value, *args, **kwargs)
        except OSError:
            return

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().add(key, value, *args, **kwargs))
        except OSError:
            return True

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().touch(key, *args, **kwargs))
        except OSError:
            return False
