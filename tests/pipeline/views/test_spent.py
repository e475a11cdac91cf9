"""The estimate of a build beside what was asked, in a build that asks a real server."""

import pytest

from flows.command import render
from flows.costs_tables import percent, spent_dicts, spent_table
from pipeline import build, load_config
from pipeline.corpus.estimates import last_estimate
from pipeline.corpus.models import open_answer_cache
from pipeline.stages.caption.stage import STAGE as CAPTION
from pipeline.stages.segment.stage import STAGE as SEGMENT
from pipeline.views.spent import Amount, compare, spent_since
from schemas.config import with_roles
from schemas.estimate import BuildEstimate, StageEstimate
from schemas.ledger import LedgerLine
from tests.serving import model_server
from tests.small_corpus import write_songs


def line(outcome, n, **counts):
    values = {"input_tokens": 0, "output_tokens": 0, "cost_usd": 0.0, **counts}
    return LedgerLine(
        stage="judge", role="judge", model="m", outcome=outcome, n_attempts=n, **values
    )


def test_only_what_was_asked_since_counts_and_faults_count_too():
    before = [line("answered", 5, input_tokens=500, audio_tokens=400, cost_usd=1.0)]
    now = [
        line("answered", 15, input_tokens=1500, audio_tokens=1200, cost_usd=3.0, bytes_sent=10),
        line("invalid", 2, input_tokens=200, output_tokens=7, cost_usd=0.5, bytes_sent=5),
    ]
    stage = StageEstimate(
        stage="judge", role="judge", engine="openai", model="m", n_steps=1, n_requests=12,
        input_tokens=1500, audio_tokens=1000, output_tokens=7, cost_usd=5.0, bytes_sent=30,
    )  # fmt: skip
    estimate = BuildEstimate(stages=[stage], before=before, created_at="2026")
    judge, everything = compare(estimate, now)
    assert judge.requests == Amount(12, 10)
    assert judge.audio_tokens == Amount(1000, 800)
    assert judge.text_tokens == Amount(500, 400)
    assert judge.output_tokens == Amount(7, 7)
    assert judge.usd == Amount(5.0, 2.5)
    assert judge.bytes_sent == Amount(30, 15)
    assert (everything.stage, everything.usd) == ("all", judge.usd)
    shown = [percent(each) for each in (judge.requests, judge.usd, judge.output_tokens)]
    assert shown == ["+20 %", "+100 %", "+0 %"]
    assert judge.cached_tokens.error is None, "nothing was cached: there is no share of it"


def test_a_build_keeps_its_estimate_and_status_shows_the_error(tmp_path):
    path, stages = write_songs(tmp_path), (SEGMENT, CAPTION)
    with model_server() as url:
        captioner = {
            "engine": "openai", "base_url": url, "model": "any",
            "usd_per_million_input_tokens": 1.0,
        }  # fmt: skip
        config = with_roles(load_config(path), {"captioner": captioner})
        assert spent_since(build(load_config(path), stages=stages[:1])) == []
        corpus = build(config, stages=stages)
    caption, everything = spent_since(corpus)
    ledger = [each for each in open_answer_cache(config).ledger() if each.stage == "caption"]
    assert (caption.stage, caption.role) == ("caption", "captioner")
    assert caption.requests == Amount(8, 8), "windows of 2 s of 8 + 4 + 4 s"
    assert caption.audio_tokens.expected == 16 * 25
    assert caption.text_tokens.expected == 8 * 150
    assert caption.text_tokens.happened + caption.audio_tokens.happened == sum(
        each.input_tokens for each in ledger
    )
    assert caption.bytes_sent.happened == sum(each.bytes_sent for each in ledger)
    assert everything.usd.happened == pytest.approx(sum(each.cost_usd for each in ledger))
    (row, _) = spent_dicts([caption, everything])
    assert row["requests, error"] == "+0 %"
    assert "8, 8 (+0 %)" in render(spent_table([caption, everything]))
    assert {line.stage for line in last_estimate(corpus.store).before} == {"probe"}
    assert spent_since(build(config, stages=stages)) == [caption, everything], (
        "a build that asks nothing has no estimate of its own"
    )
