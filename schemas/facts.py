"""What was measured of the music. Times in seconds from the start of the file.

Example
-------
``{"track_id": "9f…", "tempo": {"bpm": 135.0, ...}, "key": {"tonic": "A", "mode": "minor", ...},
"chords": [{"start_s": 0.0, "end_s": 2.7, "label": "A:min", "roman": "i"}, ...], ...}``
"""

from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from schemas.provenance import Provenance, Unmeasured
from schemas.record import Record

Mode = Literal["major", "minor"]
TempoKind = Literal["steady", "drifting", "changing"]
ScaleName = Literal[
    "dorian", "phrygian", "lydian", "mixolydian", "phrygian_dominant", "double_harmonic"
]
ModeName = Literal[
    "major", "minor",
    "dorian", "phrygian", "lydian", "mixolydian", "phrygian_dominant", "double_harmonic",
]  # fmt: skip
# Builds of the same libraries differ in the fifteenth decimal, and content should not.
# Nine are ours.
_Rounded = AfterValidator(partial(round, ndigits=9))
Chance = Annotated[
    float,
    _Rounded,
    Field(ge=0, le=1, description="Chance of being right, calibrated on exact truth."),
]
WrongShare = Annotated[
    float,
    _Rounded,
    Field(
        ge=0,
        le=1,
        description="Expected share of wrong ones among all values at least as likely: the "
        "q-value of Storey 2002, which `describe.max_wrong` bounds.",
    ),
]


class Beat(Record):
    """A beat and its place in the bar; 1 is a downbeat."""

    time_s: float
    bar_position: int


class TempoSection(Record):
    """A stretch of steady, drifting or evenly changing tempo."""

    start_s: float
    end_s: float
    bpm: float = Field(description="Mean.")
    n_beats: int
    start_bpm: float | None = Field(
        default=None, description="Where a ramp begins; null where the tempo stays."
    )
    end_bpm: float | None = Field(
        default=None, description="Where a ramp ends; null where the tempo stays."
    )


class TempoLevel(Record):
    """A tempo at which the same music may be felt: half of it, double, 2/3 or 3/2."""

    bpm: float
    p_right: Chance


class EitherTempo(Record):
    """That the music moves at this tempo or at the one that it stands beside."""

    bpm: float = Field(description="Half or double of the likeliest tempo.")
    p_right: Chance
    q_value: WrongShare


class Tempo(Record):
    """The tempo of the longest steady stretches, and at what else it may be felt."""

    bpm: float
    p_right: Chance
    q_value: WrongShare
    stability: float = Field(
        description="Share of the beats that lie within 25 ms of the fitted lines, 0 to 1."
    )
    levels: list[TempoLevel] = Field(description="Other levels, the likeliest first.")
    either: EitherTempo | None = Field(
        default=None, description="The likelier octave; null where none is a level."
    )
    kind: TempoKind = Field(
        default="steady",
        description="`drifting` stays within 2 % of its middle; `changing` has sections or ramps.",
    )
    beats_per_felt: float = Field(
        default=1.0,
        description="How many of `MusicFacts.beats` one beat of this tempo lasts: 2 where every "
        "other one is felt.",
    )
    sections: list[TempoSection]


class MetreChance(Record):
    """Another number of beats in a bar that the music may have."""

    beats_per_bar: int
    p_right: Chance


class MetreFamily(Record):
    """How beats group, whether bars are written long or short: two and four are told together."""

    beats_per_bar: list[int]
    p_right: Chance
    q_value: WrongShare


class Metre(Record):
    """Beats per bar."""

    beats_per_bar: int
    p_right: Chance
    q_value: WrongShare
    others: list[MetreChance] = Field(description="The likeliest first.")
    family: MetreFamily | None = None
    name: str | None = Field(
        default=None, description="As musicians write it, e.g. `6/8`; null where that is not told."
    )
    grouping: list[int] | None = Field(
        default=None, description="Of an odd metre's beats, e.g. 2, 2, 3; null where not told."
    )
    swing_ratio: float | None = Field(
        default=None,
        description="Length of the first to the second eighth; null for straight or no eighths.",
    )


class MetreSection(Record):
    """A stretch of one metre, where the metre changes."""

    start_s: float
    end_s: float
    beats_per_bar: int = Field(description="3, 4, 5 or 7; of what may be bars of 2, 4; of 6, 3.")


class TimeLine(Record):
    """The standard bell of West and Central Africa, bembé in Cuba, throughout: `x-x-xx-x-x-x`."""

    beats: float = Field(description="Of `MusicFacts.beats`, in one turn of twelve pulses.")
    first_beat: float = Field(description="Place of its first stroke, in beats from the first.")
    agreement: float = Field(description="With the strokes that are heard, at most 1.")


class CrossRhythm(Record):
    """Three even strokes over every four beats, throughout."""

    first_beat: int = Field(description="Of the four, on which all begin: 0 to 3, from the first.")
    share: float = Field(
        description="Weight at the second and third stroke against other thirds of beats, 0 to 1."
    )


class KeyChance(Record):
    """Another key or scale that the music may be in."""

    tonic: str
    mode: ModeName
    p_right: Chance


class Key(Record):
    """A key, and what else it may be."""

    tonic: str = Field(description="Spelled as usual for the mode, e.g. `Eb` major, `C#` minor.")
    mode: Mode
    p_right: Chance
    q_value: WrongShare
    others: list[KeyChance] = Field(description="The likeliest first.")


class Scale(Record):
    """A scale that is neither major nor minor, with its tonic: there is no key then."""

    tonic: str = Field(description="Spelled as usual for major or minor, by its third.")
    name: ScaleName
    pitch_classes: list[int] = Field(description="Of its notes from the tonic up; C is 0.")
    p_right: Chance
    q_value: WrongShare
    others: list[KeyChance] = Field(description="The likeliest first.")


class Tonic(Record):
    """The centre of the music, whatever its scale."""

    name: str = Field(description="Spelled as in the likeliest key or scale.")
    p_right: Chance
    q_value: WrongShare


class KeySection(Key):
    """The key of a stretch of time."""

    start_s: float
    end_s: float


class Chord(Record):
    """A chord in Harte syntax, e.g. `A:min7/b3`; `N` where there is none."""

    start_s: float
    end_s: float
    label: str
    roman: str | None = Field(description="Numeral against the local key; null for `N`.")
    p_right: Chance
    q_value: WrongShare


class Progression(Record):
    """A chord sequence that recurs, in Roman numerals."""

    numerals: list[str]
    count: int


class Loudness(Record):
    """EBU R 128 loudness and dynamics."""

    integrated_lufs: float
    loudness_range_lu: float
    sample_peak_dbfs: float


class Tuning(Record):
    """How far all pitches lie from A = 440 Hz."""

    cents: float = Field(description="-50 to 50; above 0 is sharp. Right within 10.")
    p_right: Chance
    q_value: WrongShare


class Section(Record):
    """A section of the form, by the letter of its music; null chances are not known."""

    start_s: float
    start_p_right: Chance | None = Field(
        default=None,
        description="Chance that a section begins within 3 s of it; null for the first.",
    )
    start_q_value: WrongShare | None = None
    end_s: float
    letter: str = Field(
        description="`A` to `Z`, `AA`, ...: the same for the same music; `A'` where it is varied "
        "or transposed."
    )
    letter_p_right: Chance | None = Field(
        default=None,
        description="Chance that it is the music of the letter's first section; null for that.",
    )
    letter_q_value: WrongShare | None = None
    level_db: float = Field(description="Mean power against that of the whole track.")


class SoundQuality(Record):
    """How well the sound was kept."""

    bandwidth_hz: float = Field(description="The highest frequency that is heard.")
    has_sharp_cutoff: bool = Field(
        description="The spectrum ends there at once, as lossy encoders and resampling leave it."
    )
    clipped_share: float = Field(description="Of the samples, in flat tops near full scale.")
    mono_in_stereo: bool | None = Field(
        description="Both channels are the same; null where there are not two."
    )
    hum_hz: Literal[50, 60] | None = Field(description="Mains hum; null if none is heard.")
    hum_dbfs: float | None = Field(description="RMS level of the hum's lines.")


class MetrePath(Record):
    """The best path of beats under one number of beats in a bar."""

    beats_per_bar: int
    log_likelihood: float = Field(description="Natural logarithm, of the path.")
    first_position: int = Field(description="Place in the bar of the first beat; 1 is a downbeat.")
    times_s: list[float] = Field(description="Of all beats; their places count on.")


class ActivationPeak(Record):
    """A moment that the network takes for a beat, more than those around it."""

    time_s: float
    beat: float = Field(description="Probability of a beat that is no downbeat, 0 to 1.")
    downbeat: float = Field(description="Probability of a downbeat, 0 to 1.")


class Onset(Record):
    """Sounds begin: how much the spectrum grows, as the mean of `log10(1 + magnitude)` in bands."""

    time_s: float
    low: float = Field(description="Below 150 Hz, of bass and bass drum.")
    mid: float = Field(description="150 to 2500 Hz.")
    high: float = Field(description="Above 2500 Hz, of cymbals and consonants.")


class TrackedBeats(Record):
    """Beats as they were tracked, also in noise, and what speaks for and against them."""

    metres: list[MetrePath]
    peaks: list[ActivationPeak]
    onsets: list[Onset]


class HeardBeats(Record):
    """What madmom heard of a track; `MusicFacts` says what is made of it."""

    track_id: str
    beats: TrackedBeats | None
    unmeasured: list[Unmeasured]
    provenance: list[Provenance]


class HeardLoudness(Record):
    """What our meter heard of a track."""

    track_id: str
    loudness: Loudness | None
    unmeasured: list[Unmeasured]
    provenance: list[Provenance]


class HeardQuality(Record):
    """What our meter measured of how a track's sound was kept."""

    track_id: str
    quality: SoundQuality | None
    unmeasured: list[Unmeasured]
    provenance: list[Provenance]


class HeardTuning(Record):
    """How far spectral peaks lie from A = 440 Hz in equal temperament."""

    cents: float = Field(description="-50 to 50.")
    strength: float = Field(description="0 in noise to 1 where all peaks agree.")


class HeardChroma(Record):
    """What essentia heard of a track's pitches; `MusicFacts` says what is made of it."""

    track_id: str
    step_s: float = Field(description="Time from one pitch class profile to the next.")
    chroma: list[list[float]] | None = Field(description="Pitch class profiles; the first is C.")
    tuning: HeardTuning | None = None
    unmeasured: list[Unmeasured]
    provenance: list[Provenance]


class HeardKeyNetwork(Record):
    """What madmom's network heard of a track's keys: a second opinion."""

    track_id: str
    step_s: float = Field(description="Time from one step to the next; the first begins at 0.")
    key_scores: list[list[float]] | None = Field(
        description="Of every step: C major to B major, then C minor to B minor. The softmax of "
        "the mean over a stretch gives the probabilities of its key."
    )
    unmeasured: list[Unmeasured]
    provenance: list[Provenance]


class ChordChange(Record):
    """A chord begins, which lasts until the next."""

    time_s: float
    label: str


class HeardChords(Record):
    """The chords of a track, by Chordino or its method; `MusicFacts` says what is made of it."""

    track_id: str
    chord_changes: list[ChordChange] | None
    unmeasured: list[Unmeasured]
    provenance: list[Provenance]


class HeardChordNetwork(Record):
    """What madmom's network heard of a track's chords: a second opinion."""

    track_id: str
    chord_changes: list[ChordChange] | None = Field(
        description="Major and minor triads, and `N`; no two neighbours are equal."
    )
    unmeasured: list[Unmeasured]
    provenance: list[Provenance]


class TagWindow(Record):
    """How probable each tag is in a window."""

    start_s: float
    probabilities: list[float] = Field(description="0 to 1, to a thousandth; of `tags`, in order.")


class HeardTags(Record):
    """What musicnn heard of a track; `MusicFacts` says what is made of it."""

    track_id: str
    tags: list[str] = Field(description="The tagger's own words, e.g. `guitar`, `no vocals`.")
    window_s: float = Field(description="Length of a window; between windows nothing is heard.")
    windows: list[TagWindow] | None
    unmeasured: list[Unmeasured]
    provenance: list[Provenance]


class HeardTimbre(Record):
    """What our ear for timbre heard of a track; `MusicFacts` says what is made of it."""

    track_id: str
    step_s: float = Field(description="Time from one row of features to the next.")
    cepstra: list[list[int]] | None = Field(
        description="Mel cepstra in dB, 13 a step; the first is the level of all bands."
    )
    chroma: list[list[int]] | None = Field(
        description="Pitch classes, 12 a step from C, in hundredths of their common length."
    )
    levels_dbfs: list[int] | None = Field(description="RMS of every step.")
    unmeasured: list[Unmeasured]
    provenance: list[Provenance]


class Instrument(Record):
    """An instrument that is heard."""

    name: str
    share_of_time: float = Field(description="Of the windows, those in which it stands out.")
    p_right: Chance = Field(description="Chance that it plays at all.")
    q_value: WrongShare


class Voice(Record):
    """Whether somebody sings or speaks."""

    share_of_time: float = Field(description="Of the windows; 0 where there is no voice.")
    p_right: Chance = Field(
        description="Chance that there is a voice; of none where the share is 0."
    )
    q_value: WrongShare


class MusicFacts(Record):
    """Everything measured of one track. What could not be measured is null, with a reason."""

    track_id: str
    duration_s: float
    beats: list[Beat] | None
    tempo: Tempo | None
    metre: Metre | None
    metre_sections: list[MetreSection] | None = Field(
        default=None, description="Where the metre changes; null beside a metre."
    )
    time_line: TimeLine | None = Field(
        default=None, description="Null where it is not surely heard, which is not that none is."
    )
    cross_rhythm: CrossRhythm | None = Field(default=None, description="Likewise.")
    key: Key | None
    key_sections: list[KeySection] | None
    scale: Scale | None = Field(
        default=None, description="Where it is neither major nor minor; null beside a key."
    )
    tonic: Tonic | None = Field(
        default=None, description="Likelier than a key or scale; null where there is none."
    )
    tuning: Tuning | None = None
    chords: list[Chord] | None
    progressions: list[Progression] | None
    loudness: Loudness | None
    sections: list[Section] | None = None
    quality: SoundQuality | None = None
    instruments: list[Instrument] | None = Field(
        default=None, description="Those that are likely; others may play, too."
    )
    voice: Voice | None = None
    unmeasured: list[Unmeasured]
    provenance: list[Provenance]
