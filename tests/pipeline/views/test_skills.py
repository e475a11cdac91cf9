"""The funnel of MF-Skills adds up, and its balance is that of the accepted pairs."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engine.shards import write_shard
from pipeline.engine.stage import StageResult
from pipeline.stages.question.styles import STYLES
from pipeline.views.skills import balance, by_skill, read_funnel
from schemas.provenance import Rejection
from schemas.qa import SKILLS, QaPair
from schemas.quality import Quality
from schemas.usage import Usage
from tests.pipeline.stages.questions import pair_of
from tools.store import Store

FATES = ("question", "lint", "dedup", "harden", "judge", "accepted")


def commit(store, stage, model, rows, refused):
    accepted = [getattr(row, "qa_id", None) or row.row_id for row in rows]
    rejected = [
        Rejection(row_id=i, stage=stage, reason="bad", detail="", raw=r) for i, r in refused
    ]
    inputs = accepted + [row_id for row_id, _ in refused]
    result = StageResult(inputs, accepted, list(rows), rejected)
    return write_shard(
        store, stage=stage, partition="p0", address="a", result=result, model=model, seconds=0.0
    )


def verdict_of(row_id, kind="qa"):
    return Quality(
        row_id=row_id, track_id="0", kind=kind, decision="accepted", ballots=[], findings=[],
        blind_tries=None, blind_right=None, usage=Usage(),
    )  # fmt: skip


def funnel_of(outcomes):
    """A funnel in which each pair has a skill and a fate; a caption is refused by lint."""
    pairs = [pair_of(n, skill=skill) for n, (skill, _) in enumerate(outcomes)]
    of = {
        stage: [p for p, (_, fate) in zip(pairs, outcomes, strict=True) if fate == stage]
        for stage in FATES
    }
    store = Store("memory://")
    styles = {style.skill: style.name for style in STYLES}
    drafts = [(p.qa_id, json.dumps({"style": styles[p.skill]})) for p in of["question"]]
    written = [pair for pair in pairs if pair not in of["question"]]
    commits = [commit(store, "question", QaPair, written, [*drafts, ("9", None)])]
    for stage in FATES[1:4]:
        refused = [(p.qa_id, "{}") for p in of[stage]] + ([("0", "A.")] if stage == "lint" else [])
        commits.append(commit(store, stage, Quality, [], refused))
    verdicts = [verdict_of(p.qa_id) for p in of["accepted"]] + [verdict_of("1", "caption")]
    refused = [(p.qa_id, "{}") for p in of["judge"]]
    commits.append(commit(store, "judge", Quality, verdicts, refused))
    return read_funnel(store, commits)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.sampled_from(SKILLS), st.sampled_from(FATES)), max_size=20))
def test_every_candidate_has_one_fate(outcomes):
    rows = {row["what"]: row for row in by_skill(funnel_of(outcomes)).iter_rows(named=True)}
    assert rows.pop("caption") == {
        "what": "caption", "candidates": 2, **dict.fromkeys(FATES, 0), "lint": 1, "accepted": 1,
    }  # fmt: skip
    assert rows.pop("no pairs")["question"] == 1
    assert set(rows) == {skill for skill, _ in outcomes}
    for skill, row in rows.items():
        ours = [fate for each, fate in outcomes if each == skill]
        assert row["candidates"] == len(ours)
        assert {fate: row[fate] for fate in FATES} == {fate: ours.count(fate) for fate in FATES}


def test_the_balance_is_that_of_what_was_accepted():
    found = funnel_of([("harmony", "accepted")] * 3 + [("lyrics", "accepted"), ("lyrics", "judge")])
    shares = {
        (row["of"], row["value"]): row["share"] for row in balance(found).iter_rows(named=True)
    }
    assert shares["skill", "harmony"] == 0.75
    assert shares["skill", "lyrics"] == 0.25
    assert shares["place of the answer", "2 of 4"] == 1.0
    assert shares["length of the answer", "the longest"] == 1.0


def test_there_is_no_funnel_before_the_judge():
    assert read_funnel(Store("memory://"), []) is None
