"""Addresses: what re-runs when something changes."""

import pytest

from pipeline.engine.plan import phases, steps
from pipeline.stages import STAGES
from schemas.config import CorpusConfig
from schemas.shards import Partition, Snapshot
from schemas.texts import BroughtText
from schemas.tracks import Track

NAMES = [stage.name for stage in STAGES]
SERVED = {"engine": "openai", "base_url": "http://127.0.0.1:1/v1", "model": "m"}


def partition(number, tracks="t", **retries):
    return Partition(
        partition=f"p{number}", n_tracks=1, audio_digest=f"a{number}",
        tracks_address=f"{tracks}{number}", retries=retries,
    )  # fmt: skip


def snapshot(*partitions):
    return Snapshot(
        number=1, sources_path="", max_duration_s=1.0, n_sources=1, n_tracks=1, n_absent=0,
        reasons={}, partitions=list(partitions), created_at="",
    )  # fmt: skip


def plan(*partitions, **sections):
    config = CorpusConfig(name="x", store="/x", source={"folder": "/y"}, **sections)
    found = steps(STAGES, snapshot(*partitions), config)
    return {(step.partition.partition, step.stage.name): step.address for step in found}


def changed(one, other):
    return {key for key in one if one[key] != other[key]}


THINK = {"difficulty", "select", "reason", "factcheck", "structure"}
CHAINS = {"select", "reason", "factcheck"}
BASE = (partition(0), partition(1), partition(2))


def after(first, *, parts=("p0", "p1", "p2"), reads=NAMES):
    return {(part, name) for part in parts for name in reads if name in NAMES[NAMES.index(first) :]}


@pytest.mark.parametrize(
    ("sections", "stages"),
    [
        ({"judge": {"min_clear": 5}}, {"judge"} | THINK),
        ({"roles": {"judge": SERVED}}, {"judge"} | THINK),
        ({"roles": {"judge_2": SERVED}}, {"judge"} | THINK),
        ({"blind": {"tries": 2}}, {"blind", "harden", "judge"} | THINK),
        ({"harden": {"enabled": False}}, {"harden", "judge"} | THINK),
        ({"dedup": {"max_alike": 2}}, {"dedup", "blind", "harden", "judge"} | THINK),
        ({"lint": {"max_wrong": 2}}, {"lint", "dedup", "blind", "harden", "judge"} | THINK),
        (
            {"question": {"seed": 2}},
            {"question", "lint", "dedup", "blind", "harden", "judge"} | THINK,
        ),
        ({"compare": {"seed": 2}}, {"compare", "blind", "harden", "judge"} | THINK),
        ({"difficulty": {"tries": 2}}, {"difficulty"} | CHAINS),
        ({"roles": {"student": SERVED}}, {"difficulty"} | CHAINS),
        ({"select": {"share": 0.5}}, CHAINS),
        ({"reason": {"max_steps": 5}}, {"reason", "factcheck"}),
        ({"roles": {"reasoner": SERVED}}, THINK),
        ({"roles": {"checker": SERVED}}, {"factcheck"}),
        ({"factcheck": {"max_rewrites": 0}}, {"factcheck"}),
        ({"structure": {"max_phrases": 3}}, {"structure"}),
    ],
)
def test_a_change_re_runs_its_stage_and_what_rests_on_it(sections, stages):
    found = changed(plan(*BASE), plan(*BASE, **sections))
    assert found == {(f"p{n}", stage) for n in range(3) for stage in stages}


def test_new_tracks_change_no_old_address():
    before, grown = plan(*BASE[:2]), plan(*BASE)
    assert changed(before, grown) == set()
    assert {part for part, _ in grown.keys() - before.keys()} == {"p2"}


def test_words_of_a_listing_re_run_what_rests_on_them_and_corpus_wide_stages_after_it():
    found = changed(plan(*BASE), plan(partition(0), partition(1, "new"), partition(2)))
    texts = {"refine", "describe", "retell", "question", "compare"}
    later = {"dedup", "blind", "harden", "judge"} | THINK
    rests = {"transcribe", "lint"} | texts | later
    assert found == {("p1", stage) for stage in rests} | {("p2", stage) for stage in later}


def test_a_retry_reaches_other_partitions_through_corpus_wide_stages_alone():
    found = changed(plan(*BASE), plan(partition(0, factcheck=1), *BASE[1:]))
    assert found == {("p0", "factcheck")}
    found = changed(plan(*BASE), plan(partition(0, judge=1), *BASE[1:]))
    chains = {(part, name) for part in ("p1", "p2") for name in CHAINS}
    assert found == {("p0", name) for name in {"judge"} | THINK} | chains
    found = changed(plan(*BASE), plan(partition(0, question=1), *BASE[1:]))
    later = {("p1", stage) for stage in ("dedup", "blind", "harden", "judge")}
    assert found > later
    assert ("p1", "question") not in found


def test_inputs_have_the_addresses_of_the_steps_that_make_them():
    config = CorpusConfig(name="x", store="/x", source={"folder": "/y"})
    found = steps(STAGES, snapshot(*BASE), config)
    known = {(step.partition.partition, step.stage.name): step.address for step in found}
    for step in found:
        assert {each.model for each in step.inputs} == set(step.stage.reads) - {BroughtText}
        for each in step.inputs:
            where = step.partition.partition
            tracks = step.partition.tracks_address
            assert each.address == (tracks if each.model is Track else known[where, each.stage])


def test_texts_of_a_partition_re_run_what_reads_them_and_nothing_else():
    texts = partition(1).model_copy(update={"texts_address": "t1"})
    found = changed(plan(*BASE), plan(BASE[0], texts, BASE[2]))
    later = {"dedup", "blind", "harden", "judge"} | THINK
    ours = {"refine", "question", "lint"} | later
    assert found == {("p1", stage) for stage in ours} | {("p2", stage) for stage in later}
    config = CorpusConfig(name="x", store="/x", source={"folder": "/y"})
    (refine,) = (s for s in steps(STAGES, snapshot(texts), config) if s.stage.name == "refine")
    assert ("texts", "t1") in {(each.stage, each.address) for each in refine.inputs}
    assert "t1" not in refine.upstream, "ingest is done before any step"


def test_corpus_wide_stages_are_phases_of_their_own():
    config = CorpusConfig(name="x", store="/x", source={"folder": "/y"})
    found = phases(STAGES, steps(STAGES, snapshot(*BASE), config))
    assert [sorted({step.stage.name for step in phase}) for phase in found] == [
        sorted(NAMES[: NAMES.index("dedup")]),
        ["dedup"],
        ["blind", "difficulty", "harden", "judge"],
        ["select"],
        ["factcheck", "properties", "reason", "structure"],
    ]
    assert phases(STAGES, []) == []
