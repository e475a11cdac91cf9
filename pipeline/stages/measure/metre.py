"""Metre from the paths of beats that were tracked under each."""

from collections.abc import Sequence

from pipeline.stages.measure.chances import Features
from schemas.facts import Beat, MetrePath

RARE_METRES = (5, 6, 7)


def metre_evidence(paths: Sequence[MetrePath]) -> list[Features]:
    """Features of every path's metre.

    Parameters
    ----------
    paths : sequence of MetrePath
        At least one.

    Returns
    -------
    list of features
        ``per_bar`` is the log-likelihood against that of the likeliest path, a bar of which is
        one observation: frames are far from independent.
    """
    likeliest = max(paths, key=lambda path: path.log_likelihood)
    n_bars = max(len(likeliest.times_s) / likeliest.beats_per_bar, 1.0)
    return [
        {
            "per_bar": (path.log_likelihood - likeliest.log_likelihood) / n_bars,
            "rare": float(path.beats_per_bar in RARE_METRES),
        }
        for path in paths
    ]


def path_beats(path: MetrePath) -> list[Beat]:
    """Beats of a path with their places in the bar."""
    return [
        Beat(time_s=time_s, bar_position=(path.first_position - 1 + k) % path.beats_per_bar + 1)
        for k, time_s in enumerate(path.times_s)
    ]
