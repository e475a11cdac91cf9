"""What a build would ask and cost, before anything is spent."""

import math
from dataclasses import dataclass

import polars as pl

from pipeline.corpus.corpus import Corpus
from pipeline.corpus.estimates import Work, estimate_stages, open_work
from pipeline.corpus.models import open_answer_cache
from pipeline.engine.sources import SOURCES_SCHEMA
from pipeline.ingest.placement import split_known
from pipeline.ingest.root import root_of
from pipeline.ingest.scan import scan
from pipeline.stages import STAGES
from schemas.config import CorpusConfig
from schemas.estimate import StageEstimate
from schemas.ledger import Spending
from tools.audio import header_duration_s
from tools.errors import RefusedError
from tools.remote.audio import AudioRoot, new_file
from tools.remote.state import RemoteState

_SAMPLED_FILES = 200
_FETCHED_FILES = 8
"""Ours: of those that lie elsewhere, and are read whole for their headers."""


@dataclass(frozen=True)
class CorpusEstimate:
    """What a build has to do.

    Attributes
    ----------
    n_tracks : int
        In the corpus, new files included.
    n_new_files : int
        Not seen before; they may turn out to be no tracks.
    duration_s : float
        Of all tracks; that of new files from the headers of some.
    stages : list of StageEstimate
    heard_s : dict of str to float
        Seconds of sound that each stage, and ``ingest``, has to do, by name.
    spent : Spending
        By earlier builds.
    """

    n_tracks: int
    n_new_files: int
    duration_s: float
    stages: list[StageEstimate]
    heard_s: dict[str, float]
    spent: Spending


def estimate_build(config: CorpusConfig) -> CorpusEstimate:
    """Estimate what a build would do now. Nothing is written, and no model is asked.

    Parameters
    ----------
    config : CorpusConfig

    Returns
    -------
    CorpusEstimate
        At most: answers that are in the cache already are not subtracted.

    Raises
    ------
    ConfigError
        If the source cannot be read.
    """
    corpus = Corpus.find(config)
    sources = pl.DataFrame(schema=SOURCES_SCHEMA) if corpus is None else corpus.sources
    root = root_of(config)
    _, unknown = split_known(scan(config.source, root), sources)
    new_s = _new_durations(unknown, root)
    known = sources.filter("is_present", pl.col("partition").is_not_null())
    todo = [] if corpus is None else corpus.pending
    n_new_steps = math.ceil(len(new_s) / config.ingest.partition_size)
    work = [
        Work(each.n_steps + n_new_steps, [*each.durations_s, *new_s])
        for each in open_work(STAGES, todo, sources)
    ]
    cache = open_answer_cache(config)
    return CorpusEstimate(
        n_tracks=len(known) + len(new_s),
        n_new_files=len(unknown),
        duration_s=float(known["duration_s"].sum()) + sum(new_s),
        stages=estimate_stages(STAGES, work, config, cache),
        heard_s={"ingest": sum(new_s)}
        | {stage.name: sum(each.durations_s) for stage, each in zip(STAGES, work, strict=True)},
        spent=cache.spent(),
    )


def _new_durations(unknown: pl.DataFrame, root: AudioRoot) -> list[float]:
    """Durations of new files: of some from their headers, of the others the mean of those."""
    step = max(1, len(unknown) // _SAMPLED_FILES)
    listed = unknown.gather_every(step).select("uri", "size_bytes", "mtime_ns").iter_rows()
    items = [(root.at(uri), RemoteState(*state)) for uri, *state in listed]
    elsewhere = [each for each in items if not isinstance(each[0], str)]
    sampled = [each for each in items if isinstance(each[0], str)] + elsewhere[:_FETCHED_FILES]
    found_s = []
    for audio, state in sampled:
        try:
            with new_file(audio, state) as path:
                found_s.append(header_duration_s(path))
        except RefusedError:
            continue
    if not found_s:
        return []
    n_tracks = round(len(unknown) * len(found_s) / len(sampled))
    mean_s = sum(found_s) / len(found_s)
    return (found_s + [mean_s] * n_tracks)[:n_tracks]
