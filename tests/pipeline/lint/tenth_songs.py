"""Tracks of the tenth round, measured by the pipeline; of which models wrote after the ninth.

Songs made by ``benchmarks.facts.songs`` with the seed 101, and game music of Debian's nexuiz-music
and asc-music. What `measure` said stands here as if it were sure, chords as the round that is
heard most often. Titles and lyrics are as a listing would give them: made up, but for the titles of
the games' music.
"""

from tests.pipeline.lint.told_songs import told

TENTH = {
    # pop-101-0000
    "semaphore": told(
        "pop; a woman's voice, backing choir, piano, trumpet, synthesizer pad, bass, drums",
        149.5, 123.4, 4, "G major", "D:maj G:maj B:min C:maj", (-20.6, 2.2),
        lyrics="Semaphore hands on the opposite shore\n"
        "I'm spelling your name out and nobody's sure",
        faster=(126.2, 47.0), names=("Opposite Shore", "Tilda Marsh"),
    ),
    # folk-101-0003
    "wicket": told(
        "folk; a man's voice, banjo, accordion, harmonica, flute, double bass",
        108.0, 93.4, 2, "E minor", "E:min C:maj A:min B:min", (-15.5, 3.1),
        lyrics="Wicket gate open and barley cut low\nThe piper is paid and the dancers must go",
    ),
    # jazz-101-0004, without its last 26 s, which are as fast again as its beginning
    "foyer": told(
        "swing; clarinet, brass section, jazz guitar, double bass, drums",
        111.4, 174.0, 4, "Bb major", "C:min F:maj Bb:maj", (-21.8, 1.9),
        faster=(165.7, 90.0),
    ),
    # waltz-101-0005
    "trellis": told(
        "waltz; a woman's voice, violin, clarinet, strings, harp, double bass, brushes",
        152.1, 158.9, 3, "Bb major", "F:maj Bb:maj G:min C:min|F#:maj B:maj G#:min C#:min",
        (-21.8, 1.8),
        lyrics="Roses on a trellis and a step upon the stair\n"
        "Three times round the ballroom and I never leave my chair",
        later=("B major", 128.7), names=("Three Times Round", "Odette Lauber"),
    ),
    # waltz-101-0024
    "musette": told(
        "musette waltz; accordion, clarinet, strings, double bass, drums",
        116.0, 150.3, 3, "F# major", "B:maj F#:maj C#:maj", (-21.8, 4.0),
    ),
    # punk-101-0008
    "hoarding": told(
        "punk rock; a man's voice, distorted guitars, synthesizer lead, bass, drums",
        120.7, 94.3, 4, "F minor", "F:min Db:maj Bb:min C:min", (-22.6, 1.7),
        lyrics="Paste it on the hoarding, paint it on the wall\n"
        "We were never sorry, we were never here at all",
    ),
    # hip_hop-101-0010
    "stairwell": told(
        "hip hop; a man's voice, vibraphone, strings, square-wave synthesizer, synth bass, drums",
        210.8, 79.9, 4, "Eb minor", "Eb:min Ab:min|F:min Bb:min", (-18.6, 5.4),
        lyrics="Stairwell echo, seven floors to climb\n"
        "Elevator broken since the summer of the crime",
        later=("F minor", 180.8), names=("Seven Floors", "Deacon Lowe"),
    ),
    # slow_six-101-0012
    "harbinger": told(
        "slow soul; a woman's voice, alto saxophone, organ, piano, bass, drums",
        134.4, 77.9, 6, "B minor", "F#:min G:maj E:min B:min", (-21.9, 7.7),
        lyrics="You were the swallow that came with the rain\n"
        "Promise me summer and leave me again",
    ),
    # reggae-101-0014
    "jetty": told(
        "reggae; a man's voice, trumpet, percussive organ, electric guitar, bass, drums",
        124.7, 84.7, 4, "Ab major", "Eb:maj Ab:maj|E:maj A:maj", (-23.8, 6.6),
        lyrics="Sit upon the jetty while the big ships go\n"
        "What the river told me only children know",
        later=("E major", 90.9),
    ),
    # drones-101-0018
    "tundra": told(
        "ambient; drones, synthesizer pads, harp, whistle, synth bass",
        114.7, 74.3, 2, "B minor", "B:min A:maj G:maj", (-22.6, 3.5),
    ),
    # stairs.ogg, without its last 24 s, in which no key is heard
    "stairs": told(
        "electronic rock game music; synthesizers, distorted guitar, drums",
        144.1, 119.0, 4, "E minor", "E:maj G:maj7 E:min C:maj", (-7.9, 6.1),
        names=("Stairs", "blkrbt"),
    ),
    # brokenlight.ogg, in which a voice is heard
    "brokenlight": told(
        "industrial game music; a processed voice, synthesizers, guitar, drums",
        186.9, 140.0, 4, "E minor", "G:maj7 E:min B:min7", (-7.8, 4.5),
        lyrics="Broken light, broken light\nNothing moves and nothing is right",
        names=("Broken Light", "blkrbt"),
    ),
    # machine_wars.mp3
    "machines": told(
        "techno game music; synthesizers, sequenced bass, drum machine",
        290.6, 120.0, 4, "", "", (-11.3, 6.6),
        names=("Machine Wars", "Michael Kievernagel"),
    ),
}  # fmt: skip
