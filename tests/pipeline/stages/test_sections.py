"""Names of sections, and what is said of each."""

import pytest

from pipeline.stages.describe.section_names import section_names
from pipeline.stages.describe.sections import stated_sections
from schemas.facts import Section
from schemas.lyrics import SungLine
from schemas.sections import MaxWrong
from tests.facts import SURE, UNSURE, chords_of, key_section
from tests.pipeline.stages.test_describe import facts_of

HOOK = "sing it out and sing it loud tonight"
SONG = "I:-6 A B A' B C B O:-8"
WORDS = ["", "down the river we go", HOOK, "over mountains they came", HOOK,
         "wait for me by dawn", HOOK, ""]  # fmt: skip


def sections_of(form, length_s=10.0):
    parts = [each.partition(":") for each in form.split()]
    return [
        Section(
            start_s=i * length_s, end_s=(i + 1) * length_s, letter=letter, level_db=float(db or 0)
        )
        for i, (letter, _, db) in enumerate(parts)
    ]


def lines_of(words, length_s=10.0):
    return [
        SungLine(start_s=i * length_s + 1, end_s=i * length_s + 6, text=text, confidence=0.9)
        for i, text in enumerate(words)
        if text
    ]


def test_a_song_of_verses_and_choruses_is_named():
    assert section_names(sections_of(SONG), lines_of(WORDS)) == [
        "intro", "verse", "chorus", "verse", "chorus", "bridge", "chorus", "outro",
    ]  # fmt: skip


@pytest.mark.parametrize("lines", [None, []])
def test_without_words_nothing_is_named(lines):
    assert section_names(sections_of(SONG), lines) == [None] * 8


@pytest.mark.parametrize(
    ("form", "words", "names"),
    [
        # Words half the same: neither verse nor chorus.
        ("A B A", ["one two three four", "x y", "one two five six"], [None, None, None]),
        # A loud start is no intro, and what is heard again is none.
        ("I:3 A", ["", "words"], [None, None]),
        ("I A I A", ["", "one two", "", "three four"], [None, "verse", None, "verse"]),
        # An instrumental break is not named.
        ("A S A", ["one two", "", "one two"], ["chorus", None, "chorus"]),
        # A single section that is sung is a bridge only between choruses.
        ("C A B A", ["x y", HOOK, "", HOOK], [None, "chorus", None, "chorus"]),
    ],
)
def test_what_is_in_doubt_is_not_named(form, words, names):
    assert section_names(sections_of(form), lines_of(words)) == names


def test_a_section_that_is_hardly_sung_has_no_words():
    line = SungLine(start_s=1.0, end_s=2.0, text="ah", confidence=0.9)
    assert section_names(sections_of("A B"), [line]) == [None, None]


def surely(form, **values):
    """Sections of a form, all starts and returns sure; 20 s each."""
    known: set[str] = set()
    found = []
    for i, each in enumerate(sections_of(form, length_s=20.0)):
        is_return = each.letter.rstrip("'") in known
        known.add(each.letter.rstrip("'"))
        chances = {"start_q_value": SURE["q_value"] if i else None} | values
        chances |= {"letter_q_value": SURE["q_value"]} if is_return else {}
        found.append(each.model_copy(update=chances))
    return found


def told(facts, lines=None):
    return stated_sections(facts, lines, MaxWrong())


def test_each_section_is_told_with_its_own_harmony_and_words():
    facts = facts_of(sections=surely("A B A'"))
    lines = [SungLine(start_s=21.0, end_s=29.0, text=HOOK, confidence=0.9)]
    first, second, third = told(facts, lines)
    assert first == {
        "from_s": 0.0, "to_s": 20.0, "level_db": 0.0, "chords": ["C", "Am"], "key": "C major",
    }  # fmt: skip
    assert (second["chords"], second["first_line"]) == (["Am", "F/A"], HOOK)
    assert third == {
        "from_s": 40.0, "to_s": 60.0, "level_db": 0.0, "same_music_as_s": 0.0,
        "chords": ["F/A"], "key": "C major",
    }  # fmt: skip


def test_sections_that_are_not_surely_apart_are_told_as_one():
    unsure = surely("A B C")
    unsure[1] = unsure[1].model_copy(update={"start_q_value": UNSURE["q_value"]})
    assert [(each["from_s"], each["to_s"]) for each in told(facts_of(sections=unsure))] == [
        (0.0, 40.0), (40.0, 60.0),
    ]  # fmt: skip
    assert told(facts_of(sections=surely("A B", start_q_value=0.2))) == []


def test_of_chords_and_keys_only_those_that_are_sure_are_told():
    chords = chords_of([(0.0, "C"), (30.0, "D")], duration_s=60.0, certainty=[(0.6, 0.2)] * 2)
    keys = [key_section("C", "major", 0, 40, **UNSURE), key_section("D", "major", 40, 60)]
    first, second, third = told(
        facts_of(sections=surely("A B C"), chords=chords, key_sections=keys)
    )
    assert [set(each) for each in (first, second)] == [{"from_s", "to_s", "level_db"}] * 2
    assert third["key"] == "D major"


def test_a_name_needs_a_return_that_is_sure():
    lines = lines_of(["one two", HOOK, "three four", HOOK], length_s=20.0)
    facts = facts_of(duration_s=80.0, sections=surely("A B A B"))
    assert [each.get("name") for each in told(facts, lines)] == ["verse", "chorus"] * 2
    unsure = [each.model_copy(update={"letter_q_value": 0.3}) for each in facts.sections]
    facts = facts.model_copy(update={"sections": unsure})
    assert [each.get("name") for each in told(facts, lines)] == [None] * 4


def test_without_a_form_nothing_is_said_of_it():
    assert told(facts_of()) == []
