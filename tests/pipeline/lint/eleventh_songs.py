"""Tracks of the eleventh round, measured by the pipeline; of which models wrote after the tenth.

Songs made by ``benchmarks.facts.songs`` with the seed 111, of 150 s at most, and game music of
Debian's lincity-ng-data and pushover-data. What `measure` said stands here as if it were sure,
chords as a round that is heard often. Titles and lyrics are as a listing would give them: made up,
but for the title of lincity-ng's music.
"""

from tests.pipeline.lint.told_songs import told

ELEVENTH = {
    # rock-111-0001
    "culvert": told(
        "rock; a man's voice, overdriven guitars, organ, bass, drums",
        140.0, 134.4, 4, "C major", "F:maj C:maj G:maj A:min", (-23.0, 3.9),
        lyrics="Water in the culvert and a train upon the hill\n"
        "I said I'd gone for cigarettes and I am going still",
        names=("Going Still", "The Pallbearers"),
    ),
    # waltz-111-0005
    "pergola": told(
        "waltz; a woman's voice, oboe, strings, harp, double bass, brushes",
        97.3, 154.3, 3, "C# minor", "A:maj D#:dim G#:min|Ab:min Eb:min Bb:min", (-16.0, 7.4),
        lyrics="Under the pergola, under the vine\nThe gardener's daughter is pouring the wine",
        later=("Eb minor", 81.7),
    ),
    # ballad-111-0006
    "windowsill": told(
        "ballad; a woman's voice, piano, flute, strings, harp, bass, drums",
        152.1, 82.3, 4, "G# minor", "C#:min G#:min D#:min", (-24.8, 4.1),
        lyrics="A candle on the windowsill, a letter on the chair\n"
        "I know you by the quiet that you left upon the stair",
        faster=(80.6, 111.0), names=("What the Quiet Said", "Imogen Thrale"),
    ),
    # latin-111-0007
    "guava": told(
        "salsa; a man's voice, a chorus, brass section, tenor saxophone, marimba, bass, percussion",
        150.4, 124.3, 4, "F# minor", "F#:min C#:min D:maj B:min", (-25.7, 10.4),
        lyrics="Guava on the table and the shutters open wide\n"
        "My mother knows the dancer and the dancer knows the tide",
    ),
    # slow_six-111-0012, without its first 28 s, which are as fast as its end
    "levee": told(
        "slow soul; a man's voice, alto saxophone, harmonica, electric guitar, bass, drums",
        110.6, 53.7, 6, "Ab major", "Ab:maj Eb:maj F:min Db:maj", (-19.1, 8.7),
        lyrics="Meet me on the levee when the river's at the door\n"
        "There's nothing in the valley that we haven't lost before",
        faster=(51.0, 17.9), names=("River at the Door", "Cornelius Webb"),
    ),
    # metal-111-0013
    "anvil": told(
        "heavy metal; a man's voice, distorted guitars, strings, bass, drums",
        140.1, 149.6, 4, "F minor", "F:min C:min Db:maj", (-19.5, 2.1),
        lyrics="Strike on the anvil, strike on the bell\n"
        "Sons of the furnace are ringing the knell",
        faster=(155.4, 116.0),
    ),
    # synth_pop-111-0015, without its last 21 s, which are as fast as its beginning
    "skyline": told(
        "synth-pop; a man's voice, sawtooth synthesizer, warm pad, synth bass, drum machine",
        98.4, 128.1, 4, "C minor", "C:min G:min Ab:maj F:min", (-22.1, 3.5),
        lyrics="Skyline in the mirror of a taxi after two\n"
        "Every lit-up window has another one of you",
        faster=(123.8, 83.0), names=("After Two", "Velour Machine"),
    ),
    # blues-111-0017
    "porch": told(
        "blues; a woman's voice, alto saxophone, organ, piano, double bass, drums",
        93.2, 139.8, 4, "Eb major", "Ab:maj F:min Eb:maj", (-24.9, 4.1),
        lyrics="Porch light's burning but there's nobody home\n"
        "Even my shadow went walking alone",
    ),
    # drones-111-0018
    "permafrost": told(
        "ambient; synthesizer pads, harp, ocarina, synth bass",
        91.2, 91.8, 4, "Ab major", "Ab:maj Db:maj Eb:maj", (-19.4, 2.5),
    ),
    # waltz-111-0024
    "promenade": told(
        "waltz; flute, piano, strings, double bass, drums",
        113.3, 155.0, 3, "E major", "F#:min B:maj E:maj A:maj", (-21.1, 4.3),
    ),
    # Architectural Contemplations, without its last 25 s, in which seven beats to the bar are heard
    "contemplation": told(
        "game music; synthesizers, piano, bass, drums",
        103.8, 125.0, 4, "E minor", "E:maj F#:maj B:min|B:min E:min A:7 B:7", (-21.4, 6.9),
        later=("B minor", 85.8), names=("Architectural Contemplations", "Robert van Herk"),
    ),
    # greek.ogg, in which no beat is heard
    "columns": told(
        "game music of antiquity; plucked strings, flutes, choir pad",
        91.7, None, None, "Eb minor", "Eb:min Db:maj Cb:maj Bb:maj", (-14.7, 6.7),
    ),
}  # fmt: skip
