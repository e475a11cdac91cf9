"""NVIDIA's Parakeet through NeMo: full attention for songs, local attention for what is longer.

Sources: K. C. Puvvada, D. Rekesh et al., "Fast Conformer with Linearly Scalable Attention"
(ASRU 2023); H. Xu et al., "Efficient Sequence Transduction by Jointly Predicting Tokens and
Durations" (ICML 2023). Model: `nvidia/parakeet-tdt-0.6b-v3`, CC BY 4.0.
"""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from schemas.transcribe import RecogniserConfig
from tools.errors import RefusedError
from tools.lyrics.transcript import SAMPLE_RATE_HZ, TranscribedWord, Transcript, Waveform, seconds
from tools.tar_compat import let_extract_take_filters

HOW_TO_GET = (
    "run `make install-all`, then name a model that NeMo can download "
    "(nvidia/parakeet-tdt-0.6b-v3, 2.5 GB, CC BY 4.0) or the path of a local .nemo file"
)
_SHORTEST_S = 1.0
_CONFIDENCE = {
    "preserve_frame_confidence": True,
    "preserve_token_confidence": True,
    "preserve_word_confidence": True,
    "exclude_blank": True,
    "aggregation": "mean",
    "method_cfg": {"name": "max_prob", "alpha": 1.0},
}


class Parakeet:
    """A transducer of NeMo, on a GPU where there is one.

    Parameters
    ----------
    config : RecogniserConfig
        `model` is a name or the path of a `.nemo` file.

    Raises
    ------
    RefusedError
        ``no_model`` if NeMo is not installed or the model cannot be loaded.
    """

    tool = "nemo_toolkit"

    def __init__(self, config: RecogniserConfig) -> None:
        self._config = config
        self._model = _load(config.model)
        self._full_context = list(self._model.encoder.att_context_size)
        self._is_local = False
        self.version = version(self.tool)

    def transcribe(
        self, sounds: Sequence[Waveform], language: str | None = None
    ) -> list[Transcript]:
        """Hear sounds; those longer than the limit of full attention in a batch of their own."""
        is_long = [seconds(sound) > self._config.full_attention_max_s for sound in sounds]
        heard: dict[int, Transcript] = {}
        for needs_local in (False, True):
            places = [i for i, long in enumerate(is_long) if long == needs_local]
            if places:
                self._attend(is_local=needs_local)
                found = self._hear([sounds[i] for i in places])
                heard |= dict(zip(places, found, strict=True))
        return [heard[i] for i in range(len(sounds))]

    @property
    def attention(self) -> str:
        """NeMo's name of the attention in use."""
        return str(self._model.encoder.self_attention_model)

    def _attend(self, *, is_local: bool) -> None:
        if is_local == self._is_local:
            return
        context = self._config.local_attention_frames
        name, size = (
            ("rel_pos_local_attn", [context, context])
            if is_local
            else ("rel_pos", self._full_context)
        )
        self._model.change_attention_model(name, size)
        # One chunk at a time through the convolutions that come before.
        self._model.change_subsampling_conv_chunking_factor(1)
        self._is_local = is_local

    def _hear(self, sounds: Sequence[Waveform]) -> list[Transcript]:
        # NeMo would pad short sounds on both sides, and their times would be late.
        shortest = round(_SHORTEST_S * SAMPLE_RATE_HZ)
        padded = [np.pad(s, (0, max(0, shortest - len(s)))) for s in sounds]
        found = self._model.transcribe(
            padded, batch_size=len(padded), timestamps=True, verbose=False
        )
        return [_heard(each, seconds(s)) for each, s in zip(found, sounds, strict=True)]


def _heard(hypothesis: Any, duration_s: float) -> Transcript:
    words = hypothesis.timestamp["word"]
    found = hypothesis.word_confidence or []
    # NeMo joins punctuation to words in times and in confidences by different rules.
    confidences = [float(c) for c in found] if len(found) == len(words) else [None] * len(words)
    return Transcript(
        [
            TranscribedWord(
                word["word"],
                min(float(word["start"]), duration_s),
                min(max(float(word["start"]), float(word["end"])), duration_s),
                confidence,
            )
            for word, confidence in zip(words, confidences, strict=True)
            if word["word"].strip()
        ]
    )


def _load(name: str) -> Any:
    if name.endswith(".nemo") and not Path(name).is_file():
        raise RefusedError("no_model", f"there is no file {name}: {HOW_TO_GET}")
    try:
        import torch
        from nemo.collections.asr.models import ASRModel
        from omegaconf import OmegaConf, open_dict
    except ImportError as error:
        raise RefusedError("no_model", f"NeMo is not installed ({error}): {HOW_TO_GET}") from error
    device = "cuda" if torch.cuda.is_available() else "cpu"
    let_extract_take_filters()
    try:
        if name.endswith(".nemo"):
            model = ASRModel.restore_from(name, map_location=device)
        else:
            model = ASRModel.from_pretrained(name, map_location=device)
        decoding = OmegaConf.create(OmegaConf.to_container(model.cfg.decoding))
        with open_dict(decoding):
            decoding.compute_timestamps = True
            decoding.confidence_cfg = _CONFIDENCE
        model.change_decoding_strategy(decoding, verbose=False)
    except Exception as error:
        raise RefusedError("no_model", f"{name}: {_brief(error)}: {HOW_TO_GET}") from error
    return model.to(device).eval()


def _brief(error: Exception) -> str:
    text = f"{type(error).__name__}: {error}".splitlines()[0]
    return text[:300]
