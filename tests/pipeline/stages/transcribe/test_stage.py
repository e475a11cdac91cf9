"""The stage as a whole: real audio, a real small Parakeet in its own process, real pools."""

import numpy as np
import pytest

from pipeline.engine.stage import AudioTrack, Batch, StageContext
from pipeline.stages.transcribe.gate import Gated
from pipeline.stages.transcribe.rows import Recognition, heard_row, judge
from pipeline.stages.transcribe.stage import STAGE, transcribe_tracks
from schemas.arrow import from_table, to_table
from schemas.facts import HeardTags
from schemas.ingest import IngestConfig
from schemas.lyrics import Lyrics
from schemas.transcribe import RecogniserConfig, TranscribeConfig
from tests.audio import tone, write
from tests.phrases import MODEL, PIECES, SONGS, music, song
from tests.pipeline.engine.test_stage import track
from tests.tiny_whisper import save_tiny
from tools.lyrics.recogniser_process import Tool
from tools.lyrics.recognisers import Recognisers
from tools.lyrics.transcript import SAMPLE_RATE_HZ, TranscribedWord, Transcript
from tools.process_pool import Failure, ProcessPool
from tools.sound.inspection import inspect

PARAKEET = RecogniserConfig(model=str(MODEL))


def ingested(path, **words):
    info = inspect(path, IngestConfig(max_duration_s=1200)).model_dump()
    found = track(info["track_id"]).track.model_copy(update={**info, "uri": path.name, **words})
    return AudioTrack(found, str(path))


def run(tracks, config, executor, *, padded_s=120.0):
    done = []
    with Recognisers(config, padded_s=padded_s) as hearing:
        context = StageContext(STAGE, executor, None, 120.0, done.append, hearing)
        result = transcribe_tracks(Batch(tracks, {HeardTags: []}), config, context)
    result.check()
    assert sum(done) == len(tracks)
    assert from_table(to_table(result.rows, Lyrics), Lyrics) == result.rows
    return result


@pytest.fixture(scope="module")
def executor():
    with ProcessPool(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def result(executor, tmp_path_factory):
    """A corpus of everything, and the rows by name."""
    folder = tmp_path_factory.mktemp("audio")
    whisper = save_tiny(tmp_path_factory.mktemp("model") / "whisper")
    sung, _ = song([0, 1, 3], over=SONGS[1])
    other, _ = song([2, 4], over=PIECES[0])
    sounds = {
        "sung": sung,
        "english": other,
        "stated_spanish": song([0, 1, 4])[0],
        "korean": song([3])[0],
        "klingon_instrumental": song([4])[0],
        "music": music(SONGS[2])[: 20 * SAMPLE_RATE_HZ],
        "noise": np.random.default_rng(0).normal(0, 0.1, 5 * SAMPLE_RATE_HZ),
        "silence": np.zeros(3 * SAMPLE_RATE_HZ),
        "gone": tone(1.0, SAMPLE_RATE_HZ)[:, 0],
    }
    said = {"english": "en", "stated_spanish": "es", "korean": "ko",
            "klingon_instrumental": "instrumental"}  # fmt: skip
    tracks = {}
    for name, sound in sounds.items():
        path = write(folder / f"{name}.flac", sound, SAMPLE_RATE_HZ)
        tracks[name] = ingested(path, language=said.get(name))
    (folder / "gone.flac").unlink()
    config = TranscribeConfig(
        recogniser=PARAKEET,
        fallback=RecogniserConfig(engine="whisper", model=str(whisper), languages=("ko",)),
        second_opinion=RecogniserConfig(engine="whisper", model=str(whisper)),
    )
    found = run(list(tracks.values()), config, executor, padded_s=30.0)
    by_id = {row.track_id: row for row in found.rows}
    return found, {name: by_id.get(each.track.track_id) for name, each in tracks.items()}


def why(row):
    return {each.field: each.reason for each in row.unmeasured}


def test_words_are_heard_in_songs(result):
    row = result[1]["sung"]
    assert row.lines[1].text == "i will follow you across the burning sky"
    assert row.text.split("\n") == [line.text for line in row.lines]
    assert row.text.split() == [word.text for word in row.words]
    assert (row.language, row.language_source) == ("en", "text")
    assert row.confidence > 0.8 and row.vocals.has_vocals
    assert row.unmeasured == [] and row.refused == []
    assert {each.tool for each in row.provenance} == {"nemo_toolkit", "silero-vad", "py3langid"}
    assert row.agreement_wer > 0.5, "the second opinion is a random model's"


def test_the_language_of_the_listing_comes_first(result):
    row = result[1]["english"]
    assert (row.language, row.language_source) == ("en", "listing")


def test_text_in_another_language_than_the_listing_says_is_refused(result):
    row = result[1]["stated_spanish"]
    assert row.text is None and row.language is None
    assert why(row)["text"] == "refused"
    refused = [each for each in row.refused if each.rule == "unlikely_language"]
    assert len(refused) >= 2
    assert "the listing says es" in refused[0].detail


def test_other_languages_go_to_the_fallback(result):
    row = result[1]["korean"]
    assert row.provenance[0].tool == "transformers"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("music", "no_vocals"),
        ("noise", "no_vocals"),
        ("silence", "silent"),
        ("klingon_instrumental", "instrumental"),
    ],
)
def test_where_nobody_sings_nothing_is_written(result, name, reason):
    row = result[1][name]
    assert why(row)["text"] == reason
    assert (row.text, row.words, row.lines, row.refused) == (None, None, None, [])


def test_only_what_cannot_be_decoded_is_rejected(result):
    (rejection,) = result[0].rejected
    assert rejection.reason == "missing"
    assert result[1]["gone"] is None


def test_without_a_recogniser_every_row_says_so(executor):
    tracks = [track(name) for name in "ab"]
    rows = run(tracks, TranscribeConfig(), executor).rows
    assert [why(row)["text"] for row in rows] == ["no_model", "no_model"]
    assert all(row.text is None and row.vocals is None for row in rows)


TURKISH = "sabah g\u00fcne\u015fi nehrin \u00fczerinde do\u011fuyor ve seni takip ediyorum"
GATED = Gated(None, np.full(4000, -20, np.float32), None)


def heard_of(text):
    words = enumerate(text.split())
    return Transcript([TranscribedWord(word, 0.4 * i, 0.4 * i + 0.3, 0.5) for i, word in words])


def judged_row(text, language=None, recogniser=PARAKEET, second=None):
    config = TranscribeConfig(recogniser=recogniser)
    told = track("a").track.model_copy(update={"language": language})
    heard = heard_of(text)
    opinion = heard_of(second) if isinstance(second, str) else second
    listening = Recognition(recogniser, Tool("nemo_toolkit", "3"), heard, opinion)
    return heard_row(told, judge(told, heard, GATED, listening, config), GATED, listening, config)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("the morning light is shining over water", None, ("en", "text")),
        ("la luz de la ma\u00f1ana brilla sobre el r\u00edo", None, ("es", "text")),
        ("the morning light is shining over water", "en, ko", ("en", "text")),
        ("morgenlyset skinner over elven og jeg vil f\u00f8lge deg", "Danish", ("da", "listing")),
        ("oh yeah", "fr", ("fr", "listing")),
        ("oh yeah", None, (None, None)),
    ],
)
def test_the_language_of_a_row(text, language, expected):
    row = judged_row(text, language)
    assert row.text == text
    assert (row.language, row.language_source) == expected
    assert why(row) == ({} if row.language else {"language": "unsure"})


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (TURKISH, None),
        ("the morning light is shining over water", "it"),
    ],
)  # fmt: skip
def test_an_unlikely_language_is_refused(text, language):
    row = judged_row(text, language)
    assert row.text is None and why(row)["text"] == "refused"
    assert [each.rule for each in row.refused] == ["unlikely_language"]
    assert row.refused[0].text == text


@pytest.mark.parametrize(("second", "wer"), [("Oh, YEAH", 0.0), ("oh no", 0.5), ("", 1.0)])
def test_agreement_is_the_word_error_rate_of_all_that_was_heard(second, wer):
    assert judged_row("oh yeah", second=second).agreement_wer == wer


def test_a_second_opinion_that_fails_says_so():
    row = judged_row("oh yeah", second=Failure("crashed", "SIGSEGV"))
    assert row.text == "oh yeah" and row.agreement_wer is None
    assert why(row)["agreement_wer"] == "crashed"


def test_nothing_heard_is_no_text():
    row = judged_row("")
    assert (row.text, row.confidence, why(row)["text"]) == (None, None, "nothing_heard")
