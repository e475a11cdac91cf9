"""Many ways to say each claim, by us: the verdict follows the facts, and not the words."""

import json

import pytest

from tests.pipeline.lint import prose
from tests.pipeline.lint.prose import TRACKS, said

ROWS = [
    json.loads(line) for line in prose.PROSE.with_name("paraphrases.jsonl").read_text().splitlines()
]
WITH_BEAT = [
    name
    for name, each in TRACKS.items()
    if each.evidence.facts.tempo and len(each.evidence.facts.tempo.sections) == 1
]
# Not "mountain" and "stairs": the major chord on the tonic of their minor keys is heard in them.
ONE_KEY = [
    name
    for name, each in TRACKS.items()
    if len(each.evidence.facts.key_sections or []) == 1 and name not in ("mountain", "stairs")
]

THREE_CHORDS = [name for name in ONE_KEY if TRACKS[name].facts["chords"].count(" - ") > 1]


def test_paraphrases_are_found_and_judged():
    n_both, n_found, n_told = prose.hits(ROWS)
    print(f"{len(ROWS)} paraphrases, {n_told} claims, ", end="")
    print(f"precision {n_both / n_found:.3f}, recall {n_both / n_told:.3f}")
    assert n_both / n_found >= 0.98
    assert n_both / n_told >= 0.97
    assert sum(not row["labels"] for row in ROWS) >= 80, "many claim nothing"


def check(name, field, template, right, wrong):
    evidence = TRACKS[name].evidence
    assert said(template.format(right), evidence).get(field) == "supported"
    assert said(template.format(wrong), evidence).get(field) == "contradicted"


@pytest.mark.parametrize(
    "template",
    [
        "The tempo is set to {} BPM.",
        "The tempo of this track is {}.",
        "It moves at {} beats per minute throughout.",
        "The BPM of the song is {}.",
        "Beats per minute (BPM): {}",
        "A constant tempo of {} BPM carries it.",
        "At a tempo of about {} BPM, it never rests.",
        "The tempo, {} BPM, stays the same.",
        "The speed is {} BPM, and it does not change.",
    ],
)
def test_tempi_follow_the_facts(template):
    for name in WITH_BEAT:
        bpm = TRACKS[name].evidence.facts.tempo.bpm
        check(name, "tempo", template, f"{bpm:g}", f"{bpm * 1.2:.0f}")


@pytest.mark.parametrize(
    "template",
    [
        "There are {} beats in each measure.",
        "Each bar has {} beats.",
        "It uses a {}-beat bar.",
        "The metre is {}.",
        "Bars of {} beats follow each other.",
        "There are {} quarter notes per measure.",
    ],
)
def test_metres_follow_the_facts(template):
    for name in WITH_BEAT:
        beats = TRACKS[name].evidence.facts.metre.beats_per_bar
        check(name, "metre", template, beats, 11)


@pytest.mark.parametrize(
    "template",
    [
        "The key is {}.",
        "It is in the key of {}, and the key does not change.",
        "The key is {} and never changes.",
        "The key of {} gives it its colour.",
        "The song is in {} throughout.",
        "The music revolves around {}.",
        "So the key is {}.",
    ],
)
def test_keys_follow_the_facts(template):
    for name in ONE_KEY:
        key = TRACKS[name].evidence.facts.key
        other = {"major": "minor", "minor": "major"}[key.mode]
        check(name, "key", template, f"{key.tonic} {key.mode}", f"{key.tonic} {other}")


@pytest.mark.parametrize(
    "template",
    [
        "The chords are {}.",
        "The chords heard are {}, in that order.",
        "The order of the chords is {}.",
        "The chord sequence is {}.",
    ],
)
def test_chords_follow_the_facts(template):
    for name in ONE_KEY:
        chords = TRACKS[name].facts["chords"].split(" - ")
        if len(chords) < 3:
            chords *= 2
        wrong = [*chords[:-1], "G#dim7"]
        check(name, "chords", template, ", ".join(chords), ", ".join(wrong))


@pytest.mark.parametrize(
    "template",
    ["The chords are {}, in that order.", "The progression is {}.", "The order is {}."],
)
def test_an_order_is_no_mere_list(template):
    for name in THREE_CHORDS:
        chords = TRACKS[name].facts["chords"].split(" - ")
        turned = [*chords[1:], chords[0]]
        swapped = [chords[1], chords[0], *chords[2:]]
        check(name, "chords", template, ", ".join(turned), ", ".join(swapped))
        assert said(f"The chords are {', '.join(swapped)}.", TRACKS[name].evidence) == {
            "chords": "supported"
        }


@pytest.mark.parametrize(
    "template",
    [
        "The track is {} long.",
        "It goes on for {}.",
        "The song's length is {}.",
        "Throughout its {}, nothing is lost.",
        "The whole recording lasts {}.",
    ],
)
def test_lengths_follow_the_facts(template):
    for name in TRACKS:
        duration_s = TRACKS[name].evidence.facts.duration_s
        right, wrong = (
            f"{s // 60:.0f} minutes and {s % 60:.0f} seconds"
            for s in (duration_s, duration_s * 1.4)
        )
        check(name, "duration", template, right, wrong)


@pytest.mark.parametrize(
    ("template", "is_there"),
    [
        ("Singing can be heard.", True),
        ("A woman is heard singing.", True),
        ("The singing begins early.", True),
        ("Della Rae's voice is warm.", True),
        ("The singer starts to sing softly.", True),
        ("There isn't any singing.", False),
        ("Vocals are not used.", False),
        ("Singing: no.", False),
        ("This is instrumental music.", False),
        ("There is no vocal part.", False),
        ("There is no trace of singing.", False),
        ("The track lacks a vocal part.", False),
        ("It is free from vocals.", False),
        ("There are neither vocals nor lyrics.", False),
        ("The singing never starts.", False),
        ("Vocals are nonexistent.", False),
        ("The whole track omits vocals.", False),
        ("This rhythm suits both singing and dancing.", True),
        ("The drums leave room for the vocalist.", True),
    ],
)
def test_singing_follows_the_facts(template, is_there):
    for name in TRACKS:
        evidence = TRACKS[name].evidence
        verdict = "supported" if evidence.has_vocals is is_there else "contradicted"
        assert said(template, evidence).get("vocals") == verdict


@pytest.mark.parametrize(
    "text",
    [
        "Ballads usually move at 63 BPM in 3/4 and in B flat minor.",
        "It is a type of music that uses a tempo of 63 BPM.",
        "Songs of this kind are often in the key of B flat minor.",
        "Most waltzes are in 3/4 time.",
        "Listen for any changes in the tempo.",
        "Pay attention to the presence of singing.",
        "One might expect to hear a singer.",
        "It would have a tempo of 63 BPM.",
        "There is no mention of a singer.",
        "No lyrics are given.",
        "It is not a common time signature.",
        "3/4 is a common time signature.",
        "The B flat minor scale has five flats.",
        "A range of about 4.5 LUFS is small.",
        "It is faster by 12 minutes.",
        "A waltz has three beats in a bar.",
        "The key of B flat minor has five flats.",
        "If it has five flats, it may be in B flat minor.",
        "It is a genre which typically has a tempo of 63 BPM, a 3/4 metre, and a B flat minor key.",
        "Listen for a slow or fast tempo.",
        'Someone asks, "Is it in B flat minor at 63 BPM?"',
    ],
)
def test_what_is_said_of_other_things_is_no_claim(text):
    for name in TRACKS:
        assert said(text, TRACKS[name].evidence) == {}


@pytest.mark.parametrize("line", ["Where did the sea go?", "Where did the sea go"])
def test_a_question_that_is_quoted_is_a_line_and_no_question(line):
    for name in TRACKS:
        text = f'A line of the song is "{line}" and the tempo is 63.5 BPM.'
        found = said(text, TRACKS[name].evidence)
        assert found["lyrics"] == "contradicted"
        assert "tempo" in found
