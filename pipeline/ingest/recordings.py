"""Which files hold the same recording, by their acoustic fingerprints."""

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from pipeline.shards import read_frame, write_table
from schemas.sections import CareConfig
from tools.fingerprint import find_matches, unpack
from tools.store import Store

FINGERPRINT_SCHEMA = {"track_id": pl.String, "fingerprint": pl.String}


def recognise(
    found: pl.DataFrame, known: pl.DataFrame, store: Store, paths: Iterable[str], care: CareConfig
) -> pl.DataFrame:
    """Name the recording of every new file.

    Parameters
    ----------
    found : pl.DataFrame
        Newly inspected files, with `track_id` and `fingerprint`, null where there is none.
    known : pl.DataFrame
        All other sources, with `track_id` and `recording`.
    store : Store
    paths : iterable of str
        The known tracks' fingerprints.
    care : CareConfig

    Returns
    -------
    pl.DataFrame
        `found` with `recording`: that of the track which sounds the same, else the track's own
        id. It is decided once: when that track leaves, the others still are one recording.
    """
    new = _distinct(found).join(known, on="track_id", how="anti")
    items = {name: unpack(text) for name, text in new.iter_rows()}
    names = dict(_recordings(known).iter_rows())
    limits = {"max_bit_error_rate": care.max_bit_error_rate, "min_overlap": care.min_overlap}
    seen_as: dict[str, str] = {}
    if items:
        for some in read_fingerprints(store, paths):
            for match in find_matches(items, some, **limits):
                seen_as.setdefault(match.query, names.get(match.known, match.known))
    pairs = find_matches(items, items, **limits)
    alike: dict[str, list[str]] = {}
    for pair in pairs:
        alike.setdefault(pair.query, []).append(pair.known)
        alike.setdefault(pair.known, []).append(pair.query)
    for name in items:
        heard = next((seen_as[each] for each in alike.get(name, ()) if each in seen_as), name)
        names[name] = seen_as.setdefault(name, heard)
    ids, values = list(names), list(names.values())
    as_frame = pl.DataFrame(
        {"track_id": ids, "recording": values},
        schema={"track_id": pl.String, "recording": pl.String},
    )
    return found.join(as_frame, on="track_id", how="left", maintain_order="left")


def keep_fingerprints(store: Store, found: pl.DataFrame) -> str | None:
    """Write new files' fingerprints; return the path, or None where there is nothing to write."""
    new = _distinct(found)
    return write_table(store, "data/fingerprints/f", new.to_arrow()) if len(new) else None


def read_fingerprints(store: Store, paths: Iterable[str]) -> Iterator[dict[str, np.ndarray]]:
    """Sub-fingerprints by track id, file by file."""
    for path in paths:
        frame = read_frame(store, path)
        yield {name: unpack(text) for name, text in frame.iter_rows()}


def _distinct(found: pl.DataFrame) -> pl.DataFrame:
    rows = found.select(pl.col(name).cast(kind) for name, kind in FINGERPRINT_SCHEMA.items())
    return rows.drop_nulls().unique("track_id", keep="first", maintain_order=True)


def _recordings(known: pl.DataFrame) -> pl.DataFrame:
    rows = known.select("track_id", pl.coalesce("recording", "track_id"))
    return rows.drop_nulls().unique("track_id", keep="first", maintain_order=True)
