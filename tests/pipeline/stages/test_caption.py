import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.builtin import ANSWERS
from pipeline.builtin.describe import describe
from pipeline.engine.stage import Batch
from pipeline.prompts import load_prompt
from pipeline.stages.caption.stage import caption_requests
from pipeline.stages.describe.stage import _form, describe_requests, instruction_for
from schemas.captions import CaptionParts, SegmentCaption
from schemas.facts import MusicFacts
from schemas.lyrics import Lyrics
from schemas.sections import CaptionConfig, DescribeConfig
from schemas.tracks import Segment
from schemas.usage import Usage
from tests.facts import UNSURE, key_of
from tests.pipeline.stages.test_describe import (
    WROTE,
    caption_of,
    facts_of,
    lyrics_of,
    tempo,
    told,
)
from tools.chat.request import Answer, json_schema


def segment_of(track_id, index, rms_dbfs=-20.0, is_silent=False):
    return Segment(
        segment_id=f"{track_id}-{index:04d}",
        track_id=track_id,
        index=index,
        start_s=30.0 * index,
        end_s=30.0 * index + 29.5,
        rms_dbfs=rms_dbfs,
        is_silent=is_silent,
    )


def test_silent_windows_are_rejected():
    rows = [
        segment_of("a", 0, rms_dbfs=None, is_silent=True),
        segment_of("a", 1),
        segment_of("a", 2, rms_dbfs=-71.26, is_silent=True),
    ]
    found = caption_requests(Batch([told("a")], {Segment: rows}), CaptionConfig())
    assert [question.row_id for question in found.requests] == ["a-0001"]
    assert [(each.row_id, each.reason, each.detail) for each in found.rejected] == [
        ("a-0000", "silent", "digital silence"),
        ("a-0002", "silent", "-71.3 dBFS"),
    ]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=20))
def test_every_window_is_asked_about_or_rejected(windows):
    rows = [
        segment_of(name, index, is_silent=is_silent)
        for index, (name, is_silent) in enumerate(windows)
    ]
    batch = Batch([told(name) for name in "abc"], {Segment: rows})
    found = caption_requests(batch, CaptionConfig())
    asked = [question.row_id for question in found.requests]
    rejected = [each.row_id for each in found.rejected]
    assert sorted(asked + rejected) == sorted(row.segment_id for row in rows)
    assert set(rejected) == {row.segment_id for row in rows if row.is_silent}


def test_clips_are_the_windows():
    rows = [segment_of("b", 0), segment_of("a", 0), segment_of("a", 1)]
    batch = Batch([told("a"), told("b")], {Segment: rows})
    found = caption_requests(batch, CaptionConfig(max_words=33))
    assert [question.row_id for question in found.requests] == ["a-0000", "a-0001", "b-0000"]
    for question in found.requests:
        row = next(each for each in rows if each.segment_id == question.row_id)
        clip = question.chat.clip
        assert (clip.track_id, clip.audio) == (row.track_id, f"/music/{row.track_id}")
        assert (clip.start_s, clip.end_s) == (row.start_s, row.end_s)
        assert question.track_id == row.track_id
        assert "at most 33 words" in question.chat.user
        assert question.chat.form is None
        assert question.chat.prompt == "caption"


def test_the_captioner_sees_no_words_of_the_listing():
    words = dict.fromkeys(("title", "artist", "genre", "language", "culture"), "Secret")
    batch = Batch([told("a", **words)], {Segment: [segment_of("a", 0)]})
    (question,) = caption_requests(batch, CaptionConfig()).requests
    assert "Secret" not in question.chat.system + question.chat.user


def test_rows_of_captions():
    row = segment_of("a", 3)
    batch = Batch([told("a")], {Segment: [row]})
    (question,) = caption_requests(batch, CaptionConfig()).requests
    usage = Usage(n_attempts=1, input_tokens=9)
    made = next(iter(question.read(Answer("A slow  waltz.", "m", usage), WROTE).values()))
    assert (made.segment_id, made.track_id) == (row.segment_id, "a")
    assert (made.start_s, made.end_s) == (90.0, 119.5)
    assert (made.caption, made.n_words) == ("A slow  waltz.", 3)
    assert (made.authorship, made.usage) == (WROTE, usage)


def requests_of(names, rows, *, words=450):
    given = {SegmentCaption: [], MusicFacts: [], Lyrics: [], **rows}
    batch = Batch([told(name) for name in names], given)
    return describe_requests(batch, DescribeConfig(words=words))


def test_tracks_without_facts_or_captions_are_rejected():
    rows = {
        MusicFacts: [facts_of("a"), facts_of("b")],
        SegmentCaption: [caption_of("b"), caption_of("c"), caption_of("b", 1)],
    }
    found = requests_of("abcd", rows)
    assert [question.row_id for question in found.requests] == ["b"]
    assert [(each.row_id, each.reason) for each in found.rejected] == [
        ("a", "no_captions"),
        ("c", "no_facts"),
        ("d", "no_facts"),
    ]


def test_a_track_is_asked_about_its_own_rows():
    rows = {
        MusicFacts: [facts_of(name, tempo=tempo(bpm)) for name, bpm in (("b", 90.0), ("a", 70.0))],
        SegmentCaption: [caption_of(name, text=f"Heard in {name}.") for name in "ba"],
    }
    questions = requests_of("ab", rows, words=321).requests
    for question, bpm in zip(questions, (70.0, 90.0), strict=True):
        request = question.chat
        data = json.loads(re.search(r"<data>\n(.*)\n</data>", request.user)[1])
        assert data["tempo"]["bpm"] == bpm
        assert [each["heard"] for each in data["impressions"]] == [f"Heard in {question.row_id}."]
        assert f'"{instruction_for(question.track_id)}"' in request.user
        assert "about 321 words" in request.user
        assert issubclass(request.form, CaptionParts) and request.clip is None
        assert ANSWERS[request.prompt](None, *request.facts) == describe(data)


def test_the_prompt_asks_for_theory_only_where_there_is_harmony():
    for chords, is_asked in ((facts_of().chords, True), ([], False), (None, False)):
        rows = {MusicFacts: [facts_of(chords=chords)], SegmentCaption: [caption_of()]}
        (question,) = requests_of("0", rows).requests
        assert ("- theory: null" in question.chat.user) == (not is_asked)
        assert "- lyrics: null" in question.chat.user


def test_lyrics_may_be_written_only_where_words_are_known():
    rows = {MusicFacts: [facts_of()], SegmentCaption: [caption_of()]}
    (without,) = requests_of("0", rows).requests
    (known,) = requests_of("0", {**rows, Lyrics: [lyrics_of("hold me now")]}).requests
    assert "- lyrics: null" in without.chat.user and "- lyrics: null" not in known.chat.user
    assert without.chat.form.model_json_schema()["properties"]["lyrics"]["type"] == "null"
    parts = dict.fromkeys(["low_level", "instrumentation", "form", "theory", "mood"], "x")
    assert known.chat.form(**parts, lyrics="They sing.").lyrics == "They sing."
    with pytest.raises(ValidationError, match="lyrics"):
        without.chat.form(**parts, lyrics="They sing.")


def test_rows_hold_the_answer_and_what_was_withheld():
    rows = {MusicFacts: [facts_of(key=key_of(**UNSURE))], SegmentCaption: [caption_of()]}
    (question,) = requests_of("0", rows).requests
    parts = CaptionParts(
        low_level="One two.",
        instrumentation="Three.",
        lyrics=None,
        form="Four\nfive.",
        theory=None,
        mood="Six.",
    )
    usage = Usage(n_attempts=2, input_tokens=10, output_tokens=5)
    measured = WROTE.model_copy(update={"engine": "builtin/facts"})
    row = next(iter(question.read(Answer(parts, "m", usage), measured).values()))
    assert row.caption == "One two.\n\nThree.\n\nFour\nfive.\n\nSix."
    assert (row.n_words, row.parts, row.usage, row.authorship) == (6, parts, usage, measured)
    assert row.track_id == "0" and row.instruction == instruction_for("0")
    assert [each.field for each in row.withheld] == ["key"]


@given(st.integers(0, 2**128 - 1))
def test_a_track_always_has_the_same_instruction(number):
    track_id = f"{number:032x}"
    instructions = load_prompt("describe").module.instructions
    assert instruction_for(track_id) == instructions[number % len(instructions)]


def test_all_instructions_are_used():
    instructions = load_prompt("describe").module.instructions
    assert len(set(instructions)) == len(instructions) >= 10
    used = [instruction_for(f"{number * 0x9E3779B97F4A7C15:032x}") for number in range(1200)]
    for instruction in instructions:
        assert 0.5 < used.count(instruction) * len(instructions) / len(used) < 1.5


@pytest.mark.parametrize("has_harmony", [True, False])
def test_nothing_can_be_said_of_what_is_not_known(has_harmony):
    form = _form(False, has_harmony)
    parts = {"low_level": "a", "instrumentation": "b", "form": "c", "mood": "d"}
    quiet = {"lyrics": None, "theory": "e" if has_harmony else None}
    assert form(**parts, **quiet).lyrics is None
    with pytest.raises(ValidationError, match="lyrics"):
        form(**parts, **{**quiet, "lyrics": "La la la"})
    if not has_harmony:
        with pytest.raises(ValidationError, match="theory"):
            form(**parts, **{**quiet, "theory": "A cadence"})
    schema = json_schema(form)
    assert schema["required"] == list(CaptionParts.model_fields)
    assert schema["properties"]["lyrics"]["type"] == "null"
