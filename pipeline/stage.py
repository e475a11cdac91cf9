"""What a stage is: a typed config and a function from a batch to rows, rejections and counts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar, runtime_checkable

from schemas.provenance import Rejection
from schemas.record import Record
from schemas.tracks import Track
from tools.process_pool import Failure

T = TypeVar("T")


@runtime_checkable
class Executor(Protocol):
    """Where CPU and GPU work is placed."""

    def map(
        self, function: Callable[[T], Any], items: Iterable[T], *, time_limit_s: float
    ) -> Iterator[tuple[T, Any | Failure]]:
        """Results of a function on items, in order; see `tools.process_pool.ProcessPool.map`."""
        ...


@dataclass(frozen=True)
class AudioTrack:
    """A track and the place of its audio at this moment."""

    track: Track
    path: str


@dataclass
class StageResult:
    """What became of a batch: every input is accepted or rejected, exactly once."""

    inputs: list[str]
    accepted: list[str] = field(default_factory=list)
    rows: list[Record] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)

    def check(self) -> None:
        """Hold in = accepted + rejected.

        Raises
        ------
        ValueError
            If an input is missing, counted twice, or was never put in.
        """
        out = Counter(self.accepted) + Counter(row.row_id for row in self.rejected)
        if out != Counter(self.inputs):
            wrong = sorted((out - Counter(self.inputs)) | (Counter(self.inputs) - out))
            raise ValueError(f"in != accepted + rejected for {len(wrong)} rows, e.g. {wrong[:3]}")


@dataclass(frozen=True)
class Stage:
    """A step of the pipeline over the tracks of one partition.

    Attributes
    ----------
    name : str
        Also the name of its section in the config.
    version : str
        Raised when the same config gives other rows than before.
    makes : type[Record]
        The model of its rows.
    reads : tuple of str
        The stages whose rows it needs; ``audio`` stands for the tracks' sound.
    run : callable
        ``run(tracks, config, executor, time_limit_s, progress) -> StageResult``.
    """

    name: str
    version: str
    makes: type[Record]
    reads: tuple[str, ...]
    run: Callable[..., StageResult]


def for_each_track(
    function: Callable[..., Sequence[Record]],
    name: str,
    tracks: Sequence[AudioTrack],
    config: Record,
    executor: Executor,
    time_limit_s: float,
    progress: Callable[[int], None],
) -> StageResult:
    """Run a function on every track in the executor.

    Parameters
    ----------
    function : callable
        ``function(track, config)`` gives the track's rows; it raises `RefusedError` for a track
        it cannot take.
    name : str
        The stage's name, for rejections.
    tracks : sequence of AudioTrack
    config : Record
        The stage's section of the config.
    executor : Executor
    time_limit_s : float
        Per track.
    progress : callable
        Called with 1 after each track.

    Returns
    -------
    StageResult
    """
    result = StageResult(inputs=[each.track.track_id for each in tracks])
    work = partial(function, config=config)
    for each, outcome in executor.map(work, tracks, time_limit_s=time_limit_s):
        track_id = each.track.track_id
        if isinstance(outcome, Failure):
            result.rejected.append(
                Rejection(row_id=track_id, stage=name, reason=outcome.reason, detail=outcome.detail)
            )
        else:
            result.accepted.append(track_id)
            result.rows.extend(outcome)
        progress(1)
    return result
