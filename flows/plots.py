"""One plot a stage, as a PNG in a data URI that the Prefect UI can show."""

import base64
import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from pipeline.shards import read_table
from schemas.shards import Commit
from tools.store import Store

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
    sink = io.BytesIO()
    figure.savefig(sink, format="png", dpi=80)
    return f"data:image/png;base64,{base64.b64encode(sink.getvalue()).decode()}"


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
}
