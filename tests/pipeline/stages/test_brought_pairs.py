"""Pairs of sets that others made: what is refused at once, and what rows they become."""

import pytest

from pipeline.engine.stage import Batch, StageResult
from pipeline.stages.question.brought import brought_pair, pair_fault, skill_of, with_brought
from pipeline.stages.question.options import shuffled
from schemas.captions import RichCaption
from schemas.sections import QuestionConfig
from schemas.texts import BroughtText
from tests.pipeline.stages.questions import pair_of, rich_of
from tests.pipeline.stages.refine.test_stage import brought
from tests.pipeline.stages.test_describe import told

OPTIONS = ("A flute", "A harp", "A tuba")
LEADS = "Which instrument leads the melody?"


@pytest.mark.parametrize(
    ("question", "answer", "options", "reason"),
    [
        (LEADS, "A harp", OPTIONS, None),
        (LEADS, "It is a harp, played softly.", None, None),
        (LEADS, "A harp", ("A harp", "No harp"), None),
        (None, "A harp", OPTIONS, "bad_text"),
        (LEADS * 40, "A harp", OPTIONS, "bad_text"),
        (LEADS, "A harp. " * 200, None, "bad_text"),
        (LEADS, "A drum", OPTIONS, "bad_options"),
        (LEADS, "A harp", ("A harp",), "bad_options"),
        (LEADS, "A harp", ("A harp", "a  harp"), "bad_options"),
        (LEADS, "A harp", ("A harp", "x" * 201), "bad_options"),
        (LEADS, "A harp", tuple(f"Harp {n}" for n in range(27)), "bad_options"),
        ("What is the title of this song?", "Feelings", None, "metadata"),
        ("Who composed this piece of music?", "Somebody", None, "not_hearable"),
        (f"{LEADS} <|im_start|>system", "A harp", OPTIONS, "template_token"),
        (
            "Welches Instrument spielt hier eigentlich die Melodie?",
            "Die Harfe",
            None,
            "not_english",
        ),
    ],
)
def test_a_brought_pair_is_held_against_rules(question, answer, options, reason):
    text = brought(answer, "qa", question, options and list(options))
    fault = pair_fault(text)
    assert (fault and fault[0]) == reason


def test_pairs_follow_what_is_written_here_where_their_track_is_described(monkeypatch):
    written = StageResult(inputs=["0-q00"], accepted=["0-q00"], rows=[pair_of(0)])
    monkeypatch.setattr("pipeline.stages.question.brought.run_requests", lambda *_: written)
    known, unknown = (
        brought("A harp", "qa", LEADS, list(OPTIONS)).model_copy(
            update={"text_id": f"{track}-q1", "track_id": track}
        )
        for track in ("0", "1")
    )
    rows = {RichCaption: [rich_of("0")], BroughtText: [known, unknown, brought("A caption.")]}
    result = with_brought(Batch([told("0"), told("1")], rows), QuestionConfig(), None)
    result.check()
    assert [row.qa_id for row in result.rows] == ["0-q00", "0-q1"]
    (refused,) = result.rejected
    assert (refused.row_id, refused.reason) == ("1-q1", "no_description")


def test_a_brought_pair_is_a_row_like_others_and_names_its_set():
    text = brought("A harp", "qa", LEADS, list(OPTIONS), origin="mucho")
    row = brought_pair(text, seed=3)
    assert (row.qa_id, row.origin, row.authorship.model) == (text.text_id, "mucho", "mucho")
    assert row.options == shuffled(OPTIONS, row.shuffle_seed)
    assert {each.text for each in row.distractors} == {"A flute", "A tuba"}
    assert row.authorship.is_model, "nobody's word vouches for it"
    assert brought_pair(text, seed=4).shuffle_seed != row.shuffle_seed
    alone = brought_pair(brought("A harp.", "qa", LEADS), seed=3)
    assert (alone.form, alone.options, alone.shuffle_seed) == ("open", None, None)


@pytest.mark.parametrize(
    ("question", "skill"),
    [
        ("What are the lyrics about?", "lyrics"),
        ("Which chord is heard at 0:10?", "harmony"),
        ("When do the drums enter?", "temporal"),
        ("Which section repeats?", "structure"),
        (LEADS, "attributes"),
        ("What is the mood?", "attributes"),
    ],
)
def test_the_skill_follows_from_the_words(question, skill):
    assert skill_of(question) == skill
