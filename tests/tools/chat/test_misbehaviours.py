"""The client against all that models and servers are known to send, over real connections."""

from collections import Counter
from functools import cache

import httpx2
import pytest

from tests.tools.chat.conftest import Form, request
from tests.tools.chat.misbehaving_servers import cases_of_messages
from tests.tools.chat.misbehaviours import GOOD, PROSE, TAKEN, TITLE, Case, cases_of_words
from tests.tools.chat.scripted import says, scripted_server
from tools.chat.request import Answer

CASES = [*cases_of_words(), *cases_of_messages()]
TRUTH = {True: Form(title=TITLE, text=None), False: PROSE}
PASSING = {"unreachable", "broken_response", "server_error", "bad_request"}


@pytest.fixture(scope="module", autouse=True)
def _one_set_of_certificates():
    """They are read for every client, which takes longer than all else here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx2, "create_ssl_context", cache(httpx2.create_ssl_context))
        yield


@pytest.fixture(scope="module")
def server():
    with scripted_server() as running:
        yield running


def test_the_table_is_long_enough_and_names_each_case_once():
    assert len(CASES) >= 200
    assert not [name for name, n in Counter(case.name for case in CASES).items() if n > 1]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_odd_message_is_no_answer_and_no_end(ask, server, case: Case):
    good = says(GOOD if case.has_form else PROSE)
    url, requests = server.url(case.message, good)
    form = Form if case.has_form else None
    rows = {"odd": request(1, form), "next": request(2, form)}
    outcomes = ask(url, rows, concurrency=1, time_limit_s=20.0)
    if case.is_lost:
        assert (outcomes["odd"].reason, outcomes["next"].value) == (
            case.outcome, TRUTH[case.has_form]
        )  # fmt: skip
        assert len(requests) <= 2 + (case.outcome == "forbidden"), "at most a sign of life more"
        return
    assert all(isinstance(each, Answer) for each in outcomes.values()), outcomes
    assert [each.value for each in outcomes.values()] == [TRUTH[case.has_form]] * 2
    charged = {line.outcome: line.n_attempts for line in ask.cache.ledger()}
    bad = {outcome: n for outcome, n in charged.items() if outcome != "answered"}
    if case.outcome == TAKEN:
        assert (bad, len(requests)) == ({}, 2)
    elif case.outcome in ("passing", "taken or passing"):
        assert set(bad) <= PASSING
        assert sum(bad.values()) <= 1
        assert bad or case.outcome == "taken or passing"
    else:
        assert bad == {case.outcome: 1}
