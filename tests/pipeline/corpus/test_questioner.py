"""Questions by a model that hears, over a real connection: who is asked, what stands, what not."""

from collections import Counter

import numpy as np
import polars as pl

from pipeline.corpus.build import build
from pipeline.release.create import create_release
from schemas.qa import QaPair
from tests.pipeline.corpus.test_salad import N_TRACKS, served
from tests.pipeline.release.made_up import Here
from tests.serving import model_server
from training.config import SourceConfig
from training.rows import open_source


def test_who_hears_writes_what_stands_in_the_release_and_in_training(built_corpus, tmp_path):
    log = tmp_path / "log"
    with model_server("--log", log, "--script", "questions") as url:
        config = served(built_corpus, tmp_path, url, "questioner", "judge")
        corpus = build(config, until="judge")
    pairs = list(corpus.rows(QaPair))
    assert len(pairs) == 2 * N_TRACKS
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
    assert {(row.heard_start_s, row.heard_end_s) for row in heard} == {(None, None)}
