"""What is counted and charged of an answer: sound, cache and bytes beside the text."""

import json
from dataclasses import replace

import pytest

from schemas.dialect import Dialect
from schemas.usage import Usage
from tests.tools.chat.conftest import request
from tests.tools.chat.scripted import completion, http, scripted_server
from tools.chat.engine import AttemptOptions
from tools.chat.request import BudgetReachedError, ChatRequest, Clip, Reply
from tools.chat.tokens import TokenEstimate, price_usd

TEN_S = ChatRequest("s", "u", clip=Clip("t", "t.wav", 5.0, 15.0))
PRICES = {
    "usd_per_million_input_tokens": 1.0, "usd_per_million_cached_tokens": 0.1,
    "usd_per_million_audio_tokens": 8.0, "usd_per_million_output_tokens": 10.0,
}  # fmt: skip


def reply(**counts):
    values = {"input_tokens": 1000, "output_tokens": 10, **counts}
    return Reply("words", "stop", "m", **values)


@pytest.mark.parametrize(
    ("used", "usd"),
    [
        ({"output_tokens": 100}, 1000.0),
        ({"input_tokens": 100}, 100.0),
        ({"input_tokens": 100, "audio_tokens": 40}, 60 + 8 * 40),
        ({"input_tokens": 100, "cached_tokens": 50}, 50 + 5),
        ({"input_tokens": 100, "audio_tokens": 40, "cached_tokens": 50}, 10 + 8 * 40 + 5),
        ({"input_tokens": 100, "audio_tokens": 80, "cached_tokens": 50}, 8 * 50 + 5),
    ],
)
def test_each_kind_of_token_has_its_price(role_of, used, usd):
    assert price_usd(role_of(**PRICES), Usage(**used)) == pytest.approx(usd / 1e6)


def test_without_prices_of_their_own_sound_and_cache_cost_what_input_costs(role_of):
    role = role_of(usd_per_million_input_tokens=2.0)
    used = Usage(input_tokens=100, audio_tokens=30, cached_tokens=40)
    assert price_usd(role, used) == pytest.approx(200 / 1e6)
    free = role_of(usd_per_million_input_tokens=2.0, usd_per_million_cached_tokens=0.0)
    assert price_usd(free, used) == pytest.approx(120 / 1e6), "0 is a price"


@pytest.mark.parametrize(
    ("asked", "counts", "audio", "cached"),
    [
        (TEN_S, {"audio_tokens": 300, "cached_tokens": 128}, 300, 128),
        (TEN_S, {}, 250, 0),
        (replace(TEN_S, second=TEN_S.clip), {}, 500, 0),
        (request(), {}, 0, 0),
        (TEN_S, {"input_tokens": 100}, 100, 0),
        (TEN_S, {"audio_tokens": 5000, "cached_tokens": 5000}, 1000, 1000),
    ],
    ids=["told", "guessed", "two sounds", "no sound", "no more than the input", "odd"],
)
def test_sound_and_cache_are_counted_as_told(role_of, asked, counts, audio, cached):
    options = AttemptOptions(Dialect(), 100)
    used = TokenEstimate(role_of()).count(asked, options, reply(**counts, bytes_sent=777))
    assert (used.audio_tokens, used.cached_tokens, used.bytes_sent) == (audio, cached, 777)


def test_the_budget_and_the_ledger_count_what_was_cached_at_its_price(ask):
    details = {"prompt_tokens_details": {"cached_tokens": 900}}
    usage = {"prompt_tokens": 1000, "completion_tokens": 10, **details}
    said = json.dumps(completion(json.dumps({"title": "t", "text": None}), usage=usage)).encode()
    each_usd = (100 + 90 + 100) / 1e6
    fields = {**PRICES, "sampling": {"max_output_tokens": 20}, "concurrency": 1}
    with scripted_server() as server:
        url, bodies = server.url(http(said))
        with pytest.raises(BudgetReachedError):
            ask(
                url, {str(n): request(n) for n in range(50)}, budget=(20 * each_usd, None), **fields
            )
    (line,) = ask.cache.ledger()
    assert line.cost_usd == pytest.approx(line.n_attempts * each_usd)
    assert line.cached_tokens == 900 * line.n_attempts
    at_full_price = 20 * each_usd / (1100 / 1e6)
    assert at_full_price < line.n_attempts <= 20, "the cache lets more be asked for the same"
    sent = (json.dumps(body, ensure_ascii=False, separators=(",", ":")) for body in bodies if body)
    assert line.bytes_sent == sum(len(text.encode()) for text in sent)


def test_what_failed_was_sent_all_the_same(ask):
    with scripted_server() as server:
        url, _ = server.url(http(b"{}", 400), http(json.dumps(completion("words")).encode()))
        ask(url, {str(n): request(n, form=None) for n in range(2)}, concurrency=1)
    found = {line.outcome: line for line in ask.cache.ledger()}
    assert found["bad_request"].bytes_sent > 100
    assert found["bad_request"].cost_usd == found["bad_request"].input_tokens == 0
