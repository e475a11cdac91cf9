"""Made-up tracks of the seventh round, of which models wrote after the sixth tuning."""

from tests.pipeline.lint.told_songs import told

SEVENTH = {
    "letter": told(
        "country waltz; a man's voice, pedal steel, acoustic guitar, double bass",
        207.0, 88.0, 3, "G major", "G:maj C:maj D:7 E:min", (-13.8, 6.0),
        lyrics="Down in the orchard the apples are red\n"
        "You left me your letter, I kept it unread",
        names=("Orchard Letter", "Hank Dorsey"),
    ),
    "haul": told(
        "stoner rock; a man's voice, fuzz guitars, bass, drums",
        341.0, 82.0, 4, "C# minor", "C#:min E:maj B:maj", (-8.2, 4.6),
        lyrics="Carry the stone from the quarry to town\nEverything lifted is looking back down",
        faster=(124.0, 212.0),
    ),
    "saudade": told(
        "fado; a woman's voice, Portuguese guitar, classical guitar",
        232.0, 76.0, 4, "D minor", "D:min G:min A:7 Bb:maj", (-16.0, 9.2),
        lyrics="The ferry is leaving, the river is wide\n"
        "I wave to a stranger who looks like my bride",
        names=("The Ferry", "Amélia Prado"),
    ),
    "comet": told(
        "synth-pop; a woman's voice, synthesizers, drum machine",
        214.0, 124.0, 4, "F# major", "F#:maj D#:min B:maj C#:maj|G#:maj F:min C#:maj D#:maj",
        (-7.9, 4.1),
        lyrics="Comet over the parking lot, make a wish for two\n"
        "Half of mine is burning up and all of it is you",
        later=("G# major", 158.0),
    ),
    "vestry": told(
        "Renaissance motet; choir of mixed voices",
        268.0, None, None, "F major", "F:maj C:maj D:min Bb:maj", (-23.4, 11.6),
        lyrics="Lead us, O morning, to water and light\n"
        "Keep from our doorway the long winter night",
    ),
    "pirate": told(
        "drum and bass; breakbeats, sub bass, synthesizer stabs",
        287.0, 174.0, 4, "A minor", "A:min F:maj E:min", (-6.4, 3.6),
    ),
    "alley": told(
        "East Coast hip hop; a man's voice, sampled strings, drums, bass",
        243.0, 92.0, 4, "B minor", "B:min G:maj A:maj", (-9.0, 3.8),
        lyrics="Midnight in the alley where the fire escapes hum\n"
        "Counting every dollar till the corner men come",
        names=("Fire Escapes", "Verse Pilot"),
    ),
    "hangar": told(
        "post-rock; electric guitars, bass, drums, glockenspiel",
        468.0, 108.0, 4, "D major", "D:maj B:min G:maj", (-12.0, 13.4),
        faster=(136.0, 301.0),
    ),
    "cellar": told(
        "free improvisation; prepared piano, contrabass clarinet, percussion",
        352.0, None, None, "B minor", "B:min E:min", (-25.4, 16.2),
    ),
    "atlas": told(
        "ambient techno; pads, kick drum, filtered synthesizer",
        512.0, 122.0, 4, "F minor", "F:min Db:maj", (-13.2, 8.2),
    ),
    "rowan": told(
        "Scottish ballad; a woman's voice, clarsach",
        251.0, 72.0, 3, "A minor", "A:min G:maj F:maj E:min", (-19.0, 8.6),
        lyrics="Under the rowan my true love lies\nSnow for a blanket and stars for eyes",
        names=("The Rowan Tree", "Morag Sinclair"),
    ),
}  # fmt: skip
