"""Made-up tracks of which a model wrote what the sixth tuning was by: one reader, nothing held."""

from tests.pipeline.lint.told_songs import told

PRACTICE = {
    "echo": told(
        "dub; melodica, electric bass, drums, tape echo",
        318.0, 70.0, 4, "G minor", "G:min C:min D:min", (-11.0, 6.6), held_out=False,
    ),
    "letter": told(
        "country waltz; a man's voice, pedal steel, acoustic guitar, double bass",
        207.0, 88.0, 3, "G major", "G:maj C:maj D:7 E:min", (-13.8, 6.0),
        lyrics="Down in the orchard the apples are red\n"
        "You left me your letter, I kept it unread",
        names=("Orchard Letter", "Hank Dorsey"), held_out=False,
    ),
    "haul": told(
        "stoner rock; a man's voice, fuzz guitars, bass, drums",
        341.0, 82.0, 4, "C# minor", "C#:min E:maj B:maj", (-8.2, 4.6),
        lyrics="Carry the stone from the quarry to town\nEverything lifted is looking back down",
        faster=(124.0, 212.0), held_out=False,
    ),
    "saudade": told(
        "fado; a woman's voice, Portuguese guitar, classical guitar",
        232.0, 76.0, 4, "D minor", "D:min G:min A:7 Bb:maj", (-16.0, 9.2),
        lyrics="The ferry is leaving, the river is wide\n"
        "I wave to a stranger who looks like my bride",
        names=("The Ferry", "Amélia Prado"), held_out=False,
    ),
    "comet": told(
        "synth-pop; a woman's voice, synthesizers, drum machine",
        214.0, 124.0, 4, "F# major", "F#:maj D#:min B:maj C#:maj|G#:maj F:min C#:maj D#:maj",
        (-7.9, 4.1),
        lyrics="Comet over the parking lot, make a wish for two\n"
        "Half of mine is burning up and all of it is you",
        later=("G# major", 158.0), held_out=False,
    ),
    "thicket": told(
        "Celtic jig; tin whistle, fiddle, bodhrán, bouzouki",
        176.0, 118.0, 6, "D major", "D:maj G:maj A:maj", (-12.6, 4.8), held_out=False,
    ),
    "vestry": told(
        "Renaissance motet; choir of mixed voices",
        268.0, None, None, "F major", "F:maj C:maj D:min Bb:maj", (-23.4, 11.6),
        lyrics="Lead us, O morning, to water and light\n"
        "Keep from our doorway the long winter night",
        held_out=False,
    ),
    "pirate": told(
        "drum and bass; breakbeats, sub bass, synthesizer stabs",
        287.0, 174.0, 4, "A minor", "A:min F:maj E:min", (-6.4, 3.6), held_out=False,
    ),
    "meadow": told(
        "pastoral orchestral piece; strings, flute, oboe, harp",
        421.0, 66.0, 3, "E major", "E:maj A:maj B:7|G:maj C:maj D:7", (-24.6, 14.2),
        later=("G major", 236.0), held_out=False,
    ),
    "alley": told(
        "East Coast hip hop; a man's voice, sampled strings, drums, bass",
        243.0, 92.0, 4, "B minor", "B:min G:maj A:maj", (-9.0, 3.8),
        lyrics="Midnight in the alley where the fire escapes hum\n"
        "Counting every dollar till the corner men come",
        names=("Fire Escapes", "Verse Pilot"), held_out=False,
    ),
    "pier": told(
        "surf rock; electric guitars, bass, drums",
        139.0, 158.0, 4, "E minor", "E:min D:maj C:maj B:7", (-9.8, 4.4), held_out=False,
    ),
    "temple": told(
        "gamelan; metallophones, gongs, drums",
        389.0, 58.0, 4, "C# minor", "C#:min", (-20.2, 9.8), faster=(116.0, 251.0), held_out=False,
    ),
    "violet": told(
        "neo-soul; a woman's voice, electric piano, bass, drums",
        259.0, 78.0, 4, "Db major", "Db:maj7 Bb:min7 Eb:min7 Ab:7", (-10.8, 5.4),
        lyrics="Violet in the evening, honey on the phone\n"
        "Say you'll take the long way if I never drive alone",
        held_out=False,
    ),
    "hangar": told(
        "post-rock; electric guitars, bass, drums, glockenspiel",
        468.0, 108.0, 4, "D major", "D:maj B:min G:maj", (-12.0, 13.4),
        faster=(136.0, 301.0), held_out=False,
    ),
    "cellar": told(
        "free improvisation; prepared piano, contrabass clarinet, percussion",
        352.0, None, None, "B minor", "B:min E:min", (-25.4, 16.2), held_out=False,
    ),
    "cumbia": told(
        "cumbia; a woman's voice, accordion, guacharaca, bass, congas",
        198.0, 98.0, 4, "A minor", "A:min E:7 D:min G:maj", (-9.2, 4.2),
        lyrics="Dance in the plaza, the lamps are on fire\n"
        "Nobody sleeps in the street of the choir",
        names=("Lamps on Fire", "Rosa Quintero"), held_out=False,
    ),
    "canyon": told(
        "Americana; a woman's voice, a man's voice, acoustic guitar, dobro, brushes",
        224.0, 84.0, 4, "C major", "C:maj A:min F:maj G:maj|D:maj B:min G:maj A:maj", (-14.4, 7.4),
        lyrics="Call out my name where the canyon is deep\nHalf of the echo is all that I keep",
        later=("D major", 166.0), names=("Half of the Echo", "The Quiet Mesa"), held_out=False,
    ),
    "ticker": told(
        "jazz waltz; piano, double bass, drums",
        287.0, 152.0, 3, "Bb major", "Bb:maj7 G:min7 C:min7 F:7", (-17.6, 8.8), held_out=False,
    ),
    "bonfire": told(
        "pop punk; a man's voice, electric guitars, bass, drums",
        172.0, 184.0, 4, "A major", "A:maj E:maj F#:min D:maj", (-6.0, 3.0),
        lyrics="Meet me at the bonfire when the summer's running out\n"
        "Everything I didn't say is all I sing about",
        held_out=False,
    ),
    "atlas": told(
        "ambient techno; pads, kick drum, filtered synthesizer",
        512.0, 122.0, 4, "F minor", "F:min Db:maj", (-13.2, 8.2), held_out=False,
    ),
    "rowan": told(
        "Scottish ballad; a woman's voice, clarsach",
        251.0, 72.0, 3, "A minor", "A:min G:maj F:maj E:min", (-19.0, 8.6),
        lyrics="Under the rowan my true love lies\nSnow for a blanket and stars for eyes",
        names=("The Rowan Tree", "Morag Sinclair"), held_out=False,
    ),
    "samovar": told(
        "Russian romance; a man's voice, seven-string guitar, violin",
        203.0, 104.0, 3, "E minor", "E:min A:min B:7", (-15.2, 7.0),
        lyrics="Pour me the tea and put out the light\nNobody travels this road in the night",
        faster=(138.0, 121.0), held_out=False,
    ),
    "monsoon": told(
        "Afrobeat; horns, electric guitar, organ, bass, drums, shekere",
        542.0, 112.0, 4, "F minor", "F:min Bb:min C:min", (-10.2, 5.2), held_out=False,
    ),
    "pocket": told(
        "bedroom pop; a woman's voice, electric guitar, drum machine",
        158.0, 100.0, 4, "E major", "E:maj7 A:maj7 F#:min B:7", (-12.8, 5.8),
        lyrics="I keep you in my pocket like a ticket for the train\n"
        "Folded up and faded from the laundry and the rain",
        held_out=False,
    ),
}  # fmt: skip
