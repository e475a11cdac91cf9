"""Build a corpus with the pipeline of the folder that it is run in, and tell what was accepted.

    python build.py CONFIG

Not imported: it is run by path in checkouts of other versions, and uses only what all of them have.
"""

import json
import os
import sys

from pipeline import Corpus, build, load_config
from schemas.quality import Quality
from schemas.thought import CheckedThought


def main() -> None:
    """Print the rows that judge and checker let pass, and the duration of all tracks in s."""
    corpus: Corpus = build(load_config(sys.argv[1]))
    found = {
        "n_songs": len(corpus.tracks),
        "duration_s": float(corpus.tracks["duration_s"].sum()),
        "judge": sorted(_accepted(corpus, Quality)),
        "factcheck": sorted(_accepted(corpus, CheckedThought)),
        "refused": [f"{each.stage}: {each.reason}" for each in corpus.rejections()],
    }
    print(json.dumps(found), flush=True)
    os._exit(0)  # older versions are aborted at their end by Arrow's threads, one time in four


def _accepted(corpus: Corpus, model: type) -> list[str]:
    rows = [row.model_dump() for row in corpus.rows(model)]
    return [row["row_id"] for row in rows if row["decision"] == "accepted"]


if __name__ == "__main__":
    main()
