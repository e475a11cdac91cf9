"""Facts of any certainty, for tests that need some; what is not given is sure."""

from pipeline.stages.measure.harmony import chord_spans, close_chords
from pipeline.stages.measure.tonality import SCALES
from schemas.facts import (
    Chord,
    Key,
    KeySection,
    Metre,
    MetreSection,
    Scale,
    Tempo,
    TempoLevel,
    TempoSection,
)
from schemas.harmony import pitch_class

SURE = {"p_right": 0.98, "q_value": 0.01}
UNSURE = {"p_right": 0.6, "q_value": 0.2}


def key_of(tonic="C", mode="major", **values):
    return Key(tonic=tonic, mode=mode, **(SURE | {"others": []} | values))


def key_section(tonic, mode, start_s, end_s, **values):
    key = key_of(tonic, mode, **values)
    return KeySection(**dict(key), start_s=start_s, end_s=end_s)


def scale_of(tonic="D", name="dorian", **values):
    pitch_classes = [(pitch_class(tonic) + step) % 12 for step in SCALES[name]]
    given = {"pitch_classes": pitch_classes, "others": []} | SURE | values
    return Scale(tonic=tonic, name=name, **given)


def tempo_of(bpm=120.0, sections=(), **values):
    """Of one section or more, each as start, end and BPM."""
    made = [
        TempoSection(start_s=start, end_s=end, bpm=each, n_beats=round((end - start) * each / 60))
        for start, end, each in sections
    ]
    return Tempo(bpm=bpm, sections=made, **(SURE | {"stability": 0.98, "levels": []} | values))


def levels_of(bpm, half=0.0, double=0.0):
    return [TempoLevel(bpm=bpm / 2, p_right=half), TempoLevel(bpm=2 * bpm, p_right=double)]


def metre_of(beats_per_bar=4, **values):
    return Metre(beats_per_bar=beats_per_bar, **(SURE | {"others": []} | values))


def changing_metre(*sections):
    """Facts where metres follow each other, each as start, end and beats in a bar."""
    made = [MetreSection(start_s=a, end_s=b, beats_per_bar=n) for a, b, n in sections]
    return {"metre": None, "metre_sections": made}


def chord_of(start_s, end_s, label, roman=None, **values):
    return Chord(start_s=start_s, end_s=end_s, label=label, roman=roman, **(SURE | values))


def chords_of(changes, duration_s, keys=(), certainty=None):
    """Chords that last until the next; sure ones, or as sure as `certainty` says in turn."""
    spans = chord_spans(changes, duration_s=duration_s)
    sure = [(SURE["p_right"], SURE["q_value"])] * len(spans)
    return close_chords(spans, certainty[: len(spans)] if certainty else sure, keys)
