"""Made-up tracks of the sixth round, of which models wrote after the fifth was looked at."""

from tests.pipeline.lint.told_songs import told

SIXTH = {
    "gazebo": told(
        "barbershop; four men's voices",
        127.0, 96.0, 4, "Bb major", "Bb:maj G:7 C:7 F:7", (-17.2, 7.4),
        lyrics="Under the gazebo with the moon above the lane\n"
        "Tell me that you love me or I'll have to ask again",
        names=("Gazebo Moon", "The Elm Street Four"),
    ),
    "crevasse": told(
        "black metal; a man's voice, tremolo guitars, bass, blast beats",
        389.0, 208.0, 4, "E minor", "E:min C:maj G:maj B:min", (-6.2, 2.9),
        lyrics="Cold is the crevasse that carries my name\nSnow without ending, snow without flame",
        faster=(104.0, 240.0),
    ),
    "marimba": told(
        "minimalism; two marimbas, vibraphone, bass clarinet",
        512.0, 144.0, 6, "G major", "G:maj E:min C:maj", (-18.8, 6.2),
    ),
    "tavern": told(
        "sea shanty; a man's voice, men's choir, concertina, stomps",
        154.0, 112.0, 4, "D minor", "D:min C:maj F:maj A:maj", (-12.4, 5.6),
        lyrics="Haul on the line till the tavern is near\n"
        "A penny for bread and a penny for beer",
    ),
    "aurora": told(
        "chillwave; a woman's voice, synthesizers, drum machine, tape hiss",
        238.0, 92.0, 4, "A major", "A:maj F#:min D:maj E:maj|B:maj G#:min E:maj F#:maj",
        (-11.8, 4.6),
        lyrics="Aurora in the rear-view, the city letting go\n"
        "I kept your summer jacket and I kept the radio",
        later=("B major", 165.0), names=("Aurora Drive", "Sun Annex"),
    ),
    "raga": told(
        "Hindustani alap; sitar, tanpura",
        447.0, None, None, "C minor", "C:min", (-22.6, 10.4),
    ),
    "rodeo": told(
        "western swing; a woman's voice, fiddle, steel guitar, piano, double bass, drums",
        169.0, 204.0, 4, "C major", "C:maj F:maj G:7 A:min", (-12.9, 5.2),
        lyrics="Ride me to the rodeo and buy me a lemonade\n"
        "Every boy in Abilene is marching in parade",
        names=("Rodeo Lemonade", "Patsy Lindqvist"),
    ),
    "minuet": told(
        "classical minuet; two oboes, two horns, strings",
        226.0, 126.0, 3, "F major", "F:maj Bb:maj C:7 D:min", (-20.4, 9.6),
    ),
    "subway": told(
        "funk; electric bass, clavinet, horns, guitar, drums",
        293.0, 108.0, 4, "F# minor", "F#:min B:min C#:7", (-9.4, 4.4),
    ),
    "lament": told(
        "sean-nós; a woman's voice alone",
        198.0, None, None, "D minor", "D:min C:maj", (-19.6, 8.8),
        lyrics="O the boat is on the water and the boy is on the sand\n"
        "And I would give the harvest for the holding of his hand",
    ),
    "beacon": told(
        "alternative rock; a woman's voice, electric guitars, bass, drums",
        252.0, 132.0, 4, "B minor", "B:min G:maj D:maj A:maj", (-7.6, 4.0),
        lyrics="Beacon on the breakwater, tell me what you see\n"
        "All the ships are turning but there's none of them for me",
        names=("Beacon", "North Pier"),
    ),
}  # fmt: skip
