import ast
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipeline.lint
from pipeline.lint import (
    Evidence,
    Limits,
    chord_claims,
    duration_claims,
    key_claims,
    lint_text,
    lyrics_claims,
    metre_claims,
    numeral_claims,
    read,
    tempo_claims,
    time_mentions,
)
from pipeline.lint.numbers import number
from schemas.harmony import MAJOR_TONICS, MINOR_TONICS
from schemas.sections import DescribeConfig
from schemas.tolerance import TempoTolerance
from tests.pipeline.lint.songs import SONGS, song

SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
DASH = "\u2013"
PIECES = [
    "120 BPM", "a hundred and twenty", "C major", "A", "Am", "I", "iv (Eb)", "♭VI7", "4/4", "12/8",
    "3:45", "0:00" + DASH, "the relative minor", "“hold me”", "'", '"', "(", ")", DASH, "→", ".",
    "\n", " ", "not ", "from ", "to ", "chord ", "lasts ", "minutes", "seconds", "modulates ",
    "no key change", "silence", "LUFS", "-9", "by Dylan Bond", "\x00", "E", "in ", "key of ",
    "tempo ", "♯", "♭", "°", "½", "𝄫", "é", "one hundred ",
]  # fmt: skip


def codes(text, name="pop", limits=None):
    found = lint_text(text, replace(SONGS[name], limits=limits or Limits()))
    return [(each.kind, each.code) for each in found]


def steady(bpm, tonic="C", mode="major"):
    return Evidence(
        song(
            180.0, tempo=[(0.0, 180.0, bpm)], beats_per_bar=4, keys=[(f"{tonic} {mode}", 0, 180.0)]
        )
    )


@settings(max_examples=300)
@given(
    st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=30).map("".join)),
    st.sampled_from(sorted(SONGS)),
)
def test_no_text_makes_it_fail_and_quotes_stand_in_the_text(text, name):
    for each in lint_text(text, SONGS[name]):
        assert text[each.start : each.start + len(each.quote)] == each.quote
        assert each.quote and each.evidence
        assert (each.code == "right") == (each.verdict == "right")


@given(
    st.floats(56, 210), st.sampled_from(["It moves at {} BPM.", "Tempo: {}", "{} beats per minute"])
)
def test_a_tempo_is_judged_by_what_it_is_of_the_measured_one(bpm, sentence):
    expected = {1.0: "right", 0.5: "half_tempo", 2.0: "double_tempo", 1.5: "three_halves_tempo"}
    for factor, code in expected.items():
        if bpm * factor < 400:
            (found,) = lint_text(sentence.format(f"{bpm * factor:.1f}"), steady(bpm))
            assert (found.kind, found.code) == ("tempo", code)


@given(
    st.sampled_from([(t, "major") for t in MAJOR_TONICS] + [(t, "minor") for t in MINOR_TONICS]),
    st.sampled_from(["The song is in {}.", "Key: {}", "We hear {} throughout, more or less."]),
)
def test_a_key_is_right_in_its_own_track_and_parallel_in_the_other_mode(key, sentence):
    tonic, mode = key
    other = "minor" if mode == "major" else "major"
    assert [e.code for e in lint_text(sentence.format(f"{tonic} {mode}"), steady(100, *key))] == [
        "right"
    ]
    assert [e.code for e in lint_text(sentence.format(f"{tonic} {other}"), steady(100, *key))] == [
        "parallel_key"
    ]


@given(st.integers(20, 999))
def test_numbers_in_words_mean_what_they_say(n):
    hundreds, rest = divmod(n, 100)
    small = SMALL.split()[rest] if rest < 20 else TENS.split()[rest // 10 - 2]
    if rest >= 20 and rest % 10:
        small += f"-{SMALL.split()[rest % 10]}"
    large = f"{SMALL.split()[hundreds]} hundred" if hundreds else ""
    assert number(" and ".join(part for part in (large, small if rest else "") if part)) == n


@pytest.mark.parametrize(
    "text",
    [
        "A major theme of the lyrics is loss.",
        "A minor setback only.",
        "I think I know. Am I wrong?",
        "Give it an A for effort and an E for effect.",
        "They played on 12/8 and again on 3/4/2019.",
        "In 4 sections, in 3 days, in 2 takes.",
        "It has an A section and a B section, in A-B-A form.",
        "The E string is tuned to D, the A string is not.",
        "A chord lasts a bar.",
        "Is it in C minor at 90 BPM?",
        "Unlike a 90 BPM ballad in C minor, it smiles.",
        "It is not in 3/4 and never modulates to D minor.",
        "A ratio of 4:1 at a delay of 3/16.",
        "Options:\nA. 90 BPM\nB. C minor",
        "The A minor tonality of the verse gives way to C major.",
        "The bridge turns briefly to E major.",
        "It hovers between C major and E major.",
        "Some may feel it at 60 BPM, and software could report 240 BPM.",
        "The chorus drops into half-time, a 60 BPM sway.",
        "The B7 voicing never appears.",
        "The chorus arrives at 0:45 and lasts for about 30 seconds.",
        "The tempo doesn't stray from 120 BPM.",
        "Its guitars sing like a voice over a Fender bass played by hand.",
        "The FM radio, the CD, the DM and the E-bow.",
        "The song does not end at 1:00, and it doesn't stop at 1:10.",
        "A soft 80s ballad with a four-on-the-floor kick.",
    ],
)
def test_what_is_no_claim_about_the_music_is_never_wrong(text):
    assert [each for each in lint_text(text, SONGS["pop"]) if each.verdict == "wrong"] == []


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("an A minor chord, Bm7♭5/A and F#m7b5", ["A:min", "B:hdim7", "F#:hdim7"]),
        ("the chords A:min7/b3, Eb:maj and G:7", ["A:min7", "Eb:maj", "G:7"]),
        ("Chords: Cmaj7, Dm9, G13, C6", ["C:maj7", "D:min9", "G:7", "C:maj6"]),
        ("E7#9 and Asus4 over D°", ["E:7", "A:sus4", "D:dim"]),
        ("an E-flat major seventh chord", ["Eb:maj7"]),
        ("B half-diminished, then C dominant seventh", ["B:hdim7", "C:7"]),
        ("the chords C, F and G/B", ["C:maj", "F:maj", "G:maj"]),
        ("I Am here with DM and Emma", []),
    ],
)
def test_chords_are_read_in_the_usual_spellings(text, labels):
    assert [each.label for each in chord_claims(text)] == labels


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("in C♯ minor", ["C# minor"]),
        ("Key: F#m", ["F# minor"]),
        ("the key of B flat", ["Bb major"]),
        ("moves from C to D major", ["C major", "D major"]),
        ("D Dorian colours", ["D minor"]),
        ("a C major chord", []),
        ("It is not in G major.", []),
    ],
)
def test_keys_are_read_without_facts(text, keys):
    assert [each.name for each in key_claims(text)] == keys


def test_other_claims_are_read_without_facts():
    text = (
        'A three-minute song in six-eight at about ninety BPM; at 1:05 she sings "let it all go". '
        "Ab7 (♭VI7) leads home."
    )
    assert [claim.bpm for claim in tempo_claims(text)] == [90]
    assert [claim.signature for claim in metre_claims(text)] == ["6/8"]
    assert [claim.low_s + claim.high_s for claim in duration_claims(text)] == [360]
    assert [mention.start_s for mention in time_mentions(text)] == [65]
    assert [claim.words for claim in lyrics_claims(text)] == ["let it all go"]
    assert [(claim.numeral, claim.chord.label) for claim in numeral_claims(text)] == [
        ("bVI7", "Ab:7")
    ]


def test_what_is_null_or_unsure_is_uncheckable():
    text = "At 90 BPM, in 3/4 and in F minor, with an F#m7 chord, it is mastered to -8 LUFS."
    found = lint_text(text, SONGS["vague"])
    assert {each.kind for each in found} == {"tempo", "metre", "key", "chord", "loudness"}
    assert {each.verdict for each in found} == {"uncheckable"}


@pytest.mark.parametrize(
    ("key", "chord", "code"),
    [
        ("F# minor", "F#m", "right"), ("F# minor", "Gbm", "enharmonic_spelling"),
        ("Eb minor", "Ebm", "right"), ("Eb minor", "D#m", "right"), ("G# minor", "Abm", "right"),
        ("C# minor", "Dbm", "enharmonic_spelling"), ("B major", "Cb", "right"),
        ("Eb major", "D#", "enharmonic_spelling"),
    ],
)  # fmt: skip
def test_a_chord_is_spelled_as_in_a_key_that_has_a_signature(key, chord, code):
    tonic, mode = key.split()
    chords = [(0.0, 180.0, 3.0, [f"{tonic}:{mode[:3]}"])]
    evidence = Evidence(song(180.0, keys=[(key, 0, 180.0)], loops=chords))
    found = lint_text(f"It rests on the {chord} chord.", evidence)
    assert [each.code for each in found if each.kind == "chord"] == [code]


@pytest.mark.parametrize(
    ("sung", "quoted"),
    [
        ("L\u02bce\u0301te\u0301 s\u02bcen va", "l'\u00e9t\u00e9 s'en va"),
        ("I don\u2019t care", "I dont care"),
        ("\u0926\u093f\u0932 \u0939\u0948", "\u0926\u093f\u0932 \u0939\u0948"),
    ],
)
def test_quotes_are_right_in_any_form_of_their_signs(sung, quoted):
    evidence = replace(SONGS["pop"], lyrics=sung)
    found = lint_text(f'The singer repeats "{quoted}" in the chorus.', evidence)
    assert [each.code for each in found if each.kind == "lyrics"] == ["right"]


def test_limits_decide_what_is_sure_and_how_far_off_is_right():
    lenient = Limits(sure=DescribeConfig(max_wrong=0.5))
    assert codes("It runs at 101 BPM.", "vague") == [("tempo", "unsure")]
    assert codes("It runs at 101 BPM.", "vague", lenient) == [("tempo", "right")]
    strict = Limits(tempo=TempoTolerance(relative=0.0, absolute_bpm=0.5))
    assert codes("It runs at 122 BPM.") == [("tempo", "right")]
    assert codes("It runs at 122 BPM.", limits=strict) == [("tempo", "wrong_tempo")]


PARTS = [
    "the drop", "the final drop", "the hook", "the second half", "the latter half", "the breakdown",
    "the verse", "the pre-chorus", "the last chorus", "the intro", "the outro", "the bridge",
    "the middle eight", "the build-up", "the solo",
]  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_what_is_said_of_a_part_is_not_held_against_the_whole(part):
    of_part = {
        "{} is entirely instrumental.": ("pop", []),
        "{} is played at a slow tempo.": ("jig", []),
        "{} is in free time.": ("pop", []),
        "{} lasts 30 seconds.": ("pop", []),
        "In {} the music lasts 30 seconds.": ("pop", []),
        "{} is in the key of A minor.": ("pop", [("key", "local")]),
    }
    for sentence, (name, expected) in of_part.items():
        text = sentence.format(part)
        assert codes(text[0].upper() + text[1:], name) == expected, text


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("The song drops in entirely instrumental.", "pop", "has_vocals"),
        ("The track is entirely instrumental.", "pop", "has_vocals"),
        ("It drops its guard at a slow tempo.", "jig", "wrong_tempo_word"),
        ("It breaks no rules in the key of A minor.", "pop", "relative_key"),
        ("From the first bar to the last it is in the key of A minor.", "pop", "relative_key"),
        ("It drops the key of A minor on us.", "pop", "relative_key"),
        ("Half a march, the song lasts 30 seconds.", "pop", "wrong_duration"),
    ],
)
def test_verbs_and_the_whole_are_no_parts(text, name, code):
    assert [each[1] for each in codes(text, name)] == [code]


def test_a_passage_is_looked_through_once_however_often_it_is_asked():
    passage = read("It moves from F#m7 to an E minor chord in C major.")
    assert chord_claims(passage) is chord_claims(passage)
    assert [each.label for each in chord_claims(passage)] == ["F#:min7", "E:min"]
    assert key_claims(passage) == key_claims(passage.raw)


def test_a_long_run_of_one_sign_costs_no_more_than_words_do():
    for run in (" " * 20_000, "\n" * 20_000, "1" * 20_000, "tempo" + " " * 20_000 + "120"):
        lint_text(run, SONGS["pop"])


def test_the_package_imports_nothing_of_ours_but_schemas():
    ours = {"flows", "tools", "pipeline", "schemas", "training"}
    for path in Path(pipeline.lint.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            if module and module.split(".")[0] in ours:
                assert module.startswith(("schemas", "pipeline.lint")), (path.name, module)
