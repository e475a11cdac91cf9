"""Output of batches in which some lines are odd."""

import json
import random
import shutil

import pytest

from pipeline.batches.collect import collect_lines
from pipeline.corpus.models import open_answer_cache
from pipeline.corpus.pending_requests import pending_requests
from pipeline.ingest.root import root_of
from schemas.config import load_config, parse_role, with_roles
from tests.model_server import words

ANSWER = {
    name: words(random.Random(name), 60) + " It is a steady loop."
    for name in ("low_level", "instrumentation", "form", "mood")
}
UNKNOWN = {"lyrics": None, "theory": None}


@pytest.fixture
def config(built_corpus, tmp_path):
    """A built corpus of its own, whose describing a model is to do anew."""
    shutil.copytree(built_corpus.parent, tmp_path / "copy")
    writer = parse_role("writer=http://127.0.0.1:9/v1,model=m")
    return with_roles(load_config(tmp_path / "copy" / built_corpus.name), dict([writer]))


def output_line(key, text):
    message = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    body = {"model": "m", "choices": [{"index": 0, **message}]}
    return json.dumps({"custom_id": key, "response": {"status_code": 200, "body": body}})


def test_an_odd_line_costs_itself_and_is_named(config):
    root = root_of(config)
    keys = [key for key, _ in pending_requests(config, root, "describe")]
    good = [output_line(key, json.dumps(ANSWER | UNKNOWN)) for key in keys]
    odd = [good[0][:100], "<html>502</html>"]
    found = collect_lines(config, root, "describe", [odd[0], good[1], "", odd[1], good[2]])
    assert found.outcomes == {"answered": 2, "odd_line": 2}
    assert [each.split(":")[0] for each in found.odd] == ["line 1", "line 4"]
    assert "no line of a batch's output" in found.odd[0]
    cache = open_answer_cache(config)
    assert [bool(cache.find(key)) for key in keys] == [False, True, True]
    with pytest.raises(ValueError, match="line 1: no line of a batch's output"):
        collect_lines(config, root, "describe", odd)


@pytest.mark.parametrize("half", ["\\ud83c", "caf\udce9"], ids=["escaped", "as it is"])
def test_half_a_character_spoils_an_answer_and_is_paid(config, half):
    root = root_of(config)
    (key, _), *_ = pending_requests(config, root, "describe")
    line = output_line(key, json.dumps(ANSWER | UNKNOWN)).replace("steady", half, 1)
    found = collect_lines(config, root, "describe", [line])
    assert (found.outcomes, found.odd) == ({"invalid": 1}, [])
    (charge,) = open_answer_cache(config).ledger()
    assert charge.outcome == "invalid" and charge.output_tokens > 0
