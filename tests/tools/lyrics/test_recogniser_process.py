"""A recogniser in its own process: crashes, hangs and full memory cost one sound."""

import os
import signal
import time

import numpy as np
import pytest
import torch

from schemas.transcribe import RecogniserConfig, TranscribeConfig
from tests.phrases import MODEL, song
from tools.lyrics import recogniser_process as module
from tools.lyrics.recogniser_process import (
    RecogniserProcess,
    as_samples,
    as_sound,
    hear_within_memory,
)
from tools.lyrics.recognisers import Recognisers
from tools.lyrics.transcript import TranscribedWord, Transcript
from tools.process_pool import Failure

POISON = 12345


class Fragile:
    """Says how long each sound is; a poisoned one makes it crash, hang, fail or run out."""

    tool, version = "fragile", "1"

    def __init__(self, config):
        self._how = config.model

    def transcribe(self, sounds, language):
        if any(len(sound) == POISON for sound in sounds):
            if self._how == "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
            if self._how == "hang":
                time.sleep(3600)
            if self._how == "memory":
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB")
            raise ValueError("poison")
        return [Transcript([TranscribedWord(str(len(sound)), 0.0, 1.0, None)]) for sound in sounds]


def listen_to_fragile():
    module.Parakeet = Fragile


def fragile_load(config):  # called in the worker, where nothing is patched
    listen_to_fragile()
    return module._load(config)


def fragile_hear(job):
    listen_to_fragile()
    return module._hear(job)


@pytest.mark.parametrize(
    ("how", "reason"),
    [("crash", "crashed"), ("hang", "timed_out"), ("memory", "out_of_memory"), ("fail", "failed")],
)
def test_what_goes_wrong_costs_one_sound(monkeypatch, how, reason):
    monkeypatch.setattr(module, "_load", fragile_load)
    monkeypatch.setattr(module, "_hear", fragile_hear)
    sounds = [np.zeros(n, np.int16) for n in (100, POISON, 300)]
    with RecogniserProcess(RecogniserConfig(model=how)) as process:
        outcomes = process.transcribe(sounds, None, time_limit_s=2 if how == "hang" else 600)
        again = process.transcribe(sounds[:1], None, time_limit_s=600)
    assert [each.text for each in again] == ["100"]
    texts = [each.reason if isinstance(each, Failure) else each.text for each in outcomes]
    assert texts == ["100", reason, "300"]


def test_a_batch_that_does_not_fit_is_heard_in_halves():
    sizes = []

    class Small:
        def transcribe(self, sounds, language):
            sizes.append(len(sounds))
            if len(sounds) > 2:
                raise torch.OutOfMemoryError("CUDA out of memory.\nmore words")
            return [Transcript([])] * len(sounds)

    assert hear_within_memory(Small(), [np.zeros(1, np.float32)] * 7, None) == [Transcript([])] * 7
    assert sizes == [7, 3, 1, 2, 4, 2, 2]


def test_a_real_model_is_loaded_once_and_hears():
    sound, words = song([1, 3])
    with Recognisers(
        TranscribeConfig(recogniser=RecogniserConfig(model=str(MODEL))), padded_s=60
    ) as hearing:
        assert hearing.check() == []
        process = hearing.processes["recogniser"]
        tool = process.load()
        assert (tool.name, tool.version[0]) == ("nemo_toolkit", "3")
        loaded = process.load()
        (heard,) = process.transcribe([as_samples(sound)], "en", time_limit_s=600)
        assert process.load() is loaded
    assert [word.text for word in heard.words][:3] == [word for word, _, _ in words][:3]


def test_what_is_not_at_hand_is_said_one_line_a_model(tmp_path):
    config = TranscribeConfig(
        recogniser=RecogniserConfig(model=str(tmp_path / "no.nemo")),
        second_opinion=RecogniserConfig(engine="whisper", model=str(tmp_path)),
        separator=f"{tmp_path}/nothing",
    )
    with Recognisers(config, padded_s=60) as hearing:
        lines = hearing.check()
    assert [line.split(":")[0] for line in lines] == [
        "transcribe.recogniser",
        "transcribe.second_opinion",
        "transcribe.separator",
    ]
    assert all("make install-all" in line for line in lines)


def test_samples_keep_the_sound():
    sound = np.linspace(-1.2, 1.2, 1001, dtype=np.float32)
    assert as_sound(as_samples(sound)) == pytest.approx(sound.clip(-1, 1), abs=2e-5)
