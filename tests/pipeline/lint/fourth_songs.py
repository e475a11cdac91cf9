"""Made-up tracks of the fourth round, of which models wrote after the third was looked at."""

from tests.pipeline.lint.told_songs import told

FOURTH = {
    "signal": told(
        "ska; a man's voice, trumpet, trombone, guitar, bass, drums",
        176.0, 158.0, 4, "Bb major", "Bb:maj Eb:maj F:maj", (-8.8, 4.0),
        lyrics="Waiting at the signal with a penny in my shoe\n"
        "Every train that passes here is taking me from you",
        names=("Red Signal", "The Platform Nine"),
    ),
    "moraine": told(
        "Nordic folk; a woman's voice, nyckelharpa, frame drum",
        253.0, 94.0, 3, "A minor", "A:min G:maj F:maj", (-15.0, 8.4),
        lyrics="Stone upon the mountain, stone upon the shore\n"
        "Who will carry water when I am no more",
    ),
    "turbine": told(
        "industrial rock; a man's voice, synthesizer, distorted guitar, drum machine",
        267.0, 116.0, 4, "G minor", "G:min Eb:maj F:maj C:min", (-6.4, 3.1),
        lyrics="Turn the turbine, turn it slow\nNothing ever left to grow",
        names=("Turbine", "Cold Assembly"), faster=(150.0, 150.0),
    ),
    "lagoon": told(
        "Hawaiian slack-key; two acoustic guitars, ukulele",
        212.0, 78.0, 4, "C major", "C:maj F:maj G:7", (-17.5, 6.8),
    ),
    "pavane": told(
        "baroque dance; harpsichord, recorder, viola da gamba",
        188.0, 64.0, 4, "D minor", "D:min A:maj Bb:maj G:min|F:maj C:maj Bb:maj", (-19.5, 7.4),
        later=("F major", 90.0),
    ),
    "orbit": told(
        "space ambient; synthesizer pads, choir samples, sub bass",
        540.0, None, None, "B minor", "B:min G:maj", (-25.0, 9.0),
    ),
    "corner": told(
        "boom-bap hip hop; a woman's voice, sampled piano, bass, drums",
        221.0, 90.0, 4, "C# minor", "C#:min F#:min A:maj", (-8.4, 3.6),
        lyrics="Corner of the avenue, pen against the pad\n"
        "Writing down the future that my mother never had",
    ),
    "hemlock": told(
        "bluegrass; a man's voice, banjo, mandolin, fiddle, double bass",
        158.0, 224.0, 4, "D major", "D:maj G:maj A:maj", (-11.5, 5.0),
        lyrics="Hemlock in the hollow and the moon behind the hill\n"
        "If I cannot find my darling then I guess nobody will",
        names=("Hemlock Hollow", "The Burr Creek Boys"),
    ),
    "metro": told(
        "deep house; electric piano, drum machine, bass synthesizer, pads",
        395.0, 121.0, 4, "F minor", "F:min Db:maj Eb:maj", (-9.0, 4.1),
    ),
    "barcarole": told(
        "Romantic piano piece; solo piano",
        244.0, 54.0, 6, "Ab major", "Ab:maj Db:maj Eb:7 F:min", (-22.5, 14.0),
    ),
}  # fmt: skip
