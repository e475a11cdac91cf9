"""A corpus's flows on a real Prefect server: their forms, and runs that a worker starts."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import httpx
import polars as pl
import pytest
import yaml

from flows.deployed import FLOWS
from pipeline.corpus.corpus import Corpus
from pipeline.corpus.retry import MAY_PASS, reasons_of
from pipeline.stages import STAGES
from pipeline.views.status import read_status
from schemas.config import load_config
from schemas.roles import RolesConfig
from tests.blocks import ROOT
from tests.flows.conftest import BIN, latest_artifacts
from tests.serving import model_server
from tests.small_corpus import LAST_STAGE

ENDS = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


class Server:
    """What the form of the UI does, and what it shows."""

    def __init__(self, url, name):
        self.url, self.name = url, name

    def post(self, path, **body):
        """The answer; asked again, as browsers and clients are told to, while SQLite is busy."""
        while True:
            answer = httpx.post(f"{self.url}/{path}", json=body, timeout=120)
            if answer.status_code != 503:
                return answer
            time.sleep(0.5)

    def deployment(self, flow):
        return httpx.get(f"{self.url}/deployments/name/{flow}/{self.name}", timeout=120).json()

    def start(self, flow, **given):
        """Start a run as the form does; gives its id."""
        place = f"deployments/{self.deployment(flow)['id']}/create_flow_run"
        made = self.post(place, parameters=given, state={"type": "SCHEDULED"})
        assert made.status_code == 201, made.text
        return made.json()["id"]

    def run(self, run_id):
        return httpx.get(f"{self.url}/flow_runs/{run_id}", timeout=120).json()

    def end_of(self, run_id):
        while (found := self.run(run_id))["state_type"] not in ENDS:
            time.sleep(0.5)
        return found

    def waves_of(self, run_id):
        body = {"flow_runs": {"parent_flow_run_id": {"any_": [run_id]}}}
        return self.post("flow_runs/filter", **body).json()

    def artifacts_of(self, run_id):
        body = {"artifacts": {"flow_run_id": {"any_": [run_id]}}, "sort": "UPDATED_DESC"}
        found = self.post("artifacts/filter", **body, limit=200).json()
        return sorted(found, key=lambda each: each["created"])


@pytest.fixture(scope="module")
def corpus(built_corpus, tmp_path_factory):
    """A built corpus of its own name; what is done of it is not done again."""
    folder = tmp_path_factory.mktemp("deployed")
    shutil.copytree(built_corpus.parent, folder, dirs_exist_ok=True)
    path = folder / "corpus.yaml"
    text = path.read_text().replace("name: small", "name: sent")
    path.write_text(text + "curation: {unknown_licence: research_only}\n")
    return path


@pytest.fixture(scope="module")
def server(corpus, environment, server_url):
    """The corpus's deployments, and a worker that runs them."""
    command = [BIN / "partimento", "deploy", corpus, "--pool", "tests"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split("\n")) >= {f"{name}/sent" for name in FLOWS}
    worker = [BIN / "prefect", "worker", "start", "--pool", "tests"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(worker, env=environment | {"PYTHONPATH": os.getcwd()}, **quiet)
    try:
        yield Server(server_url, "sent")
    finally:
        process.terminate()
        process.wait()


@pytest.mark.parametrize("flow", FLOWS)
def test_every_form_says_what_it_asks_for(server, corpus, flow):
    deployed = server.deployment(flow)
    schema = deployed["parameter_openapi_schema"]
    assert deployed["enforce_parameter_schema"]
    assert deployed["description"].endswith(".") and "Args" not in deployed["description"]
    assert deployed["parameters"]["config_path"] == str(corpus)
    for name, field in schema["properties"].items():
        assert field.get("description", "").endswith("."), name
    given = {"stage": "measure", "folder": "/tmp/x"} | deployed["parameters"]
    right = {name: given[name] for name in schema["required"]}
    for values, is_right in ((right, True), (right | {"config_path": 3}, False)):
        checked = server.post("ui/schemas/validate", schema=schema, values=values).json()
        assert checked["valid"] is is_right, checked


def test_stages_and_roles_are_lists_to_choose_from(server):
    stages = [stage.name for stage in STAGES]
    build = server.deployment("build")["parameter_openapi_schema"]
    assert build["properties"]["until"]["enum"] == stages
    player = build["definitions"]["Player"]["properties"]
    assert player["role"]["enum"] == list(RolesConfig.model_fields)
    assert all("description" in field for field in player.values())
    for flow in ("backfill", "retry"):
        schema = server.deployment(flow)["parameter_openapi_schema"]
        assert schema["properties"]["stage"]["enum"] == stages
    place = f"deployments/{server.deployment('backfill')['id']}/create_flow_run"
    refused = server.post(place, parameters={"stage": "none"})
    assert refused.status_code == 409 and "'none' is not one of" in refused.text


def reasons_in(server, flow):
    schema = server.deployment(flow)["parameter_openapi_schema"]
    return schema["properties"]["reasons"]["items"]["enum"]


def test_reasons_are_a_list_of_those_that_there_are(server, corpus):
    there = reasons_of(Corpus.open(load_config(corpus)))
    assert {"no_model", "too_short", "unsure"} <= set(there)
    for flow in ("backfill", "retry"):
        assert reasons_in(server, flow) == [*there, *MAY_PASS]
        place = f"deployments/{server.deployment(flow)['id']}/create_flow_run"
        for reason, status in (("unsure", 201), ("crashed", 201), ("uncertain", 409)):
            given = {"stage": "tags", "reasons": [reason]}
            made = server.post(place, parameters=given, state={"type": "CANCELLED"})
            assert made.status_code == status, made.text
        assert "'uncertain' is not one of" in made.text and "\n" not in made.text


def test_a_choice_that_is_none_any_more_fails_in_a_line(server, corpus):
    runs = {
        "retry": (
            {"stage": "tags", "reasons": ["uncertain"]},
            "left null for uncertain, only for beatless, ",
        ),
        "export": ({"release": "v0", "folder": "/tmp/x"}, "has no release 'v0'"),
    }
    for flow, (given, words) in runs.items():
        place = f"deployments/{server.deployment(flow)['id']}/create_flow_run"
        made = server.post(
            place, parameters=given, enforce_parameter_schema=False, state={"type": "SCHEDULED"}
        )
        message = server.end_of(made.json()["id"])["state"]["message"]
        assert words in message and "\n" not in message.strip(), message


def test_runs_are_named_and_their_parameters_are_what_was_given(server, corpus):
    run = server.end_of(server.start("build", until="question"))
    assert run["state_type"] == "COMPLETED", run["state"]["message"]
    assert run["name"] == "sent: build to question, snapshot 1"
    assert run["parameters"] == {
        "config_path": str(corpus),
        "until": "question",
        "then_release": False,
    }
    (wave,) = server.waves_of(run["id"])
    names = [stage.name for stage in STAGES]
    first, *more = names[names.index(LAST_STAGE) + 1 : names.index("question") + 1]
    stages = f"{first} to {more[-1]}" if more else first
    assert wave["name"] == f"sent: {stages}, p000000 to p000001, snapshot 1"
    assert wave["parameters"] == {
        "corpus": "sent", "stages": stages, "partitions": "p000000 to p000001", "snapshot": 1
    }  # fmt: skip
    there = reasons_of(Corpus.open(load_config(corpus)))
    assert reasons_in(server, "retry") == [*there, *MAY_PASS], "as the build left them"
    check_numbers(server, corpus)


def check_numbers(server, corpus):
    """Every number of an artifact is that of the status."""
    found = latest_artifacts(server.url, "sent-")
    status = read_status(Corpus.open(load_config(corpus)))
    for stage in status.stages:
        rows = {
            row["outcome"]: row["count"]
            for row in _table(found[f"sent-{stage.name.replace('_', '-')}-counts"])
        }
        assert rows.pop("accepted") == stage.n_accepted
        told = {f"rejected: {why}": n for why, n in stage.reasons.items()}
        assert rows == told | {f"null {why}": n for why, n in stage.unmeasured.items()}
        counts = f"{stage.n_in} | {stage.n_accepted} | {stage.n_rejected} | {stage.n_rows} |"
        assert f"| {stage.name} | " in found["sent-status"]["data"]
        assert counts in found["sent-status"]["data"]
    refused = {
        (row["stage"], row["reason"]): row["count"] for row in _table(found["sent-refusals"])
    }
    assert refused[("ingest", "undecodable")] == 1
    progress = [each for each in found.values() if each["type"] == "progress"]
    assert progress and all(float(each["data"]) == 100.0 for each in progress)


def _table(artifact):
    data = artifact["data"]
    return json.loads(data) if isinstance(data, str) else data


def test_a_failed_step_is_red_and_says_what_to_do(server, corpus):
    with model_server("--always", "400", "") as url:
        player = {"role": "captioner", "base_url": url, "model": "m"}
        run = server.end_of(server.start("build", until="caption", roles=[player]))
    assert run["state_type"] == "FAILED"
    assert "2 of 2 steps failed" in run["state"]["message"]
    (wave,) = server.waves_of(run["id"])
    assert wave["state_type"] == "FAILED"
    assert wave["name"] == "sent: failed: caption p000000, p000001, snapshot 1"
    for name in ("p000000", "p000001"):
        assert f"caption {name}: captioner: " in wave["state"]["message"]
    body = {"flow_runs": {"id": {"any_": [wave["id"]]}}}
    steps = server.post("task_runs/filter", **body).json()
    assert {step["name"] for step in steps} == {"caption-p000000", "caption-p000001"}
    for step in steps:
        assert step["state_type"] == "FAILED" and "planned: 400" in step["state"]["message"]
    assert run["name"] == "sent: build to caption failed: caption p000000, p000001, snapshot 1"
    first, *_ = [each for each in server.artifacts_of(run["id"]) if each["type"] != "progress"]
    assert first["key"] == "sent-failure"
    for words in (
        "**caption p000000**",
        "**caption p000001**",
        "planned: 400",
        "partimento doctor",
    ):
        assert words in first["data"].replace("\\", "")
    assert "image" not in {each["type"] for each in server.artifacts_of(run["id"])}


def test_the_other_flows_run_from_their_forms(server, corpus, tmp_path):
    rows = tmp_path / "rows"
    runs = {
        "backfill": server.start("backfill", stage="lint", first_partition="p000001"),
        "export": server.start("export", stage="segment", folder=str(rows)),
        "report": server.start("report", n_tracks=1),
    }
    ends = {name: server.end_of(run_id) for name, run_id in runs.items()}
    for name, run in ends.items():
        assert run["state_type"] == "COMPLETED", (name, run["state"]["message"])
    assert ends["backfill"]["name"] == "sent: backfill lint p000001 to last, snapshot 1"
    built = Corpus.open(load_config(corpus))
    assert [c.partition for c in built.commits if c.stage == "lint"] == ["p000001"]
    assert pl.read_parquet(rows / "*.parquet").equals(built.frame("segment"))
    assert (Path(built.config.store) / "report/report.html").is_file()
    retried = server.end_of(server.start("retry", stage="measure", then_build=False))
    assert retried["state_type"] == "COMPLETED"


@pytest.mark.slow  # all stages, twice
def test_a_build_ends_in_a_release_once(server, corpus):
    first = server.end_of(server.start("build", then_release=True))
    assert first["state_type"] == "COMPLETED", first["state"]["message"]
    (release,) = [each for each in server.waves_of(first["id"]) if "release" in each["name"]]
    assert release["state_type"] == "COMPLETED"
    names = server.deployment("export")["parameter_openapi_schema"]["properties"]["release"]
    (name,) = names["anyOf"][0]["enum"]
    assert name in release["name"]
    again = server.end_of(server.start("build", then_release=True))
    assert again["state_type"] == "COMPLETED", again["state"]["message"]
    assert len(list((corpus.parent / "store/releases").iterdir())) == 1


def test_alerts_are_created_by_one_command_and_taken_back(server, corpus, partimento):
    def names():
        found = server.post("automations/filter", limit=200).json()
        return {each["name"] for each in found if each["name"].startswith("partimento sent: ")}

    assert names() == {"partimento sent: a run died without a word"}
    for _ in range(2):  # done again, it replaces
        made = partimento("alerts", corpus)
        assert made.returncode == 0, made.stderr
        assert len(names()) == 4
    failed = server.end_of(server.start("backfill", stage="lint", first_partition="p999999"))
    assert "there is no partition 'p999999'" in failed["state"]["message"]
    fired = {"filter": {"event": {"name": ["prefect.automation.triggered"]}}}
    while "partimento sent: a run failed" not in {
        each["resource"]["prefect.resource.name"]
        for each in server.post("events/filter", **fired).json()["events"]
    }:
        time.sleep(1)
    assert "no such block" in partimento("alerts", corpus, "--notify", "slack-webhook/x").stderr


@pytest.fixture
def other(corpus, tmp_path):
    path = tmp_path / "other.yaml"
    path.write_text(corpus.read_text().replace("name: sent", "name: other"))
    return path


def test_deployments_are_taken_back_and_other_corpora_are_left_alone(
    server, other, partimento, server_url
):
    made = partimento("deploy", other, "--pool", "tests", "--cron", "0 3 * * *")
    assert made.returncode == 0, made.stderr
    theirs = Server(server_url, "other")
    (schedule,) = theirs.deployment("build")["schedules"]
    assert (schedule["schedule"]["cron"], schedule["active"]) == ("0 3 * * *", True)
    assert theirs.deployment("build")["id"] != server.deployment("build")["id"]
    # Prefect's own service makes the runs of schedules, once a minute.
    place = theirs.deployment("build")["id"]
    coming = {"deployment_id": {"any_": [place]}, "state": {"type": {"any_": ["SCHEDULED"]}}}
    while not theirs.post("flow_runs/filter", flow_runs=coming).json():
        time.sleep(1)
    again = partimento("deploy", other, "--pool", "tests")
    assert again.returncode == 0
    assert len(theirs.deployment("build")["schedules"]) == 1, "a schedule stays as it was"
    removed = partimento("deploy", other, "--remove")
    assert "removed: build/other" in removed.stdout
    assert "id" not in theirs.deployment("build")
    assert "id" in server.deployment("build")
    assert "nothing was registered" in partimento("deploy", other, "--remove").stdout


def test_a_name_that_another_config_has_is_refused(server, corpus, partimento, tmp_path):
    theirs = tmp_path / "theirs.yaml"
    theirs.write_text(corpus.read_text())
    refused = partimento("deploy", theirs, "--pool", "tests")
    assert refused.returncode == 1
    assert f"'sent' is deployed on this server already, of {corpus}" in refused.stderr
    assert server.deployment("build")["parameters"]["config_path"] == str(corpus)


def test_a_deployment_needs_a_server_that_stays(corpus, partimento):
    said = partimento("deploy", corpus, extra={"PREFECT_API_URL": ""})
    assert said.returncode == 1 and "set PREFECT_API_URL" in said.stderr


def test_prefect_yaml_says_what_the_command_registers():
    from flows.deployed import _JOB_VARIABLES

    entries = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    places = [each["entrypoint"].replace("/", ".").replace(".py:", ".") for each in entries]
    assert places == list(FLOWS.values())
    for each in entries:
        assert each["work_pool"]["job_variables"] == _JOB_VARIABLES
        assert each["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}


def test_prefect_itself_registers_what_prefect_yaml_says(environment, server_url):
    home = Path(environment["PREFECT_HOME"])
    pool = [BIN / "prefect", "work-pool", "create", "partimento", "--type", "process"]
    subprocess.run(pool, env=environment, capture_output=True)
    done = subprocess.run(
        [BIN / "prefect", "--no-prompt", "deploy", "--all"],
        env=environment | {"PYTHONPATH": str(ROOT)}, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout, done.stderr, home)
    examples = Server(server_url, "examples")
    for flow in FLOWS:
        schema = examples.deployment(flow)["parameter_openapi_schema"]
        assert all("description" in each for each in schema["properties"].values()), flow


def test_two_runs_of_one_corpus_follow_each_other(server):
    runs = [server.start("build", until="segment") for _ in range(2)]
    ends = sorted((server.end_of(run) for run in runs), key=lambda run: run["start_time"])
    assert [run["state_type"] for run in ends] == ["COMPLETED", "COMPLETED"], "none is cancelled"
    assert ends[0]["end_time"] <= ends[1]["start_time"]
