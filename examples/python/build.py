"""Build a corpus of the four example songs, ask it questions, and release it: no Prefect, no model.

    python examples/python/build.py [FOLDER]

Read it from top to bottom; docs/python.md tells more of every step.
"""

import sys
from collections import Counter
from pathlib import Path

import polars as pl

from pipeline import Corpus, build, create_release, load_config
from schemas.captions import RichCaption
from schemas.config import CorpusConfig
from schemas.facts import MusicFacts
from tools.process_pool import ProcessPool

EXAMPLES = Path(__file__).parents[1]


def main(folder: str = "build/python") -> None:
    """Build, look, release: into a folder."""
    given = load_config(EXAMPLES / "corpus.yaml")
    config = given.model_copy(update={"store": str(Path(folder).resolve())})
    look(build(config))
    release(config, "first")


def look(corpus: Corpus) -> None:
    """Print what was measured, written and refused."""
    facts = corpus.frame(MusicFacts, ["track_id", "tempo", "key"])
    bpm = pl.col("tempo").struct.field("bpm")
    key = pl.concat_str(pl.col("key").struct.field("tonic", "mode"), separator=" ")
    print(facts.select("track_id", bpm.round(1), key.alias("key")))
    for caption in corpus.rows(RichCaption):
        print(caption.track_id[:8], caption.caption.splitlines()[0])
    refused = Counter((each.stage, each.reason) for each in corpus.rejections())
    for (stage, reason), n_rows in refused.items():
        print(f"{stage} refused {n_rows} as {reason}")


def release(config: CorpusConfig, name: str) -> None:
    """Write an immutable release, unless there is one of this name."""
    path = Path(config.store) / "releases" / name
    if not path.exists():
        with ProcessPool(config.execution.workers) as executor:
            create_release(config, name, executor)
    print(pl.read_parquet(path / "mf-skills/qa/*.parquet").select("question", "answer"))


if __name__ == "__main__":
    main(*sys.argv[1:])
