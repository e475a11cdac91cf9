"""What the Prefect UI shows of a build: progress while it runs, tables and plots at its end.

Counts, costs and funnels are those of `pipeline.views.status`, which `partimento status` prints.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from prefect.artifacts import (
    create_image_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from flows.costs_tables import spent_dicts
from flows.failures import failure_page
from flows.markdown import as_plain, plain_cells
from flows.plots import plot_funnel, plot_stage, plot_think
from flows.report_folder import default_folder, listening_pages, page_of
from pipeline.corpus.corpus import Corpus
from pipeline.engine.plan import Step
from pipeline.views.skills import SkillsFunnel, balance, by_skill
from pipeline.views.status import Status, read_status
from pipeline.views.summary import StageSummary
from pipeline.views.think import ThinkFunnel
from schemas.provenance import Rejection
from schemas.shards import Commit

_SECONDS_BETWEEN_UPDATES = 2.0
_MOST_ROWS = 200
_SAMPLES = 3
_MOST_LETTERS = 200


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
                progress=0.0,
                key=f"{key_of(corpus, stage)}-progress",
                description=f"{stage}: {n} partitions",
            )
            for stage, n in self._total.items()
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


def publish_failure(corpus: str, error: Exception) -> None:
    """Leave why a run failed, and what to do: the first thing that is read of it."""
    create_markdown_artifact(
        markdown=failure_page(corpus, error),
        key=f"{corpus}-failure",
        description=as_plain(str(error).partition("\n")[0]),
    )


def publish(corpus: Corpus) -> None:
    """Leave a table, a text and a plot of every stage in the Prefect UI, and what it cost."""
    found = publish_numbers(corpus)
    for stage in found.stages:
        key = key_of(found.corpus, stage.name)
        create_table_artifact(table=_table(stage), key=f"{key}-counts", description=stage.name)
        create_markdown_artifact(markdown=_text(found, stage), key=f"{key}-summary")
        ours = [commit for commit in corpus.commits if commit.stage == stage.name]
        image = plot_stage(corpus.store, stage.name, ours)
        if image is not None:
            create_image_artifact(image_url=image, key=f"{key}-plot", description=stage.name)


def publish_numbers(corpus: Corpus) -> Status:
    """Leave what stands of the whole: counts, costs, refusals, funnels. All of a failed build."""
    found = read_status(corpus)
    name = found.corpus
    create_markdown_artifact(markdown=_overview(found), key=f"{name}-status")
    if found.ledger:
        create_table_artifact(
            table=[line.model_dump() for line in found.ledger],
            key=f"{name}-costs",
            description="what all builds of the corpus asked of models",
        )
    if found.spent:
        create_table_artifact(
            table=spent_dicts(found.spent),
            key=f"{name}-estimate",
            description="estimated at the start of the last build, and asked of models since",
        )
    publish_refusals(corpus, default_folder(corpus.config.store, name))
    _publish_skills(name, found.skills)
    _publish_thoughts(name, found.thoughts)
    return found


def publish_refusals(corpus: Corpus, folder: Path) -> None:
    """Leave what was refused, with samples and their listening pages, where a report has some."""
    if refused := corpus.rejections():
        create_table_artifact(
            table=refusal_rows(refused, listening_pages(folder)),
            key=f"{corpus.config.name}-refusals",
            description=f"what was refused, by stage and reason, {_SAMPLES} samples each",
        )


def _publish_skills(name: str, funnel: SkillsFunnel | None) -> None:
    """The funnel of MF-Skills by skill and reason, and the balance of what was accepted."""
    if funnel is None:
        return
    key = f"{name}-mf-skills"
    shown = f"{funnel.n_shown} of {funnel.n_partitions} partitions"
    tables = {
        "skills": (by_skill(funnel), "MF-Skills: candidates, refused by stage, accepted"),
        "funnel": (funnel.outcomes, "MF-Skills: what became of the candidates"),
        "balance": (balance(funnel), "MF-Skills: shares of the accepted pairs"),
    }
    for what, (frame, description) in tables.items():
        rows = plain_cells(frame.head(_MOST_ROWS).to_dicts())
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
        "funnel": (funnel.outcomes, "MF-Think: why samples were refused"),
        "selection": (funnel.selection, "MF-Think: candidates and chosen by kind"),
    }
    for what, (frame, description) in tables.items():
        create_table_artifact(
            table=plain_cells(frame.head(_MOST_ROWS).to_dicts()),
            key=f"{name}-mf-think-{what}",
            description=f"{description}; {shown}",
        )
    create_image_artifact(
        image_url=plot_think(funnel), key=f"{name}-mf-think-plot", description=shown
    )


def key_of(corpus: str, stage: str) -> str:
    """How the keys of a stage's artifacts begin; Prefect takes no underscore in them."""
    return f"{corpus}-{stage.replace('_', '-')}"


def refusal_rows(
    refused: Iterable[Rejection], pages: Mapping[str, Path]
) -> list[dict[str, str | int]]:
    """Counts by stage and reason, with samples, those that can be heard first.

    Parameters
    ----------
    refused : iterable of Rejection
    pages : mapping of str to Path
        Listening pages by track; `listen` is where that of the first sample tells of it, or empty.
    """

    def of(row: Rejection) -> tuple[str, str]:
        return row.stage, row.reason

    rows: list[dict[str, str | int]] = []
    for (stage, reason), group in groupby(sorted(refused, key=of), key=of):
        ours = list(group)
        ours.sort(key=lambda each: page_of(each, pages) is None)
        samples = [f"{each.row_id}: {each.detail}"[:_MOST_LETTERS] for each in ours[:_SAMPLES]]
        told = {"samples": as_plain("; ".join(samples)), "listen": page_of(ours[0], pages) or ""}
        rows.append({"stage": stage, "reason": reason, "count": len(ours), **told})
    return rows[:_MOST_ROWS]


def _table(stage: StageSummary) -> list[dict[str, str | int]]:
    rows: list[dict[str, str | int]] = [{"outcome": "accepted", "count": stage.n_accepted}]
    rows += [{"outcome": f"rejected: {why}", "count": n} for why, n in stage.reasons.items()]
    rows += [{"outcome": f"null {why}", "count": n} for why, n in stage.unmeasured.items()]
    return rows


def _overview(found: Status) -> str:
    """What `partimento status` says first and last."""
    lines = [
        f"# {found.corpus}",
        "",
        f"snapshot {found.snapshot}, {found.n_steps_left} steps left, {found.n_absent} tracks left "
        f"the listing, {found.refused_share:.1%} of all rows refused",
        "",
        "| stage | partitions | in | accepted | rejected | rows |",
        "|---|---|---|---|---|---|",
    ]
    for each in found.stages:
        partitions = f"{each.n_partitions}/{found.n_partitions}"
        counts = (each.n_in, each.n_accepted, each.n_rejected, each.n_rows)
        lines.append(f"| {each.name} | {partitions} | {' | '.join(map(str, counts))} |")
    place = f"store `{found.store}`, content `{found.content_hash}`"
    return "\n".join([*lines, "", place, ""])


def _text(found: Status, stage: StageSummary) -> str:
    words = "" if stage.words_per_text is None else f", {stage.words_per_text:.1f} words a text"
    return (
        f"# {found.corpus}: {stage.name}\n\n"
        f"{stage.n_in} in = {stage.n_accepted} accepted + {stage.n_rejected} rejected; "
        f"{stage.n_rows} rows{words}, {stage.seconds:.1f} s of work.\n\n"
        f"- store: `{found.store}`\n- snapshot: {found.snapshot}\n"
        f"- content hash: `{found.content_hash}`\n"
    )
