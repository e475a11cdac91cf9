"""Facts of any certainty, for tests that need some; what is not given is sure."""

from schemas.facts import Chord, Key, KeySection, Metre, Tempo, TempoLevel, TempoSection

SURE = {"p_right": 0.98, "q_value": 0.01}
UNSURE = {"p_right": 0.6, "q_value": 0.2}


def key_of(tonic="C", mode="major", **values):
    return Key(tonic=tonic, mode=mode, **(SURE | {"others": []} | values))


def key_section(tonic, mode, start_s, end_s, **values):
    key = key_of(tonic, mode, **values)
    return KeySection(**dict(key), start_s=start_s, end_s=end_s)


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


def chord_of(start_s, end_s, label, roman=None, **values):
    return Chord(start_s=start_s, end_s=end_s, label=label, roman=roman, **(SURE | values))


def surely(start_s, end_s, label):
    """A sure chord, for `close_chords`."""
    return SURE["p_right"], SURE["q_value"]
