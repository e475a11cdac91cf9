"""Made-up tracks of the third round, of which models wrote before the lint was tuned again."""

from tests.pipeline.lint.told_songs import told

THIRD = {
    "kettle": told(
        "skiffle; a man's voice, washboard, acoustic guitar, tea-chest bass",
        143.0, 172.0, 4, "G major", "G:maj C:maj D:maj", (-12.0, 4.8),
        lyrics="Put the kettle on the fire and the dog out in the yard\n"
        "Living on a shilling never seemed so hard",
        names=("Kettle on the Fire", "The Tin Street Four"),
    ),
    "basalt": told(
        "doom metal; a man's voice, down-tuned guitars, bass, drums",
        431.0, 54.0, 4, "C minor", "C:min Ab:maj Bb:maj", (-7.5, 5.2),
        lyrics="Under the basalt the old ones wait\nCounting the centuries, nursing their hate",
        names=("Basalt", "Graven Hour"),
    ),
    "ribbon": told(
        "French chanson; a woman's voice, accordion, upright bass, piano",
        194.0, 138.0, 3, "F major", "F:maj D:min G:min C:7", (-15.5, 7.8),
        lyrics="Un ruban rouge à ta fenêtre\nJe reviendrai demain peut-être",
        names=("Le ruban rouge", "Odile Caron"),
    ),
    "circuit": told(
        "acid house; drum machine, bass synthesizer, claps, pads",
        372.0, 124.0, 4, "A minor", "A:min G:maj", (-8.2, 3.0),
    ),
    "heron": told(
        "new-age; bamboo flute, singing bowls, water sounds",
        486.0, None, None, "D major", "D:maj G:maj", (-24.0, 11.0),
    ),
    "tram": told(
        "gypsy jazz; violin, two acoustic guitars, double bass",
        167.0, 212.0, 4, "E minor", "E:min A:min B:7", (-13.5, 5.5),
    ),
    "plinth": told(
        "progressive rock; a man's voice, organ, electric guitar, bass, drums",
        418.0, 104.0, 7, "B minor", "B:min G:maj A:maj E:min", (-11.0, 9.2),
        lyrics="Statues in the garden turn to see the sun\n"
        "Everyone is leaving, never leaving one",
        faster=(136.0, 245.0),
    ),
    "sonata": told(
        "classical sonata movement; solo cello, piano",
        338.0, 88.0, 4, "Bb major", "Bb:maj Eb:maj F:7|G:min C:min D:7", (-20.0, 13.5),
        later=("G minor", 150.0),
    ),
    "cinder": told(
        "trap; a man's voice, 808 bass, hi-hats, bells",
        158.0, 144.0, 4, "F# minor", "F#:min D:maj C#:min", (-7.0, 3.2),
        lyrics="Cinder on my sneaker, city on my mind\nLeft the door wide open, left it all behind",
    ),
    "spinney": told(
        "English folk; a woman's voice, concertina, fiddle, guitar",
        228.0, 116.0, 6, "A major", "A:maj D:maj E:maj F#:min", (-16.0, 6.2),
        lyrics="As I went down the spinney lane all on a morning fair\n"
        "I met a man of fifty years with ribbons in his hair",
    ),
    "plaza": told(
        "tango; bandoneon, violin, piano, double bass",
        201.0, 118.0, 4, "D minor", "D:min G:min A:7 Bb:maj", (-14.0, 8.2),
    ),
    "gospel": told(
        "gospel; a woman's voice, choir, Hammond organ, bass, drums",
        287.0, 82.0, 4, "Db major", "Db:maj Gb:maj Ab:maj|D:maj G:maj A:maj", (-9.2, 7.0),
        lyrics="Lift me up above the river, lift me up above the rain\n"
        "I was lost and I was weary, now I'm going home again",
        later=("D major", 196.0), names=("Above the River", "Sister Ruth Avery"),
    ),
    "glasshouse": told(
        "dream pop; a woman's voice, chorus guitars, synthesizer, drum machine",
        249.0, 98.0, 4, "E major", "E:maj G#:min A:maj B:maj", (-10.2, 4.4),
        lyrics="Glass in the morning, glass in the sea\nNothing you break will be broken by me",
        names=("Glasshouse", "Pale Meridian"),
    ),
    "quarrel": told(
        "string quartet; two violins, viola, cello",
        262.0, 132.0, 4, "C major", "C:maj A:min D:min G:7", (-18.5, 11.5),
        faster=(92.0, 140.0),
    ),
    "vigil": told(
        "Byzantine-style chant; male choir, drone",
        304.0, None, None, "E minor", "E:min", (-22.0, 9.8),
        lyrics="Keep watch with me until the break of day\nThe lamp is low, the night is far away",
    ),
}  # fmt: skip
