"""Builds that hear lyrics, by the command."""

import shutil

import polars as pl
import pytest

from tests.audio import write
from tests.phrases import MODEL, SONGS, music, song
from tools.lyrics.transcript import SAMPLE_RATE_HZ

CONFIG = """\
name: sung
store: store
source: {folder: audio}
transcribe:
  recogniser: {model: models/tiny.nemo}
execution: {workers: 1}
"""


@pytest.mark.slow
def test_lyrics_are_null_until_the_model_is_at_hand(partimento, tmp_path):
    (tmp_path / "audio").mkdir()
    (tmp_path / "models").mkdir()
    write(tmp_path / "audio/sung.flac", song([1, 3], over=SONGS[1])[0], SAMPLE_RATE_HZ)
    excerpt = music(SONGS[2])[20 * SAMPLE_RATE_HZ : 28 * SAMPLE_RATE_HZ]
    write(tmp_path / "audio/music.flac", excerpt, SAMPLE_RATE_HZ)
    config = tmp_path / "corpus.yaml"
    config.write_text(CONFIG)

    without = partimento("build", config)
    assert without.returncode == 0, without.stderr
    assert without.stderr.replace("\n", " ").count("lyrics will be null (no_model)") == 1
    assert "tiny.nemo" in without.stderr and "make install-all" in without.stderr
    assert "2 null text: no_model" in without.stdout
    status = partimento("status", config)
    assert "2 null text: no_model" in status.stdout, "the last build, which had no recogniser"
    assert "differs" in status.stderr and "in transcribe.recogniser" in status.stderr

    shutil.copy(MODEL, tmp_path / "models/tiny.nemo")
    heard = partimento("build", config)
    assert heard.returncode == 0, heard.stderr
    assert "null text: no_model" not in heard.stdout
    assert "lyrics will be null" not in heard.stderr
    assert "1 null text: no_vocals" in heard.stdout
    assert len(list((tmp_path / "store/data/measure").iterdir())) == 1, "nothing is measured again"
    shown = partimento("show", config, "sung.flac").stdout
    assert "i will follow you across the burning sky" in shown
    texts = pl.read_parquet(tmp_path / "store/data/describe/*.parquet")
    quoted = texts.filter(pl.col("caption").str.contains("i will follow you across"))
    assert len(quoted) == 1
    assert partimento("build", config).stdout == heard.stdout
