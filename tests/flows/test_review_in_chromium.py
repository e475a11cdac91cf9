"""Reviewing as a person does it: the real server, a real browser, real files."""

import re
import shutil
import signal
import socket
import subprocess
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import polars as pl
import pytest
import uvicorn
from typer.testing import CliRunner

from flows.cli import app
from flows.review_app import review_app
from pipeline.corpus.corpus import Corpus
from pipeline.review.queue import ReviewQueue
from pipeline.review.verdicts import read_verdicts
from schemas.config import load_config
from tests.flows.chromium import browser_page, needs_chromium, wait_until
from tests.flows.conftest import BIN
from tests.small_corpus import HOSTILE
from tools.process_pool import ProcessPool
from tools.store import Store

pytestmark = needs_chromium


@pytest.fixture
def corpus(built_corpus, tmp_path):
    shutil.copytree(built_corpus.parent, tmp_path / "corpus")
    return tmp_path / "corpus/corpus.yaml"


@contextmanager
def server(corpus, *options):
    """`partimento review` in a process of its own; gives its address."""
    command = [BIN / "partimento", "review", corpus, "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        yield re.search(r"http://127\.0\.0\.1:\d+/", line)[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def pool():
    with ProcessPool(1) as workers:
        yield workers


@pytest.fixture
def serve(corpus, pool):
    """Serve the rich captions of a corpus from a thread of this process."""

    @contextmanager
    def run(reviewer="Ann"):
        opened = Corpus.open(load_config(corpus))
        queue = ReviewQueue(opened, ["describe"], n=50, seed=0, shows_scores=False)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            host = f"127.0.0.1:{listener.getsockname()[1]}"
            application = review_app(queue, pool, hosts=[host], reviewer=reviewer)
            ours = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
            listener.listen()
            thread = threading.Thread(target=ours.run, kwargs={"sockets": [listener]})
            thread.start()
            try:
                yield f"http://{host}/"
            finally:
                ours.should_exit = True
                thread.join(30)

    return run


def verdicts_of(corpus):
    return read_verdicts(Store(load_config(corpus).store))


def enter(page, url, name):
    page.goto(url)
    page.get_by_label("Your name").fill(name)
    page.keyboard.press("Enter")
    page.wait_for_selector(".bench h3, .bench p")


def at(page, place):
    page.locator(".eyebrow", has_text=place).wait_for()


def said(page, text):
    page.locator(".said", has_text=text).wait_for()


def test_what_is_said_by_keyboard_is_kept_at_once_and_gone_on_with(corpus, tmp_path):
    options = ("--stage", "describe", "--stage", "caption", "--n", "4")
    with server(corpus, "--stage", "describe") as url, browser_page(tmp_path / "keys") as page:
        enter(page, url, "Ann Ó")
        assert page.get_by_text("0 of 3 reviewed").is_visible()
        page.keyboard.press("a")
        page.get_by_text("1 of 3 reviewed").wait_for()
        assert [each.verdict for each in verdicts_of(corpus)] == ["accept"], "kept at once"
        at(page, "2 of 3")
        page.keyboard.press("r")
        page.keyboard.press("3")
        page.keyboard.press("Enter")
        page.get_by_text("2 of 3 reviewed").wait_for()
        at(page, "3 of 3")
        page.keyboard.press("e")
        page.locator("#edit").fill("My own words.")
        page.keyboard.press("Control+Enter")
        page.get_by_text("3 of 3 reviewed").wait_for()
        said(page, "thank you")
        page.keyboard.press("k")
        said(page, "You said: reject")
        assert page.get_by_role("checkbox", name="key").is_checked()
        assert page.problems == []
    kept = verdicts_of(corpus)
    assert [each.verdict for each in kept] == ["accept", "reject", "edit"]
    assert kept[1].reasons == ["wrong_key"]
    assert kept[2].edited_text == "My own words."
    assert {each.reviewer for each in kept} == {"Ann Ó"}
    assert all(each.is_blind for each in kept)

    with server(corpus, *options) as url, browser_page(tmp_path / "again") as page:
        enter(page, url, "Ann Ó")
        n_done = int(re.search(r"(\d) of 4 reviewed", page.locator(".panel").inner_text())[1])
        page.keyboard.press("a")
        page.get_by_text(f"{n_done + 1} of 4 reviewed").wait_for()
        enter(page, url, "Bob")
        assert page.get_by_text("0 of 4 reviewed").is_visible()


def test_a_mind_is_changed_both_verdicts_are_kept_and_calibrate_tells(corpus, serve, tmp_path):
    none = command("calibrate", corpus)
    assert none.exit_code == 1
    assert "no verdicts yet; run `partimento review`" in none.output
    with serve() as url, browser_page(tmp_path / "mind") as page:
        page.goto(url)
        at(page, "1 of 3")
        page.get_by_role("button", name="Accept").click()
        at(page, "2 of 3")
        page.get_by_role("button", name="Back").click()
        said(page, "You said: accept")
        page.get_by_role("button", name="Reject").click()
        page.get_by_label("Remark").fill("on second thoughts")
        page.get_by_role("button", name="Save and go on").click()
        said(page, "Saved: reject")
        assert page.get_by_text("1 of 3 reviewed").is_visible()
    assert [each.verdict for each in verdicts_of(corpus)] == ["accept", "reject"]
    assert verdicts_of(corpus)[1].comment == "on second thoughts"

    done = command("calibrate", corpus, "--to", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "1 verdicts on 1 rows, 0 of them good" in done.output
    assert "Too few verdicts" in done.output
    assert (tmp_path / "out/calibration.md").read_text().startswith("# small")
    verdicts = pl.read_parquet(tmp_path / "out/verdicts.parquet")
    assert verdicts["verdict"].to_list() == ["accept", "reject"]


def test_an_edit_without_a_change_is_not_saved_and_says_so(corpus, serve, tmp_path):
    with serve() as url, browser_page(tmp_path / "edit") as page:
        page.goto(url)
        at(page, "1 of 3")
        page.keyboard.press("e")
        page.keyboard.press("Control+Enter")
        said(page, "the text was not changed")
        page.keyboard.type(" and a")
        page.keyboard.press("Escape")
        assert not page.locator("#edit").is_visible()
        assert page.get_by_text("0 of 3 reviewed").is_visible()
    assert verdicts_of(corpus) == []


def test_every_sound_plays_and_hostile_words_are_read(serve, tmp_path):
    with serve(HOSTILE[:50]) as url, browser_page(tmp_path / "sounds") as page:
        page.goto(url)
        titles = set()
        for number in range(3):
            at(page, f"{number + 1} of 3")
            titles.add(page.locator("h1").inner_text())
            wait_until(page, "review.player.audio.readyState >= 2")
            page.keyboard.press("Space")
            wait_until(page, "review.player.audio.currentTime > 0.2")
            page.keyboard.press("Space")
            page.evaluate("review.player.seek(3)")
            wait_until(page, "review.player.audio.currentTime === 3")
            page.keyboard.press("j")
        assert titles == {HOSTILE, "Two", "Three"}
        assert page.evaluate("window.hacked") is None
        assert page.problems == []


def test_a_track_whose_file_is_gone_can_still_be_read_and_passed_over(corpus, serve, tmp_path):
    shutil.rmtree(corpus.parent / "audio")
    with serve() as url, browser_page(tmp_path / "gone") as page:
        page.goto(url)
        page.locator(".notice", has_text="the file is gone").wait_for()
        page.keyboard.press("j")
        at(page, "2 of 3")
        assert page.locator(".prose h3").count() > 0


ATTACKS = """async url => {
  const json = {'Content-Type': 'application/json'};
  const post = {method: 'POST', body: '{}'};
  const tries = [
    ['api/items/0', {}],
    ['api/verdicts', {...post, headers: json}],
    ['api/verdicts', {...post, mode: 'no-cors'}],
    ['api/items/0', {mode: 'no-cors'}],
  ];
  const found = [];
  for (const [path, options] of tries) {
    try { found.push((await fetch(url + path, options)).type); }
    catch (error) { found.push('refused'); }
  }
  return found;
}"""


def test_a_page_of_another_origin_reads_nothing_and_gives_no_verdict(corpus, serve, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/index.html").write_text("<title>another page</title>")
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path / "other")
    with serve() as url, ThreadingHTTPServer(("127.0.0.1", 0), handler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        with browser_page(tmp_path / "evil") as page:
            page.goto(f"http://127.0.0.1:{other.server_port}/")
            assert page.evaluate(ATTACKS, url) == ["refused"] * 4
        other.shutdown()
    assert verdicts_of(corpus) == []


def command(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_what_cannot_be_served_is_said_in_a_line(corpus):
    assert "name with --allow-host" in command("review", corpus, "--host", "0.0.0.0").output
    assert "only rows of" in command("review", corpus, "--stage", "measure").output
    assert "no rows to review" in command("review", corpus, "--stage", "question").output
    shutil.rmtree(corpus.parent / "store")
    for name in ("review", "report", "calibrate"):
        done = command(name, corpus)
        assert done.exit_code == 1
        assert "nothing is built yet: run `partimento build`" in done.output
