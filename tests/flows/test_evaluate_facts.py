"""`partimento evaluate facts`: of a folder and of a corpus, its files, and who shows it."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from pipeline.corpus.corpus import Corpus
from pipeline.release.create import create_release
from pipeline.views.evaluate.facts.evaluate import kept
from pipeline.views.evaluate.hearing import InProcess
from pipeline.views.report.gather import gather
from pipeline.views.report.page import report_page
from schemas.config import load_config
from schemas.evaluation import FactsEvaluation
from tests.audio import clicks, write

PIECES = Path(__file__).parents[1] / "data" / "pieces"


def run(*arguments):
    return CliRunner().invoke(app, ["evaluate", "facts", *map(str, arguments)])


@pytest.fixture
def corpus(built_corpus, tmp_path):
    """A copy of the built corpus, with references beside its sound."""
    folder = tmp_path / "corpus"
    shutil.copytree(built_corpus.parent, folder)
    config = folder / built_corpus.name
    config.write_text(config.read_text() + "curation:\n  unknown_licence: research_only\n")
    (folder / "audio" / "one.bpm").write_text("100")
    (folder / "audio" / "two.key").write_text("A minor")
    return config


def test_a_folder_is_heard_where_it_has_references(tmp_path):
    write(tmp_path / "beat.wav", clicks(120, 20.0, 22050, seed=1), 22050)
    write(tmp_path / "other.wav", clicks(90, 4.0, 22050, seed=2), 22050)
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    (tmp_path / "beat.beats").write_text("\n".join(str(0.5 * i) for i in range(40)))
    (tmp_path / "broken.bpm").write_text("120")
    to = tmp_path / "out"
    result = run(tmp_path, "--to", to)
    assert result.exit_code == 0, result.output
    assert "2 of 3 tracks have references" in result.output
    found = FactsEvaluation.model_validate_json((to / "facts.json").read_text())
    assert [each.name for each in found.unheard] == ["broken.wav"]
    assert {each.field: each.n for each in found.fields} == {"tempo": 1, "tempo or octave": 1}
    assert (to / "reliability.png").read_bytes().startswith(b"\x89PNG")


def test_a_corpus_keeps_it_and_its_report_and_card_show_it(corpus):
    result = run(corpus)
    assert result.exit_code == 0, result.output
    assert "2 of 3 tracks have references" in result.output
    config = load_config(corpus)
    opened = Corpus.open(config)
    found = kept(opened)
    names = {each.field for each in found.fields}
    assert names == {"tempo", "tempo or octave", "key", "tonic"}
    report = gather(opened, least_tracks=1, n_samples=1, progress=lambda _n: None)
    plots = {each.tally.title: "" for each in report.distributions}
    page = report_page(report, plots, [], least_tracks=1)
    assert "Wrong when stated (95 %)" in page and "2 of 3 tracks have references" in page
    manifest = create_release(config, "first", InProcess(), allow_partial=True)
    assert manifest.evaluation == found
    card = opened.store.get("releases/first/README.md").decode()
    assert "## How right the facts are" in card and "| tempo | " in card


def test_other_facts_than_those_evaluated_show_nothing(corpus):
    run(corpus)
    corpus.write_text(corpus.read_text() + "measure:\n  min_duration_s: 3.5\n")
    assert kept(Corpus.open(load_config(corpus))) is None


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "there are no audio files"),
        ({"a.wav": ""}, "no file is a reference of any of 1 tracks"),
        ({"a.wav": "", "a.key": "H"}, "'H' is no key"),
    ],
)
def test_what_cannot_be_evaluated_is_told(tmp_path, files, words):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    result = run(tmp_path)
    assert result.exit_code == 1 and words in result.output


def test_a_calibration_is_not_fitted_on_few_tracks(corpus, tmp_path):
    result = run(corpus, "--fit", tmp_path / "measure.json")
    assert result.exit_code == 1 and "a calibration needs 100 examples" in result.output
    assert not (tmp_path / "measure.json").exists()


@pytest.mark.slow
def test_the_pieces_are_right(tmp_path):
    result = run(PIECES, "--to", tmp_path)
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "facts.json").read_text())
    by_field = {each["field"]: each for each in found["fields"]}
    assert by_field["tempo"]["n_stated"] == by_field["metre"]["n_stated"] == 2
    assert sum(each["n_wrong"] for each in found["fields"]) == 0
    scores = {each["name"]: each["mean"] for each in found["scores"]}
    assert scores["beats, F"] > 0.98 and scores["chords, majmin"] > 0.95
