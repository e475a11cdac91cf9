"""Phrases that espeak-ng speaks, with the exact times of their words."""

import ctypes
import ctypes.util
from dataclasses import dataclass

import numpy as np

_SYNCHRONOUS, _UTF8, _POS_CHARACTER = 2, 1, 1
_WORD, _END = 1, 5
_RATE, _PITCH, _RANGE = 1, 3, 4


class _EventId(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("text", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    ]


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True)
class Spoken:
    """Sound of shape (n_samples,), float32, and (word, start_s, end_s) of every word."""

    samples: np.ndarray
    sample_rate_hz: int
    words: list[tuple[str, float, float]]


def is_installed() -> bool:
    return ctypes.util.find_library("espeak-ng") is not None


class Espeak:
    """libespeak-ng in this process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(ctypes.util.find_library("espeak-ng"))
        self._library.espeak_Initialize.restype = ctypes.c_int
        self.sample_rate_hz = self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, 0)
        assert self.sample_rate_hz > 0
        self._callback = _CALLBACK(self._take)  # kept: C calls it
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(self, text: str, *, voice="en-us", words_per_minute=150, pitch=50, spread=50):
        self._blocks: list[np.ndarray] = []
        self._marks: list[tuple[int, int, int, int]] = []
        assert self._library.espeak_SetVoiceByName(voice.encode()) == 0
        for parameter, value in ((_RATE, words_per_minute), (_PITCH, pitch), (_RANGE, spread)):
            self._library.espeak_SetParameter(parameter, value, 0)
        data = text.encode()
        self._library.espeak_Synth(data, len(data) + 1, 0, _POS_CHARACTER, 0, _UTF8, None, None)
        samples = np.concatenate(self._blocks).astype(np.float32) / 32768
        return Spoken(samples, self.sample_rate_hz, self._words(text, samples))

    def _take(self, wave, n_samples, events):
        if wave and n_samples > 0:
            self._blocks.append(np.ctypeslib.as_array(wave, (n_samples,)).copy())
        index = 0
        while events[index].type:
            each = events[index]
            self._marks.append((each.type, each.text_position, each.length, each.audio_position))
            index += 1
        return 0

    def _words(self, text, samples):
        marks = [mark for mark in self._marks if mark[0] in (_WORD, _END)]
        duration_s = len(samples) / self.sample_rate_hz
        sounding = np.flatnonzero(np.abs(samples) > 1e-3)
        end_of_sound_s = sounding[-1] / self.sample_rate_hz
        found = []
        for mark, following in zip(marks, [*marks[1:], None], strict=True):
            if mark[0] != _WORD:
                continue
            start = mark[1] - 1
            end_s = following[3] / 1000 if following else duration_s
            word = text[start : start + mark[2]].strip(".,").lower()
            found.append((word, mark[3] / 1000, min(end_s, end_of_sound_s)))
        return found
