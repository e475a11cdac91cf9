"""Check a release against its manifest, and its rows against each other."""

import hashlib
import io
from collections.abc import Iterator

import polars as pl
import pyarrow.parquet as pq

from pipeline.release.assemble import FACTS, TRACKS
from pipeline.release.datasets import COMPARISONS
from pipeline.release.folder import MANIFEST, ReleaseFolder
from schemas.manifest import ReleasedFile


def verify_release(release: ReleaseFolder) -> list[str]:
    """All that is wrong with a release.

    Every file's bytes are hashed, files that are missing or too many are named, and where the
    bytes are right: row ids are unique, texts' tracks are there, no group or recording's track is
    in two splits, nothing for evaluation only is trained on, and rows are as many as counted.

    Parameters
    ----------
    release : ReleaseFolder

    Returns
    -------
    list of str
        Empty for a release that is as it was made.
    """
    known = {each.path for each in release.manifest.files} | {MANIFEST}
    there = {path.removeprefix(f"{release.prefix}/") for path in release.store.list(release.prefix)}
    problems = [f"{path}: not in the manifest" for path in sorted(there - known)]
    for file in release.manifest.files:
        problems += _check_bytes(release, file)
    return problems or list(_check_rows(release))


def _check_bytes(release: ReleaseFolder, file: ReleasedFile) -> list[str]:
    try:
        data = release.read(file.path)
    except FileNotFoundError:
        return [f"{file.path}: missing"]
    if len(data) != file.size_bytes:
        return [f"{file.path}: {len(data)} bytes, {file.size_bytes} were written"]
    if hashlib.sha256(data).hexdigest() != file.sha256:
        return [f"{file.path}: its bytes have changed (SHA-256)"]
    if file.n_rows is not None:
        n_rows = pq.read_metadata(io.BytesIO(data)).num_rows
        if n_rows != file.n_rows:
            return [f"{file.path}: {n_rows} rows, {file.n_rows} were written"]
    return []


def _check_rows(release: ReleaseFolder) -> Iterator[str]:
    tracks = release.table(TRACKS, ("track_id", "group", "lane"))
    if tracks["track_id"].is_duplicated().any():
        yield f"{TRACKS}: a track is there twice"
    n_splits = tracks.group_by("group").agg(pl.col("split").n_unique())
    for group in n_splits.filter(pl.col("split") > 1)["group"]:
        yield f"{TRACKS}: group {group} is in several splits"
    if len(release.table(FACTS, ("track_id",)).join(tracks, on=["track_id", "split"], how="anti")):
        yield f"{FACTS}: of tracks that are not there, or in another split"
    for dataset in release.manifest.datasets:
        rows = tracks
        if dataset.name != TRACKS:
            rows = release.table(dataset.name, ("row_id", "track_id", "lane"))
            if rows["row_id"].is_duplicated().any():
                yield f"{dataset.name}: a row id is there twice"
            if len(rows.join(tracks, on=["track_id", "split"], how="anti")):
                yield f"{dataset.name}: rows of tracks that are not there, or in another split"
        if len(rows.filter(pl.col("lane") == "eval_only", pl.col("split") == "train")):
            yield f"{dataset.name}: rows for evaluation only in the training split"
        if len(rows) != dataset.n_rows:
            yield f"{dataset.name}: {len(rows)} rows, {dataset.n_rows} were counted"
    yield from check_sounds(release, tracks)


def check_sounds(release: ReleaseFolder, tracks: pl.DataFrame) -> Iterator[str]:
    """Both recordings of a comparison are there, and in its split."""
    for split, rows in release.frames(COMPARISONS.name, ["sounds"]):
        named = rows["sounds"].explode().struct.field("track_id")
        if not named.is_in(tracks.filter(split=split)["track_id"].implode()).all():
            yield f"{COMPARISONS.name}: sounds that are not there, or in another split"
