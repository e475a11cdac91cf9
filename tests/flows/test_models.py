"""Builds that ask models: real servers, faults, kills, budgets, batches."""

import json
import signal
import subprocess
import time
from collections import Counter

import httpx
import polars as pl
import pytest

from tests.audio import clicks, write
from tests.flows.conftest import BIN, latest_artifacts
from tests.flows.test_build import content_of
from tests.model_server import read_log
from tests.processes import processes_with
from tests.serving import model_server

CONFIG = """\
name: {name}
store: store
source:
  folder: audio
ingest:
  partition_size: 2
segment:
  window_s: 1.0
execution:
  workers: 2
"""
N_SONGS, N_WINDOWS = 4, 16
UNTIL = ("--until", "describe")
FAST = "time_limit_s=1.5,max_answers=12,max_attempts=20,audio_sample_rate_hz=8000"


def roles(url, fields=FAST, names=("captioner", "writer"), model="m"):
    return [word for name in names for word in ("--role", f"{name}={url},model={model},{fields}")]


@pytest.fixture(scope="module")
def measured(tmp_path_factory, environment):
    """A folder with four songs of four windows, built up to `measure`."""
    folder = tmp_path_factory.mktemp("measured")
    audio = folder / "audio"
    audio.mkdir()
    for number in range(N_SONGS):
        write(
            audio / f"song{number}.flac", clicks(90 + 10 * number, 4.0, 22050, seed=number), 22050
        )
    (folder / "corpus.yaml").write_text(CONFIG.format(name="asked"))
    command = [BIN / "partimento", "build", folder / "corpus.yaml", "--until", "measure"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return folder


@pytest.fixture
def corpus(measured, tmp_path):
    """A copy of its own for each test."""
    subprocess.run(["cp", "-r", f"{measured}/.", tmp_path], check=True)
    return tmp_path / "corpus.yaml"


@pytest.fixture(scope="module")
def undisturbed(measured, environment, tmp_path_factory):
    """Content hash of a build in which nothing went wrong."""
    folder = tmp_path_factory.mktemp("undisturbed")
    subprocess.run(["cp", "-r", f"{measured}/.", folder], check=True)
    with model_server() as url:
        built = subprocess.run(
            [BIN / "partimento", "build", folder / "corpus.yaml", *UNTIL, *roles(url)],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
    return content_of(built.stdout)


def rows_of(corpus, stage):
    return pl.read_parquet(corpus.parent / "store/data" / stage / "*.parquet")


@pytest.mark.slow
def test_a_real_writer_beside_the_built_in_captioner(corpus, partimento, server_url, tmp_path):
    log = tmp_path / "log"
    with model_server("--log", log, "--key", "sk-very-secret") as url:
        role = f"writer={url},model=tiny,api_key_env=MY_KEY,usd_per_million_output_tokens=2"
        unset = partimento("build", corpus, *UNTIL, "--role", role)
        assert unset.returncode == 1
        assert "MY_KEY is not set" in unset.stderr
        environment = {"MY_KEY": "sk-very-secret"}
        planned = partimento("plan", corpus, "--role", role, extra=environment)
        assert "tiny" in planned.stdout
        assert read_log(log) == []
        partimento("build", corpus, "--until", "caption")
        shown = partimento(
            "preview", corpus, "--stage", "describe", "--n", 2, "--role", role, extra=environment
        )
        assert shown.returncode == 0, shown.stderr
        assert "<data>" in shown.stdout
        assert "tiny" in shown.stdout
        assert len(read_log(log)) == 2
        built = partimento("build", corpus, *UNTIL, "--role", role, extra=environment)
        assert built.returncode == 0, built.stderr
        assert len(read_log(log)) == N_SONGS, "what the preview bought is not bought again"
        again = partimento("build", corpus, *UNTIL, "--role", role, extra=environment)
        assert content_of(again.stdout) == content_of(built.stdout)
        assert len(read_log(log)) == N_SONGS
    described = rows_of(corpus, "describe")
    authors = described["authorship"].struct
    assert set(authors.field("engine")) == {"openai"}
    assert set(authors.field("model")) == {"tiny"}
    assert set(rows_of(corpus, "caption")["authorship"].struct.field("engine")) == {"builtin/facts"}
    assert described["usage"].struct.field("cost_usd").min() > 0
    assert "answered" in built.stdout
    assert_told_nobody("sk-very-secret", corpus.parent, built, shown, server_url)
    kept = set(latest_artifacts(server_url, "asked-"))
    assert {"asked-costs", "asked-estimate", "asked-describe-plot"} <= kept


def assert_told_nobody(secret, folder, *witnesses):
    *runs, server_url = witnesses
    texts = [run.stdout + run.stderr for run in runs]
    for what in ("artifacts", "flow_runs", "logs", "task_runs"):
        texts.append(httpx.post(f"{server_url}/{what}/filter", json={}, timeout=30).text)
    assert not any(secret in text for text in texts)
    for path in folder.rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes(), path


@pytest.mark.slow
def test_chaos_loses_nothing_and_exceeds_no_limit(corpus, partimento, undisturbed, tmp_path):
    log = tmp_path / "log"
    fields = f"{FAST},requests_per_minute=20,tokens_per_minute=60000"
    with model_server("--log", log, "--fault-share", 0.3, "--latency-s", 0.02) as url:
        built = partimento("build", corpus, *UNTIL, *roles(url, fields))
    assert built.returncode == 0, built.stderr
    assert rows_of(corpus, "caption").height == N_WINDOWS
    assert rows_of(corpus, "describe").height == N_SONGS
    lines = read_log(log)
    outcomes = Counter(line["outcome"] for line in lines)
    assert outcomes["answered"] == N_WINDOWS + N_SONGS
    assert len(outcomes) > 4, outcomes
    for line in lines:
        minute = [each for each in lines if 0 <= each["at_s"] - line["at_s"] < 60.0]
        assert len(minute) <= 20
        assert sum(each["tokens"] for each in minute) <= 60000
    assert content_of(built.stdout) == undisturbed


def test_a_killed_build_asks_nothing_twice(corpus, partimento, environment, undisturbed, tmp_path):
    first_log, second_log = tmp_path / "first", tmp_path / "second"
    with model_server("--log", first_log, "--hold-after", 10) as url:
        process = subprocess.Popen(
            [BIN / "partimento", "build", corpus, *UNTIL, *roles(url, f"{FAST},concurrency=4")],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(lambda: first_log.exists() and len(read_log(first_log)) == 14)
        time.sleep(0.5)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert len(read_log(first_log)) == 14, "ten are answered, four are held"
    answered = {line["key"] for line in read_log(first_log)[:10]}
    with model_server("--log", second_log) as url:
        resumed = partimento("build", corpus, *UNTIL, *roles(url))
    assert resumed.returncode == 0, resumed.stderr
    asked = Counter(line["key"] for line in read_log(second_log))
    assert not answered & set(asked)
    assert len(asked) == N_WINDOWS + N_SONGS - 10
    assert set(asked.values()) == {1}
    assert content_of(resumed.stdout) == undisturbed


def wait_until(is_true):
    while not is_true():
        time.sleep(0.05)


def test_a_budget_stops_the_build_and_keeps_what_it_bought(corpus, partimento, tmp_path):
    log = tmp_path / "log"
    config = corpus.read_text()
    corpus.write_text(config + "  budget_tokens: 12000\n")
    with model_server("--log", log) as url:
        fields = "concurrency=2,sampling.max_output_tokens=1000,audio_tokens_per_s=750"
        stopped = partimento("build", corpus, *UNTIL, *roles(url, fields))
        assert stopped.returncode == 1
        assert "budget_tokens 12000" in stopped.stderr
        assert "raise the budget" in stopped.stderr
        assert "Traceback" not in stopped.stderr
        n_bought = len(read_log(log))
        assert 3 <= n_bought < N_WINDOWS + N_SONGS
        assert sum(line["tokens"] for line in read_log(log)) <= 12000
        corpus.write_text(config)
        whole = partimento("build", corpus, *UNTIL, *roles(url, fields))
        assert whole.returncode == 0, whole.stderr
    assert len(read_log(log)) == N_WINDOWS + N_SONGS


def test_refused_rows_are_sent_again_when_asked_for(corpus, partimento, undisturbed, tmp_path):
    log = tmp_path / "log"
    # No answer is late on a busy machine: a server that is silent is asked again until it answers.
    fields = "time_limit_s=60,max_answers=12,max_attempts=1,audio_sample_rate_hz=8000"
    # Signs of life never fail, so that which rows are refused follows from the seed alone.
    faults = ("--fault-share", "0.6", "--faults", "500", "--spared", "Say yes.")
    with model_server(*faults) as url:
        spoilt = partimento("build", corpus, *UNTIL, *roles(url, fields))
    n_refused = N_WINDOWS - rows_of(corpus, "caption").height
    assert n_refused > 0, spoilt.stderr
    assert "partimento rejects retry CONFIG --stage caption --reason server_error" in spoilt.stdout
    options = ("--stage", "caption", "--reason", "server_error", *roles(url, fields))
    retried = partimento("rejects", "retry", corpus, *options)
    assert f"caption: {n_refused} server_error in" in retried.stdout, retried.stderr
    assert partimento("rejects", "retry", corpus, *options).returncode == 1, "they are sent already"
    others = ("--stage", "describe", "--reason", "server_error", *roles(url, fields))
    partimento("rejects", "retry", corpus, *others)
    with model_server("--log", log) as url:
        built = partimento("build", corpus, *UNTIL, *roles(url, fields))
    assert built.returncode == 0, built.stderr
    assert content_of(built.stdout) == undisturbed
    assert len(read_log(log)) <= n_refused + N_SONGS, "captions that were bought are not again"


def test_ctrl_c_stops_the_build_and_keeps_what_is_under_way(corpus, environment, tmp_path):
    log = tmp_path / "log"
    with model_server("--log", log, "--latency-s", 2.0) as url:
        process = subprocess.Popen(
            [BIN / "partimento", "build", corpus, *UNTIL, *roles(url, "concurrency=2")],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        wait_until(lambda: log.exists() and len(read_log(log)) == 2)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate()
        assert process.returncode != 0
        assert "answers that models were asked for already are waited for and kept" in said
        assert len(read_log(log)) == 2, said
        resumed = subprocess.run(
            [BIN / "partimento", "build", corpus, "--until", "caption", *roles(url, "form=prompt")],
            env=environment, capture_output=True, text=True,
        )  # fmt: skip
    assert resumed.returncode == 0, resumed.stderr
    assert set(Counter(line["key"] for line in read_log(log)).values()) == {1}


def test_a_second_ctrl_c_ends_a_build_whose_answers_do_not_come(corpus, environment, tmp_path):
    log, mark = tmp_path / "log", f"INTERRUPTED_IN={tmp_path}"
    with model_server("--log", log, "--hold-after", 0) as url:
        process = subprocess.Popen(
            [BIN / "partimento", "build", corpus, *UNTIL, *roles(url, "concurrency=2")],
            env=environment | dict([mark.split("=", 1)]),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        wait_until(lambda: log.exists() and len(read_log(log)) == 2)
        process.send_signal(signal.SIGINT)
        while not process.stdout.readline().startswith("Stopping"):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate()
    assert process.returncode == 130
    assert "Run the same command again" in said
    wait_until(lambda: not processes_with(mark))


def test_ctrl_c_stops_measuring(measured, environment, tmp_path):
    subprocess.run(["cp", "-r", measured / "audio", measured / "corpus.yaml", tmp_path], check=True)
    process = subprocess.Popen(
        [BIN / "partimento", "build", tmp_path / "corpus.yaml", "--until", "measure"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    wait_until(lambda: list(tmp_path.glob("store/commits/segment/*.json")))
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate()
    assert process.returncode != 0, said


def test_a_dead_server_is_one_clear_line(corpus, partimento):
    with model_server() as url:
        pass
    built = partimento("build", corpus, *UNTIL, *roles(url))
    assert built.returncode == 1
    assert "unreachable" in built.stderr
    assert url in built.stderr
    assert "Traceback" not in built.stderr


@pytest.mark.slow
def test_batches_give_the_same_corpus(corpus, partimento, undisturbed, tmp_path):
    log = tmp_path / "log"
    with model_server("--log", log, "--batch-polls", 1) as url:
        submitted = partimento("batch", "submit", corpus, "--stage", "caption", *roles(url))
        assert "handed over: batch-0" in submitted.stdout, submitted.stderr
        again = partimento("batch", "submit", corpus, "--stage", "caption", *roles(url))
        assert "nothing to ask" in again.stdout
        refused = partimento("build", corpus, *UNTIL, *roles(url))
        assert refused.returncode == 1
        assert "would pay twice" in refused.stderr
        waiting = partimento("batch", "collect", corpus, *roles(url))
        assert "in_progress" in waiting.stdout
        collected = partimento("batch", "collect", corpus, *roles(url))
        assert f"{N_WINDOWS} answered" in collected.stdout
        partimento("build", corpus, "--until", "caption", *roles(url))
        assert {line["outcome"] for line in read_log(log)} == {"batch answered"}

        written = partimento(
            "batch", "write", corpus, "--stage", "describe", "--to", tmp_path / "out", *roles(url)
        )
        assert f"{N_SONGS} requests" in written.stdout, written.stderr
        output = run_batch(url, tmp_path / "out/describe-0001.jsonl", tmp_path / "results.jsonl")
        taken = partimento("batch", "collect", corpus, output, "--stage", "describe", *roles(url))
        assert f"{N_SONGS} answered" in taken.stdout, taken.stderr
        twice = partimento("batch", "collect", corpus, output, "--stage", "describe", *roles(url))
        assert f"{N_SONGS} known_before" in twice.stdout
        built = partimento("build", corpus, *UNTIL, *roles(url))
    assert content_of(built.stdout) == undisturbed
    direct = [line for line in read_log(log) if not line["outcome"].startswith("batch")]
    assert len(direct) == N_SONGS, "only those that this test asked itself"


def test_a_batch_that_is_gone_can_be_given_up(corpus, partimento):
    with model_server("--batch-polls", 9) as url:
        partimento("batch", "submit", corpus, "--stage", "caption", *roles(url))
    with model_server() as url:  # the same endpoint, after it lost everything
        found = partimento("batch", "collect", corpus, *roles(url))
        assert "gone" in found.stdout, found.stderr
        assert partimento("batch", "forget", corpus, "batch-7", *roles(url)).returncode == 1
        forgotten = partimento("batch", "forget", corpus, "batch-0", *roles(url))
        assert f"forgotten: {N_WINDOWS} requests" in forgotten.stdout, forgotten.stderr
        built = partimento("build", corpus, "--until", "caption", *roles(url))
    assert built.returncode == 0, built.stderr


def run_batch(url, requests, results):
    """What `vllm run-batch` does, against the test's own server."""
    with results.open("w") as out:
        for line in map(json.loads, requests.read_text().splitlines()):
            answer = httpx.post(f"{url}/chat/completions", json=line["body"], timeout=30)
            response = {"status_code": answer.status_code, "body": answer.json()}
            done = {"id": "vllm-1", "custom_id": line["custom_id"], "response": response}
            out.write(json.dumps(done | {"error": None}) + "\n")
    return results
