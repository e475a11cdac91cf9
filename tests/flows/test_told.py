"""What commands say where something is missing, refused, or other than in the last build."""

import os
import subprocess
from contextlib import nullcontext

import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli import app
from pipeline.corpus.build import BuildError
from pipeline.corpus.corpus import Corpus, NotBuiltError
from pipeline.corpus.last_build import record_build
from pipeline.release.lineage import ReleaseError
from schemas.config import load_config, with_roles
from schemas.sections import SegmentConfig
from tests.audio import clicks, write
from tests.flows.conftest import BIN
from tests.serving import model_server
from tools.store import DamagedError, Store

CONFIG = """\
name: told
store: store
source: {source}
segment: {{window_s: 2.0}}
chords: {{engine: {engine}}}
execution: {{workers: 1}}
"""


def make(folder, source="{folder: audio}", engine="own"):
    (folder / "audio").mkdir()
    for number in range(2):
        write(folder / f"audio/song{number}.flac", clicks(100 + 20 * number, 4.0, 22050), 22050)
    config = folder / "corpus.yaml"
    config.write_text(CONFIG.format(source=source, engine=engine))
    return config


def test_a_missing_tool_is_found_before_any_step(partimento, tmp_path):
    config = make(tmp_path, engine="vamp")
    built = partimento("build", config, extra={"VAMP_PATH": "/nowhere"})
    assert built.returncode == 1
    said = " ".join(built.stderr.split())
    assert "chords needs the Chordino plugin" in said
    assert "VAMP_PATH=/nowhere" in said and "pip install chord-extractor" in said
    assert "Traceback" not in said
    assert not list((tmp_path / "store").glob("commits/[!t]*/*")), "only `tracks` is committed"
    again = partimento("build", config, "--until", "measure")
    assert again.returncode == 0, again.stderr


def test_a_plan_says_first_that_nobody_hears_the_writer(tmp_path):
    plan = ["plan", str(make(tmp_path)), "--role", "writer=http://127.0.0.1:9/v1,model=m"]
    alone = CliRunner().invoke(app, plan)
    assert alone.output.startswith("no model hears the captions and questions")
    judged = CliRunner().invoke(app, [*plan, "--role", "judge=http://127.0.0.1:9/v1,model=j"])
    assert judged.exit_code == 0
    assert "no model hears" not in judged.output


BROKEN_CHORDS = """
import tools.nnls_chords
def fail(samples): raise OSError("the tool is broken")
tools.nnls_chords.chord_changes = fail
"""


def test_nulls_of_a_tool_that_failed_are_sent_again(partimento, tmp_path):
    """The tool passes its check, and breaks while tracks are measured."""
    config = make(tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/sitecustomize.py").write_text(BROKEN_CHORDS)
    path = os.pathsep.join(filter(None, [str(tmp_path / "broken"), os.environ.get("PYTHONPATH")]))
    built = partimento("build", config, "--until", "measure", extra={"PYTHONPATH": path})
    assert built.returncode == 0, built.stderr
    assert "2 null chord_changes: failed" in built.stdout
    assert "2 null chords: unheard" in built.stdout
    assert "rejects retry CONFIG --stage chords --reason failed" in built.stdout
    assert "--stage measure" not in built.stdout, "what was not heard cannot be measured again"
    sent = partimento("rejects", "retry", config, "--stage", "chords", "--reason", "failed")
    assert sent.returncode == 0, sent.stderr
    assert "2 null chord_changes: failed" in sent.stdout
    mended = partimento("build", config, "--until", "measure")
    assert "failed" not in mended.stdout and "unheard" not in mended.stdout, mended.stdout
    assert len(list((tmp_path / "store/data/beats").iterdir())) == 1, "beats are not heard again"
    newest = max((tmp_path / "store/data/measure").iterdir(), key=lambda path: path.stat().st_mtime)
    assert pl.read_parquet(newest)["chords"].null_count() == 0


@pytest.mark.parametrize("kind", ["listing", "folder", "undecodable"])
def test_a_source_without_a_track_fails(partimento, tmp_path, kind):
    (tmp_path / "list.csv").write_text("uri,title\nnone.flac,A\nno/ne.flac,B\n")
    (tmp_path / "audio").mkdir()
    config = tmp_path / "corpus.yaml"
    source = "{listing: list.csv}" if kind == "listing" else "{folder: audio}"
    config.write_text(CONFIG.format(source=source, engine="own"))
    if kind == "undecodable":
        (tmp_path / "audio/noise.wav").write_bytes(bytes(500))
    built = partimento("build", config)
    said = " ".join(built.stderr.split())
    assert built.returncode == 1
    assert "Traceback" not in said
    if kind == "listing":
        assert "list.csv: no file can be read: 2 missing, e.g. n" in said
        assert f"relative to {tmp_path}: is its disk mounted?" in said
    elif kind == "folder":
        assert "source.folder:" in said and "audio is empty" in said
    else:
        assert "none of 1 files is a track (1 undecodable)" in said


def test_tracks_are_not_given_up_when_the_disk_is_gone(partimento, tmp_path):
    config = make(tmp_path)
    assert partimento("build", config, "--until", "segment").returncode == 0
    (tmp_path / "audio").rename(tmp_path / "away")
    (tmp_path / "audio").mkdir()
    assert partimento("build", config, "--until", "segment").returncode == 1
    assert "snapshot 1," in partimento("status", config).stdout


def test_an_endpoint_that_refuses_everything_commits_nothing(partimento, tmp_path):
    config = make(tmp_path)
    with model_server("--always", "400", "") as url:
        roles = ("--role", f"captioner={url},model=m")
        built = partimento("build", config, "--until", "caption", *roles)
        assert built.returncode == 1
        assert "caption p000000: captioner: " in built.stderr
        assert "planned: 400" in built.stderr, "the server's words"
        assert not list(tmp_path.glob("store/*/caption/*"))
    with model_server() as url:
        roles = ("--role", f"captioner={url},model=m")
        built = partimento("build", config, "--until", "caption", *roles)
        assert built.returncode == 0, built.stderr

    # The corpus as it was built is shown without the roles that it was built with.
    status = partimento("status", config)
    assert "differs from that of the last build" in status.stderr
    assert "roles.captioner.engine" in status.stderr
    assert status.stdout == partimento("status", config, *roles).stdout
    assert not partimento("status", config, *roles).stderr
    assert "the last build is shown" in partimento("rejects", "list", config).stderr
    records = list((tmp_path / "store/builds").iterdir())
    assert len(records) == 2, "one for each port"
    assert all('"store"' not in path.read_text() for path in records)


def test_a_server_that_does_not_answer_is_one_line(partimento, tmp_path):
    config = make(tmp_path)
    built = partimento(
        "build", config, extra={"PREFECT_API_URL": "http://u:secret@127.0.0.1:9/api"}
    )
    assert built.returncode == 1
    said = built.stderr.strip().splitlines()
    assert len(said) == 3, built.stderr
    assert said[-1] == (
        "the Prefect server at http://127.0.0.1:9/api does not answer: start it (`prefect server "
        "start`), or unset PREFECT_API_URL for a temporary one"
    )
    assert not (tmp_path / "store/snapshots").exists()


def test_a_temporary_server_that_does_not_start_is_a_line(tmp_path):
    config = make(tmp_path)
    variables = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    variables |= {
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "1",
        "PREFECT_HOME": str(tmp_path / "home"),
    }
    command = [BIN / "partimento", "build", config]
    built = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=300)
    assert built.returncode == 1
    assert "the temporary Prefect server did not come up" in built.stderr
    assert len(built.stderr.strip().splitlines()) <= 4, built.stderr


def test_show_tells_of_a_refused_file_and_a_refused_text(built_corpus, partimento):
    file = partimento("show", built_corpus, "audio/broken.wav")
    assert file.returncode == 0, file.stderr
    assert "ingest" in file.stdout and "undecodable" in file.stdout
    nobody = partimento("show", built_corpus, "audio/none.wav")
    assert nobody.returncode == 1 and "no track matches" in nobody.stderr


def test_a_deaf_endpoint_ends_a_build_before_anything_is_spent(partimento, tmp_path):
    config, log = make(tmp_path), tmp_path / "log"
    with model_server("--deaf", "--log", log) as url:
        roles = ("--role", f"captioner={url},model=m")
        built = partimento("build", config, "--until", "caption", *roles)
    assert built.returncode == 1
    assert "m does not hear: 1 of 4 known sounds were told" in built.stderr
    assert "hearing_probe: false" in built.stderr
    assert log.read_text() == "", "no request of a stage was sent"


def test_show_tells_what_was_refused_of_a_text(partimento, tmp_path):
    config = make(tmp_path, source="{listing: list.csv}")
    config.write_text(config.read_text() + "describe: {tags: [title]}\n")
    (tmp_path / "list.csv").write_text("uri,title\naudio/song0.flac,Zebra\naudio/song1.flac,Ant\n")
    with model_server("--always", "400", "Zebra") as url:
        roles = ("--role", f"writer={url},model=m")
        built = partimento("build", config, "--until", "describe", *roles)
        assert built.returncode == 0, built.stderr
    shown = partimento("show", config, "audio/song0.flac", *roles)
    assert "bad_request" in shown.stdout and "planned: 400" in shown.stdout
    assert "bad_request" not in partimento("show", config, "audio/song1.flac", *roles).stdout


def test_why_a_build_failed_is_told_where_its_state_cannot_be_shown(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise BuildError("1 of 1 steps failed")

    def damaged(_):
        raise DamagedError("a file is damaged")

    monkeypatch.setattr("flows.interrupt.watch_interrupts", lambda: None)
    monkeypatch.setattr("flows.server.prefect_server", nullcontext)
    monkeypatch.setattr("flows.build.build_corpus", fail)
    monkeypatch.setattr(Corpus, "find", damaged)
    built = CliRunner().invoke(app, ["build", str(make(tmp_path))])
    assert built.exit_code == 1
    assert "1 of 1 steps failed" in built.stderr


@pytest.mark.parametrize("command", ["report", "review", "calibrate"])
def test_what_looks_at_rows_looks_at_the_last_build(command, tmp_path, monkeypatch):
    path = make(tmp_path)
    given = load_config(path)
    writer = {"engine": "openai", "base_url": "http://127.0.0.1:1/v1", "model": "m"}
    built = with_roles(given, {"writer": writer})
    record_build(Store(given.store), built, None)
    looked_at = []

    def look(config):
        looked_at.append(config)
        raise NotBuiltError("nothing is built yet")

    monkeypatch.setattr(Corpus, "open", look)
    told = CliRunner().invoke(app, [command, str(path)])
    assert looked_at == [built]
    assert "the last build is shown" in told.stderr and "by --role, give the same" in told.stderr


def test_a_release_is_of_the_last_build(tmp_path, monkeypatch):
    path = make(tmp_path)
    given = load_config(path)
    built = given.model_copy(update={"segment": SegmentConfig(window_s=5.0)})
    record_build(Store(given.store), built, None)
    released = []

    def create(config, *_, **__):
        released.append(config)
        raise ReleaseError("enough")

    monkeypatch.setattr("flows.releasing.create_release", create)
    told = CliRunner().invoke(app, ["release", "create", "v1", str(path)])
    assert released == [built]
    assert "in segment.window_s" in told.stderr and "--role" not in told.stderr
