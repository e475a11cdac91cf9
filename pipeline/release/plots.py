"""Plots for the dataset card."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from pipeline.release.assemble import TRACKS
from schemas.manifest import COVERAGE_AXES, Coverage, ReleasedDataset

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LABELS = {
    "duration_s": "duration (s)",
    "n_words": "words",
    "n_audio_tokens": "audio tokens",
    "n_text_tokens": "text tokens",
}
_MOST_BARS = 12


def draw_plots(root: Path, datasets: list[ReleasedDataset], coverage: list[Coverage]) -> list[Path]:
    """Draw histograms of every data set, and the coverage, into ``plots/``.

    Parameters
    ----------
    root : Path
        The release's folder, with its rows written.
    datasets : list of ReleasedDataset
    coverage : list of Coverage

    Returns
    -------
    list of Path
    """
    import matplotlib

    (root / "plots").mkdir()
    # Words of listings may hold dollar signs, and letters that no font at hand has.
    with matplotlib.rc_context({"text.parse_math": False}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        drawn = [_histograms(root, each) for each in datasets if each.n_rows]
        return [*drawn, _coverage(root, coverage)]


def _histograms(root: Path, dataset: ReleasedDataset) -> Path:
    rows = pl.scan_parquet(root / dataset.name / "*.parquet")
    names = [name for name in _LABELS if name in rows.collect_schema().names()]
    values = rows.select(names).collect(engine="streaming")
    figure, axes = _figure(len(names))
    for axis, name in zip(axes, names, strict=True):
        axis.hist(values[name].to_numpy(), bins=30)
        axis.set(xlabel=_LABELS[name], ylabel="tracks" if dataset.name == TRACKS else "rows")
    figure.suptitle(f"{dataset.name}: {dataset.n_rows} rows")
    return _save(figure, root, dataset.config)


def _coverage(root: Path, coverage: list[Coverage]) -> Path:
    figure, axes = _figure(len(COVERAGE_AXES))
    for axis, name in zip(axes, COVERAGE_AXES, strict=True):
        rows = [each for each in coverage if each.axis == name][:_MOST_BARS]
        labels = [_label(each.value) for each in rows]
        axis.barh(range(len(rows)), [each.n_tracks for each in rows])
        axis.set_yticks(range(len(rows)), labels, fontsize="small")
        axis.invert_yaxis()
        axis.set(title=name, xlabel="tracks")
    return _save(figure, root, "coverage")


def _label(value: str | None) -> str:
    """Untrusted words for a plot."""
    text = "".join(char for char in value or "not given" if char.isprintable())
    return text if len(text) <= 24 else f"{text[:23]}…"


def _figure(n_axes: int) -> tuple["Figure", "list[Axes]"]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.2 * n_axes, 2.8), layout="constrained")
    return figure, list(figure.subplots(1, n_axes, squeeze=False)[0])


def _save(figure: "Figure", root: Path, name: str) -> Path:
    path = root / "plots" / f"{name}.png"
    figure.savefig(path, dpi=80, metadata={"Software": None})
    return path
