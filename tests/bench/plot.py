"""The table as a picture: how far each row is from its target."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl

from tests.bench.table import TARGETS, Measured, is_reached

mpl.use("agg")  # no display

from matplotlib import pyplot as plt

REACHED, MISSED, LIMIT = "#4c9f70", "#d9534f", "#33333d"
GAP = 0.03  # beside the limit, or a bar that exceeds it


def draw(results: Mapping[str, Measured], path: Path) -> None:
    """Draw a bar a row: the part of what its target allows that it takes; at most 1 is reached."""
    keys = [key for key in TARGETS if key in results][::-1]
    shares = [max(TARGETS[key].share(results[key].value), 0.0) for key in keys]
    colours = [REACHED if is_reached(key, results[key]) else MISSED for key in keys]
    figure, axes = plt.subplots(figsize=(9, 0.42 * len(keys) + 1.2), layout="constrained")
    axes.barh([TARGETS[key].what.replace("`", "") for key in keys], shares, color=colours)
    for row, (key, share) in enumerate(zip(keys, shares, strict=True)):
        label = f"{TARGETS[key].text(results[key].value)}  ({TARGETS[key].wanted})"
        axes.text(max(share, 1) + GAP, row, label, va="center", fontsize=8)
    axes.axvline(1, color=LIMIT, linewidth=1)
    axes.set_xlim(0, max(1.4, 1.25 * max(shares)))
    axes.set_xlabel("part of what the target allows")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=90)
    plt.close(figure)
