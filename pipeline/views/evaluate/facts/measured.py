"""Measured facts of tracks by name: of a built corpus, or of a folder that is heard for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.corpus.corpus import Corpus
from pipeline.engine.needs import needs_of, require_tools
from pipeline.engine.stage import AudioTrack, Executor
from pipeline.stages import STAGES
from pipeline.stages.measure.decisions import HeardTrack
from pipeline.stages.measure.stage import STAGE as MEASURE
from pipeline.views.evaluate.hearing import hear
from schemas.config import ConfigError, CorpusConfig
from schemas.evaluation import Unheard
from schemas.facts import MusicFacts
from schemas.ingest import IngestConfig
from schemas.record import Record
from schemas.sections import AUDIO_EXTENSIONS
from schemas.tracks import AudioInfo, Track
from tools.process_pool import Failure
from tools.sound.inspection import inspect

HEARING = tuple(stage for stage in STAGES if stage.makes in MEASURE.reads)
"""The stages whose rows `measure` reads."""
# As `execution.track_time_limit_s`, which is for builds.
_LIMIT_S = 900.0


@dataclass(frozen=True)
class MeasuredTrack:
    """A track with its facts.

    Attributes
    ----------
    facts : MusicFacts
    heard : HeardTrack
        What the facts were decided from.
    """

    facts: MusicFacts
    heard: HeardTrack


def names_in_corpus(corpus: Corpus) -> dict[str, tuple[str, ...]]:
    """Under which names references may know the tracks of a corpus, by track id."""
    columns = corpus.tracks.select("track_id", "uri", "source_id").iter_rows()
    return {
        track_id: (Path(uri).stem, *([source_id] if source_id else []))
        for track_id, uri, source_id in columns
    }


def of_corpus(
    corpus: Corpus, track_ids: Sequence[str], progress: Callable[[int], None]
) -> dict[str, MeasuredTrack]:
    """Tracks of a corpus that have facts, by id.

    Parameters
    ----------
    corpus : Corpus
    track_ids : sequence of str
    progress : callable
        Called with the number of tracks done since the last call.
    """
    found = {}
    models = [stage.makes for stage in HEARING]
    for each in corpus.rows_of_tracks(track_ids):
        progress(1)
        facts = each.one(MusicFacts)
        if facts is not None:
            rows = {model: row for model in models for row in each.of(model)}
            found[each.track.track_id] = MeasuredTrack(facts, HeardTrack(each.track, rows))
    return found


def of_folder(
    folder: Path,
    names: Sequence[str],
    config: CorpusConfig,
    executor: Executor,
    progress: Callable[[str], Callable[[int], None]],
) -> tuple[dict[str, MeasuredTrack], list[Unheard]]:
    """Hear and measure files of a folder.

    Parameters
    ----------
    folder : Path
    names : sequence of str
        Of the files to be heard, relative to the folder.
    config : CorpusConfig
        Of its sections, those of the stages that hear and of `measure` count.
    executor : Executor
    progress : callable
        ``progress(stage)`` gives what is called with the number of tracks done.

    Returns
    -------
    measured : dict of str to MeasuredTrack
        By name.
    unheard : list of Unheard

    Raises
    ------
    MissingToolError
        If a tool does not work here.
    """
    require_tools(needs_of(HEARING, config), executor, time_limit_s=_LIMIT_S)
    tracks, unheard = _tracks(folder, names, config.ingest, executor, progress("inspect"))
    rows: dict[type[Record], Sequence[Record]] = {}
    for stage in HEARING:
        rows[stage.makes] = hear(stage, tracks, config, executor, None, progress(stage.name)).rows
    result = hear(MEASURE, tracks, config, executor, rows, progress(MEASURE.name))
    uris = {each.track.track_id: each.track.uri for each in tracks}
    unheard += [Unheard(name=uris[r.row_id], why=r.detail or r.reason) for r in result.rejected]
    facts = {row.track_id: row for row in result.rows if isinstance(row, MusicFacts)}
    by_track = _by_track(rows)
    measured = {
        each.track.uri: MeasuredTrack(facts[track_id], HeardTrack(each.track, by_track[track_id]))
        for each in tracks
        if (track_id := each.track.track_id) in facts
    }
    return measured, unheard


def audio_files(folder: Path) -> list[str]:
    """Files of sound in a folder and those in it, relative to it.

    Raises
    ------
    ConfigError
        If there are none.
    """
    files = (path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_EXTENSIONS)
    found = sorted(path.relative_to(folder).as_posix() for path in files if path.is_file())
    if not found:
        raise ConfigError(f"{folder}: there are no audio files")
    return found


def _tracks(
    folder: Path,
    names: Sequence[str],
    limits: IngestConfig,
    executor: Executor,
    progress: Callable[[int], None],
) -> tuple[list[AudioTrack], list[Unheard]]:
    """Files as tracks; one that cannot be a track, or has the sound of another, is unheard."""
    tracks: dict[str, AudioTrack] = {}
    unheard = []
    paths = [str(folder / name) for name in names]
    outcomes = executor.map(partial(inspect, limits=limits), paths, time_limit_s=_LIMIT_S)
    for name, (path, outcome) in zip(names, outcomes, strict=True):
        progress(1)
        if isinstance(outcome, Failure):
            unheard.append(Unheard(name=name, why=f"{outcome.reason}: {outcome.detail}"))
            continue
        assert isinstance(outcome, AudioInfo)
        same = tracks.get(outcome.track_id)
        if same is not None:
            unheard.append(Unheard(name=name, why=f"is the same file as {same.track.uri}"))
            continue
        track = Track(uri=name, **outcome.model_dump())
        tracks[track.track_id] = AudioTrack(track, path)
    return list(tracks.values()), unheard


def _by_track(
    rows: Mapping[type[Record], Sequence[Record]],
) -> dict[str, dict[type[Record], Record]]:
    found: dict[str, dict[type[Record], Record]] = {}
    for model, those in rows.items():
        for row in those:
            track_id: str = getattr(row, "track_id")  # noqa: B009 - every row that is heard has it
            found.setdefault(track_id, {})[model] = row
    return found
