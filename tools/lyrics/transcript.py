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
class Decoding:
    """What Whisper says of how it wrote a stretch of text.

    Attributes
    ----------
    no_speech : float
        Probability that nobody speaks in the window, 0 to 1.
    mean_log_probability : float
        Of the stretch's tokens.
    compression_ratio : float
        Bytes of the text against those that zlib makes of it; loops compress well.
    """

    no_speech: float
    mean_log_probability: float
    compression_ratio: float


@dataclass(frozen=True)
class TranscribedWord:
    """A word and when it is sung.

    Attributes
    ----------
    text : str
    start_s, end_s : float
        Its own, or those of its line.
    confidence : float or None
        0 to 1; None where the recogniser has none.
    decoding : Decoding or None
        Of the stretch that it is in.
    line : int or None
        Its line's number, where only the line's times are known.
    is_loose : bool
        And those are of a longer stretch, somewhere in which the line is sung.
    """

    text: str
    start_s: float
    end_s: float
    confidence: float | None
    decoding: Decoding | None = None
    line: int | None = None
    is_loose: bool = False

    @property
    def has_own_times(self) -> bool:
        """Whether its times are the word's, not those of its line."""
        return self.line is None


@dataclass(frozen=True)
class Transcript:
    """All words of a sound, in order of time; without any, nothing was heard.

    Attributes
    ----------
    words : list of TranscribedWord
    language : str or None
        ISO 639-1, where the recogniser found out itself.
    language_probability : float or None
    """

    words: list[TranscribedWord]
    language: str | None = None
    language_probability: float | None = None

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
