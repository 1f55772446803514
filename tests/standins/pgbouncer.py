"""A real PgBouncer before the tests' PostgreSQL, with so few connections that all are shared."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.standins.ports import free_port
from tests.standins.postgresql import USER, PostgresServer
from tests.timing import TIMEOUT_S

SERVER_CONNECTIONS = 2


def find_pgbouncer() -> Path | None:
    """Return the program; Debian keeps it where only root looks."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return Path(found) if found else None


@contextmanager
def pooled(program: Path, server: PostgresServer, url: str) -> Iterator[str]:
    """Return an address for the database at `url` through a pooler in transaction mode."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="imagine-bot-pooler-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        settings = folder / "pgbouncer.ini"
        settings.write_text(_settings(server.port, port))
        settings.chmod(0o644)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([program, settings], stdout=log, stderr=log, **_as_nobody())
        try:
            through = url.replace(f":{server.port}/", f":{port}/")
            _wait_until_it_answers(through, process, folder / "log")
            yield through
        finally:
            process.kill()  # it would wait for its clients
            process.wait(TIMEOUT_S)


def _as_nobody() -> dict[str, Any]:
    """Return up root's rights, with which PgBouncer does not run."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


def _settings(server_port: int, port: int) -> str:
    return f"""
[databases]
* = host=127.0.0.1 port={server_port} user={USER}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {SERVER_CONNECTIONS}
"""


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + TIMEOUT_S
    while True:
        try:
            psycopg.connect(url, connect_timeout=10).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise RuntimeError(f"PgBouncer does not answer: {log.read_text()}") from None
            time.sleep(0.05)
        else:
            return
