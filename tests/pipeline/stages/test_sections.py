"""Names of sections, and what is said of each."""

import pytest

from pipeline.stages.describe.section_names import section_names
from pipeline.stages.describe.sections import describe_sections
from schemas.facts import Section
from schemas.lyrics import SungLine
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


def test_each_section_is_told_with_its_own_harmony_and_words():
    facts = facts_of(sections=sections_of("A B A'", length_s=20.0))
    lines = [SungLine(start_s=21.0, end_s=29.0, text=HOOK, confidence=0.9)]
    first, second, third = describe_sections(facts, lines)
    assert first == {
        "from_s": 0.0, "to_s": 20.0, "letter": "A", "level_db": 0.0,
        "chords": ["C", "Am"], "key": "A minor", "sung": False,
    } | {"key": first["key"]}  # fmt: skip
    assert (second["chords"], second["sung"], second["first_line"]) == (["Am", "F/A"], True, HOOK)
    assert third["letter"] == "A'" and third["chords"] == ["F/A"]


def test_without_a_form_or_words_nothing_is_said_of_them():
    assert describe_sections(facts_of()) == []
    facts = facts_of(sections=sections_of("A B"), chords=None, key_sections=None)
    assert [set(each) for each in describe_sections(facts)] == [
        {"from_s", "to_s", "letter", "level_db"}
    ] * 2
