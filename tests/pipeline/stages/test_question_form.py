"""Questions about the form: only of sections and returns that are sure."""

import re

import pytest

from pipeline.builtin.question.form import music_returns, section_start
from pipeline.builtin.question.writing import QuestionWriter
from schemas.facts import Instrument, Voice
from schemas.sections import QuestionConfig
from tests.facts import SURE, UNSURE
from tests.pipeline.stages.questions import material_of, song_of
from tests.pipeline.stages.test_sections import surely


def drafts_of(template, sections):
    material = material_of(song_of(sections=sections))
    return material, template(material, QuestionWriter("0", QuestionConfig()))


def seconds(text):
    return [60 * int(m) + int(s) for m, s in re.findall(r"(\d+):(\d\d)", text)]


def test_where_a_section_begins_is_asked_openly():
    _, drafts = drafts_of(section_start, surely("A B C D E F"))
    assert {each.form for each in drafts} == {"open"} and len(drafts) == 2
    for each in drafts:
        (at,) = seconds(each.answer)
        assert at in (20, 40, 60, 80, 100) and each.start_s == at


def test_what_returns_is_asked_with_times_at_which_nothing_begins():
    material, drafts = drafts_of(music_returns, surely("A B A C B D"))
    choices = [each for each in drafts if each.form == "multiple_choice"]
    assert {(each.answer, *seconds(each.question)) for each in choices} == {
        ("0:40", 0, 20), ("1:20", 20, 40),
    }  # fmt: skip
    starts = [each.start_s for each in material.facts.sections]
    for each in choices:
        wrong = [s for one in each.distractors for s in seconds(one.text)]
        assert len(wrong) >= 3
        assert all(abs(at - start) >= 4 for at in wrong for start in starts)
    (told,) = [e for e in drafts if e.form == "open" and seconds(e.question) == [40]]
    assert told.answer == "The music from 0:00 to 0:20 returns."


@pytest.mark.parametrize("template", [section_start, music_returns])
def test_of_what_is_unsure_nothing_is_asked(template):
    unsure = surely("A B A", start_q_value=UNSURE["q_value"])
    material, drafts = drafts_of(template, unsure)
    assert drafts == [] and "sections" not in material.known
    assert drafts_of(template, None)[1] == []


def test_drums_and_voices_are_known_where_they_are_sure():
    facts = song_of(
        instruments=[Instrument(name="drums", share_of_time=0.9, **SURE)],
        voice=Voice(share_of_time=0.0, **UNSURE),
    )
    known = material_of(facts).known
    assert known["instruments"] == ["drums"] and "voice" not in known
