"""The stage with the role `transcriber`: real sound, a real server, and its words in rows."""

import json

import numpy as np
import pytest

from pipeline.engine.stage import Batch, StageContext
from pipeline.stages.transcribe.stage import STAGE, transcribe_tracks
from schemas.arrow import from_table, to_table
from schemas.config import ConfigError, CorpusConfig
from schemas.facts import HeardTags
from schemas.lyrics import Lyrics
from schemas.roles import RoleConfig, RolesConfig
from schemas.transcribe import RecogniserConfig, TranscribeConfig
from tests.audio import write
from tests.phrases import song
from tests.pipeline.stages.transcribe.test_stage import ingested, why
from tests.tools.chat.scripted import http, says, scripted_server
from tools.chat.answer_cache import AnswerCache
from tools.chat.models import BudgetLimits, Models
from tools.chat.request import BudgetReachedError, EndpointError
from tools.lyrics.recognisers import Recognisers
from tools.lyrics.transcript import SAMPLE_RATE_HZ
from tools.process_pool import ProcessPool

TRANSCRIPTIONS = "openai/transcriptions"
ROLE = RecogniserConfig(engine="role")
LYRICS = "The morning light is shining over water\nI will follow you across the burning sky"


@pytest.fixture(scope="module")
def server():
    with scripted_server() as running:
        yield running


@pytest.fixture(scope="module")
def executor():
    with ProcessPool(1) as pool:
        yield pool


@pytest.fixture
def transcribe(tmp_path, executor):
    """Run the stage over tracks whose transcriber is at a URL; gives its result."""

    def run(tracks, url, *, config=None, budget=None, engine=TRANSCRIPTIONS, **fields):
        role = RoleConfig(
            engine=engine, base_url=url, model="m", concurrency=1, time_limit_s=20.0, **fields
        )
        config = config or TranscribeConfig(recogniser=ROLE)
        models = Models(
            RolesConfig(transcriber=role), cache=AnswerCache(tmp_path / "answers.sqlite"),
            budget_limits=budget or BudgetLimits(), clip_workers=executor, keys={},
            time_limit_s=60.0, builtin={},
        )  # fmt: skip
        with models, Recognisers(config, padded_s=120.0) as hearing:
            assert hearing.processes == {} and hearing.check() == []
            context = StageContext(STAGE, executor, models, 120.0, lambda n: None, hearing)
            result = transcribe_tracks(Batch(tracks, {HeardTags: []}), config, context)
        result.check()
        assert from_table(to_table(result.rows, Lyrics), Lyrics) == result.rows
        return result

    return run


@pytest.fixture
def sung(tmp_path):
    """A track in which the first two phrases are spoken, with the times of their words."""

    def make(**words):
        sound, said = song([0, 1])
        path = write(tmp_path / "sung.flac", sound, SAMPLE_RATE_HZ)
        return ingested(path, **words), said

    return make


def sent(value):
    return http(json.dumps(value).encode())


def transcription(said, **fields):
    words = [{"word": word, "start": start_s, "end": end_s} for word, start_s, end_s in said]
    text = " ".join(word for word, _, _ in said)
    return {"text": text, "language": "english", "words": words, **fields}


def test_words_of_an_endpoint_are_judged_and_written(transcribe, server, sung):
    track, said = sung(language="en")
    url, requests = server.url(sent(transcription(said)))
    (row,) = transcribe([track], url).rows
    assert row.text.splitlines() == [line.lower() for line in LYRICS.splitlines()]
    assert [(w.text, w.start_s) for w in row.words] == [(w, pytest.approx(s)) for w, s, _ in said]
    assert (row.source, row.language, why(row)) == ("heard", "en", {})
    assert all(line.is_timed for line in row.lines)
    assert (row.provenance[0].tool, row.provenance[0].version) == (TRANSCRIPTIONS, "m")
    assert requests[0]["language"] == [b"en"]
    transcribe([track], url)
    assert len(requests) == 1, "the answer is kept"


def test_a_text_without_times_is_a_line_over_its_stretch(transcribe, server, sung):
    track, _ = sung()
    url, requests = server.url(sent({"text": LYRICS.splitlines()[0]}))
    config = TranscribeConfig(recogniser=RecogniserConfig(engine="role", window_s=8.0))
    (row,) = transcribe([track], url, config=config).rows
    assert [line.is_timed for line in row.lines] == [False, False]
    cuts = [line.start_s for line in row.lines]
    assert len(requests) == len(row.lines) == 2
    assert cuts[0] == 0 and 4 <= cuts[1] <= 8 and row.lines[1].end_s == track.track.duration_s
    assert [line.text for line in row.lines] == [LYRICS.splitlines()[0]] * 2
    assert {word.start_s for word in row.words} == {word.end_s for word in row.words} == {None}


def test_a_server_s_own_doubts_are_believed(transcribe, server, sung):
    track, said = sung()
    text = " ".join(word for word, _, _ in said)
    doubts = {"no_speech_prob": 0.9, "avg_logprob": -0.2, "compression_ratio": 1.0}
    segments = [{"text": text, "start": 0.5, "end": 9.5, **doubts}]
    url, _ = server.url(sent(transcription(said, segments=segments)))
    (row,) = transcribe([track], url).rows
    assert row.text is None and {each.rule for each in row.refused} == {"no_speech"}


def test_a_chat_model_that_hears_is_asked_for_lines(transcribe, server, sung):
    track, _ = sung(language="en")
    url, requests = server.url(says(json.dumps({"language": "en", "lines": LYRICS.splitlines()})))
    (row,) = transcribe([track], url, engine="openai").rows
    assert row.text == LYRICS and len(row.lines) == 2
    user = requests[0]["messages"][1]["content"]
    assert {part["type"] for part in user} == {"input_audio", "text"}
    assert "in English" in user[-1]["text"]
    assert {word.start_s for word in row.words} == {None}


def test_a_stretch_without_an_answer_leaves_its_track_null_and_no_other(
    transcribe, server, sung, tmp_path
):
    track, said = sung()
    path = write(tmp_path / "other.flac", 0.5 * song([2, 3])[0], SAMPLE_RATE_HZ)
    refused = http(b"{}", 413)
    url, _ = server.url(refused, sent(transcription(said)))
    rows = transcribe([track, ingested(path)], url).rows
    found = {why(row).get("text") for row in rows}
    assert found == {"too_large", None}


def test_a_wrong_key_ends_the_step(transcribe, server, sung):
    url, _ = server.url(http(b"{}", 401))
    with pytest.raises(EndpointError):
        transcribe([sung()[0]], url)


def test_no_more_is_spent_than_allowed(transcribe, server, sung):
    url, requests = server.url(sent({"text": "oh"}))
    with pytest.raises(BudgetReachedError):
        transcribe(
            [sung()[0]], url, budget=BudgetLimits(usd=1e-6), usd_per_million_input_tokens=100.0
        )
    assert requests == []


def test_the_listing_s_lyrics_are_used_where_they_are_heard(transcribe, server, sung):
    track, said = sung(lyrics=LYRICS)
    misheard = [(word.replace("water", "waiter"), a, b) for word, a, b in said]
    url, _ = server.url(sent(transcription(misheard)))
    (row,) = transcribe([track], url).rows
    assert (row.text, row.source) == (LYRICS, "listing")
    assert row.listing_match == (len(said) - 1) / len(said)
    by_text = {word.text: word for word in row.words}
    assert by_text["water"].start_s is None and by_text["burning"].start_s > 5
    assert (row.language, row.language_source) == ("en", "text") and row.refused == []


def test_other_lyrics_are_refused_and_what_is_heard_is_used(transcribe, server, sung):
    track, said = sung(lyrics="Amazing grace, how sweet the sound\nthat saved a wretch like me")
    url, _ = server.url(sent(transcription(said)))
    (row,) = transcribe([track], url).rows
    assert row.source == "heard" and row.text.startswith("the morning light")
    assert row.listing_match is None and why(row) == {"listing_match": "does_not_fit"}


@pytest.mark.parametrize(("lyrics", "is_used"), [(LYRICS, True), ("La la la la la", False)])
def test_where_the_gate_hears_no_voice_only_the_listing_s_lyrics_count(
    transcribe, server, tmp_path, lyrics, is_used
):
    said = song([0, 1])[1]
    noise = np.random.default_rng(0).normal(0, 0.1, 10 * SAMPLE_RATE_HZ)
    track = ingested(write(tmp_path / "n.flac", noise, SAMPLE_RATE_HZ), lyrics=lyrics)
    url, _ = server.url(sent(transcription(said)))
    (row,) = transcribe([track], url).rows
    assert not row.vocals.has_vocals
    if is_used:
        assert (row.text, row.source) == (LYRICS, "listing")
    else:
        assert row.text is None
        assert why(row) == {"text": "no_vocals", "listing_match": "does_not_fit"}


def test_without_a_recogniser_listed_lyrics_are_null_with_the_reason(executor, sung):
    context = StageContext(STAGE, executor, None, 60.0, lambda n: None)
    track, _ = sung(lyrics=LYRICS)
    batch = Batch([track], {HeardTags: []})
    (row,) = transcribe_tracks(batch, TranscribeConfig(), context).rows
    assert why(row) == dict.fromkeys(("text", "vocals", "listing_match"), "no_model")


HEARS = {"engine": TRANSCRIPTIONS, "base_url": "http://x/v1", "model": "m"}
NAMES = {"name": "a", "store": "s", "source": {"folder": "."}}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"transcribe": {"recogniser": {"engine": "role"}}}, "needs a model in `transcriber`"),
        ({"roles": {"transcriber": HEARS}}, "has `engine: role`, and none has"),
        ({"roles": {"writer": HEARS}}, "plays the `transcriber` only"),
        ({"roles": {"transcriber": {}}}, "hears no words"),
        ({"transcribe": {"recogniser": {"engine": "role", "model": "m"}}}, "roles.transcriber"),
        ({"transcribe": {"recogniser": {"engine": "faster-whisper"}}}, "needs `model`"),
    ],
)
def test_a_config_that_cannot_be_meant_is_refused(values, message):
    with pytest.raises((ValueError, ConfigError), match=message):
        CorpusConfig.model_validate(NAMES | values)


def test_a_config_with_a_transcriber_is_read():
    hears = {"transcribe": {"recogniser": {"engine": "role"}}, "roles": {"transcriber": HEARS}}
    assert CorpusConfig.model_validate(NAMES | hears).transcribe.by_role
