"""Plots of counted values: SVG for pages, in the colours of the page, and PNG for the Prefect UI.

The same drawing serves both, so that a report and the UI show the same.
"""

import base64
import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import polars as pl

from pipeline.review.calibration import Calibration
from pipeline.views.evaluate.reliability import wilson_interval
from pipeline.views.report.tallies import Distribution, Tally, distributions
from pipeline.views.skills import SkillsFunnel
from pipeline.views.think import ThinkFunnel
from schemas.evaluation import FieldEvaluation
from schemas.shards import Commit
from tools.store import Store

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MAX_SHARDS = 100
_MOST_NAMES = 20
_PER_ROW = 3
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_FEW = 3
# Drawn in these colours, and in an SVG replaced by those of the page, light or dark.
_INK, _SOFT, _LINE = "#23211d", "#6b655b", "#e3ded4"
_FILL, _MARK = "#5d6f86", "#8a3324"
_THEME = {
    _INK: "var(--ink)", _SOFT: "var(--soft)", _LINE: "var(--line)",
    _FILL: "var(--plot-1)", _MARK: "var(--plot-2)",
}  # fmt: skip
_STYLE = {
    "axes.edgecolor": _LINE, "axes.labelcolor": _SOFT, "axes.spines.left": False,
    "axes.spines.right": False, "axes.spines.top": False, "axes.titlecolor": _INK,
    "axes.grid": True, "axes.grid.axis": "y", "axes.axisbelow": True, "grid.color": _LINE,
    "grid.linewidth": 0.6, "text.color": _INK, "xtick.color": _SOFT, "ytick.color": _SOFT,
    "xtick.major.size": 0, "ytick.major.size": 0, "font.size": 8.5, "legend.frameon": False,
    "svg.fonttype": "none", "text.parse_math": False,
}  # fmt: skip


def plot_stage(store: Store, stage: str, commits: Sequence[Commit]) -> str | None:
    """Plot the rows of a stage's newest shards.

    Parameters
    ----------
    store : Store
    stage : str
    commits : sequence of Commit
        Of this stage.

    Returns
    -------
    str or None
        A ``data:image/png`` URI; None for a stage without rows.
    """
    shown = [commit for commit in commits if commit.n_rows][-_MAX_SHARDS:]
    found = distributions(store, shown)
    if not found:
        return None
    n_rows = sum(commit.n_rows for commit in shown)
    title = f"{stage}: {n_rows} rows of {len(shown)} of {len(commits)} shards"
    return png_of(found, title)


def png_of(found: Sequence[Distribution], title: str) -> str:
    """Distributions side by side, as a ``data:image/png`` URI."""
    n_columns = min(len(found), _PER_ROW)
    n_rows = -(-len(found) // n_columns)
    with _figure(4.4 * n_columns, 2.6 * n_rows + 0.3) as figure:
        axes = list(figure.subplots(n_rows, n_columns, squeeze=False).flat)
        for axis, each in zip(axes, found, strict=False):
            draw(each, axis)
            axis.set_title(each.tally.title)
        for axis in axes[len(found) :]:
            axis.remove()
        figure.suptitle(title)
        return _as_uri(figure)


def _as_uri(figure: "Figure") -> str:
    sink = io.BytesIO()
    figure.savefig(sink, format="png", dpi=90)
    return f"data:image/png;base64,{base64.b64encode(sink.getvalue()).decode()}"


def svg_of(found: Distribution) -> str:
    """A distribution as an ``<svg>`` element in the colours of the page it stands in."""
    import matplotlib

    with _figure(3.5, 2.0) as figure:
        draw(found, figure.subplots())
        sink = io.StringIO()
        # Ids of several plots in one page must differ.
        with matplotlib.rc_context({"svg.hashsalt": found.tally.title}):
            figure.savefig(sink, format="svg", transparent=True, metadata=_NO_METADATA)
    svg = sink.getvalue()
    svg = svg[svg.index("<svg") :]
    for colour, variable in _THEME.items():
        svg = svg.replace(colour, variable)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{found.tally.title}" ', 1)


def draw(found: Distribution, axis: "Axes") -> None:
    """Draw a distribution: numbers as a histogram, names as bars, the most frequent first."""
    if found.tally.bin_width is None:
        _draw_names(found, axis)
    else:
        _draw_numbers(found, found.tally.bin_width, axis)
    axis.margins(x=0.01)
    axis.yaxis.get_major_locator().set_params(integer=True, nbins=4)  # type: ignore[call-arg]


def _draw_numbers(found: Distribution, width: float, axis: "Axes") -> None:
    edges = [float(edge) for edge in found.counts]
    axis.bar(edges, list(found.counts.values()), width=0.92 * width, align="edge", color=_FILL)
    axis.set_xlabel(found.tally.unit)
    if found.mean is not None:
        axis.axvline(found.mean, color=_INK, linewidth=1.2, label=f"mean {found.mean:.1f}")
    if found.tally.mark is not None:
        value, name = found.tally.mark
        axis.axvline(value, color=_MARK, linewidth=1.2, linestyle="--", label=f"{name} {value:g}")
    shown = [*edges, *([found.tally.mark[0]] if found.tally.mark else [])]
    if len(edges) < _FEW:
        # A bin alone would fill the plot from side to side.
        low = min(shown) - _FEW * width
        axis.set_xlim(max(low, 0) if min(shown) >= 0 else low, max(shown) + (_FEW + 1) * width)
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0, handlelength=1)


def _draw_names(found: Distribution, axis: "Axes") -> None:
    most = found.counts.most_common(_MOST_NAMES)
    if all(str(name).isdecimal() for name, _ in most):
        most.sort(key=lambda each: int(each[0]))
    names = [_short(str(name)) for name, _ in most]
    axis.bar(range(len(names)), [count for _, count in most], width=0.7, color=_FILL)
    _name_ticks(axis, names)
    if len(names) > 8 or any(len(name) > 6 for name in names):
        axis.tick_params(axis="x", rotation=45 if len(names) < 6 else 90)
    if len(names) < 4:
        axis.set_xlim(-1.5, len(names) + 0.5)
    left = len(found.counts) - len(most)
    if left:
        axis.set_xlabel(f"and {left} more")


def _name_ticks(axis: "Axes", names: Sequence[object], rotation: float = 0) -> None:
    """Anyone's words below bars."""
    shown = [_short(str(name)) for name in names]
    axis.set_xticks(range(len(shown)), shown, rotation=rotation)


def _short(name: str) -> str:
    text = "".join(c if c.isprintable() else "?" for c in name)
    return text if len(text) <= 22 else f"{text[:21]}…"


@contextmanager
def _figure(width_in: float, height_in: float) -> "Iterator[Figure]":
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE), warnings.catch_warnings():  # type: ignore[arg-type]
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # drawn as a box
        yield Figure(figsize=(width_in, height_in), layout="constrained")


def plot_calibration(found: Calibration) -> bytes:
    """Precision and recall by threshold with their 95 % intervals, as a PNG."""
    with _figure(7.2, 3.6) as figure:
        axis = figure.subplots()
        at = [point.threshold for point in found.curve]
        for name, colour in (("precision", _MARK), ("recall", _FILL)):
            values, low, high = (
                [getattr(point.rates, f"{name}{end}") for point in found.curve]
                for end in ("", "_low", "_high")
            )
            axis.plot(at, values, color=colour, label=name, marker="o", markersize=3)
            axis.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0)
        axis.axhline(found.wanted_precision, color=_INK, linewidth=1, linestyle="--")
        axis.set(xlabel="judge's score, at least", ylim=(0, 1.02))
        axis.set_title(f"{found.n_scored} rows; the bands hold 95 %")
        axis.legend(loc="lower left")
        sink = io.BytesIO()
        figure.savefig(sink, format="png", dpi=110)
    return sink.getvalue()


def plot_reliability(fields: Sequence[FieldEvaluation]) -> bytes:
    """Shares right by chance, field by field with 95 % intervals, as a PNG."""
    shown = [each for each in fields if each.reliability]
    with _figure(2.9 * max(len(shown), 1), 3.0) as figure:
        axes = figure.subplots(1, max(len(shown), 1), squeeze=False)[0]
        for axis, field in zip(axes, shown, strict=False):
            _draw_reliability(field, axis)
        sink = io.BytesIO()
        figure.savefig(sink, format="png", dpi=110)
    return sink.getvalue()


def _draw_reliability(field: FieldEvaluation, axis: "Axes") -> None:
    """Honest chances lie on the line."""
    axis.plot((0, 1), (0, 1), color=_SOFT, linewidth=1, linestyle="--")
    at = [each.mean_p_right for each in field.reliability]
    right = [each.share_right for each in field.reliability]
    bands = [wilson_interval(round(each.n * (1 - each.share_right)), each.n)
             for each in field.reliability]  # fmt: skip
    # Rounding may leave a share outside its own interval, by the last digit.
    down = [max(0.0, each - (1 - high)) for each, (_, high) in zip(right, bands, strict=True)]
    up = [max(0.0, 1 - low - each) for each, (low, _) in zip(right, bands, strict=True)]
    axis.errorbar(at, right, yerr=(down, up), color=_FILL, marker="o", markersize=3, linewidth=1)
    axis.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="chance of being right", ylabel="share right")
    axis.set_title(f"{field.field}, {field.n_measured} values")


def plot_funnel(funnel: SkillsFunnel) -> str:
    """Plot what became of the candidates, by skill and reason, and the shape of the pairs.

    Returns
    -------
    str
        A ``data:image/png`` URI.
    """
    with _figure(14, 7) as figure:
        top, bottom = figure.subfigures(2, 1, squeeze=False, height_ratios=(1.2, 1))[:, 0]
        outcomes, axis = funnel.outcomes, top.subplots()
        names = outcomes["what"].unique(maintain_order=True).to_list()
        left = dict.fromkeys(names, 0)
        kinds = outcomes.select("stage", "reason").unique(maintain_order=True)
        for stage, reason in sorted(kinds.iter_rows(), key=lambda each: each[0] != "accepted"):
            ours = outcomes.filter(pl.col("stage") == stage, pl.col("reason") == reason)
            counts = dict(ours.select("what", "n").iter_rows())
            widths = [counts.get(name, 0) for name in names]
            color = "tab:green" if stage == "accepted" else None
            label = f"{stage}: {reason}" if reason else stage
            axis.barh(names, widths, left=[left[name] for name in names], label=label, color=color)
            left = {name: left[name] + width for name, width in zip(names, widths, strict=True)}
        axis.set(xlabel=f"candidates, {funnel.n_shown} of {funnel.n_partitions} partitions")
        axis.legend(fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
        shapes = [
            Tally("skill of accepted pairs", "", (), pl.col("skill")),
            Tally("form", "", (), pl.col("form")),
            Tally("place of the answer", "", (), pl.col("position")),
            Tally("words of the answer", "", (), pl.col("n_words"), 2.0, "words"),
        ]
        for axis, tally in zip(bottom.subplots(1, len(shapes)), shapes, strict=True):
            counted = Distribution(tally)
            counted.add(funnel.pairs)
            if counted.n:
                draw(counted, axis)
            axis.set_title(tally.title)
        return _as_uri(figure)


def plot_think(funnel: ThinkFunnel) -> str:
    """Plot what became of the chosen samples of MF-Think, and which of the candidates they are.

    Returns
    -------
    str
        A ``data:image/png`` URI.
    """
    with _figure(14, 6) as figure:
        axes = figure.subplots(2, 3).ravel()
        rates = funnel.rates.filter(pl.col("what") != "all")
        names = rates["what"].to_list()
        bars = {"accepted": _FILL, "discarded": _MARK, "rewritten": _SOFT}
        for place, (label, color) in enumerate(bars.items()):
            lengths = rates[label].to_list()
            places = [number + 0.27 * (place - 1) for number in range(len(names))]
            axes[0].bar(places, lengths, width=0.25, label=label, color=color)
        _name_ticks(axes[0], names, rotation=30)
        axes[0].set_title("chains; rewritten ones are accepted or discarded, too")
        axes[0].legend(fontsize="small")
        reasons = funnel.outcomes.with_columns(pl.format("{}: {}", "stage", "reason").alias("why"))
        axes[1].barh(range(len(reasons)), reasons["n"].to_list(), color=_FILL)
        axes[1].set_yticks(range(len(reasons)), map(_short, reasons["why"]))
        axes[1].set_title("refused")
        for axis, of in zip(axes[2:], ("skill", "genre", "culture", "difficulty"), strict=True):
            rows = funnel.selection.filter(pl.col("of") == of).head(_MOST_NAMES)
            axis.bar(
                range(len(rows)), rows["candidates"].to_list(), color=_LINE, label="candidates"
            )
            axis.bar(range(len(rows)), rows["chosen"].to_list(), color=_FILL, label="chosen")
            _name_ticks(axis, rows["value"].to_list(), rotation=30)
            axis.set_title(f"chosen by {of}")
        axes[2].legend(fontsize="small")
        return _as_uri(figure)
