"""Tracks of the ninth round, measured by the pipeline; of which models wrote after the eighth.

Songs made by ``python -m benchmarks.facts.songs OUT --count 12 --seed 91``, and game music of
Debian's singularity-music and hyperrogue-music. What `measure` said stands here as if it were sure,
chords as the round that is heard most often. Titles and lyrics are as a listing would give them:
made up, but for those of the games.
"""

from tests.pipeline.lint.told_songs import told

NINTH = {
    # rock-91-0001
    "gable": told(
        "rock; a man's voice, overdriven guitar, organ, bass, drums",
        131.0, 144.0, 4, "G major", "C:maj D:maj G:maj E:min", (-19.3, 6.3),
        lyrics="Rain on the gable and rust on the chain\n"
        "I'd drive till the morning to hear you complain",
    ),
    # pop-91-0000
    "parasol": told(
        "pop; a woman's voice, backing choir, acoustic guitar, strings, synth bass, drums",
        177.2, 107.5, 4, "F# major", "C#:maj F#:maj D#:min B:maj", (-20.3, 4.9),
        lyrics="Paper parasol in a glass of ice\nYou said it only once but I heard it twice",
        names=("Paper Parasol", "Ines Aldana"),
    ),
    # folk-91-0003
    "millpond": told(
        "folk; a woman's voice, banjo, harmonica, double bass",
        192.2, 90.7, 4, "G major", "G:maj D:maj E:min C:maj", (-17.7, 2.1),
        lyrics="Grey heron standing where the mill pond was\n"
        "I asked him the reason, he answered because",
        names=("Grey Heron", "The Millpond Sisters"),
    ),
    # ballad-91-0006
    "lacquer": told(
        "ballad; a man's voice, electric piano, flute, strings, bass, drums",
        178.3, 79.2, 4, "D minor", "A:min D:min F:maj G:min", (-23.3, 6.0),
        lyrics="Lacquer on the table where your letters used to be\n"
        "Tell me what the winter wants from you and me",
    ),
    # jazz-91-0004
    "trolley": told(
        "swing; trumpet, clarinet, vibraphone, jazz guitar, double bass, drums",
        174.5, 137.1, 4, "Bb major", "F:maj Bb:maj Eb:maj C:min", (-25.3, 3.3),
    ),
    # orchestral-91-0011
    "escarpment": told(
        "orchestral film music; French horn, oboe, cello, harp",
        181.6, 79.0, 4, "F# major", "B:maj F#:maj C#:maj", (-18.3, 5.2),
    ),
    # house-91-0002
    "turnstile": told(
        "house; electric piano, synthesizer lead, pads, synth bass, drum machine",
        210.4, 122.6, 4, "C major", "A:min F:maj G:maj C:maj", (-23.4, 2.7),
    ),
    # waltz-91-0005
    "chandelier": told(
        "waltz; violin, flute, strings, piano, double bass, brushes",
        118.6, 144.3, 3, "E minor", "B:min E:min F#:dim", (-19.5, 1.8),
    ),
    # latin-91-0007, without its last 19 s, which are in A minor again
    "plantain": told(
        "salsa; a man's voice, a chorus, brass section, tenor saxophone, marimba, bass, percussion",
        142.8, 130.5, 4, "A minor", "A:min E:min F:maj D:min|C:maj F:maj B:dim E:min D:min G:maj",
        (-19.3, 8.5),
        lyrics="Fry me the plantain and pour me the rum\nNobody leaves till the trumpets are done",
        later=("C major", 37.0), names=("Pour Me the Rum", "Orquesta Bahía Honda"),
    ),
    # Inevitable.ogg
    "inevitable": told(
        "electronica; synthesizers, sequenced bass, drum machine",
        249.0, 140.0, 4, "Db major", "Db:maj D:maj7", (-17.9, 1.9),
        names=("Inevitable", "Max McCracken"),
    ),
    # hr-domina-mountain.ogg
    "mountain": told(
        "fantasy game music; flutes, strings, plucked strings, hand drums",
        87.0, 71.0, 4, "A minor", "A:maj F:maj G:maj", (-12.4, 6.5),
    ),
    # Awakening.ogg
    "awakening": told(
        "dark ambient; drones, synthesizer pads, metallic noises",
        208.0, None, None, "", "", (-16.7, 4.9),
        names=("Awakening", "Max McCracken"),
    ),
    # hr3-mirror.ogg
    "mirror": told(
        "mysterious game music; celesta, synthesizer pads, strings",
        78.0, 72.0, 4, "C# minor", "F#:maj C#:min|D:maj G:maj E:maj", (-13.6, 5.3),
        later=("E minor", 26.0),
    ),
}  # fmt: skip
