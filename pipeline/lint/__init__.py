"""Checkable claims of any English text about a track, held against the facts. Pure.

Training imports this package too: it reads no file, asks no model, and of ours imports only
`schemas`.
"""

from pipeline.lint.chords import ChordClaim, NumeralClaim, chord_claims, numeral_claims
from pipeline.lint.durations import duration_claims
from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.key import KeyClaim, ModeClaim, key_claims, mode_claims
from pipeline.lint.lengths import DurationClaim
from pipeline.lint.linter import lint_text
from pipeline.lint.lyrics import QuoteClaim, lyrics_claims
from pipeline.lint.metre import MetreClaim, metre_claims
from pipeline.lint.passage import Passage, read
from pipeline.lint.sections import PART
from pipeline.lint.tempo import tempo_claims
from pipeline.lint.tempo_claim import TempoClaim
from pipeline.lint.tempo_words import TempoWordClaim, tempo_word_claims
from pipeline.lint.times import TimeMention, time_mentions

LANGUAGES = ("en",)
"""ISO 639-1 codes of the languages in which claims are found. In another one nothing is found: that
is no sign that nothing is wrong."""

__all__ = [
    "LANGUAGES",
    "PART",
    "ChordClaim",
    "DurationClaim",
    "Evidence",
    "KeyClaim",
    "Limits",
    "MetreClaim",
    "ModeClaim",
    "NumeralClaim",
    "Passage",
    "QuoteClaim",
    "TempoClaim",
    "TempoWordClaim",
    "TimeMention",
    "chord_claims",
    "duration_claims",
    "key_claims",
    "lint_text",
    "lyrics_claims",
    "metre_claims",
    "mode_claims",
    "numeral_claims",
    "read",
    "tempo_claims",
    "tempo_word_claims",
    "time_mentions",
]
