"""How long an answer may become, and what is asked where a question is too long."""

import json
from dataclasses import replace

import pytest

from tests.tools.chat.conftest import request
from tests.tools.chat.scripted import http, says, scripted_server
from tools.chat.request import Answer, AnswerError

GOOD = json.dumps({"title": "A song", "text": None})
LOOP = '{"title": "' + 200 * "la la "
BLANKS = '{"title": ' + 250 * "\n"
LIST = '{"title": "' + " ".join(map(str, range(400)))
BROKEN_OFF = '{"title": "A s'
OWN, MOST = 300, 4096


@pytest.fixture(scope="module")
def server():
    with scripted_server() as running:
        yield running


def limits_of(requests):
    return [each["max_completion_tokens"] for each in requests]


@pytest.mark.parametrize(
    ("words", "own", "limits"),
    [
        (LOOP, None, [MOST, MOST, MOST]),
        (LOOP, OWN, [OWN, OWN, OWN]),
        (BLANKS, OWN, [OWN, OWN, OWN]),
        (LIST, None, [MOST, 2 * MOST, 4 * MOST]),
        (LIST, OWN, [OWN, OWN, OWN]),
        (BROKEN_OFF, OWN, [OWN, MOST, 2 * MOST]),
        ("", OWN, [OWN, MOST, 2 * MOST]),
    ],
    ids=[
        "loop",
        "loop at its own limit",
        "blanks",
        "list",
        "list at its own limit",
        "hidden",
        "no words",
    ],
)
def test_more_is_asked_for_only_where_thoughts_took_it(ask, server, words, own, limits):
    url, requests = server.url(says(words, finish="length"))
    outcomes = ask(url, {"a": replace(request(), most_tokens=own)}, max_answers=3)
    assert outcomes["a"].reason == "cut_off"
    assert limits_of(requests) == limits


def test_a_loop_is_no_thought_and_the_next_request_is_bounded_as_before(ask, server):
    url, requests = server.url(says(BLANKS, finish="length"), says(GOOD))
    rows = {n: replace(request(n), most_tokens=OWN) for n in range(2)}
    ask(url, rows, concurrency=1)
    assert limits_of(requests) == [OWN, OWN, OWN]


def test_who_once_broke_off_in_thoughts_gets_all_from_then_on(ask, server):
    url, requests = server.url(says(BROKEN_OFF, finish="length"), says(GOOD))
    rows = {n: replace(request(n), most_tokens=OWN) for n in range(3)}
    outcomes = ask(url, rows, concurrency=1)
    assert all(isinstance(each, Answer) for each in outcomes.values())
    assert limits_of(requests) == [OWN, MOST, MOST, MOST]


def test_a_limit_that_is_configured_lower_holds(ask, server):
    url, requests = server.url(says(GOOD))
    ask(url, {"a": replace(request(), most_tokens=OWN)}, sampling={"max_output_tokens": 100})
    assert limits_of(requests) == [100]


def small_context(most_chars):
    """A server whose context takes so many characters of a conversation."""

    async def answer(asked, writer):
        n_chars = sum(len(each["content"]) for each in asked["messages"])
        error = {"message": f"{n_chars} are too many", "code": "context_length_exceeded"}
        overflow = http(json.dumps({"error": error}).encode(), 400)
        writer.write(overflow if n_chars > most_chars else says(GOOD))
        await writer.drain()

    return answer


def shrinking(number, n_chars):
    """A question that can be asked with half its material, down to 100 characters."""
    whole = request(number)
    half = n_chars // 2
    return replace(
        whole,
        user=f"{whole.user} {n_chars * 'x'}",
        shorter=(lambda: shrinking(number, half)) if half >= 100 else None,
    )


def lengths_of(requests):
    return [each["messages"][1]["content"].count("x") for each in requests]


def test_what_overflows_is_asked_with_less_and_the_model_is_known_from_then_on(ask, server):
    url, requests = server.url(small_context(500))
    outcomes = ask(url, {n: shrinking(n, 1600) for n in range(3)}, concurrency=1)
    assert all(isinstance(each, Answer) for each in outcomes.values())
    assert lengths_of(requests) == [1600, 800, 400, 400, 400]
    charged = {line.outcome: line for line in ask.cache.ledger()}
    assert (charged["answered"].n_attempts, charged["context_overflow"].n_attempts) == (3, 2)
    assert charged["context_overflow"].output_tokens == 0
    again = ask(url, {0: shrinking(0, 1600)})
    assert again[0].value == outcomes[0].value
    assert lengths_of(requests)[5:] == [1600, 800], "the shorter question's answer was kept"


def test_what_cannot_be_asked_with_less_is_refused_in_the_servers_words(ask, server):
    url, requests = server.url(says(GOOD), small_context(60))
    outcomes = ask(url, {"fits": request(1), "a": shrinking(2, 200)}, concurrency=1)
    assert isinstance(outcomes["a"], AnswerError)
    assert outcomes["a"].reason == "context_overflow"
    assert "too many" in outcomes["a"].detail
    assert lengths_of(requests)[1:] == [200, 100]


def test_a_repair_that_overflows_is_asked_without_what_was_said(ask, server):
    url, requests = server.url(says("word " * 200), small_context(500))
    outcomes = ask(url, {"a": request()}, concurrency=1)
    assert isinstance(outcomes["a"], Answer)
    assert [len(each["messages"]) for each in requests] == [2, 4, 2]


def test_who_is_asked_again_draws_with_the_next_seed(ask, server):
    url, requests = server.url(says(LOOP, finish="length"))
    ask(url, {"a": request(), "b": request(1)}, max_answers=3, sampling={"seed": 7}, concurrency=1)
    assert [each["seed"] for each in requests] == [7, 8, 9] * 2
