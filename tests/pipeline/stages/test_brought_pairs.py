"""Pairs of sets that others made: what is refused at once, and what rows they become."""

import pytest

from pipeline.stages.question.brought import brought_pair, pair_fault, skill_of
from pipeline.stages.question.options import shuffled
from tests.pipeline.stages.refine.test_stage import brought

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
