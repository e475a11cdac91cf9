"""What the Prefect UI shows of a build: progress while it runs, tables and plots at its end."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from prefect.artifacts import (
    create_image_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from flows.plots import plot_funnel, plot_stage, plot_think
from pipeline.engine.plan import Step, build_hash, finished, steps, track_commits
from pipeline.views.skills import Funnel, balance, by_skill, read_funnel
from pipeline.views.summary import StageSummary, summarise
from pipeline.views.think import ThinkFunnel, read_think_funnel
from schemas.config import CorpusConfig
from schemas.ledger import LedgerLine
from schemas.shards import Commit, Snapshot
from tools.store import Store

_SECONDS_BETWEEN_UPDATES = 2.0
_MOST_ROWS = 200


class StageProgress:
    """A progress artifact for every stage that has work to do.

    Parameters
    ----------
    corpus : str
    todo : sequence of Step
        What will be run.
    """

    def __init__(self, corpus: str, todo: Sequence[Step]) -> None:
        self._total = Counter(step.stage.name for step in todo)
        self._done: Counter[str] = Counter()
        self._updated_s = dict.fromkeys(self._total, 0.0)
        self._ids: dict[str, Any] = {
            stage: create_progress_artifact(
                progress=0.0, key=f"{corpus}-{stage}-progress", description=f"{stage}: partitions"
            )
            for stage in self._total
        }

    def add(self, commit: Commit) -> None:
        """Count a finished step; the UI is told every few seconds and at the end."""
        stage = commit.stage
        self._done[stage] += 1
        finished_all = self._done[stage] == self._total[stage]
        if finished_all or time.monotonic() - self._updated_s[stage] > _SECONDS_BETWEEN_UPDATES:
            percent = 100.0 * self._done[stage] / self._total[stage]
            update_progress_artifact(artifact_id=self._ids[stage], progress=percent)
            self._updated_s[stage] = time.monotonic()


def publish(
    config: CorpusConfig, store: Store, snapshot: Snapshot, ledger: Sequence[LedgerLine]
) -> None:
    """Leave a table, a text and a plot of every stage in the Prefect UI, and what it cost."""
    if ledger:
        create_table_artifact(
            table=[line.model_dump() for line in ledger],
            key=f"{config.name}-costs",
            description="what all builds of the corpus asked of models",
        )
    commits = [*track_commits(store, snapshot), *finished(store, steps(snapshot, config))]
    _publish_skills(config.name, read_funnel(store, commits))
    _publish_thoughts(config.name, read_think_funnel(store, commits))
    for stage in summarise(snapshot, commits):
        key = f"{config.name}-{stage.name}"
        create_table_artifact(table=_table(stage), key=f"{key}-counts", description=stage.name)
        create_markdown_artifact(
            markdown=_text(config, snapshot, stage, build_hash(commits)), key=f"{key}-summary"
        )
        image = plot_stage(store, stage.name, [c for c in commits if c.stage == stage.name])
        if image is not None:
            create_image_artifact(image_url=image, key=f"{key}-plot", description=stage.name)


def _publish_skills(name: str, funnel: Funnel | None) -> None:
    """The funnel of MF-Skills by skill and reason, and the balance of what was accepted."""
    if funnel is None:
        return
    key = f"{name}-mf-skills"
    shown = f"{funnel.n_shown} of {funnel.n_partitions} partitions"
    tables = {
        "skills": (by_skill(funnel), "MF-Skills: candidates, refused by stage, accepted"),
        "funnel": (funnel.fates, "MF-Skills: what became of the candidates"),
        "balance": (balance(funnel), "MF-Skills: shares of the accepted pairs"),
    }
    for what, (frame, description) in tables.items():
        rows = frame.head(_MOST_ROWS).to_dicts()
        create_table_artifact(
            table=rows, key=f"{key}-{what}", description=f"{description}; {shown}"
        )
    create_image_artifact(image_url=plot_funnel(funnel), key=f"{key}-plot", description=shown)


def _publish_thoughts(name: str, funnel: ThinkFunnel | None) -> None:
    """MF-Think: rates of selection, discard and rewriting, and of which kinds the chosen are."""
    if funnel is None:
        return
    shown = f"{funnel.n_shown} of {funnel.n_partitions} partitions"
    tables = {
        "rates": (funnel.rates, "MF-Think: chosen, rewritten, discarded, accepted"),
        "funnel": (funnel.fates, "MF-Think: why samples were refused"),
        "selection": (funnel.selection, "MF-Think: candidates and chosen by kind"),
    }
    for what, (frame, description) in tables.items():
        create_table_artifact(
            table=frame.head(_MOST_ROWS).to_dicts(),
            key=f"{name}-mf-think-{what}",
            description=f"{description}; {shown}",
        )
    create_image_artifact(
        image_url=plot_think(funnel), key=f"{name}-mf-think-plot", description=shown
    )


def _table(stage: StageSummary) -> list[dict[str, str | int]]:
    rows: list[dict[str, str | int]] = [{"outcome": "accepted", "count": stage.n_accepted}]
    rows += [{"outcome": f"rejected: {why}", "count": n} for why, n in stage.reasons.items()]
    rows += [{"outcome": f"null {why}", "count": n} for why, n in stage.unmeasured.items()]
    return rows


def _text(config: CorpusConfig, snapshot: Snapshot, stage: StageSummary, whole: str) -> str:
    words = "" if stage.words_per_text is None else f", {stage.words_per_text:.1f} words a text"
    return (
        f"# {config.name}: {stage.name}\n\n"
        f"{stage.n_in} in = {stage.n_accepted} accepted + {stage.n_rejected} rejected; "
        f"{stage.n_rows} rows{words}, {stage.seconds:.1f} s of work.\n\n"
        f"- store: `{config.store}`\n- snapshot: {snapshot.number}\n- content hash: `{whole}`\n"
    )
