"""What a stage is: a typed config and a function from a batch to rows, rejections and counts."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar, cast, runtime_checkable

from pydantic import ValidationError

from schemas.captions import Authorship
from schemas.config import ConfigError, CorpusConfig
from schemas.provenance import Rejection
from schemas.record import Record
from schemas.roles import RoleName
from schemas.sections import DescribeConfig
from schemas.tracks import Track
from tools.chat.models import Models
from tools.chat.request import Answer, ChatRequest
from tools.checks import Need
from tools.lyrics.recognisers import Recognisers
from tools.process_pool import Failure
from tools.remote.audio import Audio, track_file

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R", bound=Record)


class HasTrackId(Protocol):
    """A row about a track."""

    @property
    def track_id(self) -> str:
        """The track's id."""
        ...


TrackRow = TypeVar("TrackRow", bound=HasTrackId)


@runtime_checkable  # Prefect checks the parameters of flows
class Executor(Protocol):
    """Where CPU and GPU work is placed."""

    def map(
        self,
        function: Callable[[T], Any],
        items: Iterable[T],
        *,
        time_limit_s: float,
        about: Callable[[T], Hashable] | None = None,
    ) -> Iterator[tuple[T, Any | Failure]]:
        """Results of a function on items, in order; see `tools.process_pool.ProcessPool.map`."""
        ...

    def stop(self) -> None:
        """End all work at once: who waits for a result gets a `StoppedError`."""
        ...


@dataclass(frozen=True)
class AudioTrack:
    """A track and where its audio lies."""

    track: Track
    audio: Audio

    @property
    def path(self) -> str:
        """The file on this machine, for a function that `for_each_track` or `on_disk` calls."""
        assert isinstance(self.audio, str), f"{self.audio} was not fetched"
        return self.audio

    @contextmanager
    def on_disk(self) -> Iterator[Self]:
        """The same with its file on this machine, as it was ingested; see `track_file`."""
        with track_file(self.audio, self.track.track_id) as path:
            yield replace(self, audio=path)


@dataclass
class StageResult:
    """What became of a batch: every input is accepted or rejected, exactly once."""

    inputs: list[str]
    accepted: list[str] = field(default_factory=list)
    rows: list[Record] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)

    def add(self, row_id: str, outcome: "Sequence[Record] | Failure") -> None:
        """Take what became of an input in the executor: its rows, or why there are none."""
        if isinstance(outcome, Failure):
            self.rejected.append(
                Rejection(row_id=row_id, reason=outcome.reason, detail=outcome.detail)
            )
        else:
            self.accepted.append(row_id)
            self.rows.extend(outcome)

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
class Batch:
    """What a stage works on: the tracks of one partition, and the rows it reads.

    Attributes
    ----------
    tracks : sequence of AudioTrack
    rows : mapping of type to sequence of Record
        By row model, of those that the stage `reads`.
    sure : DescribeConfig
        Which facts are sure enough to be stated, for the stages that come after `describe`.
    models : frozenset of RoleName
        Roles that a model plays.
    """

    tracks: Sequence[AudioTrack]
    rows: Mapping[type[Record], Sequence[Record]] = field(default_factory=dict)
    sure: DescribeConfig = field(default_factory=DescribeConfig)
    models: frozenset[RoleName] = frozenset()

    def of(self, model: type[R]) -> Sequence[R]:
        """All rows of a model."""
        return cast(Sequence[R], self.rows[model])

    def by_track(self, model: type[TrackRow]) -> dict[str, list[TrackRow]]:
        """Rows of a model, by track id; every track of the batch has its list."""
        found: dict[str, list[TrackRow]] = {each.track.track_id: [] for each in self.tracks}
        for row in cast(Sequence[TrackRow], self.rows[cast(type[Record], model)]):
            found[row.track_id].append(row)
        return found


@dataclass(frozen=True)
class Part:
    """A partition as a corpus-wide stage sees it.

    Attributes
    ----------
    partition : str
    is_done : bool
        Its shard stands already; it is read for what comes after it.
    read : callable
        ``read(model, columns)`` gives these columns of the rows of a model as a polars frame.
    """

    partition: str
    is_done: bool
    read: "Callable[[type[Record], Sequence[str]], pl.DataFrame]"


@dataclass(frozen=True)
class StageContext:
    """What a stage may use while it works.

    Attributes
    ----------
    stage : Stage
        The stage itself.
    executor : Executor
        For work on the CPU.
    models : Models
        The roles.
    time_limit_s : float
        Per track.
    progress : callable
        Called with the number of tracks done since the last call.
    recognisers : Recognisers or None
        Who hears lyrics; None where no recogniser is configured.
    partition : str or None
        That is worked on; None outside a build.
    """

    stage: "Stage"
    executor: Executor
    models: Models
    time_limit_s: float
    progress: Callable[[int], None]
    recognisers: Recognisers | None = None
    partition: str | None = None


@dataclass(frozen=True)
class ModelRequest(Generic[T_co]):
    """A request about a track, and how its answer is read.

    Attributes
    ----------
    row_id : str
        What is rejected where no answer can be used.
    track_id : str
    chat : ChatRequest
    read : callable
        ``read(answer, authorship)`` gives what became of each thing that the answer offers, by
        its id: what a stage makes of it, or a rejection.
    role : RoleName or None
        Who is asked; None is the stage's own role.
    """

    row_id: str
    track_id: str
    chat: ChatRequest
    read: Callable[[Answer, Authorship], Mapping[str, T_co | Rejection]]
    role: RoleName | None = None


def one_row(
    row_id: str, to_row: Callable[[Answer, Authorship], T]
) -> Callable[[Answer, Authorship], Mapping[str, T | Rejection]]:
    """`ModelRequest.read` of an answer that is one row."""
    return lambda answer, authorship: {row_id: to_row(answer, authorship)}


@dataclass(frozen=True)
class ModelRequests(Generic[T_co]):
    """The requests of a batch, and the rows that none is made about."""

    requests: Sequence[ModelRequest[T_co]]
    rejected: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True)
class ModelUse:
    """How a stage asks models.

    Attributes
    ----------
    role : RoleName
    prompt : str
        Name of its prompt in `pipeline/prompts/`.
    prepare : callable or None
        ``prepare(batch, config)`` gives the `ModelRequests`; None where `run` finds out on its way
        what to ask, so that it can be neither previewed nor asked in batches.
    typical_tokens : tuple of (int, int)
        Input without the sound, and output; for the first estimate of a build's cost.
    per_segment : bool
        One request a segment, or `n_per_track` a track.
    n_per_track : callable
        ``n_per_track(corpus_config, role)``: requests to a role for a track, at most.
    hears : tuple of RoleName
        Roles whose requests bring sound: a segment, or the whole track.
    heard_s_per_track : callable or None
        ``heard_s_per_track(corpus_config, role, duration_s)``: seconds of sound in all requests to
        a role about a track of this duration; None for segments, or the whole track each time.
    cascade_from : callable
        ``cascade_from(corpus_config, role)``: the role that is asked everything first, where this
        one is asked only what that leaves open; else None.
    also : tuple of RoleName
        Other roles that are asked, where they are configured.
    also_prompts : tuple of str
        Other prompts, of requests that name theirs.
    """

    role: RoleName
    prompt: str
    prepare: Callable[[Batch, Any], ModelRequests[Any]] | None
    typical_tokens: tuple[int, int]
    per_segment: bool = False
    n_per_track: Callable[[CorpusConfig, RoleName], float] = lambda _config, _role: 1.0
    hears: tuple[RoleName, ...] = ()
    heard_s_per_track: Callable[[CorpusConfig, RoleName, float], float] | None = None
    cascade_from: Callable[[CorpusConfig, RoleName], RoleName | None] = lambda _config, _role: None
    also: tuple[RoleName, ...] = ()
    also_prompts: tuple[str, ...] = ()

    def heard_s(self, config: CorpusConfig, role: RoleName, duration_s: float) -> float:
        """Seconds of sound in all requests to a role about a track, about."""
        if role not in self.hears:
            return 0.0
        if self.heard_s_per_track is not None:
            return self.heard_s_per_track(config, role, duration_s)
        return duration_s * (1.0 if self.per_segment else self.n_per_track(config, role))


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
        The model of its rows; no other stage makes the same.
    reads : tuple of type[Record]
        The models of the rows that it needs; `Track` stands for what the listing says of tracks.
    config : type[Record]
        The model of its section in the config.
    hears : bool
        It needs the tracks' sound.
    run : callable or None
        ``run(batch, config, context) -> StageResult``; None asks a model, and no more.
    asks : ModelUse or None
        For stages that ask a model.
    run_all : callable or None
        Of a corpus-wide stage, instead of `run`: ``run_all(parts, config)`` gives a `StageResult`
        for each part that is not done, in order. What becomes of a part may depend on those
        before it only, never on those after it: so new partitions change no old ones.
    needs : callable
        ``needs(config)`` gives checks of the tools that it calls in the executor: without one of
        them no step of it is started.
    """

    name: str
    version: str
    makes: type[Record]
    reads: tuple[type[Record], ...]
    config: type[Record]
    hears: bool = False
    run: Callable[[Batch, Any, StageContext], StageResult] | None = None
    asks: ModelUse | None = None
    run_all: Callable[[Sequence[Part], Any], Iterator[StageResult]] | None = None
    needs: Callable[[Any], Sequence[Need]] = lambda _config: ()


def section(config: CorpusConfig, stage: Stage) -> Record:
    """A stage's section of a config: its own field, or under `stages` where it has none.

    Raises
    ------
    ConfigError
        If what stands under `stages` is no section of this stage.
    """
    own = getattr(config, stage.name, None)
    if isinstance(own, Record):
        return own
    try:
        return stage.config.model_validate(config.stages.get(stage.name, {}))
    except ValidationError as error:
        lines = [
            f"stages.{stage.name}.{'.'.join(map(str, each['loc']))}: {each['msg']}"
            for each in error.errors()
        ]
        raise ConfigError("\n".join(lines)) from None


def check_sections(config: CorpusConfig, stages: Iterable[Stage]) -> None:
    """Make sure that `stages` in a config holds sections of stages that were added, and no others.

    Raises
    ------
    ConfigError
        If there is another name, or a section that is none of its stage.
    """
    added = {
        stage.name: stage
        for stage in stages
        if stage.config.model_fields and stage.name not in CorpusConfig.model_fields
    }
    for name in config.stages:
        if name in CorpusConfig.model_fields:
            raise ConfigError(f"stages.{name}: `{name}` is a section of its own, not of `stages`")
        if name not in added:
            known = ", ".join(added) or "none was added"
            raise ConfigError(f"stages.{name}: there is no such stage; those added: {known}")
        section(config, added[name])


def for_each_track(
    function: Callable[..., Sequence[Record]], batch: Batch, config: Record, context: StageContext
) -> StageResult:
    """Run a function on every track in the executor.

    Parameters
    ----------
    function : callable
        ``function(track, config)`` gives the track's rows; it raises `RefusedError` for a track
        it cannot take.
    batch : Batch
    config : Record
        The stage's section of the config.
    context : StageContext

    Returns
    -------
    StageResult
    """
    result = StageResult(inputs=[each.track.track_id for each in batch.tracks])
    work = partial(_as_ingested, function, config)
    limit_s = context.time_limit_s
    heard = context.executor.map(
        work, batch.tracks, time_limit_s=limit_s, about=lambda each: each.audio
    )
    for each, outcome in heard:
        result.add(each.track.track_id, outcome)
        context.progress(1)
    return result


def _as_ingested(function: Callable[..., Any], config: Record, each: AudioTrack) -> Any:
    """What a function makes of a track, if its file is still the one that was ingested."""
    with each.on_disk() as here:
        return function(here, config=config)
