"""Run stages that hear outside a build: on any tracks, without a store."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pipeline.engine.stage import (
    AudioTrack,
    Batch,
    Executor,
    Stage,
    StageContext,
    StageResult,
    section,
)
from schemas.config import CorpusConfig
from schemas.record import Record
from tools.errors import RefusedError
from tools.process_pool import Failure

T = TypeVar("T")


class InProcess:
    """An executor in this process: no time limits, and a crash is the caller's."""

    def map(
        self,
        function: Callable[[T], Any],
        items: Iterable[T],
        *,
        time_limit_s: float,
        about: Callable[[T], Hashable] | None = None,
    ) -> Iterator[tuple[T, Any | Failure]]:
        """Results of a function on items, in order."""
        for item in items:
            try:
                yield item, function(item)
            except RefusedError as error:
                yield item, Failure(error.reason, error.detail)

    def stop(self) -> None:
        """Nothing is left to be stopped."""


def hear(
    stage: Stage,
    tracks: Sequence[AudioTrack],
    config: CorpusConfig,
    executor: Executor,
    rows: Mapping[type[Record], Sequence[Record]] | None = None,
    progress: Callable[[int], None] = lambda _n: None,
) -> StageResult:
    """What a stage that asks no model makes of tracks.

    Parameters
    ----------
    stage : Stage
    tracks : sequence of AudioTrack
    config : CorpusConfig
    executor : Executor
    rows : mapping of type to sequence of Record, optional
        What the stage reads, by row model.
    progress : callable, optional
        Called with the number of tracks done since the last call.

    Returns
    -------
    StageResult

    Raises
    ------
    ValueError
        If the stage asks a model.
    """
    if stage.run is None:
        raise ValueError(f"{stage.name} asks a model: it cannot be run outside a build")
    context = StageContext(stage, executor, _NO_MODELS, _LIMIT_S, progress)
    return stage.run(Batch(tracks, rows or {}), section(config, stage), context)


_NO_MODELS: Any = None
# As `execution.track_time_limit_s`, which is for builds.
_LIMIT_S = 900.0
