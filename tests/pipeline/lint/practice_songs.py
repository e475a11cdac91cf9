"""Made-up tracks of which a model wrote what the sixth tuning was by: one reader, nothing held."""

from tests.pipeline.lint.told_songs import told

PRACTICE = {
    "echo": told(
        "dub; melodica, electric bass, drums, tape echo",
        318.0, 70.0, 4, "G minor", "G:min C:min D:min", (-11.0, 6.6), held_out=False,
    ),
    "thicket": told(
        "Celtic jig; tin whistle, fiddle, bodhrán, bouzouki",
        176.0, 118.0, 6, "D major", "D:maj G:maj A:maj", (-12.6, 4.8), held_out=False,
    ),
    "meadow": told(
        "pastoral orchestral piece; strings, flute, oboe, harp",
        421.0, 66.0, 3, "E major", "E:maj A:maj B:7|G:maj C:maj D:7", (-24.6, 14.2),
        later=("G major", 236.0), held_out=False,
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
