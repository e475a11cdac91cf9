"""Agreement and thresholds, against tables worked by hand."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpus.corpus import TrackRows
from pipeline.review.agreement import all_thresholds, cohen_kappa, propose, rates, stratum_weights
from pipeline.review.calibration import compare
from pipeline.review.judged import SCORES_SCHEMA, judgements, score_rows
from pipeline.review.sample import draw_sample, sizes, with_bands
from pipeline.review.words import advice, counted, in_words, thinned
from schemas.review import HumanVerdict


def test_kappa_of_the_textbook_table():
    # 20 both yes, 5 and 10 split, 15 both no: observed 0.7, by chance 0.5 (Cohen 1960's form).
    first = [True] * 25 + [False] * 25
    second = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    assert cohen_kappa(first, second) == pytest.approx(0.4)
    assert cohen_kappa(first, first) == pytest.approx(1.0)
    assert cohen_kappa(first, [not each for each in first]) == pytest.approx(-1.0)


def test_kappa_counts_a_row_by_its_weight():
    # One row of each cell, the first weighing 3: observed 4/6, by chance 20/36.
    first, second = [True, True, False, False], [True, False, True, False]
    assert cohen_kappa(first, second) == pytest.approx(0.0)
    assert cohen_kappa(first, second, [3, 1, 1, 1]) == pytest.approx(0.25)


def test_kappa_of_raters_who_say_the_same_of_all_rows_is_none():
    assert cohen_kappa([], []) is None
    assert cohen_kappa([True, True], [True, True]) is None
    assert cohen_kappa([True, True], [False, True]) == pytest.approx(0.0)


def test_a_row_of_a_large_stratum_stands_for_more():
    weights = stratum_weights(["a", "a", "b"], {"a": 10, "b": 100})
    assert weights.tolist() == pytest.approx([5 / 36.667, 5 / 36.667, 100 / 36.667], rel=1e-3)
    assert weights.mean() == pytest.approx(1)


def test_precision_and_recall_by_hand():
    scores = np.array([0.1, 0.4, 0.6, 0.9])
    is_good = np.array([False, True, False, True])
    kept = scores[:, None] >= np.array([0.1, 0.6, 0.9, 1.0])
    found = rates(kept, is_good, np.ones(4), ["a", "b", "c", "d"])
    assert [each.precision for each in found[:3]] == [0.5, 0.5, 1.0]
    assert [each.recall for each in found] == [1.0, 0.5, 0.5, 0.0]
    assert [each.share_kept for each in found] == [1.0, 0.5, 0.25, 0.0]
    assert np.isnan(found[3].precision), "a rule that keeps nothing has no precision"
    weighted = rates(kept, is_good, np.array([3.0, 1.0, 1.0, 1.0]), ["a", "b", "c", "d"])
    assert weighted[0].precision == pytest.approx(2 / 6)
    with pytest.raises(ValueError, match="no row is good"):
        rates(kept, np.zeros(4, bool), np.ones(4), ["a", "b", "c", "d"])


def test_intervals_are_wider_where_rows_share_tracks():
    rng = np.random.default_rng(0)
    n = 200
    of_track = np.repeat(np.arange(20), 10)
    is_good = (rng.random(20) < 0.7)[of_track]
    kept = np.ones((n, 1), bool)
    (alone,) = rates(kept, is_good, np.ones(n), list(range(n)))
    (together,) = rates(kept, is_good, np.ones(n), of_track.tolist())
    assert alone.precision == together.precision
    assert alone.precision_low < alone.precision < alone.precision_high
    assert together.precision_high - together.precision_low > 2 * (
        alone.precision_high - alone.precision_low
    )


def test_intervals_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(1)
    n, hits = 100, 0
    for trial in range(200):
        is_good = rng.random(n) < 0.8
        (found,) = rates(
            np.ones((n, 1), bool), is_good, np.ones(n), list(range(n)), n_resamples=400, seed=trial
        )
        hits += found.precision_low <= 0.8 <= found.precision_high
    assert 0.88 <= hits / 200 <= 0.99


def test_sets_of_thresholds_that_keep_the_same_rows_are_one():
    marks = np.array([[5, 5], [5, 3], [2, 5]])
    found, kept = all_thresholds(marks, ["a", "b"], 5)
    assert found[0] == {"a": 1, "b": 1}
    assert len({column.tobytes() for column in kept.T}) == kept.shape[1] == len(found) == 4
    assert {"a": 3, "b": 1} in found, "the lowest that keeps these"


def test_the_proposal_is_the_precise_one_that_keeps_most():
    rng = np.random.default_rng(2)
    n = 2000
    marks = rng.integers(1, 6, (n, 2))
    is_good = (marks[:, 0] >= 4) & (rng.random(n) < 0.97)
    found, kept = all_thresholds(marks, ["grounded", "clear"], 5)
    all_rates = rates(kept, is_good, np.ones(n), list(range(n)), n_resamples=200)
    proposal = propose(found, all_rates, 0.9)
    assert proposal.thresholds == {"grounded": 4, "clear": 1}
    assert proposal.is_sure
    assert proposal.rates.recall == 1.0
    assert (
        not propose(found, all_rates, 0.99)
        or propose(found, all_rates, 0.99).rates.precision >= 0.99
    )
    assert propose(found, all_rates, 1.01) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_a_higher_threshold_never_keeps_or_finds_more(pairs):
    scores, is_good = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    if not is_good.any():
        return
    kept = scores[:, None] >= np.unique(scores)
    found = rates(kept, is_good, np.ones(len(pairs)), list(range(len(pairs))), n_resamples=10)
    recalls = [each.recall for each in found]
    assert recalls == sorted(recalls, reverse=True)
    assert recalls[0] == 1.0
    assert all(0 <= each.precision <= 1 for each in found)


REFS = pl.DataFrame(
    [
        ("question", f"q{i:03d}", f"t{i // 5}", "harmony" if i % 2 else "lyrics", "p0")
        for i in range(100)
    ],
    schema=["stage", "row_id", "track_id", "group", "partition"],
    orient="row",
)


def scores_of(marks):
    rows = [
        ("question", f"q{i:03d}", (mark - 1) / 4, mark >= 4, *[float(mark)] * 4)
        for i, mark in enumerate(marks)
    ]
    return pl.DataFrame(rows, schema=SCORES_SCHEMA, orient="row")


def verdict(number, decision, reviewer="Ann", text_hash="h"):
    return HumanVerdict(
        stage="question", row_id=f"q{number:03d}", track_id="t", text_hash=text_hash,
        reviewer=reviewer, verdict=decision, edited_text="x" if decision == "edit" else None,
        reasons=[] if decision == "accept" else ["wrong_chords"], is_blind=True, made_at="now",
    )  # fmt: skip


MARKS = [1 + i % 5 for i in range(100)]


def test_a_calibration_joins_people_and_judge_by_row():
    scores = scores_of(MARKS)
    said = [verdict(i, "accept" if MARKS[i] >= 4 else "reject") for i in range(100)]
    found = compare(said, with_bands(REFS, scores), scores, wanted=0.9)
    assert (found.n_rows, found.n_good, found.n_scored, found.too_few) == (100, 40, 100, "")
    assert found.with_judge.kappa == pytest.approx(1.0)
    assert found.now.precision == found.now.recall == 1.0
    assert found.proposal.is_sure
    # All marks of a row are equal here: one criterion at 4 does what four would.
    assert max(found.proposal.thresholds.values()) == 4
    assert [point.threshold for point in found.curve] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert found.curve[0].rates.precision == pytest.approx(0.4)
    assert found.reasons == {"wrong_chords": 60}
    assert "Proposed thresholds of the judge" in advice(found)
    assert "| people | judge | 100 | 100% | 1.00 |" in in_words(found, "small")


def test_an_edit_says_that_the_text_was_not_good_and_a_tie_says_nothing():
    scores = scores_of(MARKS)
    said = [
        verdict(0, "edit"), verdict(1, "accept"), verdict(1, "reject", "Bob"),
        verdict(2, "accept"), verdict(2, "accept", "Bob"),
    ]  # fmt: skip
    found = compare(said, with_bands(REFS, scores), scores, wanted=0.9)
    assert (found.n_rows, found.n_tied, found.n_good, found.n_scored) == (3, 1, 1, 2)
    (pair,) = found.between
    assert (pair.first, pair.second, pair.n, pair.share) == ("Ann", "Bob", 2, 0.5)
    assert "Too few verdicts" in advice(found)
    assert "1 on which people are split" in counted(found)


def test_rows_that_no_judge_scored_still_count_between_people():
    empty = scores_of([])
    said = [verdict(0, "accept"), verdict(0, "accept", "Bob")]
    found = compare(said, with_bands(REFS, empty), empty, wanted=0.9)
    assert found.n_scored == 0
    assert found.curve == []
    assert found.with_judge is None
    assert len(found.between) == 1
    assert "0 rows were judged" in found.too_few


def test_names_of_reviewers_cannot_break_the_table():
    scores = scores_of(MARKS)
    said = [verdict(0, "accept"), verdict(0, "accept", "a|b <img>")]
    text = in_words(compare(said, with_bands(REFS, scores), scores, wanted=0.9), "small")
    assert r"a\|b \<img\>" in text


def test_thinned_curves_keep_both_ends():
    points = list(range(100))
    assert thinned(points)[0] == 0
    assert thinned(points)[-1] == 99
    assert len(thinned(points)) == 12


def test_a_sample_is_even_over_strata_and_the_same_for_a_seed():
    scores = scores_of([5] * 90 + [1] * 6)
    refs = with_bands(REFS, scores)
    assert set(refs["band"]) == {"0.8-1.0", "0.0-0.2", "unjudged"}
    drawn = draw_sample(refs, n=18, seed=3)
    counts = drawn.group_by("group", "band").len()["len"]
    assert (counts.min(), counts.max()) == (2, 4), "small strata give all they have"
    assert drawn.equals(draw_sample(refs.sample(fraction=1, shuffle=True, seed=1), n=18, seed=3))
    assert not drawn.equals(draw_sample(refs, n=18, seed=4))
    assert drawn.head(6).equals(draw_sample(refs, n=6, seed=3)), "who stops early has seen some"
    assert sum(sizes(refs).values()) == 100
    assert len(draw_sample(refs, n=1000, seed=0)) == 100


def test_marks_of_several_judges_are_their_median():
    from schemas import quality
    from schemas.arrow import to_table
    from schemas.usage import Usage
    from tests.pipeline.views.test_pages import WROTE, make_track

    ballots = [
        quality.Ballot(
            judge=f"judge_{i}", why=f"why {i}", accepts=mark >= 4, authorship=WROTE,
            heard_start_s=0.0, heard_end_s=9.0, place=1, n_together=1,
            scores=quality.Scores(grounded=mark, correct=5, complete=5, clear=5),
        )
        for i, mark in enumerate((1, 4, 5))
    ]  # fmt: skip
    row = quality.Quality(
        row_id="t-q01", track_id="t", kind="qa", decision="accepted", ballots=ballots, findings=[],
        blind_tries=4, blind_right=1, usage=Usage(),
    )  # fmt: skip
    none = row.model_copy(update={"row_id": "t-q02", "ballots": [], "decision": "rejected"})
    found = score_rows(pl.DataFrame(to_table([row, none], quality.Quality)))
    assert found.rows(named=True) == [
        {"stage": "question", "row_id": "t-q01", "score": (4 + 15 - 4) / 16, "is_accepted": True,
         "grounded": 4.0, "correct": 5.0, "complete": 5.0, "clear": 5.0}
    ]  # fmt: skip
    shown = judgements(TrackRows(make_track(), {quality.Quality: [row, none]}))
    assert shown["question", "t-q01"].score == found["score"][0]
    assert shown["question", "t-q01"].reason == "why 0"
    assert shown["question", "t-q02"].score is None
