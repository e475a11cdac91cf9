"""Made-up tracks of the fifth round, of which models wrote after the fourth was looked at."""

from tests.pipeline.lint.told_songs import told

FIFTH = {
    "marquee": told(
        "rock and roll; a man's voice, piano, electric guitar, saxophone, double bass, drums",
        136.0, 168.0, 4, "A major", "A:maj D:maj E:7", (-10.4, 4.4),
        lyrics="Meet me at the marquee when the picture show is through\n"
        "Got a dollar in my pocket and it's burning there for you",
        names=("Marquee", "Lonnie Crest"),
    ),
    "cistern": told(
        "drone; bowed double bass, tape loops, organ",
        602.0, None, None, "F minor", "F:min C:min", (-27.0, 12.0),
    ),
    "sapling": told(
        "indie folk; a woman's voice, banjo, acoustic guitar, glockenspiel",
        203.0, 102.0, 4, "E major", "E:maj C#:min A:maj B:maj|F#:maj D#:min B:maj C#:maj",
        (-13.2, 6.4),
        lyrics="Plant a little sapling where the chimney used to be\n"
        "Tell it all the stories that you never told to me",
        later=("F# major", 142.0),
    ),
    "ballroom": told(
        "Viennese waltz; string orchestra, horns, harp",
        374.0, 178.0, 3, "D major", "D:maj A:7 G:maj E:min", (-18.0, 12.5),
    ),
    "dockside": told(
        "rhythm and blues; a man's voice, backing singers, horns, electric guitar, drums",
        178.0, 74.0, 6, "Eb major", "Eb:maj C:min Ab:maj Bb:maj", (-11.2, 5.8),
        lyrics="Down on the dockside I wait for your boat\n"
        "Nothing but rain on the sleeve of my coat",
        names=("Dockside", "Earl Ramsay"),
    ),
    "vector": told(
        "trance; supersaw synthesizers, arpeggios, drum machine, pads",
        433.0, 137.0, 4, "G# minor", "G#:min E:maj B:maj F#:maj", (-7.4, 4.8),
    ),
    "bramble": told(
        "nursery song; a woman's voice, children's choir, ukulele, recorder",
        94.0, 120.0, 4, "C major", "C:maj G:maj F:maj", (-14.8, 4.2),
        lyrics="Bramble in the basket, berry on my chin\n"
        "Knock upon the kitchen door and someone let me in",
    ),
    "foundry": told(
        "metalcore; a man's voice, down-tuned guitars, bass, drums",
        226.0, 188.0, 4, "D minor", "D:min Bb:maj G:min", (-5.8, 2.6),
        lyrics="Feed me to the foundry, pour me in the mould\n"
        "I was made of anger and I'm never growing old",
        names=("Foundry", "Ashen Verdict"), faster=(94.0, 148.0),
    ),
    "nocturne": told(
        "Romantic nocturne; solo piano",
        318.0, 60.0, 4, "C# minor", "C#:min F#:min G#:7|E:maj A:maj B:7", (-24.0, 15.5),
        later=("E major", 174.0),
    ),
    "kiosk": told(
        "city pop; a woman's voice, electric piano, slap bass, brass, drums",
        258.0, 110.0, 4, "Gb major", "Gb:maj7 F:7 Bb:min7 Db:7", (-9.6, 5.0),
        lyrics="Paper cup of coffee from the kiosk by the square\n"
        "Every light is turning green and no one's waiting there",
        names=("Kiosk Lights", "Mika Arden"),
    ),
    "steppe": told(
        "throat singing; a man's voice, horsehead fiddle, jaw harp",
        272.0, 86.0, 4, "G minor", "G:min F:maj", (-15.8, 7.6),
        lyrics="Grey mare, carry me over the plain\nFather is sleeping under the rain",
    ),
    "abacus": told(
        "progressive metal; guitars, bass, keyboards, drums",
        347.0, 128.0, 5, "E minor", "E:min C:maj D:maj A:min", (-8.6, 5.4),
        faster=(160.0, 212.0),
    ),
    "veranda": told(
        "bolero; a man's voice, two nylon guitars, maracas, bongos",
        216.0, 88.0, 4, "B minor", "B:min E:min F#:7", (-16.2, 6.6),
        lyrics="En la veranda te espero, mi amor\nLa luna se apaga, se apaga la flor",
        names=("La veranda", "Trío Alcázar"),
    ),
    "parade": told(
        "second-line brass band; sousaphone, trombones, trumpets, snare drum, bass drum",
        185.0, 106.0, 4, "F major", "F:maj Bb:maj C:7 D:min", (-10.8, 4.6),
    ),
    "atrium": told(
        "lounge; a woman's voice, vibraphone, electric piano, double bass, brushed drums",
        241.0, 80.0, 3, "Ab major", "Ab:maj7 Db:maj7 Eb:7", (-15.2, 8.0),
        lyrics="Glass above the atrium, the rain is coming in\n"
        "Tell the man to leave the lamp, the evening can begin",
    ),
}  # fmt: skip
