"""Who works on a build, and who is told of it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial

from pipeline.corpus.models import open_models
from pipeline.corpus.placement import Local, Placement
from pipeline.engine.answer_log import AnswerLog
from pipeline.engine.plan import Step
from pipeline.engine.stage import Executor, Stage, StageContext
from pipeline.ingest.root import root_of
from schemas.config import CorpusConfig
from schemas.shards import Commit, Snapshot
from tools.chat.answer_cache import AnswerCache
from tools.chat.models import Models, Quotas
from tools.lyrics.recognisers import Recognisers
from tools.process_pool import ProcessPool
from tools.remote.audio import AudioRoot
from tools.store import Store

N_CLIP_WORKERS = 2
"""Processes that decode clips for models, beside those that measure. Ours: one cannot keep a model
server of 32 requests at once busy, more gained nothing."""


class Observer:
    """Who is told how a build goes; this one says nothing. Called from several threads."""

    def expect(self, stage: str, n_tracks: int) -> None:
        """So many tracks will go through a stage, or files through ``ingest``."""

    def advance(self, stage: str, n_tracks: int) -> None:
        """So many more did."""

    def ingested(self, snapshot: Snapshot) -> None:
        """The source is taken in: this is the state of the corpus that is worked on."""

    def planned(self, todo: Sequence[Step]) -> None:
        """These steps will be run."""

    def done(self, commit: Commit) -> None:
        """A step is done."""

    def warn(self, words: str) -> None:
        """Something is not as the user may expect; the build goes on."""


@dataclass(frozen=True)
class Workers:
    """One build: its config, where it writes, who works, and who is told of it."""

    config: CorpusConfig
    store: Store
    root: AudioRoot
    executor: Executor
    observer: Observer
    models: Models
    recognisers: Recognisers
    placement: Placement = field(default_factory=Local)

    @cached_property
    def answer_log(self) -> AnswerLog:
        """Where answers of builds on a cluster are."""
        return AnswerLog(self.store, self.models.cache)

    def context(self, stage: Stage) -> StageContext:
        """What a stage may use."""
        return StageContext(
            stage=stage,
            executor=self.executor,
            models=self.models,
            time_limit_s=self.config.execution.time_limit_s,
            progress=partial(self.observer.advance, stage.name),
            recognisers=self.recognisers,
        )

    def stop(self) -> None:
        """End all work: what is bought already is waited for and kept."""
        self.placement.stop()
        self.executor.stop()
        self.recognisers.stop()
        self.models.stop()


@contextmanager
def at_work(
    config: CorpusConfig,
    store: Store,
    observer: Observer,
    keys: Mapping[str, str],
    placement: Placement | None = None,
    *,
    cache: AnswerCache | None = None,
    quotas: Quotas | None = None,
) -> Iterator[Workers]:
    """The workers of a build.

    Parameters
    ----------
    config : CorpusConfig
    store : Store
    observer : Observer
    keys : mapping of str to str
        API keys by role.
    placement : Placement, optional
        Where steps are worked on; by default on this machine.
    cache, quotas : AnswerCache, Quotas, optional
        As in `open_models`.
    """
    placed = placement or Local()
    with (
        closing(placed),
        ProcessPool(config.execution.workers) as executor,
        ProcessPool(N_CLIP_WORKERS) as clip_workers,
        open_models(config, clip_workers, keys, cache=cache, quotas=quotas) as models,
        Recognisers(config.transcribe, padded_s=config.execution.padded_s) as recognisers,
    ):
        root = root_of(config)
        yield Workers(config, store, root, executor, observer, models, recognisers, placed)
