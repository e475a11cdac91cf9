"""A recogniser in a process of its own: loaded once, and a crash or a hang costs one song.

Sounds that fail together are heard in halves, down to one; so is a batch that does not fit into
the memory of the GPU.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from schemas.transcribe import RecogniserConfig
from tools.lyrics.faster_whisper import FasterWhisper
from tools.lyrics.parakeet import Parakeet
from tools.lyrics.transcript import Recogniser, Transcript, Waveform
from tools.lyrics.whisper import Whisper
from tools.process_pool import N_TRIES, Failure, ProcessPool

LOADING_LIMIT_S = 3600.0
_FULL_SCALE = 32767
Samples = NDArray[np.int16]


@dataclass(frozen=True)
class Tool:
    """What runs a recogniser."""

    name: str
    version: str


@dataclass(frozen=True)
class _Job:
    config: RecogniserConfig
    sounds: list[Samples]
    language: str | None


class RecogniserProcess:
    """Hears songs in one process of its own, which starts when it is first needed.

    Parameters
    ----------
    config : RecogniserConfig
    """

    def __init__(self, config: RecogniserConfig) -> None:
        self.config = config
        self._pool = ProcessPool(1, n_tries=1)  # a new process must load before it hears
        self._tool: Tool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        self._pool.__exit__(kind, *error)

    def stop(self) -> None:
        """End all work at once: who waits for a result gets a `StoppedError`."""
        self._pool.stop()

    def load(self) -> Tool | Failure:
        """Load the model; what runs it, or a `Failure` that says how to get it."""
        if self._tool is None:
            load = self._pool.submit(_load, self.config, time_limit_s=LOADING_LIMIT_S)
            outcome = load.result()
            if isinstance(outcome, Failure):
                return outcome
            self._tool = outcome
        return self._tool

    def transcribe(
        self, sounds: Sequence[Samples], language: str | None, *, time_limit_s: float
    ) -> list[Transcript | Failure]:
        """Hear sounds in one batch.

        Parameters
        ----------
        sounds : sequence of np.ndarray, shape (n_samples,), int16
            Mono at 16 kHz; see `as_samples`.
        language : str or None
        time_limit_s : float
            Per sound. Loading a model that is not loaded yet does not count.

        Returns
        -------
        list of Transcript or Failure
            One a sound.
        """
        job = _Job(self.config, list(sounds), language)
        for _ in range(N_TRIES if len(sounds) == 1 else 1):
            loaded = self.load()
            if isinstance(loaded, Failure):
                return [loaded] * len(sounds)
            limit_s = time_limit_s * len(sounds)
            outcome = self._pool.submit(_hear, job, time_limit_s=limit_s).result()
            if not isinstance(outcome, Failure):
                return list(outcome)
            if outcome.reason in ("crashed", "timed_out"):
                self._tool = None  # the process that had loaded it is gone
            if outcome.reason != "crashed":
                break
        if len(sounds) == 1:
            return [outcome]
        half = len(sounds) // 2
        return [
            each
            for part in (sounds[:half], sounds[half:])
            for each in self.transcribe(part, language, time_limit_s=time_limit_s)
        ]


def as_samples(sound: Waveform) -> Samples:
    """A sound in 16 bits, which is what travels between processes."""
    return (sound.clip(-1, 1) * _FULL_SCALE).round().astype(np.int16)


def as_sound(samples: Samples) -> Waveform:
    """Samples of 16 bits as a sound."""
    return (samples / np.float32(_FULL_SCALE)).astype(np.float32)


def _load(config: RecogniserConfig) -> Tool:
    recogniser = _recogniser(config)
    return Tool(recogniser.tool, recogniser.version)


@cache
def _recogniser(config: RecogniserConfig) -> Recogniser:
    os.dup2(2, 1)  # NeMo prints; what matters comes back as a result
    _use_all_cores()
    if config.engine == "nemo":
        return Parakeet(config)
    return FasterWhisper(config) if config.engine == "faster-whisper" else Whisper(config)


def _use_all_cores() -> None:
    try:
        import torch
    except ImportError:
        return
    torch.set_num_threads(len(os.sched_getaffinity(0)))


def _hear(job: _Job) -> list[Transcript | Failure]:
    return hear_within_memory(
        _recogniser(job.config), [as_sound(samples) for samples in job.sounds], job.language
    )


def hear_within_memory(
    recogniser: Recogniser, sounds: Sequence[Waveform], language: str | None
) -> list[Transcript | Failure]:
    """Hear a batch; one that does not fit into memory in halves, down to one sound."""
    import torch

    try:
        return list(recogniser.transcribe(sounds, language))
    except (torch.OutOfMemoryError, MemoryError) as error:
        detail = str(error).splitlines()[0]
    if len(sounds) == 1:
        return [Failure("out_of_memory", detail)]
    # Not in the handler: there the exception still holds the tensors of the batch.
    torch.cuda.empty_cache()
    half = len(sounds) // 2
    return [
        each
        for part in (sounds[:half], sounds[half:])
        for each in hear_within_memory(recogniser, part, language)
    ]
