"""The command line: run the measurements, print the table, write docs/performance.md."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click

from tests.bench.groups import GROUPS
from tests.bench.report import PICTURE, write
from tests.bench.table import Measured, as_text, is_reached

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--only", multiple=True, type=click.Choice(list(GROUPS)), help="Measure this; may be repeated."
)
@click.option("--quick", is_flag=True, help="Try the harness in a small size; measures nothing.")
def bench(only: Sequence[str], *, quick: bool) -> None:
    """Measure the bot against its baselines, in the same run, and print one table."""
    results: dict[str, Measured] = {}
    for name in only or GROUPS:
        group, started = GROUPS[name], time.monotonic()
        click.echo(f"{name} …", err=True, nl=False)
        with tempfile.TemporaryDirectory(prefix="imagine-bench-") as folder:
            results |= asyncio.run(
                group.measure(group.QUICK if quick else group.FULL, Path(folder))
            )
        click.echo(f" {time.monotonic() - started:.0f} s", err=True)
    click.echo(as_text(results))
    reached = sum(is_reached(key, found) for key, found in results.items())
    click.echo(f"{reached} of {len(results)} reached")
    if not only and not quick:
        from tests.bench.plot import draw  # noqa: PLC0415 - nothing else needs matplotlib

        write(results, PAGE)
        draw(results, PAGE.with_name(PICTURE))
        click.echo(f"written to {PAGE.relative_to(Path.cwd())}")


if __name__ == "__main__":
    bench()
