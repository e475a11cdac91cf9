"""Decontamination: which tracks are held by benchmarks that others test with.

A folder of lists (CSV, JSONL, Parquet) with any of the columns `benchmark`, `split`, `id`, `title`,
`artist`, `fingerprint`, and of sound. Where a list names no benchmark it is called after the file;
of sound, the first folder is the benchmark, and a folder called `train`, `validation` or `test` the
split. A benchmark's own training split may be trained on; every other split may not.
"""

import hashlib
import io
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path, PurePosixPath

import polars as pl

from pipeline.engine.shards import read_frame, write_table
from pipeline.engine.stage import Executor
from pipeline.ingest.recordings import match_files
from schemas.config import ConfigError
from schemas.digest import digest
from schemas.sections import AUDIO_EXTENSIONS, CurationConfig
from schemas.text import normalised
from tools.audio import load_mono
from tools.audio_matching import Match
from tools.fingerprint import (
    SAMPLE_RATE_HZ,
    FingerprintError,
    fingerprint,
    unpack,
)
from tools.process_pool import Failure
from tools.store import Store

VERSION = "2"
ITEM_SCHEMA = {
    name: pl.String for name in ("benchmark", "split", "id", "title", "artist", "fingerprint")
}
MATCH_SCHEMA = {name: pl.String for name in ("track_id", "benchmark", "split", "by", "evidence")}
_SPLITS = {
    "train": "train", "training": "train", "validation": "validation", "valid": "validation",
    "val": "validation", "dev": "validation", "test": "test", "eval": "test",
}  # fmt: skip
_LISTS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": partial(pl.read_csv, infer_schema=False),
    ".jsonl": partial(pl.read_ndjson, infer_schema_length=None),
    ".ndjson": partial(pl.read_ndjson, infer_schema_length=None),
    ".parquet": pl.read_parquet,
}


def read_benchmarks(folder: Path, executor: Executor, *, time_limit_s: float) -> pl.DataFrame:
    """All items of the benchmarks in a folder.

    Parameters
    ----------
    folder : Path
    executor : Executor
        Where sound is fingerprinted.
    time_limit_s : float
        Per file.

    Returns
    -------
    pl.DataFrame
        `ITEM_SCHEMA`; splits are ``train``, ``validation``, ``test`` or null.

    Raises
    ------
    ConfigError
        If the folder is missing, or a list or a sound in it cannot be read: what is not compared
        could be trained on.
    """
    if not folder.is_dir():
        raise ConfigError(f"curation.benchmarks: {folder} is no folder")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    parts = [_read_list(path) for path in files if path.suffix.lower() in _LISTS]
    sounds = [path for path in files if path.suffix.lower() in AUDIO_EXTENSIONS]
    rows = []
    for path, outcome in executor.map(_fingerprint, sounds, time_limit_s=time_limit_s):
        if isinstance(outcome, Failure):
            raise ConfigError(f"curation.benchmarks: {path}: {outcome.reason}: {outcome.detail}")
        rows.append(_sound_row(path.relative_to(folder), outcome))
    parts.append(pl.DataFrame(rows, schema=ITEM_SCHEMA, orient="row"))
    items = pl.concat(parts)
    names = pl.col("split").str.strip_chars().str.to_lowercase()
    return items.with_columns(split=names.replace_strict(_SPLITS, default=None))


def _fingerprint(path: Path) -> str | None:
    return fingerprint(load_mono(path, sample_rate_hz=SAMPLE_RATE_HZ))


def _sound_row(path: Path, text: str | None) -> tuple[str | None, ...]:
    folders = path.parts[:-1]
    split = next((name for name in folders if name.lower() in _SPLITS), None)
    named = [name for name in folders if name.lower() not in _SPLITS]
    return (named[0] if named else "sound", split, path.stem, None, None, text)


def _read_list(path: Path) -> pl.DataFrame:
    try:
        lines = _LISTS[path.suffix.lower()](path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise ConfigError(f"curation.benchmarks: {path} cannot be read: {error}") from error
    known = [name for name in ITEM_SCHEMA if name in lines.columns]
    if not {"id", "title", "fingerprint"} & set(known):
        raise ConfigError(
            f"curation.benchmarks: {path} has none of the columns id, title, fingerprint, "
            f"only {', '.join(lines.columns)}"
        )
    whole = pl.concat(
        [pl.DataFrame(schema=ITEM_SCHEMA), lines.select(pl.col(known).cast(pl.String))],
        how="diagonal",
    )
    for text in whole["fingerprint"].drop_nulls():
        try:
            unpack(text)
        except FingerprintError as error:
            raise ConfigError(f"curation.benchmarks: {path}: {error}") from error
    return whole.with_columns(benchmark=pl.col("benchmark").fill_null(path.stem))


def decontaminate(
    store: Store,
    tracks: pl.DataFrame,
    items: pl.DataFrame,
    fingerprints: Iterable[str],
    curation: CurationConfig,
    executor: Executor,
    *,
    time_limit_s: float,
) -> pl.DataFrame:
    """Compare the corpus with the benchmarks; done once for the same corpus and lists.

    Parameters
    ----------
    store : Store
        The outcome is kept in ``curation/``, under the digest of all that it follows from.
    tracks : pl.DataFrame
        With `track_id`, `recording`, `uri`, `source_id`, `title`, `artist`.
    items : pl.DataFrame
        From `read_benchmarks`.
    fingerprints : iterable of str
        The corpus's fingerprints.
    curation : CurationConfig
    executor : Executor
        Where sound is compared.
    time_limit_s : float
        Per file of fingerprints.

    Returns
    -------
    pl.DataFrame
        `MATCH_SCHEMA`: one row a track, benchmark, split and kind of evidence.
    """
    if items.is_empty():
        return pl.DataFrame(schema=MATCH_SCHEMA)
    columns = tracks.select("track_id", "recording", "uri", "source_id", "title", "artist")
    paths = list(fingerprints)
    limits = [curation.max_bit_error_rate, curation.min_overlap]
    parts = [VERSION, _frame_digest(columns), _frame_digest(items), paths, limits]
    place = f"curation/decontamination-{digest(parts)[:32]}"
    for path in store.list(place):
        return read_frame(store, path)
    heard = _by_sound(store, paths, items, curation, executor, time_limit_s)
    found = pl.concat([_by_id(columns, items), _by_name(columns, items), heard])
    of_same = columns.select("track_id", "recording")
    held = found.join(of_same, on="track_id").drop("track_id")
    whole = held.join(of_same, on="recording").select(list(MATCH_SCHEMA)).unique().sort(pl.all())
    write_table(store, f"{place}/matches", whole.to_arrow())
    return whole


def _by_id(tracks: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    stems = [PurePosixPath(uri).stem for uri in tracks["uri"]]
    named = (pl.col("source_id"), pl.lit(pl.Series(stems, dtype=pl.String)), pl.col("track_id"))
    ids = pl.concat(tracks.select("track_id", id=name) for name in named)
    wanted = items.select("benchmark", "split", id=pl.col("id").str.strip_chars()).drop_nulls("id")
    hits = ids.drop_nulls("id").join(wanted.filter(pl.col("id") != ""), on="id")
    return _matches(hits, "id", pl.col("id"))


def _by_name(tracks: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    def named(frame: pl.DataFrame) -> pl.DataFrame:
        names = {
            name: [normalised(each or "") for each in frame[name]] for name in ("title", "artist")
        }
        columns = {
            f"plain_{name}": pl.Series(each, dtype=pl.String) for name, each in names.items()
        }
        return frame.with_columns(**columns).filter(
            pl.col("plain_title") != "", pl.col("plain_artist") != ""
        )

    ours = named(tracks).select("track_id", "title", "artist", "plain_title", "plain_artist")
    theirs = named(items).select("benchmark", "split", "plain_title", "plain_artist")
    hits = ours.join(theirs, on=["plain_title", "plain_artist"])
    return _matches(hits, "title and artist", pl.format("{} by {}", "title", "artist"))


def _by_sound(
    store: Store,
    paths: list[str],
    items: pl.DataFrame,
    curation: CurationConfig,
    executor: Executor,
    time_limit_s: float,
) -> pl.DataFrame:
    rows = items.filter(pl.col("fingerprint").is_not_null()).with_row_index("number")
    clips = rows.select(pl.col("number").cast(pl.String), "fingerprint")
    matches: Iterable[Match] = ()
    if len(clips):
        wanted = write_table(store, "curation/sounds", clips.to_arrow())
        matches = match_files(store, wanted, paths, curation, executor, time_limit_s=time_limit_s)
    found = [
        (match.known, int(match.query), match.bit_error_rate, match.overlap) for match in matches
    ]
    if len(clips):
        store.delete(wanted)
    schema = {"track_id": pl.String, "number": pl.UInt32, "error": pl.Float64, "part": pl.Float64}
    hits = pl.DataFrame(found, schema=schema, orient="row").join(
        rows.select("number", "benchmark", "split", "id"), on="number"
    )
    words = "{}: {} of the bits differ over {} of the shorter"
    evidence = pl.format(
        words, pl.col("id").fill_null("?"), pl.col("error").round(3), pl.col("part").round(2)
    )
    return _matches(hits, "fingerprint", evidence)


def _matches(hits: pl.DataFrame, by: str, evidence: pl.Expr) -> pl.DataFrame:
    return hits.select(
        "track_id", "benchmark", "split", by=pl.lit(by, pl.String), evidence=evidence
    )


def _frame_digest(frame: pl.DataFrame) -> str:
    sink = io.BytesIO()
    frame.write_ipc(sink)
    return hashlib.sha256(sink.getvalue()).hexdigest()
