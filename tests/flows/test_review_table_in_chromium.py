"""The table of all rows as a person uses it: a real browser, real files, and a release after it."""

import socket
import threading
from contextlib import contextmanager

import polars as pl
import pytest
import uvicorn

from flows.review_app import review_app
from pipeline.corpus.corpus import Corpus
from pipeline.release.create import create_release
from pipeline.release.folder import find_release
from pipeline.review.queue import ReviewQueue
from pipeline.review.verdicts import read_verdicts
from schemas.config import load_config
from tests.flows.chromium import browser_page, needs_chromium, wait_until
from tests.pipeline.release.made_up import Here, build, listing, make_config, track_id
from tests.small_corpus import HOSTILE
from tools.process_pool import ProcessPool
from tools.store import Store

pytestmark = needs_chromium
N_TRACKS = 60


@pytest.fixture(scope="module")
def pool():
    with ProcessPool(1) as workers:
        yield workers


@contextmanager
def serving(config, pool, reviewer="Ann"):
    """Serve a corpus from a thread of this process; gives the address of its table."""
    queue = ReviewQueue(Corpus.open(config), ["describe"], n=5, seed=0, shows_scores=False)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        application = review_app(queue, pool, hosts=[host], reviewer=reviewer)
        ours = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
        thread = threading.Thread(target=ours.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://{host}/table"
        finally:
            ours.should_exit = True
            thread.join(30)


@pytest.fixture
def config(tmp_path):
    """A caption, a pair and a chain of each of 60 tracks; the judge refused some."""
    made = make_config(tmp_path)
    refused = {track_id(f"song{number:03d}.ogg"): "judge" for number in range(5)}
    build(made, listing(N_TRACKS, title=lambda number: f"Song {number:03d}"), refuse=refused)
    return made


def place(page, text):
    page.locator(".pages", has_text=text).wait_for()


def said(page, text):
    page.locator(".said", has_text=text).wait_for()


def column(page, name):
    return page.locator(f"tbody .{name}").all_inner_texts()


def released(config, *names):
    """The rows of a release of what stands now."""
    create_release(config, "v1", Here())
    found = find_release(Store(config.store), "v1")
    return [pl.concat([rows for _, rows in found.frames(name)]) for name in names]


def test_rows_are_filtered_sorted_and_edited(config, pool, tmp_path):
    with serving(config, pool) as url, browser_page(tmp_path / "table") as page:
        page.goto(url)
        place(page, "1 to 50 of 180")

        page.get_by_label("What", exact=True).select_option("caption")
        place(page, "1 to 50 of 60")
        page.get_by_label("Decision").select_option("refused")
        place(page, "1 to 5 of 5")
        assert page.locator("tbody").get_by_text("judge: refused").count() == 5
        page.get_by_label("Decision").select_option("")
        page.get_by_role("button", name="Track").click()
        page.locator("th[aria-sort=ascending]").wait_for()
        page.get_by_role("button", name="Track").click()
        page.locator("th[aria-sort=descending]").wait_for()
        assert column(page, "c-title")[0].startswith("Song 059")
        page.get_by_label("Words").fill("song 042")
        place(page, "1 to 1 of 1")

        page.locator("tbody tr").press("e")
        page.get_by_label("Your text").fill("In my own words.")
        page.get_by_label("Your text").press("Control+Enter")
        said(page, "edited: one row")
        assert page.locator("ins").inner_text() == "In my own words."

        assert page.problems == []
    (edited,) = read_verdicts(Store(config.store))
    assert (edited.verdict, edited.in_bulk, edited.is_blind) == ("edit", False, False)
    (captions,) = released(config, "mf-skills/captions")
    words = dict(captions.select("track_id", "completion").iter_rows())
    assert words.pop(track_id("song042.ogg")) == "In my own words."
    assert set(words.values()) == {"It is in C major."}


def test_many_rows_are_judged_at_once_and_taken_back_and_a_release_follows(config, pool, tmp_path):
    with serving(config, pool) as url, browser_page(tmp_path / "bulk") as page:
        page.goto(f"{url}?kind=pair")
        place(page, "1 to 50 of 60")
        page.get_by_role("button", name="Select page").click()
        page.get_by_text("50 selected").wait_for()
        page.get_by_label("What is wrong").select_option("wrong_chords")
        page.get_by_label("Note").fill("not what the label says")
        page.get_by_role("button", name="Reject", exact=True).click()
        said(page, "rejected: 50 rows")
        page.get_by_role("button", name="Undo").click()
        said(page, "Taken back: 50 rows rejected")
        assert read_verdicts(Store(config.store)) == []

        page.get_by_label("Words").fill("song 01")
        place(page, "1 to 10 of 10")
        page.get_by_role("button", name="Select all 10").click()
        page.get_by_label("What is wrong").select_option("wrong_chords")
        page.get_by_role("button", name="Reject", exact=True).click()
        said(page, "rejected: 10 rows")
        page.get_by_label("Words").fill("")
        page.get_by_label("People").select_option("not_me")
        place(page, "1 to 50 of 50")
        page.get_by_role("button", name="Select page").click()
        page.get_by_role("button", name="Accept", exact=True).click()
        said(page, "accepted: 50 rows")
        place(page, "no rows match")
        assert page.problems == []

    assert len(Store(config.store).list("reviews")) == 4, "one object for each thing that was said"
    verdicts = read_verdicts(Store(config.store))
    accepted = [each for each in verdicts if each.verdict == "accept"]
    assert len(accepted) == 50 and all(each.in_bulk for each in accepted)
    qa, left_out = released(config, "mf-skills/qa", "left-out")
    assert len(qa) == 50
    assert set(qa["track_id"]) == {each.track_id for each in accepted}
    refused = left_out.filter(dataset="mf-skills/qa")
    assert set(refused["reason"]) == {"review: rejected"}
    assert set(refused["detail"]) == {"wrong_chords"}


def test_all_is_done_by_keyboard_and_people_who_work_at_once_lose_nothing(config, pool, tmp_path):
    with serving(config, pool) as url, browser_page(tmp_path / "keys") as page:
        page.goto(url)
        place(page, "1 to 50 of 180")
        page.keyboard.press("/")
        page.keyboard.type("song 007")
        place(page, "1 to 3 of 3")
        page.keyboard.press("Enter")
        page.keyboard.press("a")
        said(page, "accepted: one row")
        with serving(config, pool, "Bob") as theirs:
            other = page.context.new_page()
            other.goto(f"{theirs}?words=song+007")
            place(other, "1 to 3 of 3")
            other.get_by_text("1 accepted").wait_for()
            other.keyboard.press("X")
            other.keyboard.press("r")
            said(other, "rejected: 3 rows")
            other.close()
        page.keyboard.press("j")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("k")
        page.keyboard.press("x")
        page.get_by_text("1 selected").wait_for()
        page.keyboard.press("r")
        said(page, "rejected: one row")
        page.locator("tbody tr", has_text="2 rejected").wait_for()
        page.keyboard.press("u")
        said(page, "Taken back")
        assert page.locator("tbody tr", has_text="2 rejected").count() == 0
        page.keyboard.press("Escape")
        page.locator("tbody tr").first.press("Enter")
        assert page.locator("tr.open").count() == 1
    given = [(e.reviewer, e.verdict) for e in read_verdicts(Store(config.store))]
    assert sorted(given) == [("Ann", "accept"), *[("Bob", "reject")] * 3]


@pytest.mark.parametrize("status", [200, 500])
def test_a_late_answer_to_an_older_filter_changes_nothing(config, pool, tmp_path, status):
    with serving(config, pool) as url, browser_page(tmp_path / "late") as page:
        page.goto(url)
        place(page, "1 to 50 of 180")
        held = []
        page.route("**/api/rows?words=son&*", lambda route: held.append(route))
        page.get_by_label("Words").press_sequentially("song 007")
        place(page, "1 to 3 of 3")
        page.keyboard.press("Enter")
        page.keyboard.press("a")
        said(page, "accepted: one row")
        (late,) = held
        with page.expect_response(late.request.url) as answered:
            late.continue_() if status == 200 else late.fulfill(status=status)
        answered.value.finished()
        page.evaluate("new Promise((painted) => setTimeout(painted))")
        said(page, "accepted: one row")
        place(page, "1 to 3 of 3")


def test_the_stretch_of_a_row_plays_and_hostile_words_are_read(pool, tmp_path, built_corpus):
    config = load_config(built_corpus)
    with serving(config, pool) as url, browser_page(tmp_path / "sounds") as page:
        page.goto(url)
        place(page, "of 11")
        page.get_by_label("What", exact=True).select_option("window")
        place(page, "1 to 8 of 8")
        page.get_by_label("Words").fill("Two")
        place(page, "1 to 2 of 2")
        page.locator("tbody tr", has_text="0:02\N{EN DASH}0:04").get_by_role(
            "button", name="Play"
        ).click()
        wait_until(page, "table.audio.currentTime > 2.1")
        assert page.locator(".hear[aria-pressed=true]").count() == 1
        wait_until(page, "table.audio.paused")
        assert page.evaluate("table.audio.currentTime") >= 3.9
        page.get_by_label("Words").fill("<img src=x")
        place(page, "of 4")
        assert column(page, "c-title")[0].startswith(HOSTILE)
        assert page.evaluate("window.hacked") is None
        assert page.locator("img").count() == 0
        assert page.problems == []
