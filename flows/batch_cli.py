"""`partimento batch`: a stage's requests as batches, and their answers back into the cache."""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from flows.command import AskingStage, ConfigPath, Roles, fail, load, overrides, render, visible
from flows.command_line import CommandLine
from flows.names import complete_asking_stage
from schemas.config import ConfigError

batch = CommandLine(
    help="Buy a stage's answers in batches. Build up to the stage first (`build --until`), hand "
    "its requests over (`submit`, or `write` for `vllm run-batch`), take the answers up "
    "(`collect`), and build on: what is answered is not asked again.",
)


@batch.command()
def write(
    config: ConfigPath,
    stage: AskingStage,
    to: Annotated[Path, typer.Option(help="Folder for the files.")],
    role: Roles = [],  # noqa: B006 - Typer copies it
) -> None:
    """Write the requests that a build would ask now to files in OpenAI's Batch format."""
    from pipeline.batches.write import BatchWriter
    from pipeline.corpus.models import open_answer_cache
    from pipeline.ingest.root import root_of
    from tools.process_pool import ProcessPool

    loaded = load(config, overrides(role))
    try:
        with ProcessPool() as clip_workers:
            writer = BatchWriter(loaded, root_of(loaded), stage, clip_workers)
            for file in writer.write(to, open_answer_cache(loaded)):
                typer.echo(f"{file.path}: {len(file.keys)} requests, {_at_most(file.most_usd)}")
    except (ConfigError, FileExistsError) as error:
        fail(str(error))
    _tell_refused(writer.refused)


@batch.command()
def submit(config: ConfigPath, stage: AskingStage, role: Roles = []) -> None:  # noqa: B006
    """Hand the requests that a build would ask now to the Batch API of the role's endpoint."""
    from flows.keys import find_keys
    from pipeline.batches.write import BatchWriter
    from pipeline.batches.write import submit as hand_over
    from pipeline.corpus.pending_requests import asking_stage
    from pipeline.ingest.root import root_of
    from tools.chat.batch import BatchApi
    from tools.chat.request import BudgetReachedError, EndpointError
    from tools.process_pool import ProcessPool
    from tools.store import StoreError

    loaded = load(config, overrides(role))
    try:
        with ProcessPool() as clip_workers, tempfile.TemporaryDirectory() as folder:
            writer = BatchWriter(loaded, root_of(loaded), stage, clip_workers)
            name = asking_stage(stage)[1].role
            api = BatchApi(writer.role, find_keys(loaded, [name]).get(name))
            ids = hand_over(writer, api, Path(folder), loaded)
    except (ConfigError, BudgetReachedError, EndpointError, StoreError) as error:
        fail(str(error))
    _tell_refused(writer.refused)
    typer.echo("\n".join(f"handed over: {each}" for each in ids) or "nothing to ask")


@batch.command()
def collect(
    config: ConfigPath,
    files: Annotated[list[Path] | None, typer.Argument(help="Output of `vllm run-batch`.")] = None,
    stage: Annotated[
        str | None,
        typer.Option(
            help="The stage that the files answer: one of {asking stages}.",
            autocompletion=complete_asking_stage,
        ),
    ] = None,
    role: Roles = [],  # noqa: B006
) -> None:
    """Take up the answers of batches that have ended, or of given files."""
    from flows.keys import find_keys
    from flows.tables import batches_table
    from pipeline.batches.collect import collect_jobs, collect_lines
    from pipeline.batches.write import batch_role
    from pipeline.corpus.pending_requests import asking_stage
    from pipeline.ingest.root import root_of
    from tools.chat.batch import BatchApi

    loaded = load(config, overrides(role))
    root = root_of(loaded)

    def api_for(name: str) -> BatchApi:
        player = asking_stage(name)[1].role
        return BatchApi(batch_role(loaded, name), find_keys(loaded, [player]).get(player))

    try:
        if not files:
            typer.echo(render(batches_table(collect_jobs(loaded, root, api_for))), nl=False)
            return
        if stage is None:
            fail("say with --stage which stage the files answer")
        for path in files:
            with path.open(encoding="utf-8", errors="surrogateescape") as lines:
                found = collect_lines(loaded, root, stage, lines)
            typer.echo(f"{path}: {counts(found.outcomes)}")
            for each in found.odd:
                typer.echo(visible(f"{path}: {each}"), err=True)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except (ConfigError, ValueError) as error:
        fail(str(error))


@batch.command()
def forget(
    config: ConfigPath,
    name: Annotated[str, typer.Argument(help="The batch, as `collect` names it.")],
    role: Roles = [],  # noqa: B006
) -> None:
    """Give a batch up that is gone: its requests may be asked again, and paid again."""
    from pipeline.batches.collect import forget_job

    try:
        job = forget_job(load(config, overrides(role)), name)
    except ConfigError as error:
        fail(str(error))
    typer.echo(f"forgotten: {job.n_requests} requests of `{job.stage}`, {job.batch_id or job.job}")


def counts(outcomes: Counter[str]) -> str:
    """Counts by name, in words."""
    return ", ".join(f"{n} {name}" for name, n in outcomes.most_common()) or "no lines"


def _at_most(usd: float) -> str:
    return f"at most {usd:.4f} USD"


def _tell_refused(refused: Counter[str]) -> None:
    if refused:
        typer.echo(f"clips that cannot be sent, and that the build will reject: {counts(refused)}")
