import ast
import os
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO

import polars as pl
import pytest
import soundfile

from pipeline import Corpus, load_config
from tests.audio import write
from tests.blocks import ROOT, blocks_of

SONG = "feelings.ogg"
SONG_FRAMES = 44100 * 24
SCRIPT = ROOT / "examples" / "python" / "build.py"


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    """The folder in which all blocks of the document were run, in order, and what they printed."""
    folder, songs = tmp_path_factory.mktemp("document"), ROOT / "examples" / "songs"
    (folder / "songs").mkdir()
    samples, sample_rate_hz = soundfile.read(songs / SONG, stop=SONG_FRAMES)
    write(folder / "songs" / SONG, samples, sample_rate_hz)
    listing = pl.read_csv(songs / "listing.csv").filter(uri=SONG)
    listing.write_csv(folder / "songs" / "listing.csv")
    names, printed = {"__name__": "document"}, StringIO()
    with pytest.MonkeyPatch.context() as place, redirect_stdout(printed):
        place.chdir(folder)
        for kind, text in blocks_of("docs/python.md"):
            if kind == "yaml":
                (folder / "corpus.yaml").write_text(text)
            else:
                exec(compile(text, "docs/python.md", "exec"), names)
    return folder, printed.getvalue()


def test_the_blocks_of_the_document_run_in_order(document):
    folder, printed = document
    assert "1 tracks, 15 steps left" in printed
    assert "nothing is built yet" in printed
    assert "Feelings 95.0 BPM" in printed
    assert not Corpus.open(load_config(folder / "corpus.yaml")).pending
    qa = pl.read_parquet(folder / "store" / "releases" / "v1" / "mf-skills" / "qa" / "*.parquet")
    assert f"qa {len(qa)}" in printed and len(qa) > 0


def test_the_script_looks_and_releases_as_the_document_does(document):
    """Its own parts, on the corpus that the document built: a build of four songs takes minutes."""
    folder, _ = document
    code = (
        "import runpy; from pipeline import Corpus, load_config;"
        f"parts = runpy.run_path({str(SCRIPT)!r}, run_name='script');"
        "config = load_config('corpus.yaml');"
        "parts['look'](Corpus.open(config));"
        "parts['release'](config, 'v1')"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    assert "95.0" in done.stdout and "D major" in done.stdout
    assert "difficulty refused" in done.stdout
    assert "question" in done.stdout


def test_the_script_needs_no_other_names_than_the_document():
    text = "".join(text for kind, text in blocks_of("docs/python.md") if kind == "python")
    script = SCRIPT.read_text()
    assert imported("pipeline", script) <= imported("pipeline", text)
    assert imported("tools.process_pool", script) == imported("tools.process_pool", text)


def imported(module, text):
    found = [each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.ImportFrom)]
    return {name.name for each in found if each.module == module for name in each.names}
