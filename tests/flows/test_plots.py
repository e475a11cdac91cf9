"""Plots of any values, in both forms."""

import base64
import xml.etree.ElementTree as ElementTree

import polars as pl
import pytest

from flows.plots import plot_calibration, plot_funnel, plot_stage, plot_think, png_of, svg_of
from pipeline.corpus.corpus import Corpus
from pipeline.release.coverage import coverage, gaps
from pipeline.release.plots import draw_plots
from pipeline.review.calibration import compare
from pipeline.review.sample import with_bands
from pipeline.views.report.tallies import Distribution, Tally
from pipeline.views.skills import SkillsFunnel
from pipeline.views.think import ThinkFunnel
from schemas.config import load_config
from tests.pipeline.review.test_agreement import MARKS, REFS, scores_of, verdict

PNG = b"\x89PNG"


def distribution(values, width=None, mark=None):
    found = Distribution(Tally("A title", "s", ("x",), pl.col("x"), width, "words", mark))
    found.add(pl.DataFrame({"x": values}))
    return found


NAMES = [
    ["one"],
    ["$x_{1$", "<svg onload=x>", "\x00\x1b[31m", "a" * 400, "ٱلْعَرَبِيَّة", "音楽", "&amp;", ""],
    [str(i) for i in range(200)],
]


@pytest.mark.parametrize("names", NAMES)
def test_any_names_are_drawn_and_none_becomes_markup(names):
    found = distribution(names)
    svg = svg_of(found)
    root = ElementTree.fromstring(svg)
    assert {each.tag.rpartition("}")[2] for each in root.iter()} <= {
        "svg", "metadata", "RDF", "Work", "type", "format", "creator", "Agent", "title", "date",
        "defs", "style", "g", "path", "use", "text", "clipPath", "rect",
    }  # fmt: skip
    assert not [name for each in root.iter() for name in each.attrib if name.startswith("on")]
    assert base64.b64decode(png_of([found], "t").partition(",")[2]).startswith(PNG)


@pytest.mark.parametrize(
    "values", [[5.0], [0.0, 1e6], [float(i % 7) for i in range(1000)], [-3.0, 2.0]]
)
def test_any_numbers_are_drawn_in_the_colours_of_the_page(values):
    svg = svg_of(distribution(values, 1.0, (451.65, "Music Flamingo")))
    assert "var(--plot-1)" in svg
    assert "Music Flamingo 451.65" in svg
    assert "#5d6f86" not in svg
    ElementTree.fromstring(svg)


WORDS = [
    "$$",
    r"$\\frac{",
    "$" * 400,
    "a" * 1_000_000,
    "\x00\x1b[31m",
    "\u202eabc",
    "العربية",
    "音楽",
    "",
]


def test_words_of_listings_cannot_break_the_plots_at_the_end_of_a_build():
    n = len(WORDS)
    counts = {"candidates": [3] * n, "chosen": [1] * n}
    selection = [
        pl.DataFrame({"of": [of] * n, "value": WORDS, **counts})
        for of in ("skill", "genre", "culture", "difficulty")
    ]
    rates = {"what": WORDS, "accepted": [1] * n, "discarded": [1] * n, "rewritten": [0] * n}
    outcomes = pl.DataFrame({"stage": ["reason"] * n, "reason": WORDS, "n": [1] * n})
    funnel = ThinkFunnel(pl.DataFrame(rates), outcomes, pl.concat(selection), 1, 1)
    assert base64.b64decode(plot_think(funnel).partition(",")[2]).startswith(PNG)
    codes = ["$$", "$x_{1$"]
    outcomes = pl.DataFrame({"what": codes, "stage": codes, "reason": codes, "n": [1, 1]})
    pairs = {"skill": WORDS, "form": WORDS, "position": [1] * n, "n_words": [2] * n}
    image = plot_funnel(SkillsFunnel(outcomes, pl.DataFrame(pairs), 1, 1))
    assert base64.b64decode(image.partition(",")[2]).startswith(PNG)


def test_words_of_listings_cannot_break_the_plots_of_a_release(tmp_path):
    rows = {
        "culture": WORDS,
        "language": WORDS,
        "genre": WORDS,
        "duration_s": [3600.0] * len(WORDS),
    }
    found = coverage(pl.DataFrame(rows))
    (path,) = draw_plots(tmp_path, [], found)
    assert path.read_bytes().startswith(PNG)
    assert max(map(len, gaps(found))) < 1000


def test_plots_of_one_page_share_no_ids():
    ids = []
    for title in ("One", "Two"):
        found = Distribution(Tally(title, "s", ("x",), pl.col("x"), 1.0))
        found.add(pl.DataFrame({"x": [1.0, 2.0, 2.0]}))
        root = ElementTree.fromstring(svg_of(found))
        ids += [each.get("id") for each in root.iter("{http://www.w3.org/2000/svg}clipPath")]
    assert len(ids) == len(set(ids)) == 2


def test_stages_leave_the_plots_of_the_report_in_the_prefect_ui(built_corpus):
    corpus = Corpus.open(load_config(built_corpus))
    for stage in ("tracks", "segment", "measure", "caption", "describe"):
        commits = [each for each in corpus.commits if each.stage == stage]
        image = plot_stage(corpus.store, stage, commits)
        assert base64.b64decode(image.removeprefix("data:image/png;base64,")).startswith(PNG)
    assert plot_stage(corpus.store, "describe", []) is None


def test_a_calibration_is_a_plot():
    scores = scores_of(MARKS)
    said = [verdict(i, "accept" if MARKS[i] >= 4 else "reject") for i in range(100)]
    found = compare(said, with_bands(REFS, scores), scores, wanted=0.9)
    assert plot_calibration(found).startswith(PNG)


@pytest.mark.parametrize("n_plots", range(1, 8))
def test_no_axes_are_left_empty(n_plots, monkeypatch):
    drawn = []
    monkeypatch.setattr("flows.plots._as_uri", lambda figure: drawn.append(figure.axes))
    png_of([distribution([1.0, 2.0], 1.0) for _ in range(n_plots)], "t")
    assert len(drawn[0]) == n_plots
    assert all(axis.has_data() for axis in drawn[0])
