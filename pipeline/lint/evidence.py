"""What a text is held against, and how far it may be off."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from schemas.facts import Key, KeySection, MusicFacts
from schemas.record import Record
from schemas.tolerance import TempoTolerance


@dataclass(frozen=True)
class Evidence:
    """What is known of a track.

    Attributes
    ----------
    facts : MusicFacts
        Any field may be None: claims about it are uncheckable.
    lyrics : str or None
        What is sung; None where it is not known, empty where nothing is sung.
    has_vocals : bool or None
        None where it is not known; words in `lyrics` count as vocals.
    silences : sequence of (float, float)
        Silent stretches, start and end in seconds.
    names : sequence of str
        Title, artist and other names that the listing gives; whatever else is named is invented.
    """

    facts: MusicFacts
    lyrics: str | None = None
    has_vocals: bool | None = None
    silences: Sequence[tuple[float, float]] = ()
    names: Sequence[str] = ()

    @property
    def is_sung(self) -> bool | None:
        """Whether there is singing; None where it is not known."""
        if self.has_vocals is not None or self.lyrics is None:
            return self.has_vocals
        return bool(self.lyrics.strip())


class Limits(Record):
    """Which facts count as sure, and how far a claim may be off. The defaults are `describe`'s."""

    tempo: TempoTolerance = Field(default=TempoTolerance())
    min_tempo_stability: float = Field(
        default=0.6, description="A tempo with less cannot be held against a text."
    )
    min_steady_stability: float = Field(
        default=0.9, description="With more, a tempo is steady: the music is not in free time."
    )
    min_metre_confidence: float = Field(default=0.7)
    min_key_strength: float = Field(default=0.6)
    min_key_margin: float = Field(default=0.02)
    time_slack_s: float = Field(
        default=1.0, description="How far a stated moment may lie from the measured one."
    )
    duration_slack_s: float = Field(default=2.0, description="For durations given to the second.")
    lufs_slack: float = Field(default=1.0)
    range_slack_lu: float = Field(default=1.5)
    min_diatonic_share: float = Field(
        default=0.4, description="A stated key with fewer chords of its own is contradicted."
    )
    min_lyrics_likeness: float = Field(
        default=0.75, description="Share of equal words that makes a quote a line of the lyrics."
    )

    def is_sure_key(self, key: Key) -> bool:
        """Whether a key can be held against a text."""
        return key.strength >= self.min_key_strength and key.margin >= self.min_key_margin


def sure_keys(facts: MusicFacts, limits: Limits) -> list[Key]:
    """The key as a whole, and the keys of all stretches, where they are sure."""
    keys: list[Key] = [facts.key] if facts.key else []
    return [key for key in [*keys, *(facts.key_sections or [])] if limits.is_sure_key(key)]


def sections_during(
    sections: Sequence[KeySection], start_s: float, end_s: float
) -> list[KeySection]:
    """The stretches that a span of time touches."""
    return [each for each in sections if each.start_s < end_s and each.end_s > start_s]


def key_name(key: Key) -> str:
    """E.g. ``C# minor``."""
    return f"{key.tonic} {key.mode}"
