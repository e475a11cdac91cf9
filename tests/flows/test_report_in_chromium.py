"""The report and its listening pages, as a person opens them: files in a real browser."""

import json
import subprocess

import numpy as np
import pytest
from typer.testing import CliRunner

from flows.artifacts import refusal_rows
from flows.cli import app
from flows.report_folder import default_folder, listening_pages, page_of
from flows.reporting import write_page, write_report
from pipeline.corpus.corpus import Corpus, TrackRows
from pipeline.views.pages.listening import Judgement, PageAudio, listening_page
from pipeline.views.pages.score import packed_waveform
from schemas.config import load_config
from schemas.facts import Beat, MusicFacts
from schemas.ids import pair_id
from schemas.qa import QaPair
from tests.audio import clicks, write
from tests.facts import chord_of, key_section
from tests.flows.chromium import browser_page, needs_chromium, wait_until
from tests.flows.conftest import BIN
from tests.pipeline.release.made_up import build, listing, make_config, track_id
from tests.pipeline.views.test_pages import all_rows, make_facts, make_track
from tests.small_corpus import HOSTILE
from tools.audio import waveform

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def pages(built_corpus, tmp_path_factory):
    """The report of the small corpus, written by the command."""
    folder = tmp_path_factory.mktemp("pages")
    command = [BIN / "partimento", "report", built_corpus, "--to", folder]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "3 tracks, 3 to hear" in done.stdout
    return folder


@pytest.fixture(scope="module")
def ids(built_corpus):
    corpus = Corpus.open(load_config(built_corpus))
    return dict(corpus.tracks.select("uri", "track_id").iter_rows())


def now(page):
    return page.evaluate("player.audio.currentTime")


def is_playing(page):
    return page.evaluate("!player.audio.paused")


def wait_until_ready(page):
    wait_until(page, "player.audio.readyState >= 2")


def test_the_report_opens_and_leads_to_pages_that_play(pages, tmp_path):
    with browser_page(tmp_path / "report") as page:
        page.goto((pages / "report.html").as_uri())
        assert page.locator("h1").inner_text() == "small"
        assert page.locator(".tile", has_text="Tracks").locator("dd").inner_text().startswith("3")
        assert page.locator("#distributions svg").count() >= 8
        assert page.get_by_text("broken.wav").is_visible()
        assert "Spelled in several ways: Jazz, jazz" in page.locator("#coverage").inner_text()
        assert page.evaluate("window.hacked") is None
        page.get_by_role("link", name="Two").click()
        wait_until_ready(page)
        page.get_by_role("button", name="Play", exact=True).click()
        wait_until(page, "player.audio.currentTime > 0.3")
        page.get_by_role("link", name="Corpus report").click()
        page.wait_for_selector("#funnel")
        assert page.problems == []


def with_refusals(folder):
    """A corpus of six tracks; the judge refused one pair, `describe` the caption of another."""
    config = make_config(folder)
    refused = {pair_id(track_id("song003.ogg"), 1): "judge", track_id("song002.ogg"): "describe"}
    build(config, listing(6, title=lambda number: f"Song {number}"), refuse=refused)
    return Corpus.open(config)


def test_a_refusal_leads_to_the_place_of_its_tracks_page_that_tells_of_it(tmp_path):
    corpus = with_refusals(tmp_path)
    folder = default_folder(corpus.config.store, corpus.config.name)
    (first,) = sorted(corpus.tracks["track_id"])[:1]
    write_report(corpus, folder, n_tracks=1)
    pages = listening_pages(folder)
    heard = {track_id(f"song{number:03d}.ogg") for number in (2, 3)}
    assert set(pages) == {first} | heard, "one by chance, and one for each reason"
    rows = {row["stage"]: row for row in refusal_rows(corpus.rejections(), pages)}
    assert rows["judge"]["listen"].endswith(f"{track_id('song003.ogg')}.html#judge-q01")
    listed = CliRunner().invoke(app, ["rejects", "list", str(tmp_path / "corpus.yaml"), "--json"])
    addresses = json.loads(listed.stdout)["pages"]
    assert sorted(addresses) == sorted(row["listen"] for row in rows.values())
    with browser_page(tmp_path / "refusal") as page:
        for address in addresses:
            page.goto(address)
            told = page.locator(":target")
            assert told.is_visible() and "No." in told.inner_html()
        page.goto((folder / "report.html").as_uri())
        page.locator("#refusals").get_by_role("link").first.click()
        page.locator(":target").wait_for()


def test_without_a_page_there_is_no_link(tmp_path, built_corpus):
    corpus = with_refusals(tmp_path)
    assert {row["listen"] for row in refusal_rows(corpus.rejections(), {})} == {""}
    assert listening_pages(tmp_path / "nowhere") == {}
    (broken,) = Corpus.open(load_config(built_corpus)).rejections()
    assert page_of(broken, {track_id("a"): tmp_path}) is None, "a file that is no track"


def test_a_hostile_title_is_read_and_not_run(pages, ids, tmp_path):
    with browser_page(tmp_path / "hostile") as page:
        page.goto((pages / "tracks" / f"{ids['audio/one.flac']}.html").as_uri())
        wait_until_ready(page)
        assert page.locator("h1").inner_text() == HOSTILE
        assert page.evaluate("window.hacked") is None
        assert page.locator("img").count() == 0
        assert page.problems == []


def test_even_an_injected_script_would_not_run(pages, ids, tmp_path):
    page_file = pages / "tracks" / f"{ids['audio/two.wav']}.html"
    broken = page_file.with_name("injected.html")
    script = "<script>window.hacked = 1</script><img src='x' onerror='window.hacked = 1'>"
    broken.write_text(page_file.read_text().replace("</main>", f"{script}</main>"))
    with browser_page(tmp_path / "injected") as page:
        page.goto(broken.as_uri())
        wait_until_ready(page)
        assert page.evaluate("window.hacked") is None
        assert any("Content Security Policy" in each for each in page.problems)


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    """A page of a minute with known beats, chords and keys, hostile words, and a question."""
    folder = tmp_path_factory.mktemp("song")
    path = write(folder / "a.wav", clicks(120, 60.0, 22050, seed=1), 22050)
    facts = make_facts(
        beats=[Beat(time_s=i / 2, bar_position=1 + i % 4) for i in range(120)],
        chords=[
            chord_of(2.0 * i, 2.0 * i + 2, label, "i")
            for i, label in enumerate(["A:min", "F", "N", "G:7"] * 7 + ["C", "C"])
        ],
        key_sections=[
            key_section("A", "minor", 0.0, 30.0),
            key_section("C", "major", 30.0, 60.0),
        ],
    )
    rows = all_rows(HOSTILE, facts)
    sound = PageAudio("a.wav", packed_waveform(*waveform(path, rate_hz=40), 40.0))
    judged = {("question", rows.one(QaPair).qa_id): Judgement(False, 0.25, HOSTILE)}
    write_page(folder / "song.html", listening_page(rows, sound, judged))
    return folder / "song.html"


def test_clicking_a_time_or_a_place_plays_from_there(song, tmp_path):
    with browser_page(tmp_path / "song", viewport={"width": 1280, "height": 900}) as page:
        page.goto(song.as_uri())
        wait_until_ready(page)
        page.locator(".prose .time", has_text="0:30").click()
        assert is_playing(page)
        assert 30 <= now(page) < 31
        assert "C major" in page.locator(".now").inner_text()
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Space")
        assert not is_playing(page)

        canvas = page.locator(".lanes canvas").nth(1)
        box = canvas.bounding_box()
        start, span = page.evaluate("[player.view.start, player.view.span]")
        wave_y = 18 + 5 + 48
        canvas.click(position={"x": box["width"] / 4, "y": wave_y})
        assert now(page) == pytest.approx(start + span / 4, abs=0.4)

        page.evaluate("player.audio.pause(); player.setView(0, 16); player.draw()")
        chords_y = 18 + 5 + 96 + 5 + 22 + 5 + 19
        canvas.click(position={"x": box["width"] * 3.5 / 16, "y": chords_y})
        assert now(page) == pytest.approx(2.0, abs=0.4), "a chord plays from its start"
        assert "F" in page.locator(".now").inner_text()

        page.locator(".qa .time").first.click()
        assert 28 <= now(page) < 29
        page.evaluate("player.audio.currentTime = 31.8")
        wait_until(page, "player.audio.paused")
        assert 32 <= now(page) < 33, "a stretch stops at its end"
        assert page.problems == []


def test_the_keyboard_does_what_the_mouse_does(song, tmp_path):
    with browser_page(tmp_path / "keys") as page:
        page.goto(song.as_uri())
        wait_until_ready(page)
        page.keyboard.press("ArrowRight")
        assert now(page) == pytest.approx(5)
        page.keyboard.press("-")
        assert page.evaluate("player.view.span") == 60
        page.keyboard.press("+")
        assert page.evaluate("player.view.span") == 30
        page.keyboard.press("0")
        assert page.evaluate("[player.view.start, player.view.span]") == [0, 60]
        page.locator("canvas.overview").focus()
        page.keyboard.press("End")
        assert now(page) == pytest.approx(60, abs=0.1)
        page.keyboard.press("Home")
        page.keyboard.press("PageUp")
        assert now(page) == pytest.approx(30)
        assert page.locator("canvas.overview").get_attribute("aria-valuetext") == "0:30"
        page.keyboard.press("c")
        assert (
            page.get_by_role("button", name="Click on beats").get_attribute("aria-pressed")
            == "true"
        )
        page.evaluate("player.play(30)")
        wait_until(page, "player.audio.currentTime > 31")
        assert page.problems == []


def colours_of(page, lane_y):
    script = """y => {
      const canvas = document.querySelectorAll('.lanes canvas')[1];
      const scale = canvas.width / canvas.clientWidth;
      const row = canvas.getContext('2d').getImageData(0, y * scale, canvas.width, 1).data;
      const seen = new Set();
      for (let i = 0; i < row.length; i += 4) {
        if (row[i + 3] > 200) seen.add(row.slice(i, i + 3).join());
      }
      return seen.size;
    }"""
    return page.evaluate(script, lane_y)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_lane_is_drawn_in_both_colour_schemes(song, tmp_path, scheme):
    with browser_page(tmp_path / scheme, color_scheme=scheme) as page:
        page.goto(song.as_uri())
        wait_until_ready(page)
        page.evaluate("player.setView(22, 16); player.draw()")
        assert colours_of(page, 18 + 5 + 48) >= 2, "waveform and beats"
        assert colours_of(page, 18 + 5 + 96 + 5 + 3) >= 2, "two keys"
        assert colours_of(page, 18 + 5 + 96 + 5 + 22 + 5 + 3) >= 3, "three roots"
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == {"light": "rgb(251, 250, 247)", "dark": "rgb(23, 22, 20)"}[scheme]
        assert page.problems == []


def test_a_long_track_draws_only_what_is_in_sight(tmp_path):
    facts = make_facts(
        beats=[Beat(time_s=i / 3, bar_position=1 + i % 4) for i in range(3600)],
        chords=[chord_of(i / 2, (i + 1) / 2, "A:min", "i") for i in range(2400)],
    )
    path = write(tmp_path / "a.wav", clicks(120, 10.0, 8000), 8000)
    peaks, rms = (np.tile(each, 120) for each in waveform(path, rate_hz=40))
    sound = PageAudio("a.wav", packed_waveform(peaks, rms, 40.0))
    rows = TrackRows(make_track(duration_s=1200.0), {MusicFacts: [facts]})
    write_page(tmp_path / "long.html", listening_page(rows, sound, {}))
    with browser_page(tmp_path / "long") as page:
        page.goto((tmp_path / "long.html").as_uri())
        counted = """span => {
          let boxes = 0;
          const box = Player.prototype.box;
          Player.prototype.box = function (...all) { boxes++; return box.apply(this, all); };
          player.setView(600, span); player.draw();
          Player.prototype.box = box;
          return boxes;
        }"""
        assert page.evaluate(counted, 30) <= 62
        assert page.evaluate(counted, 1200) <= page.evaluate("player.width"), "at most one a pixel"
        assert page.problems == []


def test_sound_in_the_page_needs_no_file(built_corpus, ids, tmp_path):
    command = [
        BIN / "partimento", "report", built_corpus, "--to", tmp_path, "--embed-audio",
        "--tracks", "0", "--track", "audio/three.aiff",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (only,) = (tmp_path / "tracks").iterdir()
    moved = only.rename(tmp_path / "moved.html")
    with browser_page(tmp_path / "embedded") as page:
        page.goto(moved.as_uri())
        wait_until_ready(page)
        assert page.evaluate("player.audio.duration") == pytest.approx(4, abs=0.1)
        assert page.evaluate("player.audio.src").startswith("data:audio/flac;base64,")


def test_a_file_that_does_not_play_is_told(song, tmp_path):
    gone = tmp_path / "song.html"
    gone.write_text(song.read_text())
    with browser_page(tmp_path / "gone") as page:
        page.goto(gone.as_uri())
        page.wait_for_selector(".player .notice:not([hidden])")
        assert "cannot play" in page.locator(".player .notice").inner_text()


def test_a_phone_shows_all_of_it_without_scrolling_sideways(song, pages, tmp_path):
    with browser_page(tmp_path / "phone", viewport={"width": 390, "height": 844}) as page:
        for each in (song, pages / "report.html"):
            page.goto(each.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
