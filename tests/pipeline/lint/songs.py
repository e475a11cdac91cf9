"""Tracks whose facts are made up, so that every sentence about them has one truth."""

from pipeline.lint import Evidence
from pipeline.stages.measure.harmony import close_chords, most_frequent_progressions
from schemas.facts import (
    Beat,
    Loudness,
    MusicFacts,
)
from schemas.provenance import Unmeasured
from tests.facts import SURE, UNSURE, key_section, metre_of, surely, tempo_of


def beats_of(sections, beats_per_bar):
    times = [s + i * 60 / bpm for s, e, bpm in sections for i in range(int((e - s) * bpm / 60))]
    return [Beat(time_s=t, bar_position=1 + i % beats_per_bar) for i, t in enumerate(times)]


def song(
    duration_s,
    *,
    tempo=None,
    stability=0.98,
    tempo_chance=SURE,
    beats_per_bar=None,
    metre_chance=SURE,
    keys=(),
    key=0,
    key_chance=SURE,
    loops=(),
    loudness=None,
    reason="beatless",
):
    """Facts; `tempo` and `keys` with times, `loops` as (start, end, seconds a chord, labels)."""
    sections = [key_section(*name.split(), *span, **key_chance) for name, *span in keys]
    changes = []
    for start_s, end_s, each_s, labels in loops:
        n = int((end_s - start_s) // each_s)
        changes += [(start_s + i * each_s, labels[i % len(labels)]) for i in range(n)]
    chords = close_chords(changes, duration_s=duration_s, chance=surely, keys=sections)
    whole = sections[key].model_dump(exclude={"start_s", "end_s"}) if sections else None
    return MusicFacts(
        track_id="made-up",
        duration_s=duration_s,
        beats=beats_of(tempo, beats_per_bar or 4) if tempo else None,
        tempo=tempo_of(tempo[0][2], tempo, stability=stability, **tempo_chance) if tempo else None,
        metre=metre_of(beats_per_bar, **metre_chance) if beats_per_bar else None,
        key=whole,
        key_sections=sections or None,
        scale=None,
        chords=chords if changes else None,
        progressions=most_frequent_progressions(chords) if changes else None,
        loudness=Loudness(
            integrated_lufs=loudness[0], loudness_range_lu=loudness[1], sample_peak_dbfs=-0.5
        )
        if loudness
        else None,
        unmeasured=[] if tempo else [Unmeasured(field="tempo", reason=reason)],
        provenance=[],
    )


SONGS = {
    "pop": Evidence(
        song(
            180.0,
            tempo=[(0.0, 180.0, 120.0)],
            beats_per_bar=4,
            keys=[("C major", 0.0, 180.0)],
            loops=[(0.0, 180.0, 2.0, ["A:min", "F:maj", "C:maj", "G:maj"])],
            loudness=(-9.5, 5.0),
        ),
        lyrics="Hold me closer till the morning light\nI never wanted to let you go\n"
        "All the harbour lights are burning low\nTell me that you know, tell me that you know",
        has_vocals=True,
        names=("Morning Light", "The Harbour Lights"),
    ),
    "latin": Evidence(
        song(
            200.0,
            tempo=[(0.0, 200.0, 130.4)],
            beats_per_bar=4,
            keys=[("A minor", 0.0, 200.0)],
            loops=[(0.0, 200.0, 4.0, ["A:min", "D:min", "E:7"])],
        )
    ),
    "sharp": Evidence(
        song(
            210.0,
            tempo=[(0.0, 210.0, 92.0)],
            beats_per_bar=4,
            keys=[("C# minor", 0.0, 210.0)],
            loops=[(0.0, 210.0, 3.0, ["C#:min", "A:maj", "F#:min", "G#:7"])],
        ),
        lyrics="Broken glass along the avenue\nI see your face in every window",
        has_vocals=True,
        names=("Glass", "Vera Lund"),
    ),
    "waltz": Evidence(
        song(
            150.0,
            tempo=[(0.0, 140.0, 174.0)],
            beats_per_bar=3,
            keys=[("F major", 0.0, 60.0), ("D minor", 60.0, 150.0)],
            key=1,
            loops=[
                (0.0, 60.0, 3.0, ["F:maj", "Bb:maj", "C:7"]),
                (60.0, 150.0, 3.0, ["D:min", "G:min", "A:7"]),
            ],
        ),
        has_vocals=False,
        silences=((140.0, 150.0),),
        names=("Old Mill",),
    ),
    "drift": Evidence(
        song(
            300.0,
            keys=[("Eb major", 0.0, 300.0)],
            loops=[(0.0, 300.0, 10.0, ["Eb:maj7", "Ab:maj7"])],
            loudness=(-24.0, 12.0),
        ),
        has_vocals=False,
    ),
    "lift": Evidence(
        song(
            220.0,
            tempo=[(0.0, 220.0, 88.0)],
            beats_per_bar=4,
            keys=[("Bb major", 0.0, 150.0), ("C major", 150.0, 220.0)],
            loops=[
                (0.0, 150.0, 3.0, ["Bb:maj", "Eb:maj", "F:maj", "G:min"]),
                (150.0, 220.0, 3.0, ["C:maj", "F:maj", "G:maj", "A:min"]),
            ],
        ),
        lyrics="We were young and the road was long\nSing it loud, sing it louder\n"
        "Nothing is ever gone",
        has_vocals=True,
        names=("Louder", "Ana Reyes"),
    ),
    "vague": Evidence(
        song(
            170.0,
            tempo=[(0.0, 170.0, 101.0)],
            stability=0.3,
            tempo_chance=UNSURE,
            beats_per_bar=4,
            metre_chance=UNSURE,
            keys=[("G major", 0.0, 170.0)],
            key_chance=UNSURE,
        )
    ),
    "jig": Evidence(
        song(
            120.0,
            tempo=[(0.0, 120.0, 200.0)],
            beats_per_bar=6,
            keys=[("D major", 0.0, 120.0)],
            loops=[(0.0, 120.0, 2.0, ["D:maj", "G:maj", "A:maj"])],
        )
    ),
    "rush": Evidence(
        song(
            160.0,
            tempo=[(0.0, 80.0, 100.0), (80.0, 160.0, 140.0)],
            beats_per_bar=4,
            keys=[("E minor", 0.0, 160.0)],
            loops=[(0.0, 160.0, 2.0, ["E:min", "C:maj", "G:maj", "D:maj"])],
        )
    ),
}
