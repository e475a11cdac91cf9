"""How many answers of a model are of use, stage by stage, on texts that the facts gave.

    partimento build CONFIG                 # without models
    python -m benchmarks.usable CONFIG --base-url http://127.0.0.1:8091/v1 --model NAME --tracks 1

Each stage is asked about what the stages before it made without a model, so that one that fails
takes nothing from the next. An answer may offer several things (pairs): each is counted.
"""

import argparse
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.corpus.corpus import Corpus
from pipeline.corpus.models import open_models
from pipeline.corpus.pending_requests import asking_stage, pending_requests
from schemas.captions import Authorship
from schemas.config import CorpusConfig, load_config, with_roles
from schemas.provenance import Rejection
from tools.chat.request import AnswerError
from tools.process_pool import ProcessPool

STAGES = ("describe", "question", "blind", "difficulty", "reason", "structure")


def main() -> None:
    """Print a table: what was asked, what of the answers is of use, and why the rest is not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--tracks", type=int, default=1)
    parser.add_argument("--stages", default=",".join(STAGES))
    parser.add_argument("--max-answers", type=int, default=1)
    parser.add_argument("--max-output-tokens", type=int, default=600)
    options = parser.parse_args()
    built = load_config(options.config)
    role = {
        "engine": "openai",
        "base_url": options.base_url,
        "model": options.model,
        "concurrency": 1,
        "time_limit_s": 3600,
        "patience_s": 7200,
        "max_answers": options.max_answers,
        "sampling": {"seed": 7, "max_output_tokens": options.max_output_tokens},
    }
    asked = with_roles(built, dict.fromkeys(("writer", "blind", "reasoner"), role))
    print("| stage | requests | of use | refused | tokens written |\n|---|---|---|---|---|")
    for stage in options.stages.split(","):
        print(row(stage, built, asked, options.tracks), flush=True)


def row(stage: str, built: CorpusConfig, asked: CorpusConfig, n_tracks: int) -> str:
    """Ask a stage's own role about some tracks; a line of the table."""
    _, use = asking_stage(stage)
    corpus = Corpus.open(built)
    root = Path(built.source.folder or Path(str(built.source.listing)).parent)
    some = sorted(corpus.tracks["track_id"])[:n_tracks]
    found = pending_requests(built, root, stage, also_done=True)
    requests = {each.row_id: each for _, each in found if each.track_id in some}
    counts: Counter[str] = Counter()

    def done(row_id: str, outcome: object) -> None:
        if isinstance(outcome, AnswerError):
            counts[outcome.reason] += 1
            return
        who = Authorship(role=use.role, engine="openai", model="m", prompt="p", prompt_hash="")
        for made in requests[row_id].read(outcome, who).values():
            counts[made.reason if isinstance(made, Rejection) else "of use"] += 1

    with TemporaryDirectory() as folder, ProcessPool(1) as pool:
        execution = asked.execution.model_copy(update={"answers": folder})
        config = asked.model_copy(update={"execution": execution})
        with open_models(config, pool, {}) as models:
            pairs = [(name, each.chat) for name, each in requests.items()]
            models.ask(use.role, stage, pairs, done)
            n_written = sum(line.output_tokens for line in models.cache.ledger())
    of_use = counts.pop("of use", 0)
    refused = ", ".join(f"{n} `{reason}`" for reason, n in counts.most_common())
    return f"| `{stage}` | {len(requests)} | {of_use} | {refused} | {n_written} |"


if __name__ == "__main__":
    main()
