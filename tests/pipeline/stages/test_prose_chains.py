"""Chains in prose: how they are cut, what is refused of them, how they are checked and mended."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.engine.stage import Batch
from pipeline.gates import named_source
from pipeline.stages.factcheck.stage import check_requests
from pipeline.stages.reason.prose import MAX_WORDS
from pipeline.stages.reason.steps import cut, stretch_of
from schemas.sections import FactcheckConfig, ReasonConfig
from schemas.thinking import parse_thought
from schemas.thought import Trace
from tests.pipeline.stages.questions import pair_of
from tests.pipeline.stages.test_quality import PAID, SERVED, run
from tests.pipeline.stages.test_think import batch_of, by_script, planned
from tests.pipeline.stages.thoughts import FATES
from tools.chat.request import Answer

CUTS = (
    ["One sentence, with a comma, and a dash - no more."],
    ["A pad opens the piece.", "The drums enter!", "Is it a waltz? It is."],
    ["A first paragraph\n", "and the second one"],
    ["The bass rests on G;", "above it the violins climb."],
    ['She sings "I work all night. I work all day."', "The key is C."],
    ["Strings (two violins; a cello) answer the voice."],
    ["It has soft percussion, e.g. shakers.", "It is at approx. 120 BPM, cf. Fm."],
    ["It moves at 65.2 BPM in 4/4."],
    ["Dark. Heavy. The tempo is 120 BPM."],
    ["The tempo is 120 BPM. Slow, then."],
    ["The voice enters at 0:42", "and at 1:05 the drums follow."],
    ["From 0:00 to 0:13 the chord is G,", "from 0:13 to 0:20 it is C,",
     "and from 0:20 to 0:26 it is D."],
    ["It returns at 0:40 and 1:20."],
    ["Between 0:10 and 0:20 nothing moves."],
    ["The line falls from G at 0:10 to C at 0:14."],
    ['He sings "meet me at 1:05, and at 2:10 we go" in the chorus.'],
    [],
)  # fmt: skip


@pytest.mark.parametrize("steps", CUTS)
def test_prose_is_cut_by_rule(steps):
    assert cut(" ".join(steps)) == [step.strip() for step in steps]


@given(st.text(alphabet='ab.!?;,"() \n0123456789:', max_size=200) | st.text(max_size=200))
def test_no_word_is_lost_or_said_twice(text):
    steps = cut(text)
    assert " ".join(steps).split() == text.split()
    assert all(steps)


@pytest.mark.parametrize(
    ("text", "stretch"),
    [
        ("The tempo is 120 BPM.", None),
        ("The voice enters at 0:42.", (42, 42)),
        ("From 0:21 to 0:40 the bass rests.", (21, 40)),
        ("It returns at 0:40 and 1:20.", (40, 80)),
        ("After 30 seconds a drop lands.", (30, 30)),
        ("The drop lands at 2:30.", (100, 100)),
        ("The intro lasts eight bars.", None),
    ],
)
def test_a_step_has_the_stretch_that_it_speaks_of(text, stretch):
    assert stretch_of(text, 100.0) == stretch


def words(n):
    """Prose of so many words that says something else in each sentence."""
    names = ("bass", "voice", "drum", "piano", "guitar", "choir", "harp", "flute", "horn", "string")
    ways = ("rises", "falls", "sways", "rests", "glows", "shines", "breathes", "turns", "sinks")
    said = [f"The {names[i % 10]} number {i} {ways[i % 9]} over it." for i in range(n // 7)]
    return " ".join(said).split() + ["Good"] * (n - 7 * (n // 7))


def chain_fate(thinking, caption="A quiet piece.\n\nIt ends.", answer="gold"):
    def say(_, request):
        return Answer(
            request.form.model_validate({"thinking": thinking, "answer": answer}), "m", PAID
        )

    batch = batch_of(planned("r"), caption=caption)
    result, _ = run("reason", batch, ReasonConfig(), say, reasoner=SERVED)
    return result


LONG_CAPTION = "The cello carries the tune while the violins answer in thirds above a slow waltz."


@pytest.mark.parametrize(
    ("thinking", "reason"),
    [
        (" ".join(words(MAX_WORDS)), None),
        (" ".join(words(MAX_WORDS + 1)), "too_long"),
        ("", "no_steps"),
        (" \n\u200b", "no_steps"),
        ("It sways in three </think> beats.", "bad_text"),
        ("It is in C.<|im_end|>", "template_token"),
        ("The bass rests on the tonic all along. " * 3, "repeats_itself"),
        ("According to the metadata, it is in C.", "tells_of_metadata"),
        (LONG_CAPTION, "restates_caption"),
        ("It sways, and the low strings have the tune; the high ones answer.", None),
    ],
)
def test_prose_is_refused_by_its_kind(thinking, reason):
    result = chain_fate(thinking, LONG_CAPTION)
    assert [each.reason for each in result.rejected] == ([reason] if reason else [])


def test_prose_that_leads_elsewhere_is_refused():
    result = chain_fate("The bass falls to the tonic.", answer="another")
    assert [each.reason for each in result.rejected] == ["not_gold"]


def test_a_chain_keeps_its_words_and_its_times():
    said = "A pad opens the piece.\n\nThe  drums enter at 0:21, and at 1:05 they stop."
    (row,) = chain_fate(said).rows
    assert row.form == "prose"
    assert row.thinking == "A pad opens the piece.\nThe drums enter at 0:21, and at 1:05 they stop."
    assert [(each.text, each.start_s, each.end_s) for each in row.steps] == [
        ("A pad opens the piece.", None, None),
        ("The drums enter at 0:21,", 21.0, 21.0),
        ("and at 1:05 they stop.", 65.0, 65.0),
    ]
    assert not any(each.evidence for each in row.steps)


def checked(plans, answer=by_script, **config):
    batch = batch_of(planned(*plans))
    result, _ = run("reason", batch, ReasonConfig(), answer, reasoner=SERVED)
    again = Batch(batch.tracks, {**batch.rows, Trace: result.rows})
    made, models = run(
        "factcheck", again, FactcheckConfig(max_rewrites=2, **config), answer,
        reasoner=SERVED, checker=SERVED,
    )  # fmt: skip
    return again, made, models


def test_planned_errors_in_prose_are_found_and_mended():
    plans = FATES | {"rrrw.rrrrr": ("accepted", 1)}
    _, made, _ = checked(plans)
    reasons = {each.row_id: each.reason for each in made.rejected}
    rows = {row.row_id: row for row in made.rows}
    for number, (plan, (fate, n_rewrites)) in enumerate(plans.items()):
        row = rows[f"0-q{number:02d}"]
        assert (reasons.get(row.row_id, "accepted"), row.n_rewrites) == (fate, n_rewrites), plan
        for place, each in enumerate(row.rounds):
            kinds = "".join(verdict.heard[0] for verdict in each.verdicts)
            assert kinds == plan.split(".")[min(place, plan.count("."))], plan
            assert " ".join(step.text for step in each.steps) == each.thinking
    thought = parse_thought(rows["0-q05"].completion)
    assert (thought.thinking, thought.answer) == (rows["0-q05"].rounds[-1].thinking, "gold")
    assert thought.thinking.startswith("Step 0 of 5 in round 1")


def test_whoever_checks_some_steps_of_a_chain_reads_all_of_it():
    again, _, models = checked(["rrrr", "rr"])
    roles = Counter(role for role, *_ in models.asked)
    assert roles["checker"] == 1, "all steps that hear the same in one request"
    (whole,) = check_requests(again, FactcheckConfig()).requests
    assert '"thoughts"' not in whole.chat.user
    some = check_requests(again, FactcheckConfig(steps_per_request=3)).requests
    assert all('"thoughts"' in each.chat.user for each in some[:2])
    plain = check_requests(again, FactcheckConfig(verdicts="yes_no")).requests
    assert len(plain) == 6
    assert "It stands in these thoughts" in plain[1].chat.user


def test_yes_or_no_about_each_step():
    def plain(row_id, request):
        if "yes or no" in request.user:
            said = request.user.rsplit("<data>", 1)[1]
            return Answer(request.form(answer="no" if "kind w" in said else "yes"), "m", PAID)
        return by_script(row_id, request)

    _, made, models = checked(["rrrw.rrrr"], plain, verdicts="yes_no")
    assert made.accepted == ["0-q00"]
    assert [each.heard for each in made.rows[0].rounds[0].verdicts] == ["right"] * 3 + ["wrong"]
    assert Counter(role for role, *_ in models.asked)["checker"] == 8


def test_without_a_model_prose_is_told_as_heard():
    pair = pair_of(0, about_start_s=9.0, about_end_s=12.0, evidence=["chords"])
    batch = batch_of([pair], with_caption=True)
    result, _ = run("reason", batch, ReasonConfig())
    assert len(result.rows) == 2
    for row in result.rows:
        assert 0 < len(row.thinking.split()) <= MAX_WORDS
        assert named_source(row.thinking) is None
        timed = [each for each in row.steps if each.start_s is not None]
        assert timed
        assert all(each.start_s <= each.end_s for each in timed)


def test_without_a_model_a_caption_is_not_said_again():
    pair = pair_of(0, evidence=["caption"])
    result, _ = run("reason", batch_of([pair]), ReasonConfig())
    assert [each.reason for each in result.rejected] == ["no_steps"]
