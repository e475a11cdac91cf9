"""The client against a real server that misbehaves in every way there is."""

import sqlite3
import threading
import time
from collections import Counter
from dataclasses import replace

import pytest

from tests.audio import clip
from tests.model_server import FAULTS, read_log
from tests.serving import model_server
from tests.tools.chat.conftest import Form, request
from tests.web import WebFiles
from tools.chat.request import (
    Answer,
    AnswerError,
    BudgetReachedError,
    ChatRequest,
    Clip,
    EndpointError,
)
from tools.errors import UnreachableError
from tools.remote.access import Access
from tools.remote.audio import RemoteFile
from tools.remote.cache import FileCache

UNPAID = {
    "429": "rate_limited", "429_ms": "rate_limited", "429_date": "rate_limited",
    "500": "server_error", "502_html": "server_error", "503": "server_error",
    "hang": "timed_out", "drip": "timed_out", "reset": "unreachable", "half_body": "unreachable",
    "short_body": "unreachable", "broken_json": "broken_response", "html": "broken_response",
    "error_in_200": "broken_response",
}  # fmt: skip
LOST = {"half_body", "short_body", "broken_json", "html", "error_in_200"}
PAID = {
    "no_choices": "empty", "empty": "empty", "null": "empty", "refusal": "refused",
    "content_filter": "filtered", "length": "cut_off", "no_json": "invalid",
    "wrong_type": "invalid", "missing_field": "invalid",
}  # fmt: skip


def test_the_table_of_faults_is_complete():
    assert set(UNPAID) | set(PAID) == set(FAULTS)


NEVER_END = ("hang", "drip")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_passes_costs_nothing_but_time(ask, tmp_path, fault):
    log = tmp_path / "log"
    with model_server("--log", log, "--fault-share", 0.5, "--faults", fault) as url:
        requests = {str(n): request(n) for n in range(12)}
        # An answer that is late on a busy machine would be paid for and asked again.
        limit_s = 0.5 if fault in NEVER_END else 60
        outcomes = ask(url, requests, max_attempts=30, max_answers=30, time_limit_s=limit_s)
    assert set(outcomes) == set(requests)
    assert all(isinstance(each, Answer) for each in outcomes.values()), outcomes
    assert all(isinstance(each.value, Form) for each in outcomes.values())
    seen = Counter(line["outcome"] for line in read_log(log))
    assert seen["answered"] == 12
    assert seen[fault] > 0
    charged = {line.outcome: line for line in ask.cache.ledger()}
    reason = UNPAID.get(fault) or PAID[fault]
    assert charged[reason].n_attempts == seen[fault]
    is_charged = charged[reason].output_tokens > 0
    assert is_charged == (fault in PAID or fault in LOST), "what may be paid is counted as paid"
    assert charged["answered"].n_attempts == 12


@pytest.mark.parametrize(("usd", "is_charged"), [(0.0, False), (1.0, True)])
def test_what_is_late_is_charged_only_where_tokens_have_a_price(ask, usd, is_charged):
    options = ("--first-fault", "hang")
    with model_server(*options) as url:
        ask(url, {"a": request()}, time_limit_s=0.5, usd_per_million_output_tokens=usd)
    late = next(line for line in ask.cache.ledger() if line.outcome == "timed_out")
    assert (late.output_tokens > 0) == is_charged


@pytest.mark.parametrize("fault", sorted(PAID))
def test_a_model_that_never_answers_costs_its_row(ask, fault):
    with model_server("--fault-share", 1, "--faults", fault) as url:
        outcomes = ask(url, {"a": request()}, max_answers=3)
    (error,) = outcomes.values()
    assert isinstance(error, AnswerError)
    assert error.reason == PAID[fault]
    assert sum(line.n_attempts for line in ask.cache.ledger()) == 3
    if fault not in ("no_choices", "null"):
        assert error.raw.strip() or fault == "empty"
    with sqlite3.connect(ask.cache.path) as database:
        assert database.execute("select count(*) from answers").fetchone() == (0,)


def test_an_invalid_answer_is_shown_to_the_model_once(ask, tmp_path):
    log = tmp_path / "log"
    with model_server("--log", log, "--fault-share", 1, "--faults", "wrong_type") as url:
        ask(url, {"a": request()}, max_answers=4)
    assert [line["n_messages"] for line in read_log(log)] == [2, 4, 2, 2]


def test_a_row_that_breaks_the_server_is_refused_when_others_are_answered(ask):
    with model_server("--always", "500", "number 3") as url:
        outcomes = ask(url, {str(n): request(n) for n in range(6)}, max_attempts=3)
        again = ask(url, {"3": request(3)}, max_attempts=3)
        late = ask(url, {"3": request(3)}, max_attempts=100, patience_s=1.0)
    assert outcomes["3"].reason == "server_error"
    assert "planned: 500" in outcomes["3"].detail, "the server's own words"
    assert sum(isinstance(each, Answer) for each in outcomes.values()) == 5
    assert again["3"].reason == "server_error", "a sign of life tells its fault from the server's"
    assert late["3"].reason == "server_error", "also when it is alone longer than the patience"


@pytest.mark.parametrize(
    ("how", "reason"), [("403", "forbidden"), ("400_filter", "filtered"), ("400", "bad_request")]
)
def test_a_row_that_is_not_allowed_costs_only_itself(ask, tmp_path, how, reason):
    log = tmp_path / "log"
    with model_server("--always", how, "number 3", "--log", log) as url:
        outcomes = ask(url, {str(n): request(n) for n in range(6)}, concurrency=1)
    assert outcomes["3"].reason == reason
    assert sum(isinstance(each, Answer) for each in outcomes.values()) == 5
    last = read_log(log)[-1]
    assert last["format"] == "json_schema", "a way that worked is not given up for one row"


def test_an_endpoint_that_forbids_everything_stops_the_step(ask):
    with (
        model_server("--always", "403", "number", "yes") as url,
        pytest.raises(EndpointError, match="forbidden"),
    ):
        ask(url, {"a": request()})


def test_the_last_words_of_a_model_are_kept_when_the_end_is_another(ask):
    with model_server("--first-fault", "no_json", "--always-then", "400") as url:
        outcomes = ask(url, {"a": request()}, max_answers=9)
    assert outcomes["a"].reason == "bad_request"
    assert outcomes["a"].raw == "Sure! Here is a caption: nice music."


def test_rows_outlive_an_outage(ask):
    with model_server() as url:
        port = url.rsplit(":", 1)[1].split("/")[0]
    is_over = threading.Event()

    def come_back():
        time.sleep(2.0)
        with model_server("--port", port):
            is_over.wait(60)

    server = threading.Thread(target=come_back)
    server.start()
    try:
        outcomes = ask(url, {str(n): request(n) for n in range(20)}, patience_s=60.0)
    finally:
        is_over.set()
        server.join()
    assert [each for each in outcomes.values() if not isinstance(each, Answer)] == []


def test_the_last_fault_of_an_outage_is_not_the_rows(ask):
    with model_server("--first-fault", "500") as url:
        ask(url, {"a": request()}, max_attempts=1)
        assert isinstance(ask(url, {"b": request(1)}, max_attempts=1)["b"], Answer)


def test_a_dead_endpoint_stops_the_step(ask):
    with model_server() as url:
        pass
    with pytest.raises(EndpointError, match="unreachable"):
        ask(url, {"a": request()}, patience_s=2.0)
    with model_server("--fault-share", 1, "--faults", "500") as url:  # noqa: SIM117
        with pytest.raises(EndpointError, match="server_error"):
            ask(url, {"a": request()}, max_attempts=2, patience_s=4.0)


def test_a_wrong_key_stops_the_step_and_is_told_to_nobody(ask, caplog):
    caplog.set_level("DEBUG")
    with model_server("--key", "right") as url:
        with pytest.raises(EndpointError, match="denied_key") as caught:
            ask(url, {"a": request()}, key="sk-secret-of-mine")
        assert isinstance(ask(url, {"a": request()}, key="right")["a"], Answer)
    assert "sk-secret-of-mine" not in str(caught.value)
    assert "sk-secret-of-mine" not in caplog.text


@pytest.mark.parametrize(
    ("refused", "n_sent"), [(["json_schema"], 2), (["json_schema", "json_object"], 3)]
)
def test_servers_without_structured_output_are_asked_in_words(ask, tmp_path, refused, n_sent):
    log = tmp_path / "log"
    with model_server("--log", log, "--refuse-format", *refused) as url:
        outcomes = ask(url, {str(n): request(n) for n in range(5)}, concurrency=1)
    assert all(isinstance(each.value, Form) for each in outcomes.values())
    assert len(read_log(log)) == 4 + n_sent, "the way that works is remembered"


def test_nothing_is_bought_twice(ask, tmp_path):
    log = tmp_path / "log"
    with model_server("--log", log) as url:
        first = ask(url, {str(n): request(n) for n in range(20)})
        again = ask(url, {str(n): request(n) for n in range(20)})
        twins = ask(url, {str(n): request(100) for n in range(20)})
    assert again == first
    assert len({each.value.title for each in twins.values()}) == 1
    assert len(read_log(log)) == 21


def test_a_budget_stops_cleanly_and_is_never_exceeded(ask):
    prices = {"usd_per_million_input_tokens": 1.0, "usd_per_million_output_tokens": 10.0}
    fields = {**prices, "sampling": {"max_output_tokens": 400}}
    requests = {str(n): request(n) for n in range(100)}
    with model_server() as url:
        with pytest.raises(BudgetReachedError, match="budget_usd"):
            ask(url, requests, budget=(0.05, None), **fields)
        bought = dict(ask.outcomes)
        spent = ask.cache.spent()
        assert 0.04 < spent.usd <= 0.05
        with pytest.raises(BudgetReachedError, match="budget_tokens"):
            ask(url, requests, budget=(None, spent.tokens + 1000), **fields)
        assert ask.cache.spent().tokens <= spent.tokens + 1000
        whole = ask(url, requests, budget=(1.0, None), **fields)
    assert len(bought) > 5
    assert {n: whole[n] for n in bought} == bought
    answered = next(line for line in ask.cache.ledger() if line.outcome == "answered")
    assert answered.n_attempts == 100


def test_a_budget_holds_when_a_second_of_sound_counts_more_than_was_said(ask):
    song = "examples/songs/feelings.ogg"
    requests = {str(n): ChatRequest("s", "u", clip=clip(song, n, n + 1.0)) for n in range(40)}
    fields = {"audio_tokens_per_s": 1, "sampling": {"max_output_tokens": 100}, "concurrency": 32}
    with (
        model_server("--latency-s", 0.2) as url,
        pytest.raises(BudgetReachedError, match="budget_tokens"),
    ):
        ask(url, requests, budget=(None, 10_000), **fields)
    assert 5_000 < ask.cache.spent().tokens <= 10_000


def test_limits_hold_in_the_servers_own_log(ask, tmp_path):
    log = tmp_path / "log"
    requests = {str(n): request(n) for n in range(90)}
    with model_server("--log", log, "--latency-s", 0.02) as url:
        ask(
            url, requests, window_s=2.0, requests_per_minute=20, tokens_per_minute=3000,
            sampling={"max_output_tokens": 200},
        )  # fmt: skip
    lines = read_log(log)
    for line in lines:
        window = [each for each in lines if 0 <= each["at_s"] - line["at_s"] < 2.0]
        assert len(window) <= 20
        assert sum(each["tokens"] for each in window) <= 3000
    assert len(lines) == 90


def test_sound_is_sent_as_the_role_says(ask, tmp_path):
    song = "examples/songs/feelings.ogg"
    heard = ChatRequest("s", "u", clip=clip(song, 5.0, 10.0))
    longer = ChatRequest("s", "u", clip=clip(song, 5.0, 50.0))
    nowhere = ChatRequest("s", "u", clip=Clip("x", str(tmp_path / "no"), 0, 1))
    with model_server() as url:
        outcomes = ask(
            url, {"heard": heard, "longer": longer, "nowhere": nowhere}, audio_format="flac",
            max_clip_mb=0.5,
        )  # fmt: skip
    assert isinstance(outcomes["heard"], Answer)
    assert outcomes["heard"].usage.input_tokens >= 750, "the server saw an input_audio part"
    assert outcomes["longer"].reason == "clip_too_large"
    assert outcomes["nowhere"].reason == "missing"


def test_sound_that_lies_elsewhere_is_fetched_and_a_server_that_is_down_ends_the_work(
    ask, tmp_path
):
    access = Access(FileCache(str(tmp_path / "cache"), 10**9), ("127.0.0.1",), 10**9)

    def heard(url, start_s):
        stretch = clip("examples/songs/feelings.ogg", start_s, start_s + 5.0)
        return ChatRequest("s", "u", clip=replace(stretch, audio=RemoteFile(url, access)))

    with model_server() as url, WebFiles("examples/songs") as web:
        there, gone = heard(f"{web.url}/feelings.ogg", 5.0), heard(f"{web.url}/none.flac", 9.0)
        outcomes = ask(url, {"there": there, "gone": gone})
        assert isinstance(outcomes["there"], Answer)
        assert outcomes["there"].usage.input_tokens >= 750
        assert outcomes["gone"].reason == "missing"
        with pytest.raises(UnreachableError, match=r"http://127\.0\.0\.1:9/x\.wav cannot be read"):
            ask(url, {"down": heard("http://127.0.0.1:9/x.wav", 15.0)})
