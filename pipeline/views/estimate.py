"""What a build would ask and cost, before anything is spent."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.corpus.corpus import Corpus
from pipeline.corpus.models import open_answer_cache
from pipeline.engine.sources import SOURCES_SCHEMA
from pipeline.engine.stage import ModelUse, Stage
from pipeline.ingest.placement import split_known
from pipeline.ingest.scan import root_of, scan
from pipeline.stages import STAGES, roles_of
from schemas.config import CorpusConfig
from schemas.ledger import LedgerLine, Spending
from schemas.roles import RoleConfig, RoleName
from tools.audio import header_duration_s
from tools.chat.tokens import price_usd
from tools.errors import RefusedError

_SAMPLED_FILES = 200
_ENOUGH_ANSWERS = 10


@dataclass(frozen=True)
class StageEstimate:
    """What one stage has to do.

    Attributes
    ----------
    stage, role, engine, model : str or None
        Role, engine and model are None for stages that ask no model.
    n_steps : int
    n_requests, input_tokens, output_tokens : int
    cost_usd : float
    is_measured : bool
        Tokens are those that earlier answers took, faults and repairs included.
    """

    stage: str
    role: str | None
    engine: str | None
    model: str | None
    n_steps: int
    n_requests: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
    is_measured: bool


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
    spent : Spending
        By earlier builds.
    """

    n_tracks: int
    n_new_files: int
    duration_s: float
    stages: list[StageEstimate]
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
    _, unknown = split_known(scan(config.source), sources)
    new_s = _new_durations(unknown, root_of(config.source))
    known = sources.filter("is_present", pl.col("partition").is_not_null())
    by_partition: dict[str, list[float]] = {}
    for partition, duration_s in known.select("partition", "duration_s").iter_rows():
        by_partition.setdefault(partition, []).append(duration_s)
    todo = [] if corpus is None else corpus.pending
    ledger = open_answer_cache(config).ledger()
    n_new_steps = math.ceil(len(new_s) / config.ingest.partition_size)
    stages = []
    for stage in STAGES:
        open_steps = [step.partition.partition for step in todo if step.stage is stage]
        durations_s = [d for name in open_steps for d in by_partition.get(name, ())] + new_s
        n_steps = len(open_steps) + n_new_steps
        players: list[RoleName | None] = [*roles_of([stage], config.roles)]
        for name in players or [None]:
            stages.append(_estimate_stage(stage, name, config, n_steps, durations_s, ledger))
    return CorpusEstimate(
        n_tracks=len(known) + len(new_s),
        n_new_files=len(unknown),
        duration_s=float(known["duration_s"].sum()) + sum(new_s),
        stages=stages,
        spent=open_answer_cache(config).spent(),
    )


def _new_durations(unknown: pl.DataFrame, root: Path) -> list[float]:
    """Durations of new files: of some from their headers, of the others the mean of those."""
    step = max(1, len(unknown) // _SAMPLED_FILES)
    sampled = unknown["uri"].gather_every(step).to_list()
    found_s = []
    for uri in sampled:
        try:
            found_s.append(header_duration_s(root / uri))
        except RefusedError:
            continue
    if not found_s:
        return []
    n_tracks = round(len(unknown) * len(found_s) / len(sampled))
    mean_s = sum(found_s) / len(found_s)
    return (found_s + [mean_s] * n_tracks)[:n_tracks]


def _estimate_stage(
    stage: Stage,
    name: RoleName | None,
    config: CorpusConfig,
    n_steps: int,
    durations_s: Sequence[float],
    ledger: Sequence[LedgerLine],
) -> StageEstimate:
    if stage.asks is None or name is None:
        return StageEstimate(stage.name, None, None, None, n_steps, 0, 0, 0, 0.0, False)
    role: RoleConfig = getattr(config.roles, name)
    window_s = config.segment.window_s
    n_requests = (
        sum(math.ceil(duration_s / window_s) for duration_s in durations_s)
        if stage.asks.per_segment
        else math.ceil(len(durations_s) * stage.asks.n_per_track(config, name))
    )
    measured = _tokens_per_answer(stage, role, ledger)
    sound_s = sum(durations_s) / max(1, n_requests if stage.asks.per_segment else len(durations_s))
    each = measured or _typical(
        stage.asks, role.audio_tokens_per_s * sound_s if name in stage.asks.hears else 0.0
    )
    if not role.is_paid:
        each = (0.0, 0.0)
    tokens = (round(each[0] * n_requests), round(each[1] * n_requests))
    return StageEstimate(
        stage.name, name, role.engine, role.model, n_steps, n_requests, *tokens,
        cost_usd=price_usd(role, *tokens), is_measured=measured is not None,
    )  # fmt: skip


def _typical(asks: ModelUse, sound_tokens: float) -> tuple[float, float]:
    return asks.typical_tokens[0] + sound_tokens, float(asks.typical_tokens[1])


def _tokens_per_answer(
    stage: Stage, role: RoleConfig, ledger: Sequence[LedgerLine]
) -> tuple[float, float] | None:
    """What an answer took so far, with all that came to nothing; None for too few of them."""
    lines = [line for line in ledger if (line.stage, line.model) == (stage.name, role.model)]
    n_answers = sum(line.n_attempts for line in lines if line.outcome == "answered")
    if n_answers < _ENOUGH_ANSWERS:
        return None
    return (
        sum(line.input_tokens for line in lines) / n_answers,
        sum(line.output_tokens for line in lines) / n_answers,
    )
