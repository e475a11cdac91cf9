"""Answers in the form that are of no use to who asked: shown to the model once, and asked again."""

import json
from dataclasses import replace

import pytest

from tests.tools.chat.conftest import request
from tests.tools.chat.scripted import says, scripted_server
from tools.chat.request import Answer

GOOD, ECHO = (json.dumps({"title": title, "text": None}) for title in ("A song", "Write number"))


@pytest.fixture(scope="module")
def server():
    with scripted_server() as running:
        yield running


def picky(number=0):
    def refuses(value):
        return ("echoes_prompt", "it is the prompt") if value.title.startswith("Write") else None

    return replace(request(number), refuses=refuses)


def test_the_model_is_told_what_is_wrong_and_what_it_then_says_counts(ask, server):
    url, requests = server.url(says(ECHO), says(GOOD))
    outcomes = ask(url, {"a": picky()})
    assert outcomes["a"].value.title == "A song"
    first, second = requests
    assert second["messages"][:2] == first["messages"]
    answer, complaint = second["messages"][2:]
    assert answer == {"role": "assistant", "content": ECHO}
    assert "it is the prompt" in complaint["content"]
    charged = {line.outcome: line.n_attempts for line in ask.cache.ledger()}
    assert charged == {"echoes_prompt": 1, "answered": 1}


def test_who_never_does_better_costs_its_row_which_keeps_its_words(ask, server):
    url, requests = server.url(says(ECHO))
    outcomes = ask(url, {"a": picky()}, max_answers=3)
    assert (outcomes["a"].reason, outcomes["a"].raw) == ("echoes_prompt", ECHO)
    assert [len(each["messages"]) for each in requests] == [2, 4, 2]
    assert isinstance(ask(url, {"a": request()})["a"], Answer), "nothing of it was kept"
