"""What a file may use, as far as the contracts of import-linter in pyproject.toml cannot say it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path.relative_to(ROOT) for folder in ("bot", "cogs") for path in (ROOT / folder).rglob("*.py")
)


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    """Return all syntax of a file."""
    return list(ast.walk(ast.parse((ROOT / path).read_text())))


@cache
def imports_of(path: Path) -> list[str]:
    """Return all that a file imports, wherever in it: `from a import b` as "a.b"."""
    return list(_imports_of(path))


def _imports_of(path: Path) -> Iterator[str]:
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def files_in(places: tuple[str, ...]) -> list[Path]:
    return [path for path in SOURCES if any(str(path).startswith(place) for place in places)]


def importers_of(package: str) -> set[str]:
    return {str(path) for path in SOURCES if any(within(m, (package,)) for m in imports_of(path))}


@pytest.mark.parametrize(
    ("package", "places"),
    [
        ("discord", ("bot/platforms/discord/", "bot/demo/", "cogs/")),
        ("slack_sdk", ("bot/platforms/slack/",)),
        ("aiohttp.web", ("bot/web/", "bot/platforms/slack/app/requests.py", "bot/demo/")),
        ("sqlalchemy", ("bot/store/",)),
        ("alembic", ("bot/store/",)),
        ("simcord", ("bot/demo/",)),
        ("PIL", ("bot/images/", "bot/demo/")),
        ("prometheus_client", ("bot/observability/metrics.py",)),
        ("babel", ()),  # translations are compiled beforehand
        ("os.environ", ()),
        ("tests", ()),  # the demo has its stand-ins itself
    ],
)
def test_a_library_stays_where_it_belongs(package: str, places: tuple[str, ...]) -> None:
    strays = {path for path in importers_of(package) if not path.startswith(places or ("-",))}
    assert strays == set()


CORE = ("domain", "prompts", "ports", "services", "screens", "workers")


def test_the_core_runs_without_discord() -> None:
    """Neither it nor anything that it imports needs a platform's library."""
    modules = [
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path in files_in(tuple(f"bot/{package}/" for package in CORE))
    ]
    program = f"import sys, {', '.join(modules)}; sys.exit('discord' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


NOT_FOR_THE_PORT = {"bot.prompts", "bot.services", "bot.screens", "bot.platforms", "bot.store"}
NOT_FOR_SQLITE = {"alembic", "psycopg", "sqlalchemy.dialects.postgresql"}


@pytest.mark.parametrize(
    ("loaded", "late"),
    [("bot.__main__, bot.app", NOT_FOR_THE_PORT), ("bot.wiring.parts", NOT_FOR_SQLITE)],
)
def test_what_a_start_does_not_need_is_loaded_late(loaded: str, late: set[str]) -> None:
    """Hosts wait for the port, and most databases are SQLite's and current."""
    program = f"import sys, {loaded}; print(*{late!r} & sys.modules.keys())"
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == []


def test_only_config_reads_the_environment() -> None:
    readers = {
        str(path)
        for path in SOURCES
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    assert readers == {"bot/config/environment.py"}


def test_cog_methods_stay_short() -> None:
    for path in files_in(("cogs/",)):
        for node in nodes_of(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.body[0].lineno + 1
                assert length <= 20, f"{path}: {node.name} holds logic ({length} lines)"


def test_discord_renders_sentences_as_markdown_alone() -> None:
    """`markdown.render` escapes what a sentence quotes, whoever forgets about it."""
    importers = {
        str(path)
        for path in files_in(("bot/platforms/discord/", "cogs/"))
        if {"bot.locales", "bot.locales.render"}.intersection(imports_of(path))
    }
    assert importers == {"bot/platforms/discord/rendering/markdown.py"}


def test_nothing_at_discord_is_imported_for_types_alone() -> None:
    guarded = {
        str(path)
        for path in files_in(("bot/platforms/discord/", "cogs/"))
        if "typing.TYPE_CHECKING" in imports_of(path)
    }
    assert guarded == set()
