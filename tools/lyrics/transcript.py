"""What a recogniser hears, and what every recogniser is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16000
Waveform = NDArray[np.float32]
"""Mono at `SAMPLE_RATE_HZ`, shape (n_samples,); full scale is 1."""


@dataclass(frozen=True)
class TranscribedWord:
    """A word with its times; the confidence (0 to 1) is None where the recogniser has none."""

    text: str
    start_s: float
    end_s: float
    confidence: float | None


@dataclass(frozen=True)
class Transcript:
    """All words of a sound, in order of time; without any, nothing was heard."""

    words: list[TranscribedWord]

    @property
    def text(self) -> str:
        """The words in one line."""
        return " ".join(word.text for word in self.words)


class Recogniser(Protocol):
    """A model that is loaded.

    Attributes
    ----------
    tool, version : str
        The distribution that runs it.
    """

    tool: str
    version: str

    def transcribe(self, sounds: Sequence[Waveform], language: str | None) -> list[Transcript]:
        """Hear sounds in one batch.

        Parameters
        ----------
        sounds : sequence of np.ndarray
        language : str or None
            ISO 639-1 code that is sung, where it is known and the model takes it.

        Returns
        -------
        list of Transcript
            One a sound.
        """
        ...


def seconds(sound: NDArray[np.generic]) -> float:
    """Duration of a sound."""
    return len(sound) / SAMPLE_RATE_HZ
