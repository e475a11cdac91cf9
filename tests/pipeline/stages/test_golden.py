"""No change of code mixes old and new shards: rows that change need a version that is raised.

One committed piece is built with the built-in engine, so that its bytes, and with them its id, are
the same everywhere; songs that a test writes carry the version of their encoder. Rows are compared
without the versions of outside tools, their numbers to three significant digits: the same code
gives other last digits on another processor. Of chroma, key scores and cepstra the shape counts,
since some of their hundreds of numbers would round the other way; what is found in them is
compared. To renew `golden.json`:

    python -m tests.pipeline.stages.test_golden
"""

import json
import shutil
import tempfile
from pathlib import Path

import pytest

from pipeline.corpus.build import build
from pipeline.engine.shards import VOLATILE
from pipeline.stages import STAGES
from schemas.config import load_config
from schemas.digest import combine, digest

DATA = Path(__file__).parents[2] / "data"
PIECE = DATA / "pieces/pop_e_flat_major.ogg"
GOLDEN = DATA / "golden.json"
CONFIG = "name: golden\nstore: store\nsource: {folder: audio}\nexecution: {workers: 1}\n"


def lines_of(folder):
    """Version, digest of all that decides the rows, and content of the rows, by stage."""
    (folder / "audio").mkdir()
    shutil.copy(PIECE, folder / "audio")
    (folder / "corpus.yaml").write_text(CONFIG)
    corpus = build(load_config(folder / "corpus.yaml"))
    return {
        stage.name: {
            "version": stage.version,
            "decided_by": corpus.digests[stage.name][:16],
            "rows": combine(digest(stable(row)) for row in corpus.rows(stage.makes))[:16],
        }
        for stage in STAGES
    }


def stable(row):
    """A row as JSON, without what may differ between machines."""
    return rounded(row.model_dump(mode="json", exclude=VOLATILE))


def rounded(value, name=""):
    if name in ("chroma", "key_scores", "cepstra", "levels_dbfs"):
        return len(value)
    if isinstance(value, float):
        return float(f"{value:.3g}")
    if isinstance(value, list):
        return [rounded(each) for each in value]
    if isinstance(value, dict):
        is_outside_tool = value.get("tool", "partimento") != "partimento"
        skipped = {"version"} if is_outside_tool else set()
        return {key: rounded(each, key) for key, each in value.items() if key not in skipped}
    return value


def flaws(found, golden):
    """What is wrong with each stage whose line is another one, in words."""
    words = []
    for stage, line in found.items():
        known = golden.get(stage, {})
        if line["decided_by"] != known.get("decided_by"):
            words.append(f"{stage}: version, config or upstream changed: renew this line")
        elif line["rows"] != known["rows"]:
            words.append(f"{stage}: rows changed: raise the stage's version and this line")
    return words


def test_rows_change_only_with_a_version(tmp_path):
    found = flaws(lines_of(tmp_path), json.loads(GOLDEN.read_text()))
    assert not found, "\n".join(found)


LINE = {"version": "1", "decided_by": "a", "rows": "b"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (LINE, []),
        (LINE | {"rows": "c"}, ["s: rows changed: raise the stage's version and this line"]),
        (
            {"version": "2", "decided_by": "c", "rows": "c"},
            ["s: version, config or upstream changed: renew this line"],
        ),
    ],
)
def test_what_changed_is_told(line, words):
    assert flaws({"s": line}, {"s": LINE}) == words


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        lines = [f'"{stage}": {json.dumps(line)}' for stage, line in lines_of(Path(folder)).items()]
    GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n")
