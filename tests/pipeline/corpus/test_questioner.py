"""Questions by a model that hears, and harder ones, over a real connection: what stands of them."""

from collections import Counter

import numpy as np
import polars as pl

from pipeline.corpus.build import build
from pipeline.release.create import create_release
from schemas.qa import QaPair
from schemas.quality import BlindResult, Hardened, Quality
from tests.pipeline.corpus.test_salad import N_TRACKS, served
from tests.pipeline.release.made_up import Here
from tests.pipeline.stages.asked import EASY, STUBBORN
from tests.serving import model_server
from training.config import SourceConfig
from training.rows import open_source


def test_who_hears_writes_what_stands_in_the_release_and_in_training(built_corpus, tmp_path):
    log = tmp_path / "log"
    with model_server("--log", log, "--script", "questions") as url:
        config = served(built_corpus, tmp_path, url, "questioner", "blind", "judge")
        corpus = build(config, until="judge")
    pairs = list(corpus.rows(QaPair))
    assert len(pairs) == 4 * N_TRACKS
    assert {pair.authorship.role for pair in pairs} == {"questioner"}
    assert {(pair.style, pair.type, pair.skill) for pair in pairs} == {
        ("length", "time", "temporal"), ("reverb", "technique", "attributes"),
    }  # fmt: skip
    assert all(pair.rationale.startswith("The clicks") for pair in pairs)
    why = Counter(each.reason for each in corpus.rejections() if each.stage == "question")
    assert why == dict.fromkeys(
        ("metadata", "not_hearable", "bad_reference", "wrong_type"), N_TRACKS
    )
    create_release(config, "v1", Here(), allow_partial=True)
    release = f"{config.store}/releases/v1"
    rows = pl.read_parquet(f"{release}/mf-skills/qa/*.parquet")
    assert set(rows["type"]) == {"time", "technique"}
    assert rows["references"].struct.field("seconds").list.len().to_list() == [1] * len(rows)
    source = SourceConfig(release=release, dataset="mf-skills/qa", audio_root=str(tmp_path))
    (part,) = open_source(source, [0], 1)
    heard = list(part.epoch(np.random.default_rng(0)))
    assert {row.row_id for row in heard} <= set(rows["row_id"])
    stretches = {(each.heard_start_s, each.heard_end_s) for row in heard for each in row.sounds}
    assert stretches == {(None, None)}


def test_choices_that_words_give_away_are_made_harder_or_go(built_corpus, tmp_path):
    with model_server("--script", "questions") as url:
        players = ("writer", "questioner", "blind", "judge")
        corpus = build(served(built_corpus, tmp_path, url, *players), until="judge")
    questions = {pair.qa_id: pair.question for pair in corpus.rows(QaPair)}
    results = {row.qa_id: row for row in corpus.rows(BlindResult)}
    assert results.keys() == questions.keys()
    guessed = {qa_id for qa_id, row in results.items() if row.is_guessed}
    assert {questions[qa_id] for qa_id in guessed} == {EASY, STUBBORN}
    harder = list(corpus.rows(Hardened))
    assert {questions[row.qa_id] for row in harder} == {EASY}
    assert {(row.question, len(row.options), row.blind.n_right) for row in harder} == {
        ("For what time is it heard?", 7, 0)
    }
    assert {row.authorship.role for row in harder} == {"writer"}
    refused = [each for each in corpus.rejections() if each.stage == "harden"]
    assert {questions[each.row_id] for each in refused} == {STUBBORN}
    assert {each.reason for each in refused} == {"blind_answerable"}
    assert all("made harder" in each.detail for each in refused)
    judged = {row.row_id for row in corpus.rows(Quality) if row.kind == "qa"}
    assert judged == questions.keys() - {each.row_id for each in refused}
