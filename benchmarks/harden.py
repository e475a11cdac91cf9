"""What becomes of choices that a real model guesses without hearing, when it makes them harder.

    partimento build examples/corpus.yaml             # without models
    python -m benchmarks.harden examples/corpus.yaml --role writer=http://127.0.0.1:8091/v1,model=NAME

The endpoint plays `blind` and `writer` on the pairs that the built-in engine asked; with `--all`,
all choices count as guessed.
"""

import argparse
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.corpus.corpus import Corpus
from pipeline.corpus.models import open_models
from pipeline.engine.run import read_batch, run_stage
from pipeline.engine.stage import Batch, StageContext, section
from pipeline.ingest.root import root_of
from pipeline.stages import STAGES
from schemas.config import CorpusConfig, load_config, parse_role, with_roles
from schemas.provenance import Rejection
from schemas.qa import QaPair
from schemas.quality import BlindResult, Hardened
from tools.chat.models import Models
from tools.process_pool import ProcessPool

BY_NAME = {stage.name: stage for stage in STAGES}
_STAGES = ("blind", "harden")


def main() -> None:
    """Print what was guessed, what was made harder and what came of it, and each pair's texts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--role", required=True, help="as `partimento build --role`")
    parser.add_argument("--all", action="store_true", help="make all choices harder")
    parser.add_argument("--max-output-tokens", type=int, default=1500)
    options = parser.parse_args()
    built = load_config(options.config)
    corpus = Corpus.open(built)
    _, role = parse_role(options.role)
    role |= {"concurrency": 1, "time_limit_s": 3600, "patience_s": 7200}
    role |= {"sampling": {"seed": 7, "max_output_tokens": options.max_output_tokens}}
    asked = with_roles(built, dict.fromkeys(("writer", "blind"), role))
    both = [[step for step in corpus.steps if step.stage.name == name] for name in _STAGES]
    with TemporaryDirectory() as folder, ProcessPool(1) as pool:
        execution = asked.execution.model_copy(update={"answers": folder})
        config = asked.model_copy(update={"execution": execution})
        with open_models(config, pool, {}) as models:
            for steps in zip(*both, strict=True):
                read = [read_batch(step, corpus.store, root_of(built), built) for step in steps]
                batch = replace(read[0], rows={**read[0].rows, **read[1].rows})
                report(harden(batch, config, models, pool, everything=options.all))


def harden(
    batch: Batch, config: CorpusConfig, models: Models, pool: ProcessPool, *, everything: bool
) -> tuple[list[QaPair], list[BlindResult], list[Hardened], list[Rejection]]:
    """The pairs, what was guessed of them, what was made harder, and what was refused."""
    made = {}
    for name in _STAGES:
        stage = BY_NAME[name]
        context = StageContext(stage, pool, models, 3600, lambda _n: None)
        made[name] = run_stage(batch, section(config, stage), context)
        rows = made[name].rows
        if everything and name == "blind":
            rows = [each.model_copy(update={"n_right": each.n_tries or None}) for each in rows]
        batch = replace(batch, rows={**batch.rows, stage.makes: rows})
    pairs = batch.of(QaPair)
    return pairs, batch.of(BlindResult), batch.of(Hardened), made["harden"].rejected


def report(
    found: tuple[list[QaPair], list[BlindResult], list[Hardened], list[Rejection]],
) -> None:
    """Counts, then each pair before and after."""
    pairs, guesses, hardened, refused = found
    choices = [each for each in pairs if each.options]
    guessed = {each.qa_id for each in guesses if each.is_guessed}
    reasons = Counter(each.detail.partition("; ")[2].partition(":")[0] for each in refused)
    print(f"{len(choices)} choices, {len(guessed)} guessed, {len(hardened)} kept in harder words")
    print("refused:", ", ".join(f"{n} {why or 'guessed again'}" for why, n in reasons.items()))
    after = {each.qa_id: each for each in hardened}
    for pair in choices:
        if pair.qa_id in guessed:
            print(f"\n{pair.qa_id} [{pair.answer}]\n- {pair.question} {pair.options}")
            if harder := after.get(pair.qa_id):
                print(f"+ {harder.question} {harder.options}")
    for each in refused:
        print(f"\n{each.row_id}: {each.detail}")


if __name__ == "__main__":
    main()
