"""Endpoints that take only some of the ways to ask, and what is found out of each."""

import asyncio
import json

import pytest

from schemas.dialect import Dialect
from schemas.roles import RoleConfig
from tests.tools.chat.conftest import Form, hear, request
from tests.tools.chat.scripted import http, says, scripted_server
from tools.chat.answer_cache import AnswerCache
from tools.chat.asking import Asker
from tools.chat.body import THINKING_OFF
from tools.chat.budget import Budget
from tools.chat.endpoint import EndpointEngine
from tools.chat.forms import form_in_words, plain_schema
from tools.chat.limiter import Limiter
from tools.chat.probe import known_dialect
from tools.chat.quota import OwnQuota
from tools.chat.request import EndpointError
from tools.chat.sound import SoundParts

PITCH = json.dumps({"letter": "A", "octave": 5})
FORM = json.dumps({"title": "t", "text": None})


@pytest.fixture(scope="module")
def server():
    with scripted_server() as running:
        yield running


@pytest.fixture
def learn(tmp_path):
    """What is found out of an endpoint, kept in a cache of its own."""

    def run(url, **fields):
        role = RoleConfig(engine="openai", base_url=url, model="m", **fields)
        cache = AnswerCache(tmp_path / "answers.sqlite")
        budget = Budget(None, None, spent_usd=0.0, spent_tokens=0)

        async def main():
            engine = EndpointEngine(role, SoundParts(hear), None)
            asker = Asker(
                "writer", role, engine, OwnQuota(role, Limiter(None, None), budget), cache
            )
            try:
                await asker.check()
                return await asker.ask(request(), "describe")
            finally:
                await asker.close()

        run.cache = cache
        run.answer = asyncio.run(main())
        return known_dialect(cache, role)

    return run


def level(body):
    if "tools" in body:
        return "tools"
    return body.get("response_format", {"type": "prompt"})["type"]


def schema_of(body):
    if "tools" in body:
        return json.dumps(body["tools"])
    return json.dumps(body.get("response_format", ""))


def endpoint(*, refuses=lambda _: False, ignores=(), status=400, thinks=lambda _: False):
    """An endpoint that refuses some bodies, and answers in prose where it ignores a form."""

    async def answer(body, writer):
        if "messages" not in body:
            return writer.write(http(b"{}"))
        if refuses(body):
            return writer.write(http(b'{"error": {"message": "not supported"}}', status))
        is_probe = "880 Hz" in json.dumps(body["messages"])
        said = (PITCH if is_probe else FORM) if level(body) not in ignores else "It is A5."
        thought = "<think>Let me see.</think>" if thinks(body) else ""
        if level(body) == "tools" and "tools" not in ignores:
            call = {"function": {"name": "x", "arguments": said}}
            return writer.write(says(None, finish="tool_calls", tool_calls=[call]))
        writer.write(says(thought + said))

    return answer


BOUNDS = ("minLength", "minimum", "maximum", "$ref")


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, {}),
        (
            {"refuses": lambda body: "max_completion_tokens" in body},
            {"token_limit": "max_tokens"},
        ),
        (
            {"refuses": lambda body: {"max_completion_tokens", "max_tokens"} & set(body)},
            {"token_limit": None},
        ),
        (
            {"refuses": lambda body: body["messages"][0]["role"] == "system"},
            {"has_system_role": False},
        ),
        ({"refuses": lambda body: "temperature" in body}, {"takes_temperature": False}),
        ({"refuses": lambda body: "top_p" in body}, {"takes_top_p": False}),
        (
            {"refuses": lambda body: {"temperature", "top_p"} & set(body)},
            {"takes_temperature": False, "takes_top_p": False},
        ),
        ({"refuses": lambda body: level(body) == "json_schema"}, {"form": "json_object"}),
        (
            {"refuses": lambda body: level(body) in ("json_schema", "json_object")},
            {"form": "tools"},
        ),
        ({"refuses": lambda body: level(body) != "prompt"}, {"form": "prompt"}),
        (
            {"refuses": lambda body: any(each in schema_of(body) for each in BOUNDS)},
            {"takes_bounds": False},
        ),
        ({"ignores": ["json_schema"]}, {"form": "json_object"}),
        ({"ignores": ["json_schema", "json_object"]}, {"form": "tools"}),
        ({"ignores": ["json_schema", "json_object", "tools"]}, {"form": "prompt"}),
        (
            {"refuses": lambda body: "top_p" in body or level(body) == "json_schema"},
            {"takes_top_p": False, "form": "json_object"},
        ),
        ({"thinks": lambda _: True}, {"thinks": True}),
    ],
)
@pytest.mark.parametrize("status", [400, 422, 500])
def test_what_an_endpoint_takes_is_found_out_and_used(learn, server, options, found, status):
    url, requests = server.url(endpoint(status=status, **options))
    dialect = learn(url)
    assert dialect.model_dump() == {**Dialect().model_dump(), **found}
    assert learn.answer.value == Form(title="t", text=None)
    assert learn.answer.usage.n_attempts == 1, "the first real request is right"
    n_before = len(requests)
    learn(url)
    assert len(requests) == n_before + 1, "it is asked for once; what is left is a list of models"


@pytest.mark.parametrize("switch", sorted(THINKING_OFF))
def test_a_model_is_kept_from_thinking_where_its_server_can(learn, server, switch):
    (field,) = THINKING_OFF[switch]
    takes = endpoint(thinks=lambda body: field not in body)
    url, requests = server.url(takes)
    assert learn(url, thinking="off") == Dialect(thinking_switch=switch)
    assert field in requests[-1]
    assert learn(url) == Dialect(thinks=True), "as it is, it may think"


def test_a_server_that_cannot_stop_its_model_is_said_to_think(learn, server):
    url, _ = server.url(endpoint(thinks=lambda _: True))
    assert learn(url, thinking="off") == Dialect(thinks=True)


def test_an_endpoint_that_takes_nothing_ends_it_with_its_own_words(learn, server):
    url, requests = server.url(endpoint(refuses=lambda _: True))
    with pytest.raises(EndpointError, match="not supported"):
        learn(url)
    assert len(requests) == 3, "a list of models, all it might take, and the least it might take"


def test_a_server_that_comes_up_is_waited_for(learn, server):
    loading = http(b'{"error": {"message": "loading model"}}', 503)
    url, _ = server.url(http(b"{}"), loading, loading, loading, loading, endpoint())
    assert learn(url) == Dialect()


def test_an_example_in_words_cannot_be_copied_as_an_answer():
    words = form_in_words(Form)
    assert '{"title": <text>, "text": <text or null>}' in words
    example = words.split("brackets:\n")[1].split("\n\n")[0]
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(example)


def test_a_plain_schema_keeps_fields_that_are_called_like_keywords():
    fields = plain_schema(Form)["properties"]
    assert set(fields) == {"title", "text"}
    assert "minLength" not in json.dumps(fields)
