"""What a text is held against, and how far it may be off."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import Field

from pipeline.lint.harmony import Triad, heard_triads
from schemas.facts import Key, KeyChance, MusicFacts, Scale
from schemas.harmony import pitch_class
from schemas.record import Record
from schemas.sections import DescribeConfig
from schemas.tolerance import TempoTolerance


class Limits(Record):
    """Which facts count as sure, and how far a claim may be off; ours, but for those of others."""

    sure: DescribeConfig = Field(
        default=DescribeConfig(), description="What is too unsure to be stated decides nothing."
    )
    tempo: TempoTolerance = Field(default=TempoTolerance())
    min_steady_stability: float = Field(
        default=0.9, description="With more, a tempo is steady: the music is not in free time."
    )
    time_slack_s: float = Field(
        default=1.0, description="How far a stated moment may lie from the measured one."
    )
    duration_slack_s: float = Field(default=2.0, description="For durations given to the second.")
    lufs_slack: float = Field(default=1.0)
    range_slack_lu: float = Field(default=1.5)
    min_diatonic_share: float = Field(
        default=0.4, description="A stated key with fewer chords of its own is contradicted."
    )
    min_lyrics_similarity: float = Field(
        default=0.75, description="Share of equal words that makes a quote a line of the lyrics."
    )


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
    limits : Limits
        Which facts count as sure, and how far a claim may be off.
    """

    facts: MusicFacts
    lyrics: str | None = None
    has_vocals: bool | None = None
    silences: Sequence[tuple[float, float]] = ()
    names: Sequence[str] = ()
    limits: Limits = field(default_factory=Limits)

    @property
    def is_sung(self) -> bool | None:
        """Whether there is singing; None where it is not known.

        Words and the gate of lyrics go before the voice of the tags, which must be sure.
        """
        if self.has_vocals is not None:
            return self.has_vocals
        if self.lyrics is not None:
            return bool(self.lyrics.strip())
        voice = self.facts.voice
        if voice is None or voice.q_value > self.limits.sure.max_wrong.voice:
            return None
        return voice.share_of_time > 0

    @cached_property
    def sounds(self) -> list[Triad]:
        """Roots and families of the measured chords, in order of time."""
        return heard_triads(self.facts.chords or [])

    @cached_property
    def sure_keys(self) -> list[Key]:
        """The key as a whole, and the keys of all stretches, where they are sure."""
        keys: list[Key] = [self.facts.key] if self.facts.key else []
        return [key for key in [*keys, *(self.facts.key_sections or [])] if self.is_sure(key)]

    def is_sure(self, key: Key) -> bool:
        """Whether a key can be held against a text."""
        return key.q_value <= self.limits.sure.max_wrong.key

    def may_be(self, tonic: str, mode: str) -> bool:
        """Whether a measured key that is not this one leaves it a chance worth a doubt."""
        keys: list[Key | Scale] = [self.facts.key] if self.facts.key else []
        keys += self.facts.key_sections or []
        keys += [self.facts.scale] if self.facts.scale else []
        most = max((_chance(tonic, mode, key) for key in keys), default=1.0)
        return most > self.limits.sure.max_wrong.key


def _chance(tonic: str, mode: str, measured: Key | Scale) -> float:
    """Chance of a key; what is not listed shares what the listed ones leave."""
    wanted = pitch_class(tonic), mode
    name = measured.name if isinstance(measured, Scale) else measured.mode
    best = KeyChance(tonic=measured.tonic, mode=name, p_right=measured.p_right)
    listed = [best, *measured.others]
    for each in listed:
        if (pitch_class(each.tonic), each.mode) == wanted:
            return each.p_right
    return max(0.0, 1.0 - sum(each.p_right for each in listed))


def key_name(key: Key) -> str:
    """E.g. ``C# minor``."""
    return f"{key.tonic} {key.mode}"
