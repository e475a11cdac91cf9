"""Which files hold the same recording, by their acoustic fingerprints."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial

import polars as pl

from pipeline.engine.shards import read_frame, write_table
from pipeline.engine.stage import Executor
from schemas.sections import CurationConfig
from tools.audio_matching import Index, Match, find_matches, index
from tools.fingerprint import unpack
from tools.process_pool import Failure
from tools.store import Store

FINGERPRINT_SCHEMA = {"track_id": pl.String, "fingerprint": pl.String}
_RECORDINGS_PER_FILE = 16_384


class ComparisonError(RuntimeError):
    """Fingerprints could not be compared: what sounds the same is not known."""


def recognise(found: pl.DataFrame, known: pl.DataFrame, matches: Iterable[Match]) -> pl.DataFrame:
    """Name the recording of every new file.

    Parameters
    ----------
    found : pl.DataFrame
        Newly inspected files, with `track_id` and `fingerprint`, null where there is none.
    known : pl.DataFrame
        All other sources, with `track_id` and `recording`.
    matches : iterable of Match
        Of new tracks with known ones, the best first, and with each other.

    Returns
    -------
    pl.DataFrame
        `found` with `recording`: that of the track which sounds the same, else the track's own
        id. It is decided once: when that track leaves, the others still are one recording.
    """
    new = _distinct(found).join(known, on="track_id", how="anti")["track_id"].to_list()
    names = dict(_recordings(known).iter_rows())
    alike: dict[str, list[str]] = {name: [] for name in new}
    seen_as: dict[str, str] = {}
    for match in matches:
        if match.known in alike:
            alike[match.query].append(match.known)
            alike[match.known].append(match.query)
        else:
            seen_as.setdefault(match.query, names.get(match.known, match.known))
    for name in new:
        heard = next((seen_as[each] for each in alike[name] if each in seen_as), name)
        names[name] = seen_as.setdefault(name, heard)
    ids, values = list(names), list(names.values())
    as_frame = pl.DataFrame(
        {"track_id": ids, "recording": values},
        schema={"track_id": pl.String, "recording": pl.String},
    )
    return found.join(as_frame, on="track_id", how="left", maintain_order="left")


def keep_fingerprints(store: Store, found: pl.DataFrame) -> list[str]:
    """Write new files' fingerprints, some thousand to a file; return the paths."""
    parts = _distinct(found).iter_slices(_RECORDINGS_PER_FILE)
    return [write_table(store, "data/fingerprints/f", each.to_arrow()) for each in parts]


def match_files(
    store: Store,
    new: str,
    paths: Sequence[str],
    curation: CurationConfig,
    executor: Executor,
    *,
    time_limit_s: float,
) -> Iterator[Match]:
    """Which recordings of one file of fingerprints sound as those of others.

    Parameters
    ----------
    store : Store
    new : str
        The file that is compared.
    paths : sequence of str
        With whose recordings. If `new` is one of them, its own are compared with each other.
    curation : CurationConfig
    executor : Executor
        Each task compares with one file; so what it holds does not grow with the corpus.
    time_limit_s : float
        Per file.

    Yields
    ------
    Match
        In the order of `paths`, then by name and bit error rate.

    Raises
    ------
    ComparisonError
        If a file could not be compared.
    """
    work = partial(_match_file, store.location, new, curation)
    for path, outcome in executor.map(work, paths, time_limit_s=time_limit_s):
        if isinstance(outcome, Failure):
            raise ComparisonError(
                f"{new} cannot be compared with {path}: {outcome.reason}: {outcome.detail}"
            )
        yield from outcome


def _match_file(location: str, new: str, curation: CurationConfig, path: str) -> list[Match]:
    ours = _queries(location, new)
    return find_matches(
        ours,
        ours if path == new else _read_index(location, path),
        max_bit_error_rate=curation.max_bit_error_rate,
        min_overlap=curation.min_overlap,
    )


@lru_cache(maxsize=1)
def _queries(location: str, path: str) -> list[Index]:
    """What all tasks of a worker compare, read and sorted once."""
    return list(_read_index(location, path))


def _read_index(location: str, path: str) -> Iterator[Index]:
    rows = read_frame(Store(location), path).iter_rows()
    return index((name, unpack(text)) for name, text in rows)


def _distinct(found: pl.DataFrame) -> pl.DataFrame:
    rows = found.select(pl.col(name).cast(kind) for name, kind in FINGERPRINT_SCHEMA.items())
    return rows.drop_nulls().unique("track_id", keep="first", maintain_order=True)


def _recordings(known: pl.DataFrame) -> pl.DataFrame:
    rows = known.select("track_id", pl.coalesce("recording", "track_id"))
    return rows.drop_nulls().unique("track_id", keep="first", maintain_order=True)
