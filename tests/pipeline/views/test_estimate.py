import math
from dataclasses import replace

import pytest

from flows.command import render
from flows.costs_tables import estimate_table
from pipeline.corpus.models import open_answer_cache
from pipeline.engine.stage import ModelRequests, ModelUse
from pipeline.views.estimate import estimate_build
from schemas.config import CorpusConfig, with_roles
from schemas.dialect import Dialect
from schemas.ledger import LedgerLine
from schemas.sections import JudgeConfig
from tests.audio import tone, write
from tools.chat.probe import dialect_key


@pytest.fixture
def config(tmp_path):
    audio = tmp_path / "audio"
    audio.mkdir()
    write(audio / "short.wav", tone(10, 8000), 8000)
    write(audio / "long.wav", tone(65, 8000), 8000)
    (audio / "broken.wav").write_bytes(b"no sound")
    (audio / "words.txt").write_text("no audio")
    priced = {
        "engine": "openai", "base_url": "http://127.0.0.1:1/v1", "model": "m",
        "usd_per_million_input_tokens": 1.0, "usd_per_million_output_tokens": 10.0,
    }  # fmt: skip
    return CorpusConfig(
        name="x", store=str(tmp_path / "store"), source={"folder": str(audio)},
        roles={"captioner": priced, "writer": priced}, ingest={"partition_size": 1},
    )  # fmt: skip


def test_a_corpus_is_estimated_before_anything_is_opened_or_written(config, tmp_path):
    found = estimate_build(config)
    assert (found.n_tracks, found.n_new_files) == (2, 3)
    assert found.duration_s == pytest.approx(75)
    by_stage = {each.stage: each for each in found.stages}
    assert by_stage["measure"].n_requests == 0
    assert by_stage["caption"].n_requests == 1 + 3
    assert by_stage["describe"].n_requests == 2
    caption = by_stage["caption"]
    assert caption.n_steps == 2
    assert caption.input_tokens == 4 * 150 + 75 * 25, "25 tokens a second of sound"
    assert caption.cost_usd == pytest.approx(
        (caption.input_tokens + 10 * caption.output_tokens) / 1e6
    )
    assert not caption.is_measured
    assert not (tmp_path / "store/answers.sqlite").exists()


def test_all_roles_are_priced_or_named_and_sound_and_bytes_are_told(config):
    cheap = {**config.roles.captioner.model_dump(), "usd_per_million_audio_tokens": 2.0}
    listener = {"engine": "openai", "base_url": "http://127.0.0.1:1/v1", "model": "ear"}
    config = with_roles(config, {"captioner": cheap, "judge": listener})
    estimate = estimate_build(config)
    found = {(each.stage, each.role): each for each in estimate.stages}
    caption, judge = found["caption", "captioner"], found["judge", "judge"]
    assert caption.audio_tokens == 75 * 25
    text_usd = caption.text_tokens + 10 * caption.output_tokens
    assert caption.cost_usd == pytest.approx((text_usd + 2 * caption.audio_tokens) / 1e6)
    wav_bytes = 75 * 32_000 * 4 / 3
    assert caption.bytes_sent == pytest.approx(wav_bytes + 4 * caption.text_tokens)
    assert judge.audio_tokens > 0
    assert not judge.has_price
    assert judge.cost_usd == 0
    assert found["describe", "writer"].audio_tokens == 0
    assert all(each.cached_tokens == 0 for each in estimate.stages), "none was seen yet"
    shown = render(estimate_table(estimate, config))
    assert "no price" in shown
    assert "without a price, and not in the sum: judge" in shown

    as_flac = Dialect(audio_format="flac")
    open_answer_cache(config).keep_dialect(dialect_key(config.roles.captioner), as_flac)
    again = {(each.stage, each.role): each for each in estimate_build(config).stages}
    sound_bytes = again["caption", "captioner"].bytes_sent - 4 * caption.text_tokens
    assert sound_bytes == pytest.approx(0.8 * wav_bytes), "as is known of the endpoint"


@pytest.mark.parametrize(
    ("cascade", "seen", "share"),
    [
        (True, {"judge": 40, "judge_2": 10}, 0.25),
        (True, {"judge": 9, "judge_2": 3}, None),
        (True, {"judge": 40}, None),
        (False, {"judge": 40, "judge_2": 10}, None),
    ],
)
def test_a_later_judge_of_a_cascade_is_estimated_at_what_it_saw_before(
    config, cascade, seen, share
):
    ear = {"engine": "openai", "base_url": "http://127.0.0.1:1/v1"}
    judges = {"judge": {**ear, "model": "small"}, "judge_2": {**ear, "model": "large"}}
    config = with_roles(config, judges).model_copy(update={"judge": JudgeConfig(cascade=cascade)})
    cache = open_answer_cache(config)
    for role, n_answers in seen.items():
        for stage, n in (("judge", n_answers), ("describe", 100)):
            line = LedgerLine(
                stage=stage, role=role, model=judges[role]["model"], outcome="answered",
                n_attempts=n, input_tokens=1000 * n, output_tokens=100 * n, cost_usd=0.0,
            )  # fmt: skip
            cache.charge(line)
    estimate = estimate_build(config)
    found = {each.role: each for each in estimate.stages if each.stage == "judge"}
    first, second = found["judge"], found["judge_2"]
    assert (first.share, second.share) == (None, share)
    assert second.n_requests == math.ceil(first.n_requests * (share or 1.0))
    assert ("25 % of the cascade" in render(estimate_table(estimate, config))) == bool(share)


def test_a_stage_says_how_much_of_a_track_it_hears(config):
    asks = ModelUse("judge", "judge", lambda *_: ModelRequests([]), (1, 1), hears=("judge",))
    assert asks.heard_s(config, "judge", 60.0) == 60.0
    assert asks.heard_s(config, "writer", 60.0) == 0.0
    thrice = replace(asks, n_per_track=lambda *_: 3.0)
    assert thrice.heard_s(config, "judge", 60.0) == 180.0
    assert replace(thrice, per_segment=True).heard_s(config, "judge", 60.0) == 60.0
    some = replace(thrice, heard_s_per_track=lambda _config, _role, duration_s: duration_s / 4)
    assert some.heard_s(config, "judge", 60.0) == 15.0


def test_earlier_answers_tell_what_the_next_will_take(config):
    cache = open_answer_cache(config)
    for outcome, n, tokens in (("answered", 20, 200), ("invalid", 5, 100)):
        cache.charge(
            LedgerLine(
                stage="describe", role="writer", model="m", outcome=outcome, n_attempts=n,
                input_tokens=10 * tokens, output_tokens=tokens, cost_usd=0.5,
                cached_tokens=4 * tokens, bytes_sent=50 * tokens,
            )
        )  # fmt: skip
    found = estimate_build(config)
    describe = next(each for each in found.stages if each.stage == "describe")
    assert describe.is_measured
    assert (describe.input_tokens, describe.output_tokens) == (2 * 150, 2 * 15)
    assert (describe.cached_tokens, describe.bytes_sent) == (2 * 60, 2 * 750)
    assert (found.spent.usd, found.spent.tokens) == (1.0, 3300)
