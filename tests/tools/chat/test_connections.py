"""Connections are used again only where that can never give a request another's answer."""

import asyncio

import pytest

from tests.tools.chat.conftest import Form, request
from tests.tools.chat.misbehaving_servers import error
from tests.tools.chat.misbehaviours import DECOY, GOOD, TITLE
from tests.tools.chat.scripted import LAST, MINE, http, says, scripted_server
from tools.chat.request import Answer, AnswerError

TRUTH = Form(title=TITLE, text=None)
NAMED = says(GOOD, id=f"chatcmpl-{MINE}")
LATE = {
    "named after the last request": says(DECOY, id=f"chatcmpl-{LAST}"),
    "without a name": says(DECOY, id="chatcmpl-2"),
    "an error that passes": http(b"{}", 500),
    "an error that decides over the row": error(400, code="content_filter"),
    "an error that decides over the step": error(401),
    "an overflow": error(400, code="context_length_exceeded"),
    "nonsense": b"nonsense\r\n\r\n",
    "half an answer": says(DECOY)[:40],
}


@pytest.fixture(scope="module")
def server():
    with scripted_server() as running:
        yield running


def asked(ask, url, n=6):
    rows = {str(number): request(number) for number in range(n)}
    return ask(url, rows, concurrency=1, time_limit_s=20.0)


def values(outcomes):
    assert all(isinstance(each, Answer) for each in outcomes.values()), outcomes
    return [each.value for each in outcomes.values()]


@pytest.mark.parametrize(
    ("answer", "n_connections"),
    [
        (NAMED, 2),
        (http(NAMED.split(b"\r\n\r\n")[1].replace(MINE.encode(), b"1" * 32),
              headers=[f"x-request-id: {MINE}"]), 2),
        (says(GOOD), 6),
    ],
    ids=["named in the body", "named in the header", "not named"],
)  # fmt: skip
def test_connections_are_kept_where_answers_name_their_requests(ask, server, answer, n_connections):
    url, _ = server.url(answer)
    assert values(asked(ask, url)) == [TRUTH] * 6
    script = server.script(url)
    assert script.n_connections == n_connections, "the first is that of the first request alone"
    assert len(set(script.ids)) == 7, "no id is used twice"


@pytest.mark.parametrize("late", LATE.values(), ids=LATE)
def test_what_comes_after_the_next_request_is_not_its_answer(ask, server, late):
    url, _ = server.url(NAMED, NAMED, late + NAMED, NAMED)
    assert values(asked(ask, url)) == [TRUTH] * 6
    bad = [line for line in ask.cache.ledger() if line.outcome != "answered"]
    assert sum(line.n_attempts for line in bad) <= 1


@pytest.mark.parametrize("late", LATE.values(), ids=LATE)
@pytest.mark.parametrize("named", [NAMED, says(GOOD)], ids=["named", "unnamed"])
@pytest.mark.parametrize("pause_s", [None, 0.0, 0.001, 0.01])
def test_what_comes_after_an_answer_is_not_the_next(ask, server, late, named, pause_s):
    """While the connection rests, while the next request goes out, and after that."""

    async def send(_request, writer):
        script = server.script(url)
        writer.write(script.fill(named))
        if pause_s is not None:
            await writer.drain()
            await asyncio.sleep(pause_s)
        writer.write(script.fill(late))
        await writer.drain()

    url, _ = server.url(named, send, send, named)
    assert values(asked(ask, url)) == [TRUTH] * 6
    bad = [line for line in ask.cache.ledger() if line.outcome != "answered"]
    # Each of the two is read once at most: an error may close its connection before the server has
    # read the request that it met, whose next attempt then meets the second. An answer to another
    # request is read once: from then on no connection is used twice.
    assert sum(line.n_attempts for line in bad) <= 3


def test_an_endpoint_that_ceases_to_name_requests_is_asked_over_new_connections(ask, server):
    url, requests = server.url(NAMED, NAMED, says(GOOD))
    assert values(asked(ask, url)) == [TRUTH] * 6
    assert len(requests) == 7, "the first answer without a name is no answer"
    assert server.script(url).n_connections == 2 + 4
    charged = {line.outcome: line.n_attempts for line in ask.cache.ledger()}
    assert charged == {"answered": 6, "broken_response": 1}


def test_a_true_refusal_is_believed_the_second_time(ask, server):
    filtered = error(400, code="content_filter")
    url, requests = server.url(NAMED, NAMED, filtered, filtered, NAMED)
    outcomes = asked(ask, url)
    assert isinstance(outcomes["2"], AnswerError) and outcomes["2"].reason == "filtered"
    assert [outcomes[row].value for row in "01345"] == [TRUTH] * 5
    assert len(requests) == 7
