"""Made-up tracks of which a model wrote what the eighth tuning was by: one reader, nothing held."""

from tests.pipeline.lint.told_songs import told

PRACTICE_LATER = {
    "kiln": told(
        "trip hop; a woman's voice, Rhodes piano, sampled drums, upright bass",
        276.0, 86.0, 4, "F minor", "F:min Bb:min C:min Db:maj", (-11.6, 6.2),
        lyrics="Glass in the oven and smoke in the hall\n"
        "You were the crack in the cup and the wall",
        names=("Kiln", "Ada Marrow"), held_out=False,
    ),
    "ferris": told(
        "fairground waltz; accordion, barrel organ, tuba",
        158.0, 176.0, 3, "C major", "C:maj F:maj G:7 A:min", (-14.2, 5.2), held_out=False,
    ),
    "estuary": told(
        "ambient; processed field recordings, drones, bowed vibraphone",
        604.0, None, None, "D minor", "D:min Bb:maj", (-28.6, 12.4), held_out=False,
    ),
    "tramline": told(
        "post-punk; a man's voice, chorus guitar, bass, drums",
        231.0, 162.0, 4, "E minor", "E:min C:maj G:maj D:maj", (-8.4, 4.4),
        lyrics="Last tram is leaving with nobody on\nWrite me a letter before I am gone",
        held_out=False,
    ),
    "harvest": told(
        "gospel; a choir, a woman's voice, Hammond organ, bass, drums",
        318.0, 72.0, 6, "Ab major", "Ab:maj Db:maj Eb:7 F:min|A:maj D:maj E:7 F#:min", (-10.2, 8.0),
        lyrics="Bring in the harvest, bring in the grain\nHe who has sown it will walk here again",
        later=("A major", 206.0), names=("Bring in the Harvest", "The Delta Hands"), held_out=False,
    ),
    "saffron": told(
        "Hindustani-influenced fusion; sitar, tabla, electric bass, pads",
        387.0, 96.0, 4, "D major", "D:maj G:maj", (-13.4, 9.4), faster=(144.0, 240.0),
        held_out=False,
    ),
    "polaris": told(
        "trance; synthesizer leads, kick drum, pads",
        426.0, 138.0, 4, "B minor", "B:min G:maj D:maj A:maj", (-7.2, 5.6), held_out=False,
    ),
    "cobbler": told(
        "string quartet, classical",
        342.0, 112.0, 4, "Eb major", "Eb:maj Ab:maj Bb:7 C:min|C:min F:min G:7", (-20.8, 13.0),
        later=("C minor", 190.0), held_out=False,
    ),
    "marigold": told(
        "mariachi; a man's voice, trumpets, violins, vihuela, guitarrón",
        187.0, 108.0, 3, "A major", "A:maj D:maj E:7", (-9.8, 5.0),
        lyrics="Marigold petals from your door to mine\nTell the musicians to play it on time",
        names=("Marigold Petals", "Efraín Luna"), held_out=False,
    ),
    "static": told(
        "noise rock; distorted guitars, bass, drums",
        202.0, 128.0, 7, "C# minor", "C#:min A:maj F#:min", (-5.8, 3.4), held_out=False,
    ),
    "juniper": told(
        "bluegrass; a man's voice, a woman's voice, banjo, mandolin, double bass",
        149.0, 132.0, 4, "G major", "G:maj C:maj D:maj", (-12.4, 4.8),
        lyrics="Juniper bending in the blue ridge rain\n"
        "Say that you'll meet me at the evening train",
        held_out=False,
    ),
}  # fmt: skip
