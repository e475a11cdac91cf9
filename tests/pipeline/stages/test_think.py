"""Difficulty, choice, chains, their check, and captions in categories."""

import json
from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.builtin import ANSWERS
from pipeline.builtin.structure import index as read_index
from pipeline.engine.shards import VOLATILE
from pipeline.engine.stage import Batch, Part
from pipeline.stages import STAGES
from pipeline.stages.factcheck.stage import check_requests
from pipeline.stages.factcheck.verdicts import judge_round, opinion_of
from pipeline.stages.select.stage import select_across
from pipeline.stages.structure.stage import Index, said_entries
from schemas.arrow import to_table
from schemas.captions import RichCaption, SegmentCaption
from schemas.digest import content_hash
from schemas.facts import MusicFacts
from schemas.lint import Finding
from schemas.lyrics import Lyrics
from schemas.qa import QaPair
from schemas.quality import Hardened, Quality
from schemas.sections import (
    DifficultyConfig,
    FactcheckConfig,
    ReasonConfig,
    SelectConfig,
    StructureConfig,
)
from schemas.thinking import PROMPT_SUFFIX, parse_thought
from schemas.thought import Difficulty, Selected, Trace
from schemas.tracks import Segment, Track
from schemas.usage import Usage
from tests.facts import key_of
from tests.pipeline.stages.questions import pair_of, rich_of, segments_of, song_of
from tests.pipeline.stages.test_describe import WROTE, caption_of, section, told
from tests.pipeline.stages.test_quality import PAID, SERVED, run
from tests.pipeline.stages.test_stated import in_family, octave
from tests.pipeline.stages.thoughts import FATES, as_form, question_of, step_of
from tools.chat.request import Answer, AnswerError

GOLD = {"answer": "gold", "options": ["gold", "another", "a third", "none"]}


def accepted_of(row_id, track_id="0", kind="qa"):
    return Quality(
        row_id=row_id, track_id=track_id, kind=kind, decision="accepted", ballots=[], findings=[],
        blind_tries=None, blind_right=None, usage=Usage(),
    )  # fmt: skip


JUDGED = {Hardened: [], Quality: [accepted_of("0", kind="caption")], Selected: []}


def from_facts(_, request):
    return Answer(ANSWERS[request.prompt](None, *request.facts), "builtin/facts", Usage())


def chosen_of(pair):
    return Selected(
        row_id=pair.qa_id, track_id=pair.track_id, kind="qa", skill=pair.skill, genre=None,
        culture=None, difficulty=0.5, method="rating", rank=1, why="planned",
    )  # fmt: skip


def batch_of(pairs, *, with_caption=False, caption="A quiet piece.\n\nIt ends.", rows=()):
    verdicts = [accepted_of(pair.qa_id, pair.track_id) for pair in pairs]
    if with_caption:
        verdicts.append(accepted_of("0", kind="caption"))
    chosen = [chosen_of(pair) for pair in pairs]
    if with_caption:
        chosen.append(chosen[0].model_copy(update={"row_id": "0", "kind": "caption"}))
    given = {
        Segment: segments_of(), MusicFacts: [song_of()], Lyrics: [], QaPair: pairs,
        SegmentCaption: [caption_of(index=n) for n in range(3)],
        RichCaption: [rich_of(caption=caption)],
        Hardened: [], Quality: verdicts, Selected: chosen,
    }  # fmt: skip
    return Batch([told("0", genre="rock")], given | dict(rows))


def planned(*plans):
    """Pairs by their plans; see `tests.pipeline.stages.thoughts`."""
    return [pair_of(n, question=question_of(n, plan), **GOLD) for n, plan in enumerate(plans)]


def by_script(_, request):
    return Answer(as_form(request.user, request.form), "m", PAID)


def reasoned(pairs, answer=by_script, **more):
    batch = batch_of(pairs, **more)
    config = ReasonConfig(form="numbered", max_steps=50)
    result, _ = run("reason", batch, config, answer, reasoner=SERVED)
    return batch, result


def checked(pairs, answer=by_script):
    batch, result = reasoned(pairs)
    rows = {**batch.rows, Trace: result.rows}
    return run(
        "factcheck",
        Batch(batch.tracks, rows),
        FactcheckConfig(max_rewrites=2),
        answer,
        reasoner=SERVED,
        checker=SERVED,
    )


# Difficulty


@pytest.mark.parametrize(("together", "n_asked"), [(12, 4), (1, 8)])
def test_a_students_errors_are_the_difficulty(together, n_asked):
    def student(row_id, request):
        if row_id.startswith("0/"):
            marks = [{"id": "e1", "difficulty": 4, "why": "Hard."}]
            return Answer(request.form.model_validate({"marks": marks}), "m", PAID)
        knows = row_id.split("/")[1] != "3"
        if "answers" not in request.form.model_fields:
            is_first = row_id.startswith("0-q00")
            return Answer(request.form(option="C" if is_first and knows else "F"), "m", PAID)
        said = [{"id": "n2", "option": "F"}, {"id": "n1", "option": "C" if knows else "F"}]
        return Answer(request.form.model_validate({"answers": said}), "m", PAID)

    batch = batch_of([pair_of(0), pair_of(1), pair_of(2, form="open")], with_caption=True)
    config = DifficultyConfig(by="student", tries=4, questions_per_request=together)
    result, models = run("difficulty", batch, config, student, student=SERVED, reasoner=SERVED)
    rows = {row.row_id: row for row in result.rows}
    assert {name: row.difficulty for name, row in rows.items()} == {
        "0": 0.75, "0-q00": 0.25, "0-q01": 1.0,
    }  # fmt: skip
    assert (rows["0-q00"].method, rows["0-q00"].n_wrong, rows["0"].method) == (
        "student",
        1,
        "rating",
    )
    assert [each.reason for each in result.rejected] == ["open_question"]
    assert Counter(role for role, *_ in models.asked) == {"student": n_asked, "reasoner": 1}
    assert sum(row.usage.n_attempts for row in result.rows) == n_asked + 1


def test_a_rating_that_is_left_out_is_a_rejection():
    def rate(_, request):
        return Answer(request.form.model_validate({"marks": [
            {"id": "e2", "difficulty": 5, "why": "w"}, {"id": "e9", "difficulty": 1, "why": "w"},
        ]}), "m", PAID)  # fmt: skip

    result, _ = run(
        "difficulty", batch_of([pair_of(0), pair_of(1)]), DifficultyConfig(), rate, reasoner=SERVED
    )
    assert result.accepted == ["0-q01"]
    assert result.rows[0].usage == PAID
    assert (result.rejected[0].row_id, result.rejected[0].reason) == ("0-q00", "not_rated")

    def silent(_, __):
        return AnswerError("refused", "no", "I will not.")

    result, _ = run(
        "difficulty", batch_of([pair_of(0)]), DifficultyConfig(), silent, reasoner=SERVED
    )
    assert (result.rejected[0].reason, result.rejected[0].raw) == ("not_rated", "I will not.")


# Choice


def difficulty_of(row_id, difficulty, skill="harmony"):
    return Difficulty(
        row_id=row_id, track_id=row_id.split("-")[0], kind="qa", skill=skill,
        difficulty=difficulty, method="rating", n_tries=None, n_wrong=None, why="w",
        authorship=WROTE, usage=Usage(),
    )  # fmt: skip


def part(rows, genres, is_done=False):
    tables = {
        Difficulty: pl.from_arrow(to_table(rows, Difficulty)),
        Track: pl.DataFrame(
            [{"track_id": name, "genre": genre, "culture": None} for name, genre in genres.items()],
            schema=dict.fromkeys(("track_id", "genre", "culture"), pl.String),
        ),
    }  # fmt: skip
    return Part("p", is_done, lambda stage, columns: tables[stage].select(columns))


def test_the_hardest_are_chosen_within_quotas():
    rows = [difficulty_of(f"a-{n}", 1 - n / 100) for n in range(8)]
    rows += [difficulty_of(f"b-{n}", 0.5 - n / 100, skill="temporal") for n in range(8)]
    config = SelectConfig(share=0.5, max_genre_share=0.75, max_skill_share=1, min_difficulty=0.45)
    (result,) = select_across([part(rows, {"a": "rock", "b": "jazz"})], config)
    result.check()
    assert result.accepted == [f"a-{n}" for n in range(6)] + ["b-0", "b-1"]
    assert Counter(each.reason for each in result.rejected) == {
        "quota_genre": 2, "not_hard_enough": 4, "too_easy": 2,
    }  # fmt: skip
    assert [row.rank for row in result.rows] == [1, 2, 3, 4, 5, 6, 9, 10]


def test_a_corpus_of_one_culture_is_not_cut_by_its_quota():
    rows = [difficulty_of(f"a-{n}", 0.5) for n in range(10)]
    (result,) = select_across([part(rows, {"a": None})], SelectConfig(share=1.0))
    assert len(result.accepted) == 10


def test_equally_hard_ones_are_drawn_by_the_seed():
    def chosen(seed):
        rows = [difficulty_of(f"a-{n}", 0.5) for n in range(40)]
        (result,) = select_across([part(rows, {"a": None})], SelectConfig(share=0.3, seed=seed))
        return result.accepted

    assert chosen(0) == chosen(0)
    assert set(chosen(0)) != set(chosen(1))


corpora = st.lists(
    st.lists(
        st.tuples(
            st.integers(0, 4), st.sampled_from(["harmony", "temporal"]), st.sampled_from("ab")
        ),
        max_size=12,
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(corpora, st.sampled_from([0.1, 0.25, 0.5, 1.0]))
def test_new_partitions_change_no_choice(found, share):
    def parts(n_done=0):
        for place, rows in enumerate(found):
            given = [
                difficulty_of(f"{genre}{place}-{n}", level / 4, skill)
                for n, (level, skill, genre) in enumerate(rows)
            ]
            genres = {row.track_id: row.track_id[0] for row in given}
            yield part(given, genres, is_done=place < n_done)

    config = SelectConfig(share=share)
    whole = list(select_across(list(parts()), config))
    for result in whole:
        result.check()
    last = list(select_across(list(parts(len(found) - 1)), config))
    assert last[0].accepted == whole[-1].accepted
    n_rows = sum(map(len, found))
    assert sum(len(result.accepted) for result in whole) <= round(share * n_rows)


# The rule of 30 %


@pytest.mark.parametrize(
    ("n_steps", "n_wrong", "n_minor", "n_left", "outcome"),
    [
        (0, 0, 0, 2, ("discarded", "no_steps")),
        (1, 0, 0, 2, ("kept", "")),
        (1, 0, 1, 2, ("rewritten", "")),
        (1, 1, 0, 2, ("discarded", "wrong_share")),
        (3, 1, 0, 2, ("discarded", "wrong_share")),
        (4, 1, 0, 2, ("rewritten", "")),
        (10, 3, 0, 2, ("rewritten", "")),
        (10, 3, 7, 2, ("rewritten", "")),
        (10, 3, 0, 0, ("discarded", "not_corrected")),
        (10, 0, 1, 0, ("discarded", "not_corrected")),
        (10, 4, 0, 2, ("discarded", "wrong_share")),
        (70, 21, 0, 1, ("rewritten", "")),
        (190, 57, 0, 1, ("rewritten", "")),
        (1000, 300, 0, 1, ("rewritten", "")),
        (1000, 301, 0, 1, ("discarded", "wrong_share")),
        (1000, 0, 0, 0, ("kept", "")),
    ],
)
def test_the_rule_of_thirty_per_cent(n_steps, n_wrong, n_minor, n_left, outcome):
    opinions = ["wrong"] * n_wrong + ["minor_error"] * n_minor
    opinions += ["right"] * (n_steps - len(opinions))
    assert judge_round(opinions, 0.3, n_left) == outcome


@given(st.integers(1, 500), st.integers(0, 1000))
def test_the_share_is_exact_for_every_length(n_hundreds, per_mille):
    opinions = ["wrong"] * (per_mille * n_hundreds // 1000) + ["right"] * n_hundreds
    opinions = opinions[:n_hundreds]
    _, reason = judge_round(opinions, 0.3, 1)
    is_over = 10 * opinions.count("wrong") > 3 * len(opinions)
    assert (reason == "wrong_share") == is_over


def finding(verdict):
    return Finding(kind="key", quote="C", start=0, verdict=verdict, code=verdict, evidence="C")


@pytest.mark.parametrize(
    ("heard", "verdicts", "opinion"),
    [
        ("right", [], "right"),
        ("right", ["wrong", "right"], "wrong"),
        ("cannot_tell", ["wrong"], "wrong"),
        ("cannot_tell", ["right"], "right"),
        ("cannot_tell", ["uncheckable"], "cannot_tell"),
        ("minor_error", ["right"], "minor_error"),
        ("wrong", ["right"], "wrong"),
    ],
)
def test_facts_count_before_ears(heard, verdicts, opinion):
    assert opinion_of(heard, [finding(each) for each in verdicts]) == opinion


# Numbered chains and their check; those in prose: test_prose_chains


def test_a_chain_reaches_the_gold_answer_or_is_refused():
    _, result = reasoned(planned("rr", "-", "rrx", "r" * 51))
    assert result.accepted == ["0-q00"]
    (row,) = result.rows
    assert row.prompt.endswith(f"(D) none\n{PROMPT_SUFFIX}")
    assert [each.reason for each in result.rejected] == ["no_steps", "not_gold", "too_many_steps"]
    assert all(json.loads(each.raw)["steps"] is not None for each in result.rejected)


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ([{"text": "In C.", "evidence": []}], "no_evidence"),
        ([{"text": "In C.", "evidence": ["lyrics"]}], "no_evidence"),
        ([{"text": " ", "evidence": ["tempo"]}], "bad_step"),
        ([{"text": "x" * 1501, "evidence": ["tempo"]}], "bad_step"),
        ([{"text": "So </think> it is.", "evidence": ["tempo"]}], "bad_text"),
        ([{"text": "It is in C.<|im_end|>", "evidence": ["tempo"]}], "template_token"),
        (
            [{"text": "The bass rests on the tonic all along.", "evidence": ["tempo"]}] * 3,
            "repeats_itself",
        ),
    ],
)
def test_bad_steps_are_refused_by_their_kind(steps, reason):
    def bad(_, request):
        chain = {"steps": steps, "answer": "gold"}
        return Answer(request.form.model_validate(chain), "m", PAID)

    _, result = reasoned(planned("r"), bad)
    assert [each.reason for each in result.rejected] == [reason]


def test_planned_errors_are_found_and_mended_exactly():
    plans = FATES | {"rrm.rrm.rrm": ("not_corrected", 2), "rrrw.rrrrr": ("too_many_steps", 1)}
    result, models = checked(planned(*plans))
    reasons = {each.row_id: each.reason for each in result.rejected}
    rows = {row.row_id: row for row in result.rows}
    assert len(rows) == len(plans)
    for number, (plan, (fate, n_rewrites)) in enumerate(plans.items()):
        row = rows[f"0-q{number:02d}"]
        assert reasons.get(row.row_id, "accepted") == fate, plan
        assert row.n_rewrites == n_rewrites, plan
        assert (row.completion is not None) == (row.decision == "accepted") == (fate == "accepted")
        for place, each in enumerate(row.rounds):
            kinds = "".join(verdict.heard[0] for verdict in each.verdicts)
            assert kinds == plan.split(".")[min(place, plan.count("."))], plan
            assert each.wrong_share == kinds.count("w") / len(kinds)
    corrected = rows["0-q05"]
    thought = parse_thought(corrected.completion)
    assert (thought.answer, thought.is_bridged) == ("gold", True)
    assert thought.thinking.startswith("1. Step 0 of 5 in round 1")
    roles = Counter(role for role, *_ in models.asked)
    n_steps = sum(len(plan.split(".")[0]) for plan in plans)
    assert roles["reasoner"] == sum(n for _, n in plans.values())
    assert roles["checker"] < n_steps / 8
    n_in_vain = sum(
        fate in ("not_gold", "no_steps", "too_many_steps") for fate, _ in plans.values()
    )
    assert sum(row.usage.n_attempts for row in result.rows) == len(models.asked) - n_in_vain


def test_a_step_that_stays_is_not_asked_about_again():
    def keeps(_, request):
        if "what was found of each" in request.user:
            steps = [{"text": step_of(n, "0", 0, "r"), "evidence": ["steps"]} for n in range(3)]
            chain = {"steps": steps, "answer": "(A) gold"}
            return Answer(request.form.model_validate(chain), "m", PAID)
        return by_script(_, request)

    result, models = checked(planned("rrrw"), answer=keeps)
    assert result.accepted == ["0-q00"]
    assert sum(role == "checker" for role, *_ in models.asked) == 1
    assert result.rows[0].round_usage[1] == Usage()


def test_a_chain_that_cannot_be_checked_is_refused_with_the_reason():
    def deaf(row_id, request):
        if row_id.endswith("s1"):
            return AnswerError("clip_too_large", "99 MB")
        answer = by_script(row_id, request)
        if row_id.endswith("with-2-more"):
            del answer.value.steps[1]
        return answer

    result, _ = checked(planned("rrr"), answer=deaf)
    assert result.rejected[0].reason == "unchecked"
    assert "clip_too_large" in result.rejected[0].detail
    assert result.rows[0].usage.n_attempts == 1, "what was bought is counted"

    def mute(row_id, request):
        if "what was found of each" in request.user:
            return AnswerError("refused", "no", "I will not.")
        return by_script(row_id, request)

    result, _ = checked(planned("rrrw"), answer=mute)
    assert (result.rejected[0].reason, result.rejected[0].raw) == ("refused", "I will not.")


def test_a_small_model_is_asked_yes_or_no_about_one_step_at_a_time():
    def plain(row_id, request):
        if "yes or no" in request.user:
            return Answer(
                request.form(answer="no" if "kind w" in request.user else "yes"), "m", PAID
            )
        return by_script(row_id, request)

    batch, result = reasoned(planned("rrrw.rrrr"))
    rows = Batch(batch.tracks, {**batch.rows, Trace: result.rows})
    config = FactcheckConfig(verdicts="yes_no")
    again, models = run("factcheck", rows, config, plain, reasoner=SERVED, checker=SERVED)
    assert again.accepted == ["0-q00"]
    assert [each.heard for each in again.rows[0].rounds[0].verdicts] == ["right"] * 3 + ["wrong"]
    assert sum(role == "checker" for role, *_ in models.asked) == 8


def test_a_chain_about_a_stretch_is_checked_on_it_with_what_is_around():
    pairs = planned("rrr", "rr")
    pairs[0] = pairs[0].model_copy(update={"about_start_s": 30.0, "about_end_s": 40.0})
    batch, result = reasoned(pairs)
    tracks = [told("0", duration_s=120.0)]
    rows = Batch(tracks, {**batch.rows, Trace: result.rows})
    requests = check_requests(rows, FactcheckConfig()).requests
    assert [(each.chat.clip.start_s, each.chat.clip.end_s) for each in requests] == [
        (20.0, 50.0), (0.0, 120.0),
    ]  # fmt: skip
    assert "from 20.0 to 50.0 s of its 120.0 s" in requests[0].chat.user
    few = check_requests(rows, FactcheckConfig(steps_per_request=2, context_s=None)).requests
    assert len(few) == 3


def test_a_claim_against_the_facts_is_wrong_whatever_is_heard():
    def halves(_, request):
        steps = [{"text": text, "evidence": ["tempo"]} for text in (
            "The key is C major.", "The chord progression rises.", "It ends.", "It sounds full.",
            "The music moves at 60 beats per minute.",
        )]  # fmt: skip
        if "to check, " in request.user:
            said = [{"id": f"n{n}", "why": "I hear it.", "verdict": "right"} for n in range(1, 6)]
            return Answer(request.form.model_validate({"steps": said}), "m", PAID)
        if "what was found of each" in request.user:
            assert "half tempo" in request.user, "the rewriter reads what the facts say"
            steps = steps[:4]
        chain = {"steps": steps, "answer": "gold"}
        return Answer(request.form.model_validate(chain), "m", PAID)

    batch, result = reasoned(planned("r"), halves)
    rows = {**batch.rows, Trace: result.rows}
    again, _ = run(
        "factcheck", Batch(batch.tracks, rows), FactcheckConfig(), halves,
        reasoner=SERVED, checker=SERVED,
    )  # fmt: skip
    first = again.rows[0].rounds[0]
    assert (first.verdicts[4].heard, first.verdicts[4].opinion) == ("right", "wrong")
    assert (again.rows[0].decision, again.rows[0].n_rewrites) == ("accepted", 1)


@pytest.mark.parametrize("form", ["prose", "numbered"])
def test_without_a_model_the_facts_are_said_and_checked(form):
    pair = pair_of(
        0,
        about_start_s=9.0,
        about_end_s=12.0,
        evidence=["chords"],
        answer="G",
        options=["F", "G", "A", "D"],
    )
    batch = batch_of([pair], with_caption=True)
    result, _ = run("reason", batch, ReasonConfig(form=form, max_steps=50))
    assert set(result.accepted) == {"0-q00", "0"}
    rows = {**batch.rows, Trace: result.rows}
    again, _ = run("factcheck", Batch(batch.tracks, rows), FactcheckConfig())
    assert [row.decision for row in again.rows] == ["accepted", "accepted"]
    for row in again.rows:
        thought = parse_thought(row.completion)
        assert thought.is_bridged == (row.kind == "qa")
        opinions = [each.opinion for each in row.rounds[0].verdicts]
        assert "right" in opinions
        assert "wrong" not in opinions
    answers = {row.row_id: parse_thought(row.completion).answer for row in again.rows}
    assert answers == {"0": "A quiet piece.\n\nIt ends.", "0-q00": "G"}


def test_a_models_chain_that_no_model_heard_is_kept_apart():
    batch, result = reasoned(planned("rrr", "rrrw"))
    rows = Batch(batch.tracks, {**batch.rows, Trace: result.rows})
    apart, models = run("factcheck", rows, FactcheckConfig(), reasoner=SERVED)
    assert [each.reason for each in apart.rejected] == ["unchecked", "unchecked"]
    assert "no model heard it" in apart.rejected[0].detail
    assert {role for role, *_ in models.asked} == {"checker"}, "nothing is paid for a rewriting"
    let, _ = run("factcheck", rows, FactcheckConfig(release_unchecked=True), reasoner=SERVED)
    assert let.accepted == ["0-q00", "0-q01"]


# Captions in categories


def test_measured_categories_come_from_the_facts_alone():
    caption = "A hard rock track at 99 BPM in F minor. Electric guitars, a loud mix."

    def index(_, request):
        given = {name: [] for name in Index.model_fields}
        given |= {
            "genre": ["Hard rock", "hard rock", "heavy rock", " "], "instruments": ["violin"],
            "mix_notes": ["loud mix", "x" * 61],
        }  # fmt: skip
        return Answer(request.form.model_validate(given), "m", PAID)

    batch = batch_of([], caption=caption, rows=JUDGED)
    result, _ = run("structure", batch, StructureConfig(), index, reasoner=SERVED)
    (row,) = result.rows
    entries = {each.category: each for each in row.entries}
    assert entries["bpm"].accepted == ["120 BPM"]
    assert entries["bpm"].tolerance_bpm == 4.8
    assert entries["key"].accepted == ["C major", "D major"], "each lasts half of it"
    assert "4/4" in entries["metre"].accepted
    assert entries["theory"].accepted == ["I-IV-V7-vi"]
    assert entries["genre"].accepted == ["Hard rock", "heavy rock"]
    assert entries["mix_notes"].accepted == ["loud mix"]
    measured = {name for name, each in entries.items() if each.is_measured}
    assert measured == {"bpm", "key", "metre", "theory"}
    missing = {each.field: each.reason for each in row.missing}
    assert missing["instruments"] == "not_in_caption"
    assert missing["dynamics"] == "not_said"
    assert len(entries) + len(missing) == 11


def test_an_index_holds_no_words_of_the_prompt():
    def index(_, request):
        given = {name: [] for name in Index.model_fields}
        given |= {"instruments": ["guitars", "electric guitar", "sound sources", "<|im_end|>"]}
        return Answer(request.form.model_validate(given), "m", PAID)

    batch = batch_of([], caption="It has loud guitars in it.", rows=JUDGED)
    result, _ = run("structure", batch, StructureConfig(), index, reasoner=SERVED)
    (found,) = [each for each in result.rows[0].entries if each.category == "instruments"]
    assert found.accepted == ["guitars", "electric guitar"]


def test_either_of_two_tempi_or_metres_is_true_where_both_together_are_sure():
    facts = song_of(tempo=octave(0.6, 0.37), metre=in_family(2, 4))
    withheld = [rich_of(withheld=["tempo", "metre"])]
    batch = batch_of([], rows={**JUDGED, MusicFacts: [facts], RichCaption: withheld})
    result, _ = run("structure", batch, StructureConfig())
    entries = {each.category: each for each in result.rows[0].entries}
    assert entries["bpm"].accepted == ["140 BPM", "70 BPM"]
    assert entries["bpm"].tolerance_bpm == 2.8
    assert {"2/4", "4/4", "duple"} <= set(entries["metre"].accepted)


def test_what_was_withheld_as_unsure_is_no_truth():
    batch = batch_of([], rows={**JUDGED, RichCaption: [rich_of(withheld=["tempo", "key"])]})
    result, _ = run("structure", batch, StructureConfig())
    missing = {each.field: each.reason for each in result.rows[0].missing}
    assert (missing["bpm"], missing["key"]) == ("unsure", "unsure")


def test_a_key_counts_in_every_spelling():
    whole = section(0, 120, tonic="C#", mode="minor")
    facts = song_of(key=key_of("C#", "minor"), key_sections=[whole])
    batch = batch_of([], rows={**JUDGED, MusicFacts: [facts]})
    result, _ = run("structure", batch, StructureConfig())
    entries = {each.category: each for each in result.rows[0].entries}
    assert entries["key"].accepted == ["C# minor", "Db minor"]


@given(st.lists(st.text(max_size=70), max_size=20), st.text(max_size=200))
def test_every_entry_stands_in_the_caption(phrases, caption):
    index = read_index(caption, None).model_copy(update={"genre": phrases})
    entries, missing = said_entries(index, caption, 5)
    assert len(entries) + len(missing) == 7
    for each in entries:
        assert 0 < len(each.accepted) <= 5


def test_mf_think_has_its_stages_in_order():
    names = [stage.name for stage in STAGES]
    assert names[-6:-1] == ["difficulty", "select", "reason", "factcheck", "structure"]


def test_what_a_chain_cost_is_no_content():
    def dearly(_, request):
        return Answer(as_form(request.user, request.form), "m", PAID + PAID)

    plans = planned("rrr", "rrrw.rrrr", "rrw")
    cheap, _ = checked(plans)
    dear, _ = checked(plans, dearly)
    assert cheap.rows != dear.rows
    hashes = {content_hash(result.rows, without=VOLATILE) for result in (cheap, dear)}
    assert len(hashes) == 1
