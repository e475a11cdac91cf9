"""Lyrics: what was heard of them, and what was heard but is not believed.

Example
-------
``{"track_id": "9f…", "language": "en", "text": "the morning light …", "words": [{"start_s": 1.24,
"end_s": 1.4, "text": "the", "confidence": 0.98}, …], "refused": [{"text": "thanks for watching",
"rule": "known_phrase", …}], …}``
"""

from typing import Literal

from pydantic import Field

from schemas.provenance import Provenance, Unmeasured
from schemas.record import Record

Rule = Literal[
    "repeated_words",
    "repeated_phrase",
    "long_word",
    "too_fast",
    "known_phrase",
    "over_silence",
    "markup",
    "no_speech",
    "low_probability",
    "compressible",
    "unlikely_language",
]
"""Why heard text is not believed; see docs/lyrics.md."""


class Word(Record):
    """A word and when it is sung; times are null where only those of its line are known."""

    start_s: float | None
    end_s: float | None
    text: str
    confidence: float | None = Field(
        description="Mean probability of its tokens; null where the recogniser has none."
    )


class SungLine(Record):
    """Words between two pauses, or a line as it was written down."""

    start_s: float
    end_s: float
    is_timed: bool = Field(
        default=True, description="False: it is sung somewhere between these times."
    )
    text: str
    confidence: float | None = Field(description="Mean of its words'.")


class Stretch(Record):
    """A span of time."""

    start_s: float
    end_s: float


class Vocals(Record):
    """What the vocal gate measured."""

    has_vocals: bool
    vocal_s: float = Field(description="Seconds in which a voice is likely.")
    share: float = Field(description="Of the track's time.")
    stretches: list[Stretch] = Field(description="Where a voice is likely.")
    tag_score: float | None = Field(
        description="Evidence of a voice by the tagger, -1 to 1; null where it heard nothing."
    )
    estimate: str = Field(
        description="What was listened to: `mix+repet-sim`, or the stem of a separator."
    )


class RefusedText(Record):
    """Text that was heard and is kept apart, with the rule that refused it."""

    start_s: float
    end_s: float
    text: str
    rule: Rule
    detail: str


class Lyrics(Record):
    """The lyrics of a track; null with a reason in `unmeasured` where none are known."""

    track_id: str
    language: str | None = Field(description="ISO 639-1.")
    language_source: Literal["listing", "text", "sound"] | None = Field(
        description="`sound`: the recogniser found out, for a text too short to tell."
    )
    source: Literal["heard", "listing"] | None = Field(
        description="Whether the words are a recogniser's, or the listing's, aligned to the sound."
    )
    listing_match: float | None = Field(
        description="Share of the listing's words that were heard, in order; null where the "
        "listing has none, or they are not used."
    )
    text: str | None = Field(description="The lines, one below the other.")
    lines: list[SungLine] | None
    words: list[Word] | None
    confidence: float | None = Field(description="Mean of the words'.")
    agreement_wer: float | None = Field(
        description="Word error rate between two recognisers; 0 is full agreement."
    )
    vocals: Vocals | None
    refused: list[RefusedText]
    unmeasured: list[Unmeasured]
    provenance: list[Provenance]
