"""Embedded sound, where a release is to hold it."""

from functools import partial

import polars as pl

from pipeline.engine.stage import Executor
from schemas.config import CorpusConfig
from tools.clips import encode_recording
from tools.process_pool import Failure
from tools.remote.audio import Audio, AudioRoot, track_file


def with_sound(
    tracks: pl.DataFrame, root: AudioRoot, config: CorpusConfig, executor: Executor
) -> tuple[pl.DataFrame, pl.Series]:
    """Encode the released tracks, if the release is to hold sound.

    Parameters
    ----------
    tracks : pl.DataFrame
        From `plan_tracks`, of one partition.
    root : AudioRoot
    config : CorpusConfig
    executor : Executor

    Returns
    -------
    tracks : pl.DataFrame
        Those that cannot be decoded any more, or are other files by now, are left out.
    sound : pl.Series of bytes
        One a track; null where there is none.
    """
    if config.release.audio == "reference":
        return tracks, pl.Series([None] * len(tracks), dtype=pl.Binary)
    work = partial(
        _encode,
        audio_format=config.release.audio,
        sample_rate_hz=config.release.audio_sample_rate_hz,
    )
    wanted = tracks.filter(pl.col("left_out").is_null())
    ids = wanted["track_id"].to_list()
    files = [(root.at(uri), name) for uri, name in zip(wanted["uri"], ids, strict=True)]
    outcomes = executor.map(work, files, time_limit_s=config.execution.time_limit_s)
    found = {name: outcome for name, (_, outcome) in zip(ids, outcomes, strict=True)}
    failed = {name: each for name, each in found.items() if isinstance(each, Failure)}
    why = {
        "left_out": {name: each.reason for name, each in failed.items()},
        "left_out_detail": {name: each.detail for name, each in failed.items()},
    }
    columns = {
        column: pl.coalesce(
            column, pl.col("track_id").replace_strict(words, default=None, return_dtype=pl.String)
        )
        for column, words in why.items()
    }
    sound = [None if name in failed else found.get(name) for name in tracks["track_id"]]
    return tracks.with_columns(**columns), pl.Series(sound, dtype=pl.Binary)


def _encode(file: tuple[Audio, str], audio_format: str, sample_rate_hz: int) -> bytes:
    with track_file(*file) as path:
        return encode_recording(path, audio_format=audio_format, sample_rate_hz=sample_rate_hz)
