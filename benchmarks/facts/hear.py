"""What the stages that hear make of every excerpt: `python -m benchmarks.facts.hear OUT`.

Rows go to `OUT/heard/<stage>.jsonl`, one line an excerpt; those already there are kept, so that it
can be stopped and go on. Sources take turns, so that a part of it is balanced.
"""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from benchmarks.facts.truth import Truth
from pipeline.engine.stage import AudioTrack, Stage
from pipeline.stages import STAGES
from pipeline.stages.measure.facts import HEARD
from pipeline.views.evaluate.hearing import InProcess, hear
from schemas.config import CorpusConfig
from schemas.ingest import IngestConfig
from schemas.record import Record
from schemas.tracks import Track
from tools.sound.inspection import inspect

CONFIG = CorpusConfig.model_validate({"name": "facts", "store": "memory://", "source": {"folder": "."}})


def main() -> None:
    """Hear what is missing."""
    stages = {stage.name: stage for stage in STAGES if stage.makes in HEARD}
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--stages", nargs="*", choices=list(stages), default=list(stages))
    options = parser.parse_args()
    truths = in_turns(read_truths(options.out))
    (options.out / "heard").mkdir(exist_ok=True)
    for name in options.stages:
        hear_all(options.out, stages[name], truths)


def hear_all(out: Path, stage: Stage, truths: Sequence[Truth]) -> None:
    """Append the rows of one stage."""
    path = out / "heard" / f"{stage.name}.jsonl"
    done = {json.loads(line)["id"] for line in path.open()} if path.exists() else set()
    with path.open("a") as lines:
        for truth in truths:
            if truth.id not in done:
                made = hear(stage, [track_of(out / truth.file)], CONFIG, InProcess())
                for row in made.rows:
                    entry = {"id": truth.id, "row": row.model_dump(mode="json")}
                    print(json.dumps(entry), file=lines, flush=True)


def track_of(path: Path) -> AudioTrack:
    """A file as a track."""
    info = inspect(path, IngestConfig(max_duration_s=1200))
    return AudioTrack(Track(uri=path.name, **info.model_dump()), str(path))


def read_truths(out: Path) -> list[Truth]:
    """All truths that are there."""
    return [Truth.model_validate_json(line) for line in (out / "index.jsonl").open()]


def in_turns(truths: Sequence[Truth]) -> list[Truth]:
    """One of each source after the other."""
    sources = sorted({each.source for each in truths})
    of_source = [[each for each in truths if each.source == source] for source in sources]
    return [each for each in chain.from_iterable(zip_longest(*of_source)) if each is not None]


def read_rows(out: Path, model: type[Record], stage: str) -> Iterator[tuple[str, Record]]:
    """Rows of a stage by the id of their excerpt."""
    for line in (out / "heard" / f"{stage}.jsonl").open():
        entry = json.loads(line)
        yield entry["id"], model.model_validate(entry["row"])


if __name__ == "__main__":
    main()
