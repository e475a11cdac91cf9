"""Endpoints of transcriptions, over real connections: what they send well, and what not."""

import io
import json

import pytest
import soundfile

from tests.audio import clip, tone, write
from tests.tools.chat.scripted import http, scripted_server
from tools.chat.heard_text import HeardText, read_heard_text
from tools.chat.request import Answer, AnswerError, ChatRequest, EndpointError

WORDS = [
    {"word": "Oh", "start": 0.1, "end": 0.4},
    {"word": "darling", "start": 0.4, "end": 1.25},
]
SEGMENTS = [
    {"id": 0, "start": 0.1, "end": 1.25, "text": " Oh, darling!", "avg_logprob": -0.4,
     "no_speech_prob": 0.2, "compression_ratio": 0.9},
]  # fmt: skip
VERBOSE = {"task": "transcribe", "language": "english", "duration": 1.5, "text": "Oh, darling!"}
WHOLE = VERBOSE | {"words": WORDS, "segments": SEGMENTS}
REFUSED = http(json.dumps({"error": {"message": "no verbose_json"}}).encode(), 400)


def sent(value):
    return http(json.dumps(value).encode())


@pytest.fixture(scope="module")
def server():
    with scripted_server() as running:
        yield running


@pytest.fixture
def hear(ask, tmp_path):
    """Have clips heard at a URL; gives outcomes by number."""
    path = write(tmp_path / "a.wav", tone(3.0, 16000)[:, 0], 16000)

    def run(url, n=1, language=None, **fields):
        requests = {
            number: ChatRequest(
                "", "", HeardText, clip(path, 0.5 * number, 0.5 * number + 1.5), language=language
            )
            for number in range(n)
        }
        fields = {"engine": "openai/transcriptions", "time_limit_s": 20.0} | fields
        return ask(url, requests, concurrency=1, **fields)

    return run


def test_words_segments_and_signals_are_read(hear, server):
    url, requests = server.url(sent(WHOLE))
    outcome = hear(url, language="en")[0]
    assert outcome.value.text == "Oh, darling!" and outcome.value.language == "en"
    assert [(w.text, w.start_s, w.end_s) for w in outcome.value.words] == [
        ("Oh", 0.1, 0.4), ("darling", 0.4, 1.25)
    ]  # fmt: skip
    (segment,) = outcome.value.segments
    assert (segment.no_speech, segment.mean_log_probability) == (0.2, -0.4)
    (asked,) = requests
    assert asked["model"] == [b"m"] and asked["response_format"] == [b"verbose_json"]
    assert asked["timestamp_granularities[]"] == [b"word", b"segment"]
    assert asked["language"] == [b"en"]
    samples, rate_hz = soundfile.read(io.BytesIO(asked["file"][0]))
    assert len(samples) / rate_hz == 1.5


def test_a_server_that_knows_no_times_is_asked_for_less_and_remembered(hear, server):
    url, requests = server.url(REFUSED, REFUSED, sent({"text": "Oh, darling!"}))
    outcomes = hear(url, n=3)
    assert [each.value for each in outcomes.values()] == [HeardText(text="Oh, darling!")] * 3
    asked = [each.get("response_format", [None])[0] for each in requests]
    assert asked == [b"verbose_json", b"verbose_json", None, None, None]


def test_what_was_heard_is_bought_once(hear, server):
    url, requests = server.url(sent(WHOLE))
    first, again = hear(url), hear(url)
    assert first[0].value == again[0].value and len(requests) == 1
    hear(url, language="de")
    assert len(requests) == 2, "told another language, it may hear other words"


def test_a_server_that_bills_seconds_is_charged_by_them(hear, server, ask):
    url, _ = server.url(sent({"text": "Oh", "usage": {"type": "duration", "seconds": 2}}))
    hear(url, audio_tokens_per_s=100.0, usd_per_million_input_tokens=1e4)
    (line,) = ask.cache.ledger()
    assert (line.input_tokens, line.output_tokens) == (150, 0)
    assert line.cost_usd == pytest.approx(1.5)


def test_tokens_are_charged_as_they_are_counted(hear, server, ask):
    usage = {"type": "tokens", "input_tokens": 14, "output_tokens": 9, "total_tokens": 23}
    url, _ = server.url(sent({"text": "Oh", "usage": usage}))
    hear(url)
    (line,) = ask.cache.ledger()
    assert (line.input_tokens, line.output_tokens) == (14, 9)


def test_no_words_are_an_answer(hear, server):
    url, _ = server.url(sent({"text": "", "words": [], "segments": []}))
    assert hear(url)[0].value == HeardText(text="")


def test_what_looks_like_thoughts_is_sung(hear, server):
    url, _ = server.url(sent({"text": "<think>of me</think> oh {}"}))
    assert hear(url)[0].value.text == "<think>of me</think> oh {}"


@pytest.mark.parametrize(
    "message",
    [
        http(b"<html>busy</html>", kind="text/html"),
        http(b'{"text": "Oh', kind="application/json"),
        sent({"error": {"message": "overloaded"}}),
        sent(["Oh"]),
        sent({"text": None}),
        sent({"text": 7}),
        sent({"text": "h\ud800"}),
        sent({"text": "h\ufffd"}),
        http(b"[" * 100_000),
        http(b"\xff\xfe\xfa", kind="text/plain"),
        http(b"", 500),
        http(b"", 503),
        http(b"slow down", 429, headers=["retry-after: 0"]),
    ],
    ids=range(13),
)
def test_what_is_no_transcription_is_asked_again(hear, server, message):
    url, requests = server.url(message, sent(WHOLE))
    assert hear(url)[0].value.text == "Oh, darling!"
    assert len(requests) == 2


@pytest.mark.parametrize("status", [401, 404])
def test_a_wrong_key_or_path_ends_the_step(hear, server, status):
    url, requests = server.url(http(b"{}", status))
    with pytest.raises(EndpointError):
        hear(url)
    assert len(requests) == 1


def test_one_clip_that_is_refused_costs_itself(hear, server):
    good, bad = sent(WHOLE), http(b"{}", 413)
    url, _ = server.url(good, bad, good)
    outcomes = hear(url, n=3)
    assert [type(each) for each in outcomes.values()] == [Answer, AnswerError, Answer]
    assert outcomes[1].reason == "too_large"


def test_a_clip_that_is_too_large_is_not_sent(hear, server):
    url, requests = server.url(sent(WHOLE))
    assert hear(url, max_clip_mb=0.01)[0].reason == "clip_too_large"
    assert requests == []


def test_the_key_is_cut_out_of_what_is_heard(hear, server):
    url, _ = server.url(sent({"text": "oh secret-key-1 darling"}))
    assert hear(url, key="secret-key-1")[0].value.text == "oh [key] darling"


ODD_TIMES = {
    "backwards": [WORDS[1], WORDS[0] | {"start": 0.1}],
    "end first": [WORDS[0] | {"start": 0.5}, WORDS[1] | {"start": 0.6}],
    "negative": [WORDS[0] | {"start": -1}, WORDS[1]],
    "after the end": [WORDS[0], WORDS[1] | {"end": 9}],
    "not a number": [WORDS[0] | {"start": "0.1"}, WORDS[1]],
    "infinite": [WORDS[0] | {"start": float("inf")}, WORDS[1]],
    "true": [WORDS[0] | {"start": True}, WORDS[1]],
    "none": [WORDS[0] | {"start": None}, WORDS[1]],
    "no word": [{"start": 0.1, "end": 0.4}, WORDS[1]],
    "a word short": WORDS[:1],
    "other words": [WORDS[0], WORDS[1] | {"word": "dear"}],
    "no mapping": ["Oh", "darling"],
    "no list": "Oh darling",
}


@pytest.mark.parametrize("words", ODD_TIMES.values(), ids=ODD_TIMES)
def test_times_that_cannot_be_are_none_and_the_text_is_kept(words):
    body = json.dumps(VERBOSE | {"words": words, "segments": SEGMENTS})
    heard = read_heard_text(body, "application/json", 1.5)
    assert (heard.text, heard.words, len(heard.segments)) == ("Oh, darling!", [], 1)


@pytest.mark.parametrize("language", ["english", "en", "klingon", 7, None])
def test_the_language_is_a_code_or_unknown(language):
    body = json.dumps(VERBOSE | {"language": language})
    expected = "en" if language in ("english", "en") else None
    assert read_heard_text(body, "application/json", 1.5).language == expected


@pytest.mark.parametrize(("header", "language"), [("English", "en"), ("None", None)])
def test_the_header_of_qwen3_asr_is_no_part_of_the_text(header, language):
    body = json.dumps({"text": f"language {header}<asr_text>Oh, darling!"})
    expected = HeardText(text="Oh, darling!", language=language)
    assert read_heard_text(body, "application/json", 1.5) == expected


def test_a_bare_text_is_heard():
    assert (
        read_heard_text("Oh, darling!\n", "text/plain; charset=utf-8", 1.5).text == "Oh, darling!"
    )
