import pytest

from pipeline.corpus.models import open_answer_cache
from pipeline.views.estimate import estimate_build
from schemas.config import CorpusConfig
from schemas.ledger import LedgerLine
from tests.audio import tone, write


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


def test_earlier_answers_tell_what_the_next_will_take(config):
    cache = open_answer_cache(config)
    for outcome, n, tokens in (("answered", 20, 200), ("invalid", 5, 100)):
        cache.charge(
            LedgerLine(
                stage="describe", role="writer", model="m", outcome=outcome, n_attempts=n,
                input_tokens=10 * tokens, output_tokens=tokens, cost_usd=0.5,
            )
        )  # fmt: skip
    found = estimate_build(config)
    describe = next(each for each in found.stages if each.stage == "describe")
    assert describe.is_measured
    assert (describe.input_tokens, describe.output_tokens) == (2 * 150, 2 * 15)
    assert (found.spent.usd, found.spent.tokens) == (1.0, 3300)
