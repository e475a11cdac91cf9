"""The config of `transcribe`: who hears lyrics, and what is not believed.

Example
-------
::

    transcribe:
      recogniser:
        model: nvidia/parakeet-tdt-0.6b-v3
      fallback:
        engine: whisper
        model: openai/whisper-large-v3
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from schemas.record import Record

LocalEngine = Literal["nemo", "whisper", "faster-whisper"]


class RecogniserConfig(Record):
    """A model that hears words."""

    engine: LocalEngine | Literal["role"] = Field(
        default="nemo",
        description="NeMo (Parakeet), Whisper through transformers, Whisper through faster-whisper "
        "(CTranslate2), or the role `transcriber`.",
    )
    model: str = Field(
        default="",
        description="A name, e.g. nvidia/parakeet-tdt-0.6b-v3, or a local .nemo file or folder; "
        "that of a `role` stands in `roles.transcriber`.",
    )
    languages: tuple[str, ...] | None = Field(
        default=None,
        description="ISO 639-1 codes that it knows; by default the 25 of Parakeet v3 for `nemo`, "
        "all for the others.",
    )
    compute_type: Literal["int8", "int8_float16", "float16", "bfloat16", "float32"] | None = Field(
        default=None,
        description="Numbers that it counts in (faster-whisper); by default float16 on a GPU, int8 "
        "on a CPU.",
    )
    window_s: float = Field(
        default=30.0,
        ge=5,
        description="A song is heard in stretches of at most so long, cut where it is quiet "
        "(role); Whisper's own window.",
    )
    full_attention_max_s: float = Field(
        default=600.0, gt=0, description="Longer songs are heard with local attention (nemo)."
    )
    local_attention_frames: int = Field(
        default=256, ge=8, description="Local attention to each side, in encoder frames (nemo)."
    )

    @model_validator(mode="after")
    def _has_a_model(self) -> Self:
        if (self.engine == "role") == bool(self.model):
            raise ValueError(
                "`model` is that of `roles.transcriber`"
                if self.model
                else f"the engine `{self.engine}` needs `model`"
            )
        return self


class TranscribeConfig(Record):
    """How lyrics are heard, and what is not believed."""

    recogniser: RecogniserConfig | None = Field(
        default=None, description="Without one, lyrics are null (`no_model`)."
    )
    fallback: RecogniserConfig | None = Field(
        default=None, description="Hears songs whose language the recogniser does not know."
    )
    second_opinion: RecogniserConfig | None = Field(
        default=None, description="Hears the same; the word error rate between both is a score."
    )
    separator: str | None = Field(
        default=None, description="A Demucs model, e.g. htdemucs: its vocals are heard instead."
    )
    vocal_probability: float = Field(
        default=0.3, gt=0, lt=1, description="A voice is likely from here, averaged over 0.5 s."
    )
    min_vocal_share: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="A voice in this share of the time is enough; 0 lets all tracks through.",
    )
    min_supported_share: float = Field(
        default=0.02,
        ge=0,
        le=1,
        description="A voice in this share is enough where the tagger hears one, too.",
    )
    silence_dbfs: float = Field(
        default=-60.0, le=0, description="Words where the level is below this are over silence."
    )
    line_gap_s: float = Field(
        default=1.0, gt=0, description="A pause that ends a line; rules judge lines."
    )
    max_line_s: float = Field(default=30.0, gt=0, description="Longer lines are cut.")
    max_repeated_share: float = Field(
        default=0.4,
        ge=0,
        le=1,
        description="Lines with no larger share of different words are refused.",
    )
    max_word_chars: int = Field(default=25, ge=2, description="Words of so many are refused.")
    max_compound_chars: int = Field(
        default=35, ge=2, description="The same in compounding languages (de, fi, hu, nl ...)."
    )
    max_word_excess: float = Field(
        default=3.0,
        gt=0,
        description="Words so much longer than the next longest of the line are refused.",
    )
    max_chars_per_s: float = Field(default=40.0, gt=0, description="Faster lines are refused.")
    max_phrase_repeats: int = Field(
        default=8, ge=2, description="A phrase that comes so often in a row is a loop."
    )
    max_no_speech: float = Field(
        default=0.6,
        ge=0,
        le=1,
        description="Lines in windows that Whisper takes for speechless with more are refused "
        "(faster-whisper); 1 refuses none.",
    )
    min_mean_log_probability: float = Field(
        default=-1.0,
        description="Lines that Whisper wrote with less, a token, are refused (faster-whisper).",
    )
    max_compression_ratio: float = Field(
        default=2.4,
        gt=0,
        description="Lines from text that zlib makes so many times shorter are refused "
        "(faster-whisper).",
    )
    min_listing_match: float = Field(
        default=0.2,
        gt=0,
        le=1,
        description="The listing's lyrics are used if this share of them was heard, in order, and "
        "this share of what was heard is theirs.",
    )
    phrases: tuple[str, ...] = Field(
        default=(), description="Phrases never sung, beside the built-in list of known inventions."
    )
    min_language_probability: float = Field(
        default=0.9, ge=0, le=1, description="From here, a text's language is believed."
    )

    @property
    def by_role(self) -> bool:
        """Whether the role `transcriber` hears some part."""
        parts = (self.recogniser, self.fallback, self.second_opinion)
        return any(each is not None and each.engine == "role" for each in parts)
