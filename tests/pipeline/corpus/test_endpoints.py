"""What is told of a config's endpoints: before they are asked, and when they are."""

import json

import pytest

from flows.endpoints_table import endpoints_table, in_words, times_in_words
from pipeline.corpus.endpoints import examine_endpoints, known_endpoints
from pipeline.corpus.models import open_models
from schemas.config import CorpusConfig
from schemas.dialect import Dialect
from tests.serving import model_server
from tests.tools.chat.scripted import http, scripted_server
from tools.process_pool import ProcessPool


def config_of(folder, url):
    role = {"engine": "openai", "base_url": url, "model": "m", "patience_s": 2.0}
    return CorpusConfig(
        name="some", store=str(folder / "store"), source={"folder": str(folder)},
        roles={"captioner": role, "writer": role},
    )  # fmt: skip


def examine(config):
    with ProcessPool(1) as workers, open_models(config, workers, {}) as models:
        return examine_endpoints(config, models)


@pytest.mark.parametrize(
    ("options", "hears", "problem", "dialect"),
    [
        ([], True, None, Dialect(audio_format="opus")),
        (
            ["--refuse-format", "json_schema"],
            True,
            None,
            Dialect(form="json_object", audio_format="opus"),
        ),
        (["--deaf"], False, "m does not hear", Dialect()),
        (["--key", "right"], None, "denied_key", None),
    ],
)
def test_an_endpoint_is_asked_what_it_takes_and_what_it_hears(
    tmp_path, options, hears, problem, dialect
):
    with model_server(*options) as url:
        config = config_of(tmp_path, url)
        assert [each.dialect for each in known_endpoints(config)] == [None, None]
        captioner, writer = examine(config)
    assert (captioner.hears, captioner.dialect) == (hears, dialect)
    assert problem is None if captioner.problem is None else problem in captioner.problem
    assert (writer.hears, writer.dialect) == (None, dialect), "one endpoint, one dialect"
    assert [each.dialect for each in known_endpoints(config)] == [dialect, dialect]
    assert endpoints_table([captioner, writer]).row_count == 2


HEARD = http(json.dumps({"text": "Oh, darling!"}).encode())
REFUSED = http(b'{"error": {"message": "no such response_format"}}', 400)
DENIED = http(b"{}", 401)


@pytest.mark.parametrize(
    ("messages", "form", "words"),
    [
        ([HEARD], "json_schema", "words with times"),
        ([REFUSED, HEARD], "json_object", "segments with times"),
        ([REFUSED, REFUSED, HEARD], "prompt", "text without times"),
    ],
)
def test_an_endpoint_that_only_transcribes_is_asked_which_times_it_gives(
    tmp_path, messages, form, words
):
    with scripted_server() as server:
        url, requests = server.url(*messages)
        config = transcribing(tmp_path, url)
        (before,) = known_endpoints(config)
        (found,) = examine(config)
    assert (before.role, before.dialect) == ("transcriber", None)
    assert (found.role, found.dialect, found.problem) == ("transcriber", Dialect(form=form), None)
    assert found.hears is None, "what it hears is not asked: it has no chat to tell it in"
    assert times_in_words(found.dialect) == words
    assert list(endpoints_table([found]).columns[3].cells) == [words]
    assert len(requests) == len(messages) and all("file" in each for each in requests)
    assert known_endpoints(config) == [found]


def test_an_endpoint_that_cannot_transcribe_is_told(tmp_path):
    with scripted_server() as server:
        url, _ = server.url(DENIED)
        (found,) = examine(transcribing(tmp_path, url))
    assert found.dialect is None and "denied_key" in found.problem


def transcribing(folder, url):
    role = {"engine": "openai/transcriptions", "base_url": url, "model": "m", "patience_s": 2.0}
    return CorpusConfig(
        name="some", store=str(folder / "store"), source={"folder": str(folder)},
        roles={"transcriber": role},
        transcribe={"recogniser": {"engine": "role"}},
    )  # fmt: skip


def test_a_dialect_is_told_in_words():
    assert in_words(Dialect()) == "json_schema, max_completion_tokens"
    odd = Dialect(token_limit=None, takes_bounds=False, takes_top_p=False, thinks=True)
    assert in_words(odd) == "json_schema, no output limit, no bounds in schemas, no top_p, thinks"
    off = Dialect(form="prompt", thinking_switch="think", takes_bounds=False)
    assert in_words(off) == "form in words, max_completion_tokens, thinking off by think"
