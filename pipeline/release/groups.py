"""Splits by group: a recording, an album or an artist is never in two of them.

Tracks that share a recording, an artist or an album form a group, and so do their neighbours'
neighbours. A group's split follows from the digest of its name, so that it is the same on any
machine, and from earlier releases, so that what was trained on is never tested with.
"""

import hashlib
import re

import numpy as np
import polars as pl

from schemas.sections import ReleaseConfig
from schemas.text import normalised

NOBODY = frozenset(
    ("", "unknown", "unknown artist", "various", "various artists", "va", "v a", "n a", "none",
     "anonymous", "traditional", "untitled", "unknown album")
)  # fmt: skip
_EVERYBODYS = frozenset(
    ("greatest hits", "the greatest hits", "best of", "the best of", "the very best of", "live",
     "singles", "single", "ep", "album", "self titled", "st", "s t", "volume 1", "vol 1", "demo",
     "unplugged", "mtv unplugged", "christmas")
)  # fmt: skip
_GUESTS = re.compile(r"\s+(?:feat|ft|featuring)\b\.?\s+|\s*;\s*")


def group_tracks(tracks: pl.DataFrame) -> pl.Series:
    """Groups of tracks.

    Parameters
    ----------
    tracks : pl.DataFrame
        With `track_id`, `recording`, `artist` and `album`, the last three may be null.

    Returns
    -------
    pl.Series of str
        One a track: 16 hex digits of the digest of the group's first artist, or recording.
        Albums with a name that many albums have, such as `Greatest Hits`, join no artists.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    keys: dict[str, int] = {}
    track_of, key_of = [], []
    columns = tracks.select("track_id", "recording", "artist", "album")
    for number, row in enumerate(columns.iter_rows()):
        for key in _keys(*row):
            track_of.append(number)
            key_of.append(keys.setdefault(key, len(keys)))
    n_tracks = len(tracks)
    edges = (np.ones(len(track_of), bool), (track_of, np.array(key_of, int) + n_tracks))
    graph = coo_array(edges, shape=(n_tracks + len(keys),) * 2)
    _, component = connected_components(graph, directed=False)
    names: dict[int, str] = {}
    for key, number in keys.items():
        label = component[n_tracks + number]
        if not key.startswith("album:") and key < names.get(label, "~"):
            names[label] = key
    digests = {label: hashlib.sha256(key.encode()).hexdigest()[:16] for label, key in names.items()}
    return pl.Series("group", [digests[label] for label in component[:n_tracks]], dtype=pl.String)


def _keys(track_id: str, recording: str | None, artist: str | None, album: str | None) -> list[str]:
    names = [normalised(part) for part in _GUESTS.split(artist or "")]
    artists = [name for name in names if name not in NOBODY]
    title = normalised(album or "")
    keys = [f"recording:{recording or track_id}", *(f"artist:{name}" for name in artists)]
    if title not in NOBODY and title not in _EVERYBODYS:
        keys.append(f"album:{title}")
    return keys


def assign_splits(tracks: pl.DataFrame, config: ReleaseConfig) -> pl.DataFrame:
    """Splits of groups.

    Parameters
    ----------
    tracks : pl.DataFrame
        With `group`, `lane` and `earlier`: the split that an earlier release put the track in,
        or null.
    config : ReleaseConfig

    Returns
    -------
    pl.DataFrame
        `group` and `split`. In order: a group of which a track was trained on before is in
        ``train``; so is one with more tracks than its split should have; one with a track for
        evaluation only is in ``test``; one that was in a split before stays there; else the
        digest decides.
    """
    is_free = pl.col("lane") != "eval_only"
    groups = tracks.group_by("group").agg(
        n_free=is_free.sum(),
        has_eval=is_free.not_().any(),
        **{
            f"was_{name}": (pl.col("earlier") == name).any()
            for name in ("train", "validation", "test")
        },
    )
    drawn = pl.Series([_draw(name, config.seed) for name in groups["group"]], dtype=pl.Float64)
    shares = {"test": config.test_share, "validation": config.validation_share}
    wanted = (
        pl.when("has_eval").then(pl.lit("test"))
        .when("was_test").then(pl.lit("test"))
        .when("was_validation").then(pl.lit("validation"))
        .when(drawn < shares["test"]).then(pl.lit("test"))
        .when(drawn < shares["test"] + shares["validation"]).then(pl.lit("validation"))
        .otherwise(pl.lit("train"))
    )  # fmt: skip
    groups = groups.with_columns(split=wanted)
    share = pl.col("split").replace_strict(shares, default=1.0, return_dtype=pl.Float64)
    was_tested = pl.col("was_test") | pl.col("was_validation")
    is_too_large = (pl.col("n_free") > share * len(tracks)) & was_tested.not_()
    is_train = pl.col("was_train") | is_too_large
    split = pl.when(is_train).then(pl.lit("train")).otherwise("split")
    return groups.select("group", split=split).sort("group")


def _draw(group: str, seed: int) -> float:
    """A number from 0 to 1 that follows from the group's name."""
    found = hashlib.sha256(f"{seed}:{group}".encode()).digest()[:8]
    return int.from_bytes(found, "big") / 2**64
