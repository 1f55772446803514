"""A real PgBouncer before the tests' PostgreSQL, with so few connections that all are shared."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.standins.ports import free_port
from tests.standins.postgresql import USER, PostgresServer, as_nobody

SERVER_CONNECTIONS = 2
START_TIMEOUT_S = 30.0


def find_pgbouncer() -> Path | None:
    """Give the program; Debian keeps it where only root looks."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return Path(found) if found else None


@contextmanager
def pooled(program: Path, server: PostgresServer, url: str) -> Iterator[str]:
    """Give an address for the database at `url` through a pooler in transaction mode."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="imagine-bot-pooler-") as name:
        settings = Path(name) / "pgbouncer.ini"
        settings.write_text(_settings(server.port, port))
        Path(name).chmod(0o755)
        process = subprocess.Popen(
            [*as_nobody(), str(program), str(settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        through = url.replace(f":{server.port}/", f":{port}/")
        try:
            _wait_until_it_answers(through)
            yield through
        finally:
            process.terminate()  # at once: it waits for nobody's transaction
            process.wait(START_TIMEOUT_S)


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


def _wait_until_it_answers(url: str) -> None:
    give_up_at = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.05)
        else:
            return
