"""A real language model behind every role that reads and writes text, over its own HTTP server."""

import re
import runpy
import socket
import urllib.request
from contextlib import closing

import pytest

from pipeline import build, load_config
from pipeline.corpus.models import open_answer_cache
from schemas.captions import RichCaption
from schemas.config import with_roles
from schemas.qa import QaPair
from schemas.quality import Quality
from schemas.structured import StructuredMetadata
from schemas.thought import CheckedThought, Difficulty, Selected, Trace
from tests.blocks import ROOT

EXAMPLE = ROOT / "examples" / "with-a-model"
SCRIPT = runpy.run_path(str(EXAMPLE / "run.py"), run_name="script")
FOLDER, MODEL = SCRIPT["FOLDER"], SCRIPT["MODEL"]
TEXT_ROLES = ("writer", "blind", "reasoner")
BUILTIN = {"engine": "builtin/facts", "base_url": None, "model": None}


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def url():
    if not ((FOLDER / "model.gguf").exists() and (FOLDER / "packages" / "xllamacpp").exists()):
        pytest.skip("no weights: `python examples/with-a-model/run.py --fetch` gets them (525 MB)")
    with SCRIPT["server"](FOLDER, free_port()) as address:
        yield address


@pytest.fixture(scope="module")
def config(url, tmp_path_factory):
    """The example's, with a store and a server of its own."""
    role = {"base_url": f"{url}/v1"}
    config = with_roles(load_config(EXAMPLE / "corpus.yaml"), dict.fromkeys(TEXT_ROLES, role))
    return config.model_copy(update={"store": str(tmp_path_factory.mktemp("model") / "store")})


@pytest.fixture(scope="module")
def written(config):
    """The corpus of the example as it stands."""
    return build(config)


@pytest.fixture(scope="module")
def reasoned(config, written):
    """The same with texts from the facts: the model reasons about them, and is let through."""
    config = with_roles(config, {"writer": BUILTIN})
    unchecked = config.factcheck.model_copy(update={"release_unchecked": True})
    return build(config.model_copy(update={"factcheck": unchecked}))


def served(url):
    """What the server counted: requests, tokens read and tokens written."""
    with urllib.request.urlopen(f"{url}/metrics") as answer:
        counters = dict(re.findall(r"^llamacpp:(\w+) (\d+)$", answer.read().decode(), re.M))
    log = (FOLDER / "server.log").read_text()
    n_read = int(counters["prompt_tokens_total"]) + int(counters["prompt_tokens_cached_total"])
    return log.count("| processing task"), n_read, int(counters["tokens_predicted_total"])


def refused(corpus, stage):
    """Rejections of a stage by row id; each says why."""
    found = [each for each in corpus.rejections() if each.stage == stage]
    assert all(each.reason and each.detail for each in found)
    return {each.row_id: each for each in found}


pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * 3600)]


def test_every_text_that_was_asked_for_is_there_or_refused_with_a_reason(written):
    assert not written.pending
    (track_id,) = written.tracks["track_id"]
    captions = {row.track_id: row for row in written.rows(RichCaption)}
    assert captions.keys() | refused(written, "describe").keys() == {track_id}
    pairs = {row.qa_id for row in written.rows(QaPair)}
    assert pairs | refused(written, "question").keys()
    for row in (*captions.values(), *written.rows(QaPair)):
        assert row.authorship.model == MODEL


def test_nothing_of_a_model_that_nobody_heard_is_released(written):
    assert {row.decision for row in written.rows(Quality)} <= {"unjudged", "rejected"}
    for model in (Difficulty, Selected, Trace, CheckedThought, StructuredMetadata):
        assert not list(written.rows(model))


def test_the_model_reasons_about_texts_from_the_facts(reasoned):
    assert not reasoned.pending
    chosen = {row.row_id for row in reasoned.rows(Selected)}
    assert chosen, "nothing was left to reason about"
    traces = {row.row_id: row for row in reasoned.rows(Trace)}
    assert traces.keys() | refused(reasoned, "reason").keys() == chosen
    assert all(row.authorship.model == MODEL for row in traces.values())
    checked = {row.row_id: row for row in reasoned.rows(CheckedThought)}
    assert checked.keys() == traces.keys()
    rejected = {name for name, row in checked.items() if row.decision == "rejected"}
    assert rejected == refused(reasoned, "factcheck").keys()
    structured = {row.track_id for row in reasoned.rows(StructuredMetadata)}
    assert structured | refused(reasoned, "structure").keys() == {
        row.track_id for row in reasoned.rows(RichCaption)
    }


def test_what_is_paid_is_what_the_server_served_and_a_second_build_asks_nothing(
    url, config, reasoned
):
    with closing(open_answer_cache(config)) as cache:
        ledger = cache.ledger()
    paid = tuple(
        sum(getattr(line, name) for line in ledger)
        for name in ("n_attempts", "input_tokens", "output_tokens")
    )
    assert paid == served(url)
    build(config)
    build(reasoned.config)
    assert paid == served(url)
