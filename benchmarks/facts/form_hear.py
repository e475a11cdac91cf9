"""Keeps what `beats` and `timbre` hear of songs: ``python -m benchmarks.facts.form_hear SONGS``.

Rows go to ``SONGS/heard/<stage>.jsonl``; those already there are kept, so that it can go on.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from benchmarks.facts.hear import CONFIG, track_of
from pipeline.engine.stage import Stage
from pipeline.stages import STAGES
from pipeline.views.evaluate.hearing import InProcess, hear

_STAGES = ("timbre", "beats")


def read_songs(songs: Path) -> list[dict[str, Any]]:
    """Truths of all songs, by name."""
    return [json.loads(path.read_text()) for path in sorted(songs.glob("*.json"))]


def hear_song(songs: Path, stage: Stage, name: str) -> None:
    """Append the rows of one stage for one song."""
    made = hear(stage, [track_of(songs / f"{name}.flac")], CONFIG, InProcess())
    with (songs / "heard" / f"{stage.name}.jsonl").open("a") as lines:
        for row in made.rows:
            print(json.dumps({"id": name, "row": row.model_dump(mode="json")}), file=lines)


def names_heard(songs: Path, stage: str) -> set[str]:
    """Songs that a stage has heard."""
    path = songs / "heard" / f"{stage}.jsonl"
    return {json.loads(line)["id"] for line in path.open()} if path.exists() else set()


def main() -> None:
    """Hear what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("songs", type=Path)
    options = parser.parse_args()
    (options.songs / "heard").mkdir(exist_ok=True)
    stages = [stage for stage in STAGES if stage.name in _STAGES]
    done = {stage.name: names_heard(options.songs, stage.name) for stage in stages}
    for truth in read_songs(options.songs):
        for stage in stages:
            if truth["name"] not in done[stage.name]:
                hear_song(options.songs, stage, truth["name"])


if __name__ == "__main__":
    main()
