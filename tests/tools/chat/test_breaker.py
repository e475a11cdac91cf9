"""An endpoint that refuses all alike stops the step; one odd row costs only itself."""

from dataclasses import replace

import pytest

from tests.model_server import read_log
from tests.serving import model_server
from tools.chat.request import Answer, AnswerError, Clip, EndpointError


def test_an_endpoint_that_refuses_all_alike_stops_the_step_early(ask, request_of, tmp_path):
    log = tmp_path / "log"
    requests = {str(n): request_of(n, form=None) for n in range(200)}
    with (
        model_server("--always", "400", "number", "yes", "--log", log) as url,
        pytest.raises(EndpointError, match=r"refused alike: status 400: .*planned: 400"),
    ):
        ask(url, requests, concurrency=4)
    assert len(read_log(log)) <= 8 + 4


@pytest.mark.parametrize("form", [True, False])
def test_few_requests_are_enough_at_the_end_of_a_step(ask, request_of, form):
    requests = {str(n): request_of(n) if form else request_of(n, form=None) for n in range(2)}
    with (
        model_server("--always", "400", "number", "yes") as url,
        pytest.raises(EndpointError, match=r"writer: .* none of 2 requests was answered"),
    ):
        ask(url, requests)


def test_odd_rows_at_the_start_cost_only_themselves(ask, request_of):
    """They are refused at once, while the first answer is still on its way."""
    requests = {str(n): request_of(n, form=None) for n in range(20)}
    with model_server("--always", "400", "number 1.", "--latency-s", 0.5) as url:
        outcomes = ask(url, requests)
    assert isinstance(outcomes["1"], AnswerError)
    assert sum(isinstance(each, Answer) for each in outcomes.values()) == 19


def test_rows_that_are_refused_again_stop_nothing_where_the_model_answered_before(ask, request_of):
    odd = {str(n): request_of(n, form=None) for n in range(100, 120)}
    with model_server("--always", "400", "number 1") as url:
        ask(url, {"0": request_of(0, form=None)})
        outcomes = ask(url, odd)
    assert all(each.reason == "bad_request" for each in outcomes.values())


def test_an_endpoint_that_broke_after_it_answered_stops_the_step(ask, request_of):
    with model_server() as url:
        ask(url, {"0": request_of(0)})
    with (
        model_server("--always", "400", "number", "yes") as url,
        pytest.raises(EndpointError, match=r"refused alike"),
    ):
        ask(url, {str(n): request_of(n) for n in range(1, 5)})


def test_clips_that_cannot_be_sent_are_no_refusals_of_the_endpoint(ask, request_of, tmp_path):
    clip = Clip("t", str(tmp_path / "none.wav"), 0.0, 1.0)
    requests = {str(n): replace(request_of(n), clip=clip) for n in range(20)}
    with model_server() as url:
        outcomes = ask(url, requests)
    assert all(isinstance(each, AnswerError) for each in outcomes.values())
