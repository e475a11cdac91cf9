"""What a person sees of a corpus in the Prefect UI, in a real browser."""

import shutil

import httpx
import pytest

from tests.flows.chromium import browser_page, needs_chromium
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
        page.locator("button.p-accordion-trigger", has_text="wave").click()
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
        assert page.problems == []


def test_the_form_of_a_backfill_lists_stages(corpus, partimento, server_url, ui, tmp_path):
    assert partimento("deploy", corpus, "--pool", "seen").returncode == 0
    there = httpx.get(f"{server_url}/deployments/name/backfill/seen", timeout=30).json()
    with browser_page(tmp_path / "form", viewport={"width": 1280, "height": 900}) as page:
        page.goto(f"{ui}/deployments/deployment/{there['id']}/run")
        page.get_by_text("Its steps are run, and those that they rest on.").wait_for()
        page.locator("button.p-select-button, [class*=p-select-button__control]").first.click()
        page.get_by_text("key_network", exact=True).wait_for()
        assert str(corpus) in page.locator("textarea").first.input_value()
        assert page.problems == []
