"""Captions and pairs of sets that others made: read, and matched with the tracks of the corpus."""

import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import polars as pl
from pydantic_core import from_json

from pipeline.engine.brought import TextsByPartition
from pipeline.ingest.scan import on_disk
from pipeline.ingest.text_layouts import Entry, entries
from schemas.config import ConfigError
from schemas.digest import digest
from schemas.ids import brought_id
from schemas.sections import TextsConfig
from schemas.texts import BroughtText
from tools.remote.audio import AudioRoot


class Brought(NamedTuple):
    """An entry of a set."""

    entry: Entry
    origin: str


def read_texts(
    sets: Sequence[TextsConfig], root: AudioRoot, warn: Callable[[str], None]
) -> list[Brought]:
    """All texts of some sets, in their order.

    Parameters
    ----------
    sets : sequence of TextsConfig
    root : AudioRoot
        How files that lie elsewhere are got.
    warn : callable
        Called once a set, with how many of its rows hold no text that can be read.

    Returns
    -------
    list of Brought
        In memory: some 0.6 kB each.

    Raises
    ------
    ConfigError
        If a file is missing, of another kind, or no row of it can be read.
    """
    found: list[Brought] = []
    for each in sets:
        n_bad, n_rows, start = 0, 0, len(found)
        with on_disk(each.file, root) as path:
            for row in _rows(path, each.file):
                n_rows += 1
                ours = [Brought(e, each.name) for e in entries(row)] if row else []
                with_licence = (
                    b
                    if b.entry.licence
                    else b._replace(entry=b.entry._replace(licence=each.licence))
                    for b in ours
                )
                found += with_licence
                n_bad += not ours
        if len(found) == start:
            raise ConfigError(
                f"source.texts: {each.file}: none of its {n_rows} rows has a caption, a question "
                "with its answer, or a conversation"
            )
        if n_bad:
            warn(f"source.texts: {each.file}: {n_bad} of {n_rows} rows hold no text that is read")
    return found


def texts_by_partition(
    brought: Sequence[Brought], placed: pl.DataFrame
) -> tuple[TextsByPartition, int]:
    """Which texts are about the tracks of each partition.

    A text is about a track by the first of its keys that is the `uri` of one file, or the
    `source_id`, or a name of the file: with its folder, without it, without its ending.

    Parameters
    ----------
    brought : sequence of Brought
    placed : pl.DataFrame
        From `pipeline.ingest.placement.place`.

    Returns
    -------
    texts : mapping of str to callable
        By partition: gives its texts by track, in the order of the sets.
    n_unknown : int
        Texts of no track, or of several.
    """
    if not brought:
        return {}, 0
    partitions = dict(
        placed.filter(pl.col("partition").is_not_null()).select("track_id", "partition").iter_rows()
    )
    tracks = _names_of_tracks(placed, partitions)
    found: dict[str, list[tuple[str, Brought]]] = defaultdict(list)
    n_unknown = 0
    for each in brought:
        track_id = next((tracks[key] for key in _keys(each.entry) if key in tracks), None)
        if track_id is None:
            n_unknown += 1
        else:
            found[partitions[track_id]].append((track_id, each))
    return {name: partial(_texts, found[name]) for name in sorted(found)}, n_unknown


def _texts(found: Sequence[tuple[str, Brought]]) -> list[BroughtText]:
    return [_text(each, track_id) for track_id, each in sorted(found, key=itemgetter(0))]


def _names_of_tracks(placed: pl.DataFrame, partitions: dict[str, str]) -> dict[str, str]:
    """Track ids by all names that mean one track only; the surer name goes first."""
    rows = [row for row in placed.select("uri", "source_id", "track_id").iter_rows() if row[2]]
    known = [(uri, own_id, track_id) for uri, own_id, track_id in rows if track_id in partitions]
    tracks: dict[str, str] = {}
    for names_of in (
        lambda uri, _: [uri],
        lambda _, own_id: [own_id] if own_id else [],
        lambda uri, _: [PurePosixPath(uri).name],
        lambda uri, _: [PurePosixPath(uri).stem],
    ):
        meant: dict[str, set[str]] = defaultdict(set)
        for uri, own_id, track_id in known:
            for name in names_of(uri, own_id):
                meant[name].add(track_id)
        for name, ids in meant.items():
            if len(ids) == 1:
                tracks.setdefault(name, next(iter(ids)))
    return tracks


def _keys(entry: Entry) -> Iterator[str]:
    yield from entry.keys
    for key in entry.keys:
        yield PurePosixPath(key).name
        yield PurePosixPath(key).stem


def _text(each: Brought, track_id: str) -> BroughtText:
    entry = each.entry
    content = digest([each.origin, entry.kind, entry.prompt, entry.text, entry.options])
    return BroughtText(
        text_id=brought_id(track_id, content, is_pair=entry.kind == "qa"),
        track_id=track_id,
        origin=each.origin,
        licence=entry.licence,
        kind=entry.kind,
        prompt=entry.prompt,
        text=entry.text,
        options=None if entry.options is None else list(entry.options),
    )


def _rows(path: Path, name: str) -> Iterator[dict[str, Any] | None]:
    """Rows of a file as JSON objects; None for one that is none."""
    readers = {
        ".csv": _csv, ".tsv": _csv, ".jsonl": _json_lines, ".ndjson": _json_lines,
        ".json": _json, ".parquet": _parquet,
    }  # fmt: skip
    read = readers.get(Path(name).suffix.lower())
    if read is None:
        raise ConfigError(f"source.texts: {name} is neither of {', '.join(readers)}")
    try:
        yield from read(path)
    except OSError as error:
        words = error.strerror or error
        raise ConfigError(f"source.texts: {name} cannot be read: {words}") from error
    except (ValueError, csv.Error, pl.exceptions.PolarsError) as error:
        words = next(iter(str(error).splitlines()), type(error).__name__)
        raise ConfigError(f"source.texts: {name}: {words}") from None


def _csv(path: Path) -> Iterator[dict[str, Any] | None]:
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.readline()
        file.seek(0)
        counts = Counter({sign: head.count(sign) for sign in ",;\t"})
        yield from csv.DictReader(file, delimiter=counts.most_common(1)[0][0])


def _json_lines(path: Path) -> Iterator[dict[str, Any] | None]:
    with path.open(encoding="utf-8-sig") as file:
        for line in filter(str.strip, file):
            try:
                value = from_json(line)
            except ValueError:
                value = None
            yield value if isinstance(value, dict) else None


def _json(path: Path) -> Iterator[dict[str, Any] | None]:
    value = json.loads(path.read_text(encoding="utf-8-sig"))
    rows: Iterable[Any] = value if isinstance(value, list) else []
    if isinstance(value, dict):
        parts = [each for each in value.values() if isinstance(each, list)]
        rows = parts[0] if len(parts) == 1 else value.values()
    for row in rows:
        yield row if isinstance(row, dict) else None


def _parquet(path: Path) -> Iterator[dict[str, Any] | None]:
    scanned = pl.scan_parquet(path)
    texts = [n for n, kind in scanned.collect_schema().items() if kind != pl.Binary]
    for part in scanned.select(texts).collect().iter_slices(4096):
        yield from part.to_dicts()
