"""Hash, decode and fingerprint files that were not seen before."""

from collections.abc import Callable
from functools import partial

import polars as pl

from pipeline.engine.sources import INFO_SCHEMA
from pipeline.engine.stage import Executor
from schemas.config import CorpusConfig
from schemas.ingest import IngestConfig
from schemas.tracks import AudioInfo
from tools.audio import load_mono
from tools.errors import RefusedError
from tools.fingerprint import SAMPLE_RATE_HZ, fingerprint
from tools.process_pool import Failure
from tools.remote.audio import Audio, AudioRoot, new_file
from tools.remote.state import RemoteState
from tools.sound.inspection import inspect
from tools.sound.mono import MonoMix


def inspect_files(
    files: pl.DataFrame,
    root: AudioRoot,
    config: CorpusConfig,
    executor: Executor,
    progress: Callable[[int], None],
) -> pl.DataFrame:
    """Inspect a batch of files in the executor.

    Parameters
    ----------
    files : pl.DataFrame
        Rows of `scan` without a reason.
    root : AudioRoot
    config : CorpusConfig
    executor : Executor
    progress : callable
        Called with 1 after each file.

    Returns
    -------
    pl.DataFrame
        The same rows, each with the fields of `AudioInfo` and its `fingerprint`, or with `reason`
        and `detail`.
    """
    work = partial(_inspect, limits=config.ingest)
    listed = files.select("uri", "size_bytes", "mtime_ns").iter_rows()
    items = [(root.at(uri), RemoteState(*state)) for uri, *state in listed]
    found = []
    limit_s = config.execution.time_limit_s
    for _, outcome in executor.map(work, items, time_limit_s=limit_s):
        found.append(_columns(outcome))
        progress(1)
    schema = {**INFO_SCHEMA, "fingerprint": pl.String, "reason": pl.String, "detail": pl.String}
    return files.hstack(pl.DataFrame(found, schema=schema))


def _inspect(item: tuple[Audio, RemoteState], limits: IngestConfig) -> tuple[AudioInfo, str | None]:
    audio, state = item
    most_bytes = int(limits.max_file_gb * 1e9)
    if state.size_bytes > most_bytes:
        raise RefusedError("too_large", f"{state.size_bytes} bytes, more than {most_bytes}")
    with new_file(audio, state) as path:
        mix = MonoMix(SAMPLE_RATE_HZ)
        info = inspect(path, limits, mix=mix)
        cancels = mix.inversions() is not None
        mono = load_mono(path, sample_rate_hz=SAMPLE_RATE_HZ) if cancels else mix.samples()
    return info, fingerprint(mono)


def _columns(
    outcome: tuple[AudioInfo, str | None] | Failure,
) -> dict[str, str | int | float | None]:
    if isinstance(outcome, Failure):
        return {"reason": outcome.reason, "detail": outcome.detail}
    info, text = outcome
    return info.model_dump(exclude={"size_bytes"}) | {"fingerprint": text}
