"""The styles of popular, danced and modal music, by family: a family is left out whole."""

from benchmarks.facts.style import Style

_GUITARS, _KEYS, _SYNTHS = (25, 26, 27, 28, 29, 30), (0, 1, 2, 4, 5, 16, 17), (38, 80, 81, 84, 90)
_BASSES, _SYNTH_BASSES = (32, 33, 34, 36), (38, 39, 87)
_LEADS = (26, 27, 29, 30, 56, 65, 66, 73, 80, 81, 22, 40)
_HORNS = (56, 57, 59, 64, 65, 66, 71, 11, 26)

ROCK = (
    Style("rock", (88, 160), "rock", ("strum", "eighths", "beats"), ("eighths", "bass"),
          (26, 27, 29, 30), _BASSES, (29, 30, 27, 16), modes=("major", "minor", "mixolydian")),
    Style("soft rock", (70, 110), "rock", ("strum", "arp", "pad"), ("bass", "beats"),
          (25, 26, 27, 0), _BASSES, _LEADS),
    Style("half-time rock", (130, 170), "half time", ("pad", "strum"), ("bass", "beats"),
          (29, 30, 27), _BASSES, (30, 29), modes=("minor", "phrygian")),
    Style("punk", (165, 215), "double time", ("eighths",), ("eighths",), (29, 30), (33, 34),
          (30, 29), modes=("major", "minor")),
    Style("metal", (120, 200), "metal", ("eighths", "stab"), ("eighths",), (30, 29), (34,),
          (30, 81), modes=("minor", "phrygian", "phrygian dominant")),
    Style("shuffle", (85, 150), "rock", ("beats", "eighths"), ("walking", "eighths"), (26, 27, 0),
          _BASSES, (22, 27, 29), language="blues", modes=("major",), swing=(0.6, 0.67)),
    Style("country", (85, 130), "country", ("oompah", "strum"), ("fifths",), (25, 105, 24), (32, 33),
          (110, 105, 22, 26), modes=("major",)),
)  # fmt: skip
POP = (
    Style("ballad", (56, 84), "rock", ("arp", "pad", "eighths"), ("pad", "beats"), (0, 1, 4, 25),
          _BASSES, (40, 52, 73, 65, 0), pad_chance=0.8),
    Style("pop", (92, 130), "rock", ("eighths", "stab", "strum"), ("eighths", "bass"), _KEYS + _GUITARS,
          _BASSES + _SYNTH_BASSES, _LEADS),
    Style("synth pop", (105, 140), "house", ("arp", "offbeat", "stab"), ("eighths", "octaves"),
          _SYNTHS, _SYNTH_BASSES, (80, 81, 84, 62)),
    Style("hip hop", (72, 102), "hip hop", ("pad", "charleston"), ("bass",), (4, 5, 0, 11), (33, 38),
          (73, 11, 80), modes=("minor", "dorian"), swing=(0.5, 0.6), sizes=(3, 4)),
    Style("trap", (125, 150), "trap", ("pad", "arp"), ("bass", "pad"), (88, 90, 10, 11), (38, 39),
          (80, 10, 75), modes=("minor", "phrygian")),
    Style("disco", (108, 130), "disco", ("offbeat", "stab", "strum"), ("octaves", "bass"),
          (27, 28, 4, 48), (33, 36), (56, 61, 48), sizes=(3, 4), modes=("minor", "major", "dorian")),
    Style("funk", (88, 118), "funk", ("stab", "charleston"), ("bass",), (28, 4, 7, 16), (36, 37, 33),
          (61, 65, 56), modes=("dorian", "mixolydian"), sizes=(4,)),
    Style("piano song", (60, 120), "none", ("arp", "eighths", "beats"), ("beats", "pad"), (0, 1, 2),
          (0, 32, 42), (0, 40, 73), pad_chance=0.1),
)  # fmt: skip
ELECTRONIC = (
    Style("house", (118, 130), "house", ("stab", "offbeat", "charleston"), ("offbeat", "octaves", "bass"),
          (0, 4, 90, 16), _SYNTH_BASSES, (80, 81, 62), modes=("minor", "dorian")),
    Style("techno", (124, 148), "house", ("stab", "eighths"), ("offbeat", "eighths"), (81, 90, 95),
          _SYNTH_BASSES, (80, 81, 87), modes=("minor", "phrygian"), lead_chance=0.3),
    Style("trance", (130, 145), "house", ("arp",), ("offbeat",), (81, 90, 50), _SYNTH_BASSES,
          (81, 80, 84), modes=("minor",), pad_chance=0.9),
    Style("drum and bass", (160, 180), "breakbeat", ("pad", "stab"), ("bass", "pad"), (88, 89, 90, 4),
          (38, 39), (80, 54, 81), modes=("minor", "dorian")),
    Style("breakbeat", (110, 140), "breakbeat", ("stab", "charleston"), ("bass",), (81, 4, 90),
          _SYNTH_BASSES, (80, 62), modes=("minor", "mixolydian")),
    Style("chiptune", (110, 180), "rock", ("arp", "eighths"), ("octaves", "eighths"), (80,), (87, 38),
          (80, 81), modes=("major", "minor", "dorian")),
    Style("ambient", (60, 90), "none", ("pad",), ("pad",), (88, 89, 91, 92, 95), (39, 89), (98, 99, 88),
          modes=("major", "minor", "lydian", "dorian"), sizes=(3, 4)),
    Style("downtempo", (78, 104), "hip hop", ("pad", "arp"), ("bass",), (4, 88, 90), _SYNTH_BASSES,
          (75, 80, 11), modes=("minor", "dorian"), sizes=(4,)),
)  # fmt: skip
JAZZ = (
    Style("swing", (110, 210), "jazz", ("charleston",), ("walking",), (0, 26, 11), (32,), _HORNS,
          language="jazz", swing=(0.58, 0.68)),
    Style("slow swing", (58, 100), "jazz", ("charleston", "pad"), ("walking",), (0, 26, 4), (32,),
          _HORNS, language="jazz", swing=(0.62, 0.7)),
    Style("jazz waltz", (110, 190), "waltz", ("charleston", "beats"), ("pad", "walking"), (0, 26, 11),
          (32,), _HORNS, metres=((3, 4),), language="jazz", swing=(0.58, 0.67)),
    Style("jazz bossa", (110, 150), "bossa", ("charleston",), ("fifths",), (24, 0, 26), (32,),
          (73, 65, 66, 11), language="jazz"),
    Style("modal jazz", (100, 190), "jazz", ("charleston", "pad"), ("walking",), (0, 4), (32,), _HORNS,
          modes=("dorian",), language="jazz", swing=(0.57, 0.66)),
    Style("jazz blues", (90, 200), "jazz", ("charleston",), ("walking",), (0, 26, 16), (32,), _HORNS,
          modes=("major",), language="blues", swing=(0.6, 0.68)),
    Style("jazz trio, no drums", (80, 180), "none", ("charleston", "beats"), ("walking",), (0, 26, 24),
          (32,), (71, 66, 26), language="jazz", swing=(0.58, 0.67)),
)  # fmt: skip
LATIN = (
    Style("salsa", (85, 110), "salsa", ("montuno",), ("bass",), (0,), (32, 33), (56, 57, 61, 73),
          modes=("minor", "major")),
    Style("bossa nova", (60, 80), "bossa", ("charleston", "arp"), ("fifths",), (24,), (32,), (73, 65),
          sizes=(4,)),
    Style("samba", (90, 118), "samba", ("strum", "stab"), ("bass", "fifths"), (24, 25), (32, 33),
          (73, 56, 67)),
    Style("cumbia", (82, 105), "cumbia", ("offbeat",), ("bass", "fifths"), (21, 25, 16), (33, 32),
          (21, 71, 56), modes=("minor", "major")),
    Style("reggaeton", (86, 100), "reggaeton", ("pad", "stab"), ("bass",), (90, 4, 11), (38,), (80, 11),
          modes=("minor",)),
    Style("tango", (58, 68), "tango", ("beats", "stab"), ("beats",), (0, 21), (32, 43), (40, 21),
          modes=("minor",), metres=((4, 4),)),
    Style("reggae", (66, 92), "reggae", ("offbeat",), ("bass",), (16, 27, 0), (33,), (61, 22, 56)),
    Style("ska", (120, 160), "ska", ("offbeat",), ("eighths", "walking"), (27, 16), (33,), (56, 61, 57),
          modes=("major", "minor")),
)  # fmt: skip
TERNARY = (
    Style("waltz", (84, 200), "waltz", ("oompah", "beats"), ("pad",), (0, 21, 48, 24), (32, 43, 58),
          (40, 21, 71, 73), metres=((3, 4),)),
    Style("pop waltz", (80, 150), "waltz", ("arp", "eighths", "pad"), ("pad", "beats"), _KEYS, _BASSES,
          _LEADS, metres=((3, 4),)),
    Style("minuet", (96, 140), "none", ("beats", "arp"), ("beats",), (6, 0, 48), (42, 70), (40, 73, 68),
          metres=((3, 4),)),
    Style("6/8 ballad", (45, 70), "6/8", ("arp", "eighths"), ("beats", "pad"), (0, 25, 26), _BASSES,
          _LEADS, metres=((6, 8),)),
    Style("jig", (105, 135), "6/8", ("beats", "eighths"), ("beats",), (24, 25, 21), (32,), (110, 73, 21),
          metres=((6, 8),), modes=("major", "dorian", "mixolydian")),
    Style("12/8 blues", (52, 80), "12/8", ("eighths", "beats"), ("beats", "eighths"), (0, 26, 16),
          _BASSES, (27, 65, 22), metres=((12, 8),), language="blues", modes=("major",)),
    Style("12/8 soul", (50, 75), "12/8", ("eighths", "arp"), ("beats",), (0, 4, 26), _BASSES, (65, 52, 61),
          metres=((12, 8),), pad_chance=0.7),
    Style("slip jig", (100, 135), "metre", ("beats",), ("beats",), (24, 25), (32,), (73, 110, 78),
          metres=((9, 8),), modes=("major", "dorian", "mixolydian")),
)  # fmt: skip
_SEVENS = ((7, 8, 2, 2, 3), (7, 8, 3, 2, 2), (7, 8, 2, 3, 2))
ODD = (
    Style("five", (90, 190), "metre", ("charleston", "eighths", "strum"), ("bass", "beats"),
          _KEYS + _GUITARS, _BASSES, _LEADS, metres=((5, 4),), modes=("minor", "dorian", "major")),
    Style("five, jazz", (130, 190), "metre", ("charleston",), ("bass",), (0, 11), (32,), _HORNS,
          metres=((5, 4),), modes=("minor", "dorian"), swing=(0.58, 0.66), sizes=(4,)),
    Style("five eighths", (180, 300), "metre", ("strum",), ("bass",), (25, 0, 21), _BASSES, _LEADS,
          metres=((5, 8, 2, 3), (5, 8, 3, 2)), modes=("minor", "dorian")),
    Style("seven eighths", (200, 340), "metre", ("strum",), ("bass",), (25, 0, 21, 29), _BASSES, _LEADS,
          metres=_SEVENS, modes=("minor", "dorian", "phrygian dominant")),
    Style("seven quarters", (95, 170), "metre", ("eighths", "beats"), ("beats",), _KEYS + _GUITARS,
          _BASSES, _LEADS, metres=((7, 4),), modes=("minor", "mixolydian")),
    Style("nine eighths, aksak", (220, 340), "metre", ("strum",), ("bass",), (25, 21, 105), _BASSES,
          (71, 40, 21), metres=((9, 8, 2, 2, 2, 3),), modes=("minor", "phrygian dominant")),
    Style("eleven eighths", (220, 340), "metre", ("strum",), ("bass",), (25, 21), _BASSES, (71, 110),
          metres=((11, 8, 2, 2, 3, 2, 2),), modes=("minor", "dorian")),
)  # fmt: skip
MODAL = tuple(
    Style(f"{mode} {feel}", bpm, groove, comp, bass, comp_programs, _BASSES, leads, modes=(mode,))
    for mode in ("dorian", "phrygian", "lydian", "mixolydian", "phrygian dominant")
    for feel, bpm, groove, comp, bass, comp_programs, leads in (
        ("rock", (90, 150), "rock", ("strum", "eighths"), ("bass", "eighths"), (27, 29, 25), _LEADS),
        ("groove", (85, 120), "funk", ("stab", "pad"), ("bass",), (4, 16, 90), (65, 73, 80)),
        ("folk", (75, 125), "none", ("strum", "arp"), ("beats", "fifths"), (24, 25, 46, 15),
         (73, 40, 110, 75)),
        ("pads", (65, 105), "none", ("pad", "arp"), ("pad",), (88, 89, 48, 52), (75, 68, 80)),
    )
)  # fmt: skip
