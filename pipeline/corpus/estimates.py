"""What steps will ask of models, per stage and role, before anything is spent."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.engine.plan import Step
from pipeline.engine.records import read_record, to_json
from pipeline.engine.shards import now
from pipeline.engine.stage import ModelUse, Stage
from pipeline.stages import roles_of
from schemas.config import CorpusConfig
from schemas.digest import digest
from schemas.estimate import BuildEstimate, StageEstimate
from schemas.ledger import LedgerLine
from schemas.roles import RoleConfig, RoleName
from schemas.usage import Usage
from tools.chat.answer_cache import AnswerCache
from tools.chat.probe import known_dialect
from tools.chat.sound import sent_bytes_per_s, sound_form
from tools.chat.tokens import price_usd
from tools.store import Store

_PREFIX = "estimates"
WAY_OUT = "delete it: nothing is built from it"
_ENOUGH_ANSWERS = 10
_BYTES_PER_TOKEN = 4
"""Of English text; what a form adds to the body is not counted."""


@dataclass(frozen=True)
class Work:
    """What a stage has to do: so many steps, over tracks of these durations."""

    n_steps: int
    durations_s: Sequence[float]


def open_work(stages: Iterable[Stage], todo: Sequence[Step], sources: pl.DataFrame) -> list[Work]:
    """The work of steps, stage by stage.

    Parameters
    ----------
    stages : iterable of Stage
    todo : sequence of Step
    sources : pl.DataFrame
        `SOURCES_SCHEMA`.
    """
    known = sources.filter("is_present", pl.col("partition").is_not_null())
    by_partition: dict[str, list[float]] = {}
    for partition, duration_s in known.select("partition", "duration_s").iter_rows():
        by_partition.setdefault(partition, []).append(duration_s)
    names = [[each.partition.partition for each in todo if each.stage is stage] for stage in stages]
    return [Work(len(ours), [d for p in ours for d in by_partition.get(p, ())]) for ours in names]


def estimate_stages(
    stages: Sequence[Stage], work: Sequence[Work], config: CorpusConfig, cache: AnswerCache
) -> list[StageEstimate]:
    """What stages will ask, role by role; those that ask none have a line of their own.

    Parameters
    ----------
    stages : sequence of Stage
    work : sequence of Work
        Of each stage.
    config : CorpusConfig
    cache : AnswerCache
        What earlier answers took, and how endpoints are sent sound.
    """
    ledger = cache.ledger()
    found = []
    for stage, given in zip(stages, work, strict=True):
        roles = roles_of([stage], config.roles)
        found += [_estimate(stage, name, given, config, cache, ledger) for name in roles]
        if not roles:
            nobody = {"role": None, "engine": None, "model": None}
            found.append(StageEstimate(stage=stage.name, n_steps=given.n_steps, **nobody))
    return found


def record_estimate(store: Store, stages: Sequence[StageEstimate], cache: AnswerCache) -> None:
    """Keep the estimate of a build that asks models which cost something."""
    asked = [each for each in stages if each.input_tokens]
    if asked:
        record = BuildEstimate(stages=asked, before=cache.ledger(), created_at=now())
        moment = "".join(filter(str.isalnum, record.created_at))
        name = f"{moment}-{digest(record.model_dump(mode='json'))[:16]}"
        store.put(f"{_PREFIX}/{name}.json", to_json(record))


def last_estimate(store: Store) -> BuildEstimate | None:
    """That of the last build that had one.

    Raises
    ------
    DamagedError
        If it is not as it was written.
    """
    path = _last(store)
    return None if path is None else read_record(store, path, BuildEstimate, WAY_OUT)


def _last(store: Store) -> str | None:
    return max((path for path in store.list(_PREFIX) if path.endswith(".json")), default=None)


def lost_spending(store: Store, cache: AnswerCache) -> str | None:
    """What to say where models had cost more before the last build than the ledger knows of now.

    Then the file of answers is gone, or an older copy.

    Raises
    ------
    DamagedError, StoreError
        If the estimate or the ledger cannot be read.
    """
    last = last_estimate(store)
    before = 0 if last is None else sum(line.n_attempts for line in last.before)
    now_known = sum(line.n_attempts for line in cache.ledger())
    if last is None or now_known >= before:
        return None
    usd = sum(line.cost_usd for line in last.before)
    return (
        f"{cache.path}: the ledger knows of {now_known} requests, and of {before} ({usd:.2f} USD) "
        f"it knew on {last.created_at}: the file is gone or an older copy: restore it, or go on "
        f"(delete {_last(store)} if nothing is asked): the budget counts from what is known, and "
        "answers that are gone are bought again where a step needs them"
    )


def _estimate(
    stage: Stage,
    name: RoleName,
    work: Work,
    config: CorpusConfig,
    cache: AnswerCache,
    ledger: Sequence[LedgerLine],
) -> StageEstimate:
    assert stage.asks is not None
    role: RoleConfig = getattr(config.roles, name)
    share = _share(stage, name, config, ledger)
    n_requests = _n_requests(stage.asks, name, work, config, share or 1.0)
    used = Usage(n_attempts=n_requests)
    measured = None
    if role.is_paid:
        used = _typical(stage.asks, name, work, config, n_requests, share or 1.0, cache)
        measured = _measured(stage, role, ledger)
        if measured is not None:
            used = _as_before(used, measured, n_requests)
    return StageEstimate(
        stage=stage.name,
        role=name,
        engine=role.engine,
        model=role.model,
        n_steps=work.n_steps,
        n_requests=n_requests,
        **used.model_dump(exclude={"n_attempts", "is_estimated", "cost_usd"}),
        cost_usd=price_usd(role, used),
        share=share,
        is_measured=measured is not None,
        has_price=role.has_price,
    )


def _share(
    stage: Stage, name: RoleName, config: CorpusConfig, ledger: Sequence[LedgerLine]
) -> float | None:
    """How much of a cascade came as far as a role so far; None for all, or where nobody knows."""
    assert stage.asks is not None
    first = stage.asks.cascade_from(config, name)
    if first is None:
        return None
    n_first, n_ours = (
        sum(
            line.n_attempts
            for line in ledger
            if (line.stage, line.role, line.outcome) == (stage.name, role, "answered")
            and line.model == getattr(config.roles, role).model
        )
        for role in (first, name)
    )
    if n_first < _ENOUGH_ANSWERS or not n_ours:
        return None
    return min(1.0, n_ours / n_first)


def _n_requests(
    asks: ModelUse, name: RoleName, work: Work, config: CorpusConfig, share: float
) -> int:
    if asks.per_segment:
        window_s = config.segment.window_s
        return sum(math.ceil(duration_s / window_s) for duration_s in work.durations_s)
    return math.ceil(share * len(work.durations_s) * asks.n_per_track(config, name))


def _typical(
    asks: ModelUse,
    name: RoleName,
    work: Work,
    config: CorpusConfig,
    n_requests: int,
    share: float,
    cache: AnswerCache,
) -> Usage:
    role: RoleConfig = getattr(config.roles, name)
    text_tokens, output_tokens = (n_requests * each for each in asks.typical_tokens)
    heard_s = share * sum(asks.heard_s(config, name, each) for each in work.durations_s)
    audio_tokens = round(role.audio_tokens_per_s * heard_s)
    sound_bytes_per_s = sent_bytes_per_s(sound_form(role, known_dialect(cache, role)))
    return Usage(
        n_attempts=n_requests,
        input_tokens=text_tokens + audio_tokens,
        audio_tokens=audio_tokens,
        output_tokens=output_tokens,
        bytes_sent=round(_BYTES_PER_TOKEN * text_tokens + sound_bytes_per_s * heard_s),
    )


def _measured(stage: Stage, role: RoleConfig, ledger: Sequence[LedgerLine]) -> Usage | None:
    """What answers took so far, with all that came to nothing; None for too few of them."""
    lines = [line for line in ledger if (line.stage, line.model) == (stage.name, role.model)]
    n_answers = sum(line.n_attempts for line in lines if line.outcome == "answered")
    if n_answers < _ENOUGH_ANSWERS:
        return None
    used = sum((used_of(line) for line in lines), Usage())
    return used.model_copy(update={"n_attempts": n_answers})


def _as_before(typical: Usage, measured: Usage, n_requests: int) -> Usage:
    """As many requests as before took; typical where a ledger of an earlier version has none."""
    share = n_requests / measured.n_attempts
    names = ("input_tokens", "audio_tokens", "cached_tokens", "output_tokens", "bytes_sent")
    values: Mapping[str, int] = {
        name: round(share * getattr(measured, name)) or getattr(typical, name) for name in names
    }
    input_tokens = values["input_tokens"]
    most = {name: min(values[name], input_tokens) for name in ("audio_tokens", "cached_tokens")}
    return Usage(n_attempts=n_requests, **{**values, **most})


def used_of(line: LedgerLine) -> Usage:
    """What a line of the ledger sums up."""
    return Usage(**line.model_dump(exclude={"stage", "role", "model", "outcome"}))
