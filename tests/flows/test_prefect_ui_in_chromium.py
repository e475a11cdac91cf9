"""What a person sees of a corpus in the Prefect UI, in a real browser."""

import json
import re
import shutil

import httpx
import pytest

from flows.artifacts import refusal_rows
from flows.deployed import FLOWS
from schemas.provenance import Rejection
from tests.flows.chromium import browser_page, needs_chromium, wait_until
from tests.flows.conftest import latest_artifacts
from tests.serving import model_server

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def corpus(built_corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("seen")
    shutil.copytree(built_corpus.parent, folder, dirs_exist_ok=True)
    path = folder / "corpus.yaml"
    path.write_text(path.read_text().replace("name: small", "name: seen"))
    return path


@pytest.fixture
def ui(server_url):
    return server_url.removesuffix("/api")


def test_the_failed_partition_is_found_in_two_clicks(corpus, partimento, server_url, ui, tmp_path):
    with model_server("--always", "400", "") as url:
        role = ("--role", f"captioner={url},model=m")
        built = partimento("build", corpus, "--until", "caption", *role)
    assert built.returncode == 1
    with browser_page(tmp_path / "dashboard", viewport={"width": 1280, "height": 800}) as page:
        page.goto(f"{ui}/dashboard")
        page.locator("button.p-accordion-trigger", has_text=re.compile(r"^\s*wave")).click()
        failed = page.get_by_role("link", name="seen: failed: caption p000000, p000001").first
        failed.click()
        page.get_by_role("heading").first.wait_for()
        page.get_by_text("planned: 400").first.wait_for()
        assert "/runs/flow-run/" in page.url

        failure = latest_artifacts(server_url, "seen-failure")["seen-failure"]
        found = httpx.post(
            f"{server_url}/artifacts/filter",
            json={"artifacts": {"key": {"any_": [failure["key"]]}}, "sort": "CREATED_DESC"},
            timeout=30,
        )
        page.goto(f"{ui}/artifacts/artifact/{found.json()[0]['id']}")
        page.get_by_text("What to do:").first.wait_for()
        assert "caption p000001" in page.inner_text("body")


def test_words_of_others_are_no_markup_in_the_cells_of_a_table(server_url, ui, tmp_path):
    words = (
        "![seen](http://elsewhere.test/pixel.png) [click](http://elsewhere.test) <b>bold</b> *x*"
    )
    refused = Rejection(stage="caption", row_id="a_b_c", reason="not_json", detail=words)
    table = {"type": "table", "key": "words-of-others"}
    table["data"] = json.dumps(refusal_rows([refused], {}))
    made = httpx.post(f"{server_url}/artifacts/", json=table, timeout=30)
    with browser_page(tmp_path / "cells") as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{ui}/artifacts/artifact/{made.json()['id']}")
        cell = page.locator("td", has_text="a_b_c").first
        cell.wait_for()
        assert cell.inner_text().strip() == f"a_b_c: {words}"
        assert cell.locator("a, img, b, em").count() == 0
        assert not [url for url in asked if "elsewhere.test" in url]


def choose(page, option):
    """Choose of the form's list of stages."""
    page.locator("button.p-select-button__control").first.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_text(option, exact=True).first.click()
    page.locator("button.p-select-button__control", has_text=option).first.wait_for()


def submit(page, presses=5):
    """Press Submit; again, as a person would, where a busy server did not take it: it says so."""
    gone = "!location.pathname.endsWith('/run')"
    refused = "document.body.innerText.includes('Oops.')"
    for _ in range(presses):
        page.get_by_role("button", name="Submit").click()
        wait_until(page, f"{gone} || {refused}", timeout_s=180)
        if page.evaluate(gone):
            return
        page.locator(".p-toast__close-btn").evaluate_all("all => all.forEach(one => one.click())")
        wait_until(page, f"!{refused}")
    pytest.fail(f"not taken in {presses} presses: {page.problems}\n{page.inner_text('body')}")


def test_every_flow_is_started_from_its_form(corpus, partimento, server_url, ui, tmp_path):
    assert partimento("deploy", corpus, "--pool", "seen").returncode == 0
    with browser_page(tmp_path / "form", viewport={"width": 1280, "height": 900}) as page:
        page.set_default_timeout(180_000)
        for flow in FLOWS:
            there = httpx.get(f"{server_url}/deployments/name/{flow}/seen", timeout=30).json()
            page.goto(f"{ui}/deployments/deployment/{there['id']}/run")
            fields = there["parameter_openapi_schema"]["properties"]
            page.get_by_text(fields["config_path"]["description"]).wait_for()
            given = {}
            required = there["parameter_openapi_schema"]["required"]
            if "stage" in required:
                choose(page, "key_network")
                given["stage"] = "key_network"
            if "folder" in required:
                page.locator("textarea").nth(1).fill("/tmp/rows")
                given["folder"] = "/tmp/rows"
            submit(page)
            body = {"flow_runs": {"deployment_id": {"any_": [there["id"]]}}}
            runs = httpx.post(f"{server_url}/flow_runs/filter", json=body, timeout=60).json()
            (run,) = [each for each in runs if not each["auto_scheduled"]]
            wanted = {"config_path": str(corpus)} | given
            assert wanted.items() <= run["parameters"].items(), flow
