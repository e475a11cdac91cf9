"""Pages hold untrusted words: they are shown, and never run."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpus.corpus import TrackRows
from pipeline.views.pages import count, render, script_hash, script_json, static
from pipeline.views.pages.listening import Judgement, PageAudio, listening_page
from pipeline.views.pages.score import packed_waveform, score
from pipeline.views.pages.times import timed_pieces
from schemas.captions import (
    Authorship,
    CaptionParts,
    RefinedCaption,
    RichCaption,
    SegmentCaption,
    ToldCaption,
)
from schemas.facts import Beat, MusicFacts
from schemas.provenance import Unmeasured
from schemas.qa import Distractor, QaPair, References
from schemas.tracks import Segment, Track
from schemas.usage import Usage
from tests.facts import chord_of, key_section
from tests.small_corpus import HOSTILE

WROTE = Authorship(role="writer", engine="openai", model=HOSTILE, prompt="p@1", prompt_hash="00")
TAGS = ("title", "artist", "genre")
SOUND = PageAudio(
    "../audio/%3Cb%3E.wav", packed_waveform(np.array([0.5, 1.0]), np.array([0.1, 0.2]), 40.0)
)


def make_track(**fields):
    return Track(
        **{
            "uri": "audio/a.wav",
            "track_id": "ab" * 16,
            "duration_s": 60.0,
            "n_channels": 2,
            "sample_rate_hz": 44100,
            "format": "WAV",
            "subtype": "PCM_16",
            "size_bytes": 9,
            "peak_dbfs": -1.0,
            **fields,
        }
    )


def make_facts(**fields):
    names = set(MusicFacts.model_fields) - {"track_id", "duration_s"}
    given = dict.fromkeys(names) | {"unmeasured": [], "provenance": []} | fields
    return MusicFacts(track_id="ab" * 16, duration_s=60.0, **given)


def make_rich(text):
    parts = CaptionParts(
        low_level=text, instrumentation=text, lyrics=None, form="At 0:30 it stops.", theory=None,
        mood=text,
    )  # fmt: skip
    return RichCaption(
        track_id="ab" * 16, instruction=text, caption=text, parts=parts, n_words=3,
        withheld=[Unmeasured(field="key", reason="unsure", detail=text)], authorship=WROTE,
        usage=Usage(),
    )  # fmt: skip


def make_told(text):
    return ToldCaption(
        row_id="t-short-en", track_id="ab" * 16, form="short", language="en", instruction=text,
        caption=text, n_words=1, authorship=WROTE, usage=Usage(),
    )  # fmt: skip


def make_refined(before, caption):
    why = Unmeasured(field="rewritten", reason="invented", detail=before)
    return RefinedCaption(
        row_id="t-b0", track_id="ab" * 16, origin=before, licence=None, instruction=before,
        before=before, caption=caption, change="corrected", lint_before=[], lint_after=[],
        n_words=1, unmeasured=[why], authorship=WROTE, usage=Usage(),
    )  # fmt: skip


def make_question(text=HOSTILE, number=0, skill="harmony"):
    return QaPair(
        qa_id=f"{'ab' * 16}-q{number:02d}", track_id="ab" * 16, skill=skill,
        form="multiple_choice", type="chord", style="chord_at", rationale=None,
        references=References(seconds=[], bars=[], chords=[]),
        question=f"{text} at 0:30?", answer="D", options=["A", text, "D"],
        distractors=[Distractor(text=text, kind="other_place")], shuffle_seed=1,
        about_start_s=28.0, about_end_s=32.0, evidence=["chords"], authorship=WROTE, usage=Usage(),
    )  # fmt: skip


def all_rows(text, facts=None, **fields):
    """A track with a row of every kind that says so."""
    segment = Segment(
        segment_id="s-0000", track_id="ab" * 16, index=0, start_s=0.0, end_s=30.0, rms_dbfs=-9.0,
        is_silent=False,
    )  # fmt: skip
    caption = SegmentCaption(
        segment_id="s-0000", track_id="ab" * 16, start_s=0.0, end_s=30.0, caption=text, n_words=1,
        authorship=WROTE, usage=Usage(),
    )  # fmt: skip
    missing = Unmeasured(field="tempo", reason="failed", detail=text)
    rows = {
        Segment: [segment], SegmentCaption: [caption],
        MusicFacts: [facts or make_facts(unmeasured=[missing])],
        RichCaption: [make_rich(text)], QaPair: [make_question(text)],
        ToldCaption: [make_told(text)], RefinedCaption: [make_refined(text, f"{text} in C")],
    }  # fmt: skip
    return TrackRows(make_track(**fields), rows)


class Reader(HTMLParser):
    """What a browser would make of a page: elements with their attributes, and texts."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.texts, self._inside = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self._inside.append(tag)

    def handle_data(self, data):
        self.texts.append((self._inside[-1] if self._inside else "", data))


def test_hostile_words_are_shown_everywhere_and_make_no_element():
    judged = {("question", f"{'ab' * 16}-q00"): Judgement(False, 0.25, HOSTILE)}
    hostile = all_rows(HOSTILE, **dict.fromkeys(TAGS, HOSTILE), uri=f"{HOSTILE}.wav")
    page = listening_page(hostile, SOUND, judged, "../report.html")
    tame = listening_page(
        all_rows("x", **dict.fromkeys(TAGS, "x"), uri="x.wav"), SOUND,
        {("question", f"{'ab' * 16}-q00"): Judgement(False, 0.25, "x")}, "../report.html",
    )  # fmt: skip
    read, plain = Reader(page), Reader(tame)
    assert [tag for tag, _ in read.elements] == [tag for tag, _ in plain.elements]
    assert not [a for _, a in read.elements if any(name.startswith("on") for name in a)]
    shown = [text for _, text in read.texts if HOSTILE in text]
    assert len(shown) >= 12, "title, artist, caption, question, option, reason, file, model ..."
    assert "{{7*7}}" in shown[0]


def test_what_became_of_a_brought_caption_is_marked_word_by_word():
    rows = {RefinedCaption: [make_refined("A song at 60 BPM.", "A song at 96 BPM.")]}
    page = listening_page(TrackRows(make_track(), rows), SOUND, {})
    assert "A song at <del>60 </del><ins>96 </ins>BPM." in page


def test_only_our_scripts_may_run():
    page = listening_page(TrackRows(make_track(), {}), SOUND, {})
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1].replace("&#39;", "'")
    assert "default-src 'none'" in policy
    hashes = " ".join(map(script_hash, ("kit.js", "lanes.js", "player.js", "track.js")))
    assert f"script-src {hashes};" in policy
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert scripts == [static(each) for each in ("kit.js", "lanes.js", "player.js", "track.js")]
    assert "://" not in re.sub(r"<script>.*?</script>|<style>.*?</style>", "", page, flags=re.S), (
        "nothing is fetched"
    )


@given(st.recursive(st.text() | st.none() | st.integers(), st.lists, max_leaves=20))
def test_data_in_a_page_reads_back_and_never_ends_its_element(value):
    text = str(script_json({"value": value}))
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == {"value": value}


def test_data_with_half_a_surrogate_pair_can_be_written():
    text = str(script_json("\ud83d </script>"))
    text.encode()
    assert json.loads(text) == "\ud83d </script>"


def test_a_page_file_of_another_name_is_not_read():
    for name in ("../__init__.py", "/etc/passwd", "nothing.js"):
        with pytest.raises(FileNotFoundError):
            static(name)


def test_a_missing_value_in_a_template_is_an_error():
    with pytest.raises(Exception, match="undefined"):
        render("report", title="x")


@given(st.text(alphabet=st.characters() | st.sampled_from("0123456789:. at")), st.floats(0, 3600))
def test_pieces_add_up_to_the_text_and_lie_in_the_track(text, duration_s):
    pieces = timed_pieces(text, duration_s)
    assert "".join(piece for piece, _ in pieces) == text
    assert all(0 <= time_s <= duration_s for _, time_s in pieces if time_s is not None)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("From 0:30 to 1:05: louder.", [30.0, 65.0]),
        ("At 12.5 s a solo begins, until 20 seconds.", [12.5, 20.0]),
        ("0:59.25 is a time", [59.25]),
        ("It lasts 30 seconds at 120 beats per minute, in 4:4.", []),
        ("At 12:00 the song is long over.", []),
        ("12:34:56 and 1.2:30 and 0:75 are no times.", []),
    ],
)
def test_times_are_found_in_texts(text, times):
    assert [time_s for _, time_s in timed_pieces(text, 200.0) if time_s is not None] == times


def test_a_score_has_every_lane():
    facts = make_facts(
        beats=[Beat(time_s=0.50049, bar_position=1)],
        chords=[
            chord_of(0.0, 2.0, "N"),
            chord_of(2.0, 4.0, "F#:min7/b3", "ii7"),
        ],
        key_sections=[key_section("E", "major", 0.0, 60.0)],
    )
    lanes = score(60.0, all_rows("hum", facts))
    assert lanes["beats"] == [[0.5, 1]]
    assert lanes["chords"] == [[0.0, 2.0, "N", None], [2.0, 4.0, "F#m7/A", "ii7"]]
    assert lanes["keys"] == [[0.0, 60.0, "E", "major"]]
    assert lanes["segments"] == [[0.0, 30.0, "hum", False]]
    assert lanes["words"] == []


def test_stages_that_are_not_done_leave_their_lanes_empty():
    lanes = score(60.0, TrackRows(make_track(), {}))
    assert lanes == {
        "duration_s": 60.0, "beats": [], "keys": [], "chords": [], "words": [], "segments": [],
    }  # fmt: skip


def test_sung_words_are_a_lane_and_a_section():
    from schemas import lyrics

    words = [lyrics.Word(start_s=1.0, end_s=1.5, text="</script>", confidence=None)]
    # The fields that pages read; the stage fills the others.
    row = lyrics.Lyrics.model_construct(language="en", words=words, confidence=None)
    rows = TrackRows(make_track(), {lyrics.Lyrics: [row]})
    assert score(60.0, rows)["words"] == [[1.0, 1.5, "</script>"]]
    page = listening_page(rows, SOUND, {})
    assert "&lt;/script&gt;</button>" in page


def test_a_null_fact_says_why_on_its_page():
    facts = make_facts(
        unmeasured=[Unmeasured(field=name, reason="beatless") for name in ("tempo", "metre")]
        + [Unmeasured(field="key", reason="no_clear_key")]
    )
    page = listening_page(TrackRows(make_track(), {MusicFacts: [facts]}), SOUND, {})
    texts = [text.strip() for _, text in Reader(page).texts]
    assert texts.count("beatless") == 2
    assert "no clear key" in texts


def test_a_track_without_a_waveform_says_why():
    sound = PageAudio("a.wav", None, f"undecodable: {HOSTILE}")
    page = listening_page(TrackRows(make_track(), {}), sound, {})
    assert any("undecodable" in text and HOSTILE in text for _, text in Reader(page).texts)


def test_the_right_option_is_marked_once_and_distractors_have_kinds():
    page = listening_page(all_rows("hum"), SOUND, {})
    assert page.count('class="right"') == 1
    assert "other place" in page


def test_numbers_have_thin_spaces():
    assert count(1234567) == "1\u202f234\u202f567"
