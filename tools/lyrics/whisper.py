"""Whisper through transformers: for the languages that Parakeet does not know.

Source: A. Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision" (ICML
2023).
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from schemas.transcribe import RecogniserConfig
from tools.errors import RefusedError
from tools.lyrics.transcript import SAMPLE_RATE_HZ, TranscribedWord, Transcript, Waveform, seconds

HOW_TO_GET = (
    "run `make install-all`, then name a Whisper on the hub (openai/whisper-large-v3) or the "
    "folder of one"
)
_WINDOW_S = 30


class Whisper:
    """A Whisper, on a GPU where there is one. Word times come from its cross-attention.

    Parameters
    ----------
    config : RecogniserConfig
        `model` is a folder or a name on the hub.

    Raises
    ------
    RefusedError
        ``no_model`` if transformers is not installed or the model cannot be loaded.
    """

    tool = "transformers"

    def __init__(self, config: RecogniserConfig) -> None:
        self._pipeline = _load(config.model)
        self.version = version(self.tool)

    def transcribe(
        self, sounds: Sequence[Waveform], language: str | None = None
    ) -> list[Transcript]:
        """Hear sounds, window by window of 30 s; no confidence is known."""
        generation = self._pipeline.model.generation_config
        knows = getattr(generation, "lang_to_id", None) or {}
        options = {"task": "transcribe"} if getattr(generation, "is_multilingual", False) else {}
        if f"<|{language}|>" in knows:
            options["language"] = language or ""
        found = self._pipeline(
            [{"raw": sound, "sampling_rate": SAMPLE_RATE_HZ} for sound in sounds],
            batch_size=len(sounds),
            chunk_length_s=_WINDOW_S,
            ignore_warning=True,  # of windows: they are what songs longer than 30 s need
            return_timestamps="word",
            generate_kwargs=options,
        )
        return [_heard(each, seconds(s)) for each, s in zip(found, sounds, strict=True)]


def _heard(output: Any, duration_s: float) -> Transcript:
    words = []
    for chunk in output["chunks"]:
        start_s, end_s = chunk["timestamp"]
        start_s = min(start_s or 0.0, duration_s)
        end_s = duration_s if end_s is None else min(max(end_s, start_s), duration_s)
        if text := chunk["text"].strip():
            words.append(TranscribedWord(text, float(start_s), float(end_s), None))
    return Transcript(sorted(words, key=lambda word: word.start_s))


def _load(name: str) -> Any:
    try:
        import torch
        from transformers import pipeline

        device = "cuda" if torch.cuda.is_available() else "cpu"
        load: Any = pipeline
        return load("automatic-speech-recognition", model=name, device=device)
    except ImportError as error:
        detail = f"transformers is not installed ({error}): {HOW_TO_GET}"
        raise RefusedError("no_model", detail) from error
    except Exception as error:
        brief = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        raise RefusedError("no_model", f"{name}: {brief}: {HOW_TO_GET}") from error
