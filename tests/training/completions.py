"""Completions by hand, each with the reward that it deserves, and why.

`FORMS`: (text, reward, why). `ANSWERS`: (answer, gold, options, is right, why); an answer stands
between the tags. `WHOLE`: (completion, gold, options, is right, why). `CAPTIONS`: (caption,
reward, why), against `TRACK`; `PHRASES`: (category, accepted, sentence, counts, why), the sentence
standing among others.
"""

THINK = "<think>The bass holds the tonic.</think>"

FORMS = [
    (f"{THINK}\n<answer>D</answer>", 1, "as published for captions"),
    (f"{THINK}\nHence, the final answer is: <answer>D</answer>", 1, "as published for questions"),
    (f"{THINK} <answer>D</answer>", 1, "a space, as NVIDIA's samples have it"),
    (f"{THINK}<answer>D</answer>", 1, "nothing between the tags"),
    (f"{THINK}\n\n<answer>D</answer>", 1, "an empty line"),
    (f"{THINK}\r\n<answer>D</answer>", 1, "a line break of Windows"),
    (f"{THINK}\t<answer>D</answer>", 1, "a tab"),
    (f"{THINK}\n\nHence, the final answer is: <answer>D</answer>", 1, "an empty line, a bridge"),
    (f"{THINK}\nHence, the final answer is:\n<answer>D</answer>", 1, "a line after the bridge"),
    (f"{THINK}\n<answer>D</answer>\n", 1, "a line break at the end"),
    (f"\n{THINK}\n<answer>D</answer>", 1, "a line break before"),
    ("<think>1. It is in G.\n2. So…</think>\n<answer>D</answer>", 1, "numbered steps"),
    ("<think>Langsam, in Moll.</think>\n<answer>A ballad.</answer>", 1, "another language"),
    ("<think>低音</think>\n<answer>D</answer>", 1, "letters of any script are words"),
    ("<think>4</think>\n<answer>D</answer>", 1, "a number says something"),
    ("<think>.</think>\n<answer>D</answer>", 0, "a thought of a full stop"),
    ("<think>…</think>\n<answer>D</answer>", 0, "a thought of dots"),
    ("<think>-- !? --</think>\n<answer>D</answer>", 0, "a thought of punctuation"),
    ("<think> </think>\n<answer>D</answer>", 0, "a thought of a space"),
    ("<think></think>\n<answer>D</answer>", 0, "no thought"),
    ("<think>\u200b\u200b</think>\n<answer>D</answer>", 0, "invisible characters"),
    ("<think>\u2060\ufeff</think>\n<answer>D</answer>", 0, "joiners and byte order marks"),
    ("<think>\u00ad</think>\n<answer>D</answer>", 0, "soft hyphens"),
    (f"{THINK}\n<answer></answer>", 0, "no answer"),
    (f"{THINK}\n<answer> </answer>", 0, "an answer of a space"),
    (f"{THINK}\n<answer>\u200b</answer>", 0, "an invisible answer"),
    (f"{THINK}\nSo: <answer>D</answer>", 0, "other words between"),
    (f"{THINK}\n<answer>D</answer>!", 0, "words behind"),
    (f"Well. {THINK}\n<answer>D</answer>", 0, "words before"),
    ("<answer>D</answer>", 0, "no thought at all"),
    (THINK, 0, "no answer at all"),
    ("D", 0, "neither"),
    ("", 0, "nothing"),
    (f"<answer>D</answer>\n{THINK}", 0, "the wrong order"),
    (f"{THINK}{THINK}\n<answer>D</answer>", 0, "two thoughts"),
    (f"{THINK}\n<answer>D</answer>\n<answer>E</answer>", 0, "two answers"),
    ("<think>a <think>b</think>\n<answer>c</answer>", 0, "a tag in the thought"),
    ("<think>a <answer>b</answer></think>\n<answer>c</answer>", 0, "an answer in the thought"),
    ("<think>It goes on and on", 0, "cut off in the thought"),
    (f"{THINK}\n<answer>It goes on", 0, "cut off in the answer"),
    ("<THINK>a</THINK>\n<answer>b</answer>", 0, "tags of other letters"),
    ("<thinking>a</thinking>\n<answer>b</answer>", 0, "another tag"),
    (f"{THINK}\n**Answer:** D", 0, "an answer without tags"),
]

CHORDS = ["Gm", "D", "Cm", "F", "Bb", "Eb", "A", "E"]
KEYS = ["C major", "A minor", "Eb major", "F# minor"]
NUMERALS = ["I", "iv", "V", "vi"]
SEVENTHS = ["CM7", "Cm7", "C7", "Cdim7"]
TIMES = ["0:14-0:27", "0:27-0:41", "1:02-1:15", "2:40-2:58"]
TEMPI = ["60 BPM", "90 BPM", "120 BPM", "180 BPM"]
METRES = ["3/4", "4/4", "6/8", "5/4"]
PLAYED = ["electric guitar", "acoustic guitar", "violin", "flute"]
PROGRESSIONS = ["i-VI-III-VII", "i-iv-v", "I-V-vi-IV", "ii-V-I"]
FORM = ["Verse", "Chorus", "Bridge", "Intro"]

ANSWERS = [
    # Letters
    ("B", "A minor", KEYS, True, "a letter"),
    ("b", "A minor", KEYS, True, "a small letter"),
    ("(B)", "A minor", KEYS, True, "in brackets"),
    ("(b)", "A minor", KEYS, True, "small, in brackets"),
    ("[B]", "A minor", KEYS, True, "in square brackets"),
    ("B.", "A minor", KEYS, True, "with a full stop"),
    ("B)", "A minor", KEYS, True, "with a bracket"),
    ("B:", "A minor", KEYS, True, "with a colon"),
    ("**B**", "A minor", KEYS, True, "in bold"),
    ("*B*", "A minor", KEYS, True, "in italics"),
    ("`B`", "A minor", KEYS, True, "as code"),
    ('"B"', "A minor", KEYS, True, "in quotes"),
    ("\uff22", "A minor", KEYS, True, "of full width"),
    ("\uff08\uff22\uff09", "A minor", KEYS, True, "full width, in brackets"),
    ("$\\boxed{B}$", "A minor", KEYS, True, "boxed"),
    ("Option B", "A minor", KEYS, True, "with a word before"),
    ("The answer is B.", "A minor", KEYS, True, "in a sentence"),
    ("The answer is (B).", "A minor", KEYS, True, "in a sentence, in brackets"),
    ("The correct answer is **B**.", "A minor", KEYS, True, "in a sentence, in bold"),
    ("Answer: B", "A minor", KEYS, True, "after a colon"),
    ("Final answer: (B)", "A minor", KEYS, True, "after a colon, in brackets"),
    ("So, the answer is B", "A minor", KEYS, True, "with a small word before"),
    ("I choose B", "A minor", KEYS, True, "chosen"),
    ("A", "A minor", KEYS, False, "another letter"),
    ("E", "A minor", KEYS, False, "no such letter"),
    ("Z", "A minor", KEYS, False, "far from any letter"),
    ("not B", "A minor", KEYS, False, "denied"),
    ("It is not B.", "A minor", KEYS, False, "denied in a sentence"),
    ("B or C", "A minor", KEYS, False, "two letters"),
    ("A, B", "A minor", KEYS, False, "two letters in a list"),
    ("A B C D", "A minor", KEYS, False, "all letters"),
    ("A, C, D, B", "A minor", KEYS, False, "all letters, the gold last"),
    ("", "A minor", KEYS, False, "nothing"),
    (" ", "A minor", KEYS, False, "a space"),
    ("?", "A minor", KEYS, False, "a sign"),
    # Letters with texts
    ("(B) A minor", "A minor", KEYS, True, "both"),
    ("B. A minor", "A minor", KEYS, True, "both, with a full stop"),
    ("b) a minor", "A minor", KEYS, True, "both, small"),
    ("B: a minor", "A minor", KEYS, True, "both, with a colon"),
    ("(b) A Minor.", "A minor", KEYS, True, "both, of other case"),
    ("B - A minor", "A minor", KEYS, True, "both, with a dash"),
    ("**(B)** A minor", "A minor", KEYS, True, "both, one in bold"),
    ("The answer is (B) A minor.", "A minor", KEYS, True, "both, in a sentence"),
    ("(B) C major", "A minor", KEYS, False, "letter and text contradict each other"),
    ("A. A minor", "A minor", KEYS, False, "the text is right, the letter is not"),
    ("(B) G minor", "A minor", KEYS, False, "a text that is not offered"),
    ("(E) A minor", "A minor", KEYS, False, "a letter that is not offered"),
    # Texts
    ("A minor", "A minor", KEYS, True, "to the letter"),
    ("a minor", "A minor", KEYS, True, "case is nothing for keys in words"),
    ("A MINOR", "A minor", KEYS, True, "in capitals"),
    ("A minor.", "A minor", KEYS, True, "with a full stop"),
    ("A\u00a0minor", "A minor", KEYS, True, "with a fixed space"),
    (" A  minor ", "A minor", KEYS, True, "with more spaces"),
    ("**A minor**", "A minor", KEYS, True, "in bold"),
    ("It's A minor.", "A minor", KEYS, True, "in a sentence"),
    ("The answer is: A minor", "A minor", KEYS, True, "after a colon"),
    ("E\u266d major", "Eb major", KEYS, True, "with the true sign of flats"),
    ("E-flat major", "Eb major", KEYS, True, "in words"),
    ("E flat major", "Eb major", KEYS, True, "in words, without a hyphen"),
    ("D# major", "Eb major", KEYS, True, "it sounds the same"),
    ("G\u266d minor", "F# minor", KEYS, True, "it sounds the same, with the true sign"),
    ("G flat minor", "F# minor", KEYS, True, "it sounds the same, in words"),
    ("E major", "Eb major", KEYS, False, "another key"),
    ("Eb minor", "Eb major", KEYS, False, "another mode"),
    ("C minor", "C major", KEYS, False, "the parallel key"),
    ("A minor or C major", "A minor", KEYS, False, "two keys"),
    ("C major, A minor", "A minor", KEYS, False, "two keys, the gold last"),
    ("not A minor", "A minor", KEYS, False, "denied"),
    ("minor", "A minor", KEYS, False, "half of it"),
    # Chords: a text goes before a letter
    ("D", "D", CHORDS, True, "the chord, though it is the fourth letter"),
    ("D", "F", CHORDS, False, "the chord, not the fourth letter"),
    ("A", "A", CHORDS, True, "the chord"),
    ("A", "Gm", CHORDS, False, "not the first letter: a chord has this name"),
    ("C", "Cm", CHORDS, True, "no chord of this name is offered: the third letter"),
    ("(D)", "F", CHORDS, True, "in brackets it is a letter"),
    ("(B) D", "D", CHORDS, True, "letter and chord"),
    ("The answer is D.", "D", CHORDS, True, "the chord in a sentence"),
    ("D#", "Eb", CHORDS, True, "it sounds the same"),
    ("A#", "Bb", CHORDS, True, "it sounds the same, too"),
    ("E\u266d", "Eb", CHORDS, True, "with the true sign"),
    ("E flat", "Eb", CHORDS, True, "in words"),
    ("G minor", "Gm", CHORDS, True, "its quality in words"),
    ("Gmin", "Gm", CHORDS, True, "another usual sign"),
    ("gm", "Gm", CHORDS, True, "a root has no case"),
    ("D major", "D", CHORDS, True, "its quality in words"),
    ("GM", "Gm", CHORDS, False, "the case of a quality is meaning"),
    ("Dm", "D", CHORDS, False, "another quality"),
    ("D7", "D", CHORDS, False, "another chord"),
    ("D or E", "D", CHORDS, False, "two chords"),
    ("Gm, D, Cm, F", "F", CHORDS, False, "all, the gold last"),
    ("CM7", "CM7", SEVENTHS, True, "to the letter"),
    ("Cmaj7", "CM7", SEVENTHS, True, "another usual sign"),
    ("Cm7", "CM7", SEVENTHS, False, "case is meaning"),
    ("Cm7", "Cm7", SEVENTHS, True, "to the letter"),
    ("cm7", "Cm7", SEVENTHS, True, "a root has no case"),
    ("cM7", "Cm7", SEVENTHS, False, "a quality has"),
    ("Cmin7", "Cm7", SEVENTHS, True, "another usual sign"),
    ("C7", "Cm7", SEVENTHS, False, "another chord"),
    ("C\u00b07", "C7", SEVENTHS, False, "another chord, by a sign"),
    # Numerals
    ("I", "I", NUMERALS, True, "to the letter"),
    ("i", "I", NUMERALS, False, "case is meaning"),
    ("IV", "iv", NUMERALS, False, "case is meaning, too"),
    ("iv", "iv", NUMERALS, True, "to the letter"),
    ("(B)", "iv", NUMERALS, True, "its letter"),
    ("V", "V", NUMERALS, True, "to the letter"),
    ("v", "V", NUMERALS, False, "case again"),
    ("VI", "vi", NUMERALS, False, "case again"),
    ("The answer is vi.", "vi", NUMERALS, True, "in a sentence"),
    ("D", "vi", NUMERALS, True, "its letter"),
    ("i-VI-III-VII", "i-VI-III-VII", PROGRESSIONS, True, "to the letter"),
    ("i - VI - III - VII", "i-VI-III-VII", PROGRESSIONS, True, "with spaces"),
    ("i\u2013VI\u2013III\u2013VII", "i-VI-III-VII", PROGRESSIONS, True, "with dashes"),
    ("I-VI-III-VII", "i-VI-III-VII", PROGRESSIONS, False, "case is meaning"),
    ("I-V-VI-IV", "I-V-vi-IV", PROGRESSIONS, False, "case is meaning"),
    ("i-VI-III", "i-VI-III-VII", PROGRESSIONS, False, "a part of it"),
    # Times, numbers, metres
    ("0:14-0:27", "0:14-0:27", TIMES, True, "to the letter"),
    ("0:14\u20130:27", "0:14-0:27", TIMES, True, "with a dash"),
    ("0:14 - 0:27", "0:14-0:27", TIMES, True, "with spaces"),
    ("0:14 to 0:27", "0:14-0:27", TIMES, True, "in words"),
    ("from 0:14 to 0:27", "0:14-0:27", TIMES, True, "in more words"),
    ("00:14-00:27", "0:14-0:27", TIMES, True, "with zeros"),
    ("\uff10:\uff11\uff14-\uff10:\uff12\uff17", "0:14-0:27", TIMES, True, "full width"),
    ("0:14", "0:14-0:27", TIMES, False, "half of it"),
    ("0:14-0:28", "0:14-0:27", TIMES, False, "not what is offered"),
    ("0:27-0:41", "0:14-0:27", TIMES, False, "another"),
    ("120 BPM", "120 BPM", TEMPI, True, "to the letter"),
    ("120 bpm", "120 BPM", TEMPI, True, "of other case"),
    ("120", "120 BPM", TEMPI, True, "the number alone"),
    ("120BPM", "120 BPM", TEMPI, True, "without a space"),
    ("120 beats per minute", "120 BPM", TEMPI, True, "in words"),
    ("60 BPM", "120 BPM", TEMPI, False, "half of it"),
    ("121 BPM", "120 BPM", TEMPI, False, "not what is offered"),
    ("12", "120 BPM", TEMPI, False, "a part of the number"),
    ("3/4", "3/4", METRES, True, "to the letter"),
    ("3/4 time", "3/4", METRES, True, "with its word"),
    ("It is 3/4.", "3/4", METRES, True, "in a sentence"),
    ("4/4", "3/4", METRES, False, "another"),
    ("3", "3/4", METRES, False, "half of it"),
    # Words
    ("Violin", "violin", PLAYED, True, "case is nothing for words"),
    ("the violin", "violin", PLAYED, True, "with an article"),
    ("a violin.", "violin", PLAYED, True, "with another"),
    ("Electric Guitar", "electric guitar", PLAYED, True, "of other case"),
    ("guitar", "electric guitar", PLAYED, False, "two could be meant"),
    ("Not a flute.", "flute", PLAYED, False, "denied"),
    ("flute or violin", "flute", PLAYED, False, "two"),
    ("electric guitar, acoustic guitar, violin, flute", "flute", PLAYED, False, "all"),
    ("chorus", "Chorus", FORM, True, "case is nothing for words"),
    ("Intro", "Intro", FORM, True, "no numeral, though it begins like one"),
    ("intro", "Intro", FORM, True, "the same, small"),
    ("verse", "Verse", FORM, True, "no numeral, though it begins like one"),
    # Letters that are named, and letters beside texts
    ("Option A", "Gm", CHORDS, True, "a letter, though a chord has this name"),
    ("Option A", "A", CHORDS, False, "not the chord"),
    ("The answer is option D.", "F", CHORDS, True, "a letter in a sentence"),
    ("B, A minor", "A minor", KEYS, True, "a comma between"),
    ("B A minor", "A minor", KEYS, True, "a space between"),
    ("B\nA minor", "A minor", KEYS, True, "a line break between"),
    ("B = A minor", "A minor", KEYS, True, "a sign between"),
    ("violin (C)", "violin", PLAYED, True, "the letter behind"),
    ("violin (B)", "violin", PLAYED, False, "the letter behind contradicts"),
    ("A, Gm", "Gm", CHORDS, False, "two chords, one of them the first letter"),
    ("C, A minor", "A minor", KEYS, False, "another letter beside the text"),
    ("The key is A minor.", "A minor", KEYS, True, "named in a sentence"),
    ("The key is not A minor.", "A minor", KEYS, False, "denied in a sentence"),
    ("01:05", "1:05", ["0:35", "1:05"], True, "a time with a zero"),
    # Open answers
    ("d\u266d minor.", "Db minor", None, True, "sign, case and full stop aside"),
    ("C# minor", "Db minor", None, True, "it sounds the same"),
    ("The answer is C# minor.", "Db minor", None, True, "in a sentence"),
    ("C# major", "Db minor", None, False, "another mode"),
    ("", "Db minor", None, False, "nothing"),
    ("the flute", "flute", None, True, "with an article"),
    ("not the flute", "flute", None, False, "denied"),
    ("flute and harp", "flute", None, False, "more than was asked"),
    ("1:05", "1:05", None, True, "a time"),
    ("three", "3", None, False, "numbers in words are not read"),
]

WHOLE = [
    (f"{THINK}\n<answer>Gm</answer>", "Gm", CHORDS, True, "as it should be"),
    ("<answer>Gm</answer>", "Gm", CHORDS, True, "right, though the form is not"),
    ("<think>It is Gm.</think>", "Gm", CHORDS, False, "in the thought only"),
    ("<think><answer>Gm</answer></think>", "Gm", CHORDS, False, "tagged in the thought only"),
    ("<think>I say <answer>Gm</answer>", "Gm", CHORDS, False, "in a thought that does not end"),
    (f"{THINK}\nGm", "Gm", CHORDS, False, "without tags"),
    (f"{THINK}\n<answer>Gm", "Gm", CHORDS, False, "cut off"),
    (f"{THINK}\n<answer>D</answer><answer>Gm</answer>", "Gm", CHORDS, False, "the second of two"),
    (f"{THINK}\n<answer>Gm</answer><answer>D</answer>", "Gm", CHORDS, False, "the first of two"),
    ("".join(f"<answer>{each}</answer>" for each in [*CHORDS[1:], "Gm"]), "Gm", CHORDS, False,
     "all, the gold last"),
    ("<think><answer>D</answer></think>\n<answer>Gm</answer>", "Gm", CHORDS, True,
     "what counts is behind the thought"),
]  # fmt: skip

TRACK = [
    ("genre", ["house", "deep house"], None),
    ("bpm", ["124 BPM"], 4.96),
    ("key", ["C# minor", "Db minor"], None),
    ("metre", ["4/4", "common time", "quadruple", "four beats", "4 beats"], None),
    ("structure", ["breakdown", "drop"], None),
    ("instruments", ["electric piano", "drum machine", "synth bass"], None),
    ("vocal_character", ["breathy female voice", "female vocal"], None),
    ("lyric_themes", ["late nights", "longing"], None),
    ("theory", ["i-VI-III-VII", "i-iv"], None),
    ("mix_notes", ["wide stereo image", "reverb"], None),
    ("dynamics", ["gradual build", "quiet intro"], None),
]

HONEST = (
    "This is a warm deep house track that runs at 124 BPM in 4/4, and its home is C# minor. An "
    "electric piano carries the harmony, which turns through i-VI-III-VII for most of the song, "
    "while a drum machine keeps the pulse under it. A breathy female voice sings of late nights "
    "and of longing. After a quiet intro the arrangement grows in a gradual build, and the "
    "breakdown strips everything to the chords before the bass returns. The mix has a wide stereo "
    "image, with long reverb on the voice."
)
LISTED = (
    "Genre: house\nTempo: 124 BPM\nKey: C# minor\nMetre: 4/4\nStructure: breakdown, drop\n"
    "Instruments: electric piano, drum machine\nVoice: breathy female voice\nLyrics: late nights\n"
    "Theory: i-VI-III-VII\nMix: wide stereo image, reverb\nDynamics: gradual build"
)
NEGATED = (
    "This is not a house track, and it does not run at 124 BPM or in 4/4. It is never in C# minor. "
    "There is no electric piano and no drum machine, and there is no synth bass either. A breathy "
    "female voice is absent. It does not sing of late nights or longing. The harmony never turns "
    "through i-VI-III-VII. The mix has no wide stereo image and no reverb, and there is neither a "
    "gradual build nor a quiet intro, and no breakdown or drop."
)
SALAD = (
    "house techno trance disco jazz 120 bpm 124 bpm 128 bpm C minor C# minor D minor 3/4 4/4 6/8 "
    "verse chorus breakdown drop bridge electric piano drum machine synth bass guitar violin "
    "breathy female voice deep male voice late nights longing love i-VI-III-VII I-V-vi-IV i-iv "
    "wide stereo image reverb delay compression gradual build quiet intro loud outro"
)
FRAMED = " ".join(
    f"There is a {thing} in the song." for thing in
    ("house beat", "techno beat", "drum machine", "piano", "electric piano", "synth bass",
     "violin", "flute", "breathy female voice", "breakdown", "drop", "reverb", "gradual build",
     "wide stereo image", "cello", "trumpet", "banjo", "harp")
)  # fmt: skip
SUPPOSED = (
    "Perhaps it is house, or maybe it is techno. It might run at 124 BPM, and it could be in 4/4. "
    "Possibly the key is C# minor. If there is an electric piano, it could be a drum machine that "
    "keeps the time. Maybe a breathy female voice sings of late nights. It might turn through "
    "i-VI-III-VII, perhaps with reverb, and possibly with a gradual build to the breakdown."
)
GERMAN = (
    "Das ist ein warmes Stück Deep House mit 124 BPM in der Tonart C# minor. Ein electric piano "
    "trägt die Harmonie durch das ganze Lied, während eine drum machine den Puls hält. Die Stimme "
    "ist eine breathy female voice und singt von late nights. Nach dem quiet intro wächst das "
    "Arrangement, und der breakdown lässt nur die Akkorde stehen. Der Mix hat viel reverb."
)
SPANISH = (
    "Es una pista de deep house con la voz en primer plano. El electric piano lleva la armonía "
    "durante toda la canción, y una drum machine marca el pulso. La mezcla tiene reverb en la voz "
    "y un wide stereo image para los acordes. Después del quiet intro llega el breakdown con los "
    "acordes solos."
)
GERMAN_NEGATED = (
    "Das ist kein Stück Deep House und es hat keine drum machine. Es gibt kein electric piano in "
    "diesem Lied, und die Stimme ist nicht eine breathy female voice. Der Mix hat keinen reverb "
    "und kein wide stereo image. Es ist ohne quiet intro und ohne breakdown, und der Bass fehlt."
)

CAPTIONS = [
    (HONEST, 11, "an honest caption says all eleven"),
    (LISTED, 0, "a bare list of values"),
    (LISTED.replace("\n", "; "), 0, "a bare list in one line"),
    (NEGATED, 0, "everything is denied"),
    (SALAD, 0, "a salad of keywords"),
    (SALAD.replace(" ", ", "), 0, "a salad with commas"),
    (" and ".join(SALAD.split()), 0, "a salad with `and`"),
    (FRAMED, 0, "one sentence over and over"),
    (SUPPOSED, 0, "everything is supposed"),
    ("", 0, "nothing"),
    ("House.", 0, "a word"),
    ("Deep house at 124 BPM in C# minor, in 4/4.", 0, "too short for a description"),
    (HONEST + " " + HONEST, 11, "said twice, it counts once"),
    (HONEST.replace("deep house", "techno"), 10, "a wrong genre"),
    (HONEST.replace("124 BPM", "62 BPM"), 10, "half the tempo"),
    (HONEST.replace("124 BPM", "100 BPM"), 10, "a wrong tempo"),
    (HONEST.replace("124 BPM", "123.5 BPM"), 11, "a tempo within the tolerance"),
    (HONEST.replace("C# minor", "Db minor"), 11, "the same key"),
    (HONEST.replace("C# minor", "E major"), 10, "the relative key"),
    (HONEST.replace("4/4", "3/4"), 10, "a wrong metre"),
    (HONEST.replace("4/4", "common time"), 11, "the metre in words"),
    (HONEST.replace("i-VI-III-VII", "I-VI-III-VII"), 10, "case of numerals"),
    (HONEST + " In fact it runs at 90 BPM.", 10, "a tempo that is contradicted"),
    (HONEST + " The drop falls to 90 BPM.", 11, "the tempo of a part, told as such"),
    (HONEST + " The half-time feel makes it seem like 62 BPM.", 11, "the other level, as such"),
    (HONEST + " It is in D minor.", 10, "a key that is contradicted"),
    (HONEST + " In the bridge it moves to E major.", 11, "a key of a moment"),
    (HONEST + " There is no electric piano and no drum machine.", 10, "instruments denied later"),
    (HONEST + " It also runs at 80 BPM, at 90 BPM, at 100 BPM and at 110 BPM.", 10, "many tempi"),
    (HONEST + " It is in A minor, in B minor, in D minor and in E minor.", 10, "many keys"),
    (HONEST.replace("An electric piano", "A guitar").replace("a drum machine", "a shaker"), 10,
     "other instruments"),
    (HONEST + " It blends techno, trance, disco, funk, soul, jazz, blues and rock.", 10,
     "every genre there is"),
    (HONEST + " We hear piano, guitar, violin, cello, flute, oboe, harp, banjo, trumpet, tuba, "
     "organ, sitar and drums.", 10, "every instrument there is"),
    (HONEST.replace("wide stereo image", "wide stereo-image"), 11, "a hyphen"),
    (HONEST.replace("drum machine", "drum machines"), 11, "a plural"),
    (HONEST.upper(), 10, "in capitals numerals lose their meaning"),
    (GERMAN, 9, "German: what it says is found"),
    (SPANISH, 5, "Spanish: what it says is found"),
    (GERMAN_NEGATED, 0, "denied in German"),
    (HONEST.split(". ")[0] + ".", 0, "one honest sentence is no description"),
    ("- " + HONEST.replace(". ", ".\n- "), 11, "an honest caption as points"),
    ("**Sound.** " + HONEST, 11, "an honest caption with a title"),
]  # fmt: skip

PHRASES = [
    # Senses
    ("genre", ["house"], "It was recorded in a house by the sea.", False, "a building"),
    ("genre", ["house"], "It was made in my old house with a friend.", False, "a building"),
    ("genre", ["house"], "It is rooted in the house tradition of Chicago.", True, "the genre"),
    ("genre", ["house"], "It is a house track with a long build.", True, "the genre"),
    ("genre", ["house"], "It sounds as if it came from a warehouse.", False, "part of a word"),
    ("genre", ["rock"], "The voice stands on a rock above the waves.", False, "a stone"),
    ("genre", ["rock"], "It is a rock song with loud guitars.", True, "the genre"),
    ("genre", ["soul"], "The words come from the depth of his soul.", False, "not the genre"),
    ("genre", ["soul"], "It is soul music with horns and strings.", True, "the genre"),
    ("genre", ["country"], "The words tell of a walk in the country.", False, "a landscape"),
    ("genre", ["metal"], "It is heavy metal with fast drums.", True, "the genre"),
    ("structure", ["drop"], "There is a slight drop in volume at the end.", False, "a fall"),
    ("structure", ["drop"], "The drop comes after the long build.", True, "a section"),
    ("structure", ["chorus"], "The guitar has a chorus effect on it.", False, "an effect"),
    ("structure", ["chorus"], "The chorus is louder than the verse.", True, "a section"),
    ("metre", ["3/4"], "The drums rest for 3/4 of the song.", False, "a fraction"),
    ("metre", ["3/4"], "The song sways in 3/4 from the start.", True, "a metre"),
    # Spelling
    ("genre", ["hip hop"], "It is a hip-hop track with a soft beat.", True, "a hyphen"),
    ("genre", ["hip hop"], "It is a hiphop track with a soft beat.", True, "in one word"),
    ("genre", ["lo-fi"], "It is a lofi track with a soft beat.", True, "in one word"),
    ("genre", ["r&b"], "It is an R&B song with a soft beat.", True, "case"),
    ("genre", ["r&b"], "It is an RnB song with a soft beat.", True, "another spelling"),
    ("genre", ["drum and bass"], "It is a drum & bass track of the nineties.", True, "a sign"),
    ("genre", ["drum and bass"], "It is a drum 'n' bass track of the nineties.", True, "a sign"),
    ("instruments", ["synthesizer"], "A synthesiser holds the chords behind it.", True, "British"),
    ("instruments", ["guitar"], "Two guitars play in the left and right.", True, "a plural"),
    ("instruments", ["guitars"], "A guitar is played on the left.", True, "a singular"),
    ("instruments", ["brushes"], "The snare is played with a brush.", True, "a plural in -es"),
    ("instruments", ["piano"], "A pianist is heard in the room.", False, "another word"),
    ("mix_notes", ["colourful"], "It has a colorful mix with much space.", True, "American"),
    ("instruments", ["caf\u00e9 piano"], "A cafe piano is heard in the back.", True, "an accent"),
    # Denied
    ("instruments", ["piano"], "There is no piano in the whole song.", False, "no"),
    ("instruments", ["piano"], "There is no electric piano in the song.", False, "no, a word on"),
    ("instruments", ["piano"], "There is no guitar, piano or organ in it.", False, "in a list"),
    ("instruments", ["piano"], "It gets by without a piano for most of it.", False, "without"),
    ("instruments", ["piano"], "The song lacks a piano and an organ.", False, "lacks"),
    ("instruments", ["piano"], "The piano is not heard in this song.", False, "not, behind"),
    ("instruments", ["piano"], "The piano is absent from the mix.", False, "absent"),
    ("instruments", ["piano"], "The piano never enters in this song.", False, "never"),
    ("instruments", ["piano"], "Neither a piano nor an organ is in it.", False, "neither"),
    ("instruments", ["piano"], "It has guitars instead of a piano.", False, "instead of"),
    ("instruments", ["piano"], "There is no guitar, but a piano leads the song.", True, "but"),
    ("instruments", ["piano"], "Without drums, the piano carries it.", True, "another clause"),
    ("instruments", ["piano"], "It has not only a piano but also an organ.", True, "not only"),
    # Supposed
    ("instruments", ["piano"], "Perhaps a piano is in the back of it.", False, "perhaps"),
    ("instruments", ["piano"], "It could be a piano that plays the chords.", False, "could be"),
    ("instruments", ["piano"], "A piano or an organ plays the chords.", False, "an alternative"),
    ("instruments", ["piano"], "An organ or a piano plays the chords.", False, "the other one"),
    ("instruments", ["piano"], "Is there a piano in the back of the mix?", False, "asked"),
    ("instruments", ["piano"], "Unlike a piano ballad, it is loud.", False, "unlike"),
    ("instruments", ["piano"], "A bright piano plays the chords.", True, "said"),
    # Found by readers who tried to be paid for nothing
    ("instruments", ["piano"], "It is free from any piano in the mix.", False, "free from"),
    ("instruments", ["piano"], "The piano is left out of this song.", False, "left out"),
    ("instruments", ["piano"], "The piano stays silent for the whole song.", False, "silent"),
    ("instruments", ["piano"], "Nobody plays a piano on this track.", False, "nobody"),
    ("instruments", ["piano"], "It is hard to hear a piano in it.", False, "hard to hear"),
    ("instruments", ["piano"], "It is false that a piano plays in it.", False, "false"),
    ("instruments", ["piano"], "Excluding the piano, it has the usual band.", False, "excluding"),
    ("instruments", ["piano"], "It has the old band except the piano.", False, "except"),
    ("instruments", ["piano"], "Zero piano is in this song at all.", False, "zero"),
    ("instruments", ["piano"], "It may have a piano in the back of it.", False, "may have"),
    ("instruments", ["piano"], "The piano, however, is not in the mix.", False, "a word between"),
    ("instruments", ["piano"], "I doubt that a piano is in the mix of it.", False, "doubted"),
    ("instruments", ["piano"], "It seems unlikely that a piano is in it.", False, "unlikely"),
    ("instruments", ["piano"], "It omits the piano of the first version.", False, "omitted"),
    ("instruments", ["piano"], "It was made without drums and with a piano.", True, "and with"),
    ("instruments", ["piano"], "It has no drums and the piano leads it.", True, "and another"),
    ("instruments", ["piano"], "It has no drums and the piano is not in it.", False, "and nor"),
    ("instruments", ["bell"], "It has a bell-like guitar in the chorus.", False, "like one"),
    ("instruments", ["horn"], "A car horn is heard at the start of it.", False, "of a car"),
    ("instruments", ["triangle"], "The words tell of a love triangle in it.", False, "of lovers"),
    ("instruments", ["organ"], "The words tell of an organ donor in it.", False, "of a body"),
    ("genre", ["jazz"], "It is anything except jazz in its sound.", False, "anything except"),
    ("genre", ["jazz"], "It is a far cry from jazz in its sound.", False, "a far cry"),
    ("genre", ["jazz"], "It is the opposite of jazz in its sound.", False, "the opposite"),
    ("genre", ["jazz"], "He says that he hates jazz in the words.", False, "hated"),
    ("genre", ["swing"], "The door will swing open in the words.", False, "of a door"),
    ("genre", ["trap"], "He falls into a trap in the words of it.", False, "of a hunter"),
    ("genre", ["pop"], "The vinyl has a pop and a crackle in it.", False, "of a record"),
    ("genre", ["ambient"], "The ambient noise of the room is heard.", False, "of a room"),
    # Harmony
    ("theory", ["i-VI-III-VII"], "It turns through i - VI - III - VII in it.", True, "spaces"),
    ("theory", ["i-VI-III-VII"], "It is on i\u2013VI\u2013III\u2013VII in it.", True, "dashes"),
    ("theory", ["i-VI-III-VII"], "It turns through I-VI-III-VII in the verse.", False, "case"),
    ("theory", ["Cm7"], "A Cm7 is held at the end of the song.", True, "a chord"),
    ("theory", ["Cm7"], "A CM7 is held at the end of the song.", False, "case"),
    ("theory", ["F#m"], "The song rests on F#m for a long time.", True, "a sharp"),
    ("theory", ["F#m"], "The song rests on Fm for a long time.", False, "another chord"),
]  # fmt: skip
