"""More made-up tracks, of which models wrote after the lint was tuned on `told_songs`."""

from tests.pipeline.lint.told_songs import told

LATER = {
    "ferry": told(
        "reggae; a man's voice, offbeat guitar, bass, drums, Hammond organ",
        233.0, 76.0, 4, "F major", "F:maj Bb:maj C:maj", (-10.0, 5.5),
        lyrics="Ferry come slowly over the bay\nCarry my sorrow, carry it away",
        names=("Slow Ferry", "Desmond Oakes"),
    ),
    "pylon": told(
        "industrial techno; drum machine, distorted synthesizers, noise",
        338.0, 138.0, 4, "B minor", "B:min G:maj", (-6.0, 2.8),
    ),
    "almanac": told(
        "singer-songwriter; a woman's voice, upright piano, cello",
        187.0, 72.0, 3, "Db major", "Db:maj Gb:maj Ab:maj Bb:min", (-17.0, 9.5),
        lyrics="Tear off another page of the year\nThe snow in the yard is still standing here",
        names=("Almanac", "Ida Thorne"),
    ),
    "gantry": told(
        "punk rock; a woman's voice, electric guitars, bass, drums",
        109.0, 186.0, 4, "A major", "A:maj D:maj E:maj", (-7.2, 3.0),
        lyrics="I don't want your gantry, I don't want your crane\n"
        "Rip up all the railway, stop another train",
    ),
    "fen": told(
        "dark ambient; bowed metal, drones, wind recordings",
        527.0, None, None, "C# minor", "C#:min A:maj", (-29.0, 16.0),
    ),
    "carousel": told(
        "musette waltz; accordion, violin, double bass, nylon guitar",
        146.0, 164.0, 3, "G minor", "G:min C:min D:7 Eb:maj", (-14.5, 6.0),
    ),
    "summit": told(
        "film score; strings, horns, timpani, harp",
        276.0, 66.0, 4, "D major", "D:maj B:min G:maj A:maj|E:maj C#:min A:maj B:maj",
        (-19.0, 15.0), later=("E major", 150.0),
    ),
    "bodega": told(
        "salsa; a man's voice, piano, brass, congas, timbales, bass",
        264.0, 196.0, 4, "C minor", "C:min F:min G:7", (-9.0, 4.5),
        lyrics="En la bodega de la esquina\nTe espero con la luz encendida",
        names=("La Bodega", "Orquesta Almeida"),
    ),
    "loom": told(
        "math rock; clean tapped guitars, bass, drums",
        208.0, 152.0, 7, "F# minor", "F#:min D:maj A:maj E:maj", (-9.5, 6.8),
    ),
    "lullaby": told(
        "lullaby; a woman's voice, celesta, harp",
        131.0, 56.0, 6, "E major", "E:maj A:maj B:maj", (-21.0, 8.8),
        lyrics="Moon on the pillow, moth on the wall\nSleep, little sparrow, and don't hear at all",
    ),
    "overdrive": told(
        "heavy metal; a man's voice, distorted guitars, bass, double-kick drums",
        305.0, 112.0, 4, "D minor", "D:min Bb:maj C:maj F:maj", (-6.8, 4.2),
        lyrics="Iron horse is burning, midnight on the wheel\n"
        "Nothing left but thunder, nothing left to feel",
        names=("Overdrive", "Black Furnace"), faster=(168.0, 160.0),
    ),
    "terrace": told(
        "cool jazz; trumpet, tenor saxophone, piano, double bass, brushed drums",
        354.0, 108.0, 4, "Bb major", "Bb:maj7 G:min7 C:min7 F:7", (-16.0, 10.5),
    ),
    "arcade": told(
        "chiptune; square-wave leads, pulse bass, noise percussion",
        117.0, 145.0, 4, "E minor", "E:min C:maj G:maj D:maj|F#:min D:maj A:maj E:maj",
        (-9.8, 3.4), later=("F# minor", 78.0),
    ),
    "cotton": told(
        "slow blues; a woman's voice, electric guitar, piano, bass, drums",
        319.0, 58.0, 6, "G major", "G:maj C:maj D:maj", (-12.8, 7.2),
        lyrics="Cotton on the floorboards, whiskey in the well\n"
        "If you're going down to heaven I will see you first in hell",
        names=("Cotton Floor", "Mabel Rourke"),
    ),
}  # fmt: skip
