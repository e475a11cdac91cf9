"""One plot a stage, as a PNG in a data URI that the Prefect UI can show."""

import base64
import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from pipeline.funnel import Funnel
from pipeline.shards import read_table
from schemas.quality import CRITERIA
from schemas.shards import Commit
from tools.store import Store

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MAX_SHARDS = 100
PAPER_CAPTION_WORDS = 451.65


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
    if stage not in _PLOTS or not shown:
        return None
    from matplotlib.figure import Figure

    rows: Any = pl.from_arrow(
        pa.concat_tables([read_table(store, commit.rows_path) for commit in shown])
    )
    figure = Figure(figsize=(9, 3), layout="constrained")
    draw, n_axes = _PLOTS[stage]
    draw(rows, list(figure.subplots(1, n_axes, squeeze=False)[0]))
    figure.suptitle(f"{stage}: {len(rows)} rows of {len(shown)} of {len(commits)} shards")
    return _as_uri(figure)


def _as_uri(figure: "Figure") -> str:
    sink = io.BytesIO()
    figure.savefig(sink, format="png", dpi=80)
    return f"data:image/png;base64,{base64.b64encode(sink.getvalue()).decode()}"


def plot_funnel(funnel: Funnel) -> str:
    """Plot what became of the candidates, by skill and reason, and the shape of the pairs.

    Returns
    -------
    str
        A ``data:image/png`` URI.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(14, 7), layout="constrained")
    top, bottom = figure.subfigures(2, 1, squeeze=False, height_ratios=(1.2, 1))[:, 0]
    fates, axis = funnel.fates, top.subplots()
    names = fates["what"].unique(maintain_order=True).to_list()
    left = dict.fromkeys(names, 0)
    outcomes = fates.select("stage", "reason").unique(maintain_order=True)
    for stage, reason in sorted(outcomes.iter_rows(), key=lambda each: each[0] != "accepted"):
        ours = fates.filter(pl.col("stage") == stage, pl.col("reason") == reason)
        counts = dict(ours.select("what", "n").iter_rows())
        widths = [counts.get(name, 0) for name in names]
        color = "tab:green" if stage == "accepted" else None
        label = f"{stage}: {reason}" if reason else stage
        axis.barh(names, widths, left=[left[name] for name in names], label=label, color=color)
        left = {name: left[name] + width for name, width in zip(names, widths, strict=True)}
    axis.set(xlabel=f"candidates, {funnel.n_shown} of {funnel.n_partitions} partitions")
    axis.legend(fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    axes = list(bottom.subplots(1, 4))
    pairs = funnel.pairs
    _bars(axes[0], pairs["skill"], "skill of accepted pairs")
    _bars(axes[1], pairs["form"], "form")
    _bars(axes[2], pairs["position"].drop_nulls().cast(pl.String), "place of the answer")
    axes[3].hist(pairs["n_words"].to_numpy(), bins=30)
    axes[3].set(xlabel="words of the answer")
    return _as_uri(figure)


def _plot_tracks(rows: pl.DataFrame, axes: "list[Axes]") -> None:
    axes[0].hist(rows["duration_s"].to_numpy() / 60, bins=30)
    axes[0].set(xlabel="duration (min)", ylabel="tracks")
    _bars(axes[1], rows["format"], "format")


def _plot_segments(rows: pl.DataFrame, axes: "list[Axes]") -> None:
    axes[0].hist(rows["rms_dbfs"].drop_nulls().to_numpy(), bins=40)
    axes[0].set(xlabel="RMS level (dBFS)", ylabel="segments")
    _bars(axes[1], rows["is_silent"].cast(pl.String), "silent")


def _plot_facts(rows: pl.DataFrame, axes: "list[Axes]") -> None:
    axes[0].hist(rows["tempo"].struct.field("bpm").drop_nulls().to_numpy(), bins=40)
    axes[0].set(xlabel="tempo (BPM)", ylabel="tracks")
    key = rows["key"].struct
    names = pl.concat_str([key.field("tonic"), key.field("mode").str.slice(0, 3)], separator=":")
    _bars(axes[1], rows.select(names).to_series().drop_nulls(), "key")
    metres = rows["metre"].struct.field("beats_per_bar").drop_nulls()
    _bars(axes[2], metres.cast(pl.String), "beats per bar")


def _plot_captions(rows: pl.DataFrame, axes: "list[Axes]") -> None:
    axes[0].hist(rows["n_words"].to_numpy(), bins=30)
    axes[0].set(xlabel="words", ylabel="captions")
    _bars(axes[1], rows["authorship"].struct.field("model"), "written by")


def _plot_descriptions(rows: pl.DataFrame, axes: "list[Axes]") -> None:
    _plot_captions(rows, axes)
    mean, paper = float(rows["n_words"].to_numpy().mean()), PAPER_CAPTION_WORDS
    axes[0].axvline(mean, color="black", label=f"mean {mean:.1f}")
    axes[0].axvline(paper, color="black", linestyle=":", label=f"Music Flamingo {paper:g}")
    axes[0].legend(fontsize="small")


def _plot_pairs(rows: pl.DataFrame, axes: "list[Axes]") -> None:
    _bars(axes[0], rows["skill"], "skill")
    _bars(axes[1], rows["form"], "form")
    _bars(axes[2], rows["options"].list.len().drop_nulls().cast(pl.String), "options")


def _plot_findings(rows: pl.DataFrame, axes: "list[Axes]") -> None:
    found = rows.select(pl.col("findings").explode()).drop_nulls().to_series().struct
    _bars(axes[0], found.field("kind"), "claims")
    _bars(axes[1], found.field("verdict"), "verdict")


def _plot_guesses(rows: pl.DataFrame, axes: "list[Axes]") -> None:
    share = (rows["n_right"] / rows["n_tries"]).drop_nulls()
    axes[0].hist(share.to_numpy(), bins=20, range=(0, 1))
    axes[0].set(xlabel="right without hearing (share of tries)", ylabel="pairs kept")


def _plot_scores(rows: pl.DataFrame, axes: "list[Axes]") -> None:
    scores = rows.select(pl.col("ballots").explode()).to_series().struct.field("scores").struct
    for axis, criterion in zip(axes, CRITERIA, strict=True):
        axis.hist(scores.field(criterion).to_numpy(), bins=5, range=(0.5, 5.5), rwidth=0.8)
        axis.set(xlabel=f"{criterion} (1 to 5)")


def _bars(axis: "Axes", values: pl.Series, label: str) -> None:
    counts = values.rename("value").value_counts(sort=True).head(24)
    axis.bar(counts["value"].to_list(), counts["count"].to_list())
    axis.tick_params(axis="x", rotation=60)
    axis.set(xlabel=label)


_PLOTS: dict[str, tuple[Callable[[pl.DataFrame, Any], None], int]] = {
    "tracks": (_plot_tracks, 2),
    "segment": (_plot_segments, 2),
    "measure": (_plot_facts, 3),
    "caption": (_plot_captions, 2),
    "describe": (_plot_descriptions, 2),
    "question": (_plot_pairs, 3),
    "lint": (_plot_findings, 2),
    "blind": (_plot_guesses, 1),
    "judge": (_plot_scores, len(CRITERIA)),
}
