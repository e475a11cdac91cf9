"""What is true of one rendered excerpt; what is not known is null, never a guess."""

from typing import Literal

from pydantic import Field

from schemas.record import Record

TempoKind = Literal["steady", "drift", "ramp", "steps", "rubato", "none"]
KeySource = Literal[
    "composed", "declared", "final and scale", "final and signature", "analysis", "mode label"
]


class Key(Record):
    """A stretch in one key or mode."""

    start_s: float
    end_s: float
    tonic: str
    mode: str = Field(description="a name of `theory.SCALES`")


class Chord(Record):
    """A stretch of one chord."""

    start_s: float
    end_s: float
    label: str = Field(description="Harte syntax; N where nothing sounds, X where not known")


class Section(Record):
    """A part of the form."""

    start_s: float
    end_s: float
    letter: str = Field(description="equal letters: the same music; A' is A, varied")
    role: str | None = Field(description="verse, chorus, ... as composed; null for tunes")


class TempoSection(Record):
    """A stretch of one tempo, or of one steady change."""

    start_s: float
    end_s: float
    start_bpm: float
    end_bpm: float


class TempoAlternative(Record):
    """A level that a listener may tap as well; it is not the notated one."""

    bpm: float
    relation: Literal["half", "double", "subdivision", "bar"]


class MetreSection(Record):
    """A stretch of one metre."""

    start_s: float
    end_s: float
    metre: str
    beats_per_bar: list[int] = Field(description="accepted as right: 2 and 6 of 6/8")
    groups: list[int] | None = Field(description="of an additive metre, in units: 7/8 as 2+2+3")


class Truth(Record):
    """The truth of one excerpt; times count from its start."""

    id: str
    file: str
    source: str = Field(description="the corpus, or the family of the generator: left out whole")
    piece: str = Field(description="of one source; excerpts of one piece go together")
    style: str
    seed: int
    duration_s: float
    instrumentation: str
    soundfont: str
    degradations: list[str]
    tempo_kind: TempoKind
    bpm: float | None = Field(description="of the felt beat, median; null in rubato or no beat")
    bpm_alternatives: list[TempoAlternative]
    tempo_sections: list[TempoSection]
    swing: float | None = Field(description="share of the beat before its half; 0.5 is straight")
    beats_s: list[float] | None
    downbeats_s: list[float] | None
    beats_per_bar: int | None = Field(description="null where the metre changes or is not known")
    beats_per_bar_accepted: list[int] = Field(description="as right: 2 and 6 of 6/8")
    beats_per_bar_lenient: list[int] = Field(description="half and double bars besides")
    metre: str | None
    metre_sections: list[MetreSection]
    keys: list[Key] | None = Field(description="null: not known; empty: there is none")
    key_source: KeySource | None
    keyless: bool = Field(description="no key or church mode may be told of it")
    scale: str | None = Field(description="its name where one holds throughout")
    scale_pitch_classes: list[int] | None = Field(description="C is 0; of that scale")
    chords: list[Chord] | None
    sections: list[Section] | None
    instruments: list[str] = Field(description="General MIDI names")
    has_drums: bool
    has_voice: bool
    has_choir_sound: bool = Field(description="a synthetic choir or voice program plays")
    tuning_cents: float = Field(description="off A 440 Hz")
    silences_s: list[tuple[float, float]] = Field(description="where nothing is played")
