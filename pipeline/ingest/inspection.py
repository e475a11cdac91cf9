"""Hash, decode and fingerprint files that were not seen before."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl

from pipeline.engine.sources import INFO_SCHEMA
from pipeline.engine.stage import Executor
from schemas.config import CorpusConfig
from schemas.ingest import IngestConfig
from schemas.tracks import AudioInfo
from tools.audio import load_mono
from tools.fingerprint import SAMPLE_RATE_HZ, fingerprint
from tools.process_pool import Failure
from tools.sound.identity import unchanged
from tools.sound.inspection import inspect
from tools.sound.mono import MonoMix


def inspect_files(
    files: pl.DataFrame,
    root: Path,
    config: CorpusConfig,
    executor: Executor,
    progress: Callable[[int], None],
) -> pl.DataFrame:
    """Inspect a batch of files in the executor.

    Parameters
    ----------
    files : pl.DataFrame
        Rows of `scan` without a reason.
    root : Path
        What relative uris are relative to.
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
    paths = [str(root / uri) for uri in files["uri"]]
    found = []
    limit_s = config.execution.time_limit_s
    for _, outcome in executor.map(work, paths, time_limit_s=limit_s):
        found.append(_columns(outcome))
        progress(1)
    schema = {**INFO_SCHEMA, "fingerprint": pl.String, "reason": pl.String, "detail": pl.String}
    return files.hstack(pl.DataFrame(found, schema=schema))


def _inspect(path: str, limits: IngestConfig) -> tuple[AudioInfo, str | None]:
    with unchanged(path):
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
