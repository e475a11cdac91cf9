"""The `partimento` command."""

import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.batch_cli import batch
from flows.calibrate_cli import calibrate
from flows.command import (
    Commands,
    ConfigPath,
    Roles,
    fail,
    fail_at_once,
    load,
    load_built,
    open_corpus,
    overrides,
    render,
)
from flows.display import console, tell
from flows.evaluate_cli import evaluate
from flows.release_cli import release
from flows.report_cli import report
from flows.review_cli import review
from flows.train_cli import train
from schemas.config import ConfigError, CorpusConfig

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    help="Turn recorded music into training data that can be trusted.",
)
rejects = typer.Typer(
    no_args_is_help=True, help="Look at what was refused and why, and send it again."
)
app.add_typer(rejects, name="rejects")
app.add_typer(batch, name="batch")
app.add_typer(release, name="release")
app.command()(report)
app.command()(review)
app.command()(calibrate)
app.add_typer(evaluate, name="evaluate")
app.add_typer(train, name="train")


@app.callback()
def _suit_the_output(context: typer.Context) -> None:
    """Show letters that the output's encoding lacks by their codes; keep colours out if told so."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if os.environ.get("NO_COLOR"):
        context.color = False


@app.command()
def build(
    config: ConfigPath,
    role: Roles = [],  # noqa: B006 - Typer copies it
    until: Annotated[str | None, typer.Option(help="The last stage to run.")] = None,
) -> None:
    """Build a corpus, or bring it up to date. What is done already is not done again."""
    if until is not None:
        _check_stage("--until", until)
    roles = overrides(role)
    loaded = load(config, roles)
    from flows.interrupt import watch_interrupts
    from flows.server import (
        LostServerError,
        ServerError,
        describe_server,
        prefect_server,
        quiet_prefect,
    )

    watch_interrupts()
    quiet_prefect()
    console.print(f"[bold]{loaded.name}[/bold] -> {loaded.store}", soft_wrap=True)
    console.print(f"Prefect: {describe_server()}", soft_wrap=True)
    from flows.build import build_corpus
    from pipeline.corpus.build import BuildError
    from pipeline.engine.needs import MissingToolError
    from pipeline.engine.snapshots import ConflictError
    from pipeline.ingest.recordings import ComparisonError
    from tools.chat.request import EndpointError
    from tools.store import StoreError

    failed: Exception | None = None
    try:
        with prefect_server(tell):
            loaded = build_corpus(str(config.resolve()), roles=roles, until=until)
    except LostServerError as error:
        fail_at_once(str(error))
    except (ConfigError, EndpointError, MissingToolError, ServerError) as error:
        fail(str(error))
    except (BuildError, ConflictError, ComparisonError, StoreError) as error:
        failed = error
    try:
        _print_summary(loaded)
    except StoreError as error:
        fail(str(failed or error))
    if failed is not None:
        fail(str(failed))


@app.command()
def status(config: ConfigPath, role: Roles = []) -> None:  # noqa: B006
    """Show what is done, what is left, what it cost, and the content hash of a corpus."""
    _print_summary(load_built(config, role))


@app.command()
def doctor(
    config: Annotated[
        Path | None,
        typer.Argument(help="Also ask the endpoints of this config what they take."),
    ] = None,
    role: Roles = [],  # noqa: B006
) -> None:
    """Check the tools: versions, the Chordino plugin, the Prefect server, what is missing.

    With a config, ask its endpoints some small questions: how they are asked, and whether those
    that must hear do.
    """
    from flows.doctor import checks
    from flows.tables import checks_table

    found = checks()
    typer.echo(render(checks_table(found)), nl=False)
    has_problem = any(check.is_needed and not check.is_ok for check in found)
    if config is not None:
        has_problem |= _examine(load(config, overrides(role)))
    if has_problem:
        raise typer.Exit(1)


def _examine(config: CorpusConfig) -> bool:
    """Show what the endpoints of a config take; whether one cannot be used."""
    from flows.endpoints_table import endpoints_table
    from flows.keys import find_keys
    from pipeline.corpus.endpoints import examine_endpoints
    from pipeline.corpus.models import open_models
    from pipeline.stages import STAGES, roles_of
    from tools.chat.request import BudgetReachedError
    from tools.process_pool import ProcessPool
    from tools.store import StoreError

    try:
        keys = find_keys(config, roles_of(STAGES, config.roles))
        with ProcessPool(1) as clip_workers, open_models(config, clip_workers, keys) as models:
            found = examine_endpoints(config, models)
    except (ConfigError, BudgetReachedError, StoreError) as error:
        fail(str(error))
    typer.echo(render(endpoints_table(found)), nl=False)
    return any(each.problem for each in found)


@app.command()
def show(
    config: ConfigPath,
    track: Annotated[str, typer.Argument(help="Start of a track id, a source_id, or a uri.")],
    role: Roles = [],  # noqa: B006
) -> None:
    """Show one track or file: what was measured, written and refused, and why."""
    from flows.tables import rejects_table, track_tables
    from flows.think_tables import thought_tables
    from pipeline.corpus.corpus import TrackNotFoundError, is_meant, refused_sources

    corpus = open_corpus(config, role)
    refused = refused_sources(corpus.sources.filter(is_meant(track)))
    if refused:
        typer.echo(render(rejects_table(refused)), nl=False)
    try:
        found = corpus.rows_of(track)
    except TrackNotFoundError as error:
        if refused:
            return
        fail(str(error))
    for table in [*track_tables(found), *thought_tables(found)]:
        typer.echo(render(table), nl=False)


@app.command()
def plan(
    config: ConfigPath,
    role: Roles = [],  # noqa: B006
    nodes: Annotated[int, typer.Option(min=1, help="Machines of a cluster.")] = 1,
    cores: Annotated[
        int | None, typer.Option(min=1, help="Of each; by default this one's.")
    ] = None,
) -> None:
    """Estimate tracks, requests, tokens, cost and hours of the next build. Nothing is spent."""
    from flows.costs_tables import estimate_table, hours_table
    from flows.endpoints_table import endpoints_table
    from pipeline.corpus.endpoints import known_endpoints
    from pipeline.corpus.unheard import unheard_writers
    from pipeline.views.cluster import estimate_hours
    from pipeline.views.estimate import estimate_build

    loaded = load(config, overrides(role))
    try:
        estimate = estimate_build(loaded)
    except ConfigError as error:
        fail(str(error))
    for words in unheard_writers(loaded):
        typer.echo(words)
    typer.echo(render(estimate_table(estimate, loaded)), nl=False)
    n_cores = nodes * (cores or os.cpu_count() or 1)
    hours = estimate_hours(estimate, loaded, n_cores=n_cores)
    typer.echo(render(hours_table(hours, n_cores)), nl=False)
    if endpoints := known_endpoints(loaded):
        typer.echo(render(endpoints_table(endpoints)), nl=False)


@app.command()
def preview(
    config: ConfigPath,
    stage: Annotated[str, typer.Option(help="A stage that asks a model, e.g. describe.")],
    n: Annotated[int, typer.Option(min=1, help="Questions to show.")] = 3,
    prompts_only: Annotated[bool, typer.Option(help="Ask nothing; only show prompts.")] = False,
    role: Roles = [],  # noqa: B006
) -> None:
    """Show a stage's very prompts and answers. What is bought is kept for the build."""
    from flows.keys import find_keys
    from flows.tables import preview_texts
    from pipeline.corpus.models import open_models
    from pipeline.corpus.pending_requests import asking_stage
    from pipeline.ingest.root import root_of
    from pipeline.views.preview import preview as look
    from tools.chat.request import BudgetReachedError, EndpointError
    from tools.process_pool import ProcessPool
    from tools.store import StoreError

    loaded = load(config, overrides(role))
    root = root_of(loaded)
    try:
        if prompts_only:
            found = look(loaded, root, stage, n, None)
        else:
            keys = find_keys(loaded, [asking_stage(stage)[1].role])
            with ProcessPool(1) as clip_workers, open_models(loaded, clip_workers, keys) as models:
                models.check(asking_stage(stage)[1].role)
                found = look(loaded, root, stage, n, models)
    except (ConfigError, EndpointError, BudgetReachedError, StoreError) as error:
        fail(str(error))
    for each in found:
        typer.echo(preview_texts(each))


@rejects.command("list")
def list_rejects(
    config: ConfigPath,
    stage: Annotated[str | None, typer.Option(help="Only this stage, e.g. ingest.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only this reason, e.g. crashed.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show.")] = 100,
    role: Roles = [],  # noqa: B006
) -> None:
    """List refused files, tracks and texts with the reason, what happened, and a model's words."""
    from flows.tables import rejects_table

    if stage is not None:
        _check_stage("--stage", stage, "ingest")
    found = [
        row
        for row in open_corpus(config, role).rejections()
        if (stage is None or row.stage == stage) and (reason is None or row.reason == reason)
    ]
    typer.echo(render(rejects_table(found[:limit])), nl=False)
    if len(found) > limit:
        typer.echo(f"{len(found) - limit} more: raise --limit or filter by --stage, --reason")


@rejects.command("retry")
def retry_rejects(
    config: ConfigPath,
    stage: Annotated[str, typer.Option(help="The stage that refused them, or left them null.")],
    reason: Annotated[list[str], typer.Option(help="The reason; repeat it for several.")],
    role: Roles = [],  # noqa: B006
) -> None:
    """Send refused rows and nulls again: the next build tries them, and pays only for them."""
    from pipeline.corpus.retry import retry
    from pipeline.engine.snapshots import ConflictError

    try:
        refused, n_partitions = retry(load_built(config, role), stage, reason)
    except (ConfigError, ConflictError) as error:
        fail(str(error))
    if not refused:
        fail(
            f"`{stage}` refused nothing and left nothing null for {', '.join(reason)}: see "
            "`partimento status`"
        )
    rows = ", ".join(f"{n} {why}" for why, n in refused.most_common())
    typer.echo(f"{stage}: {rows} in {n_partitions} partitions; run `partimento build` to try again")


def _check_stage(option: str, name: str, *others: str) -> None:
    from pipeline.stages import STAGES

    known = [*others, *(stage.name for stage in STAGES)]
    if name not in known:
        fail(f"{option} {name}: there is no such stage, only {', '.join(known)}")


def _print_summary(config: CorpusConfig) -> None:
    from flows.costs_tables import costs_table, spent_table
    from flows.tables import skills_table, summary_table
    from flows.think_tables import think_table
    from pipeline.corpus.corpus import Corpus
    from pipeline.corpus.models import open_answer_cache
    from pipeline.corpus.retry import MAY_PASS, counts_of
    from pipeline.views.skills import read_funnel
    from pipeline.views.spent import spent_since
    from pipeline.views.summary import summarise
    from pipeline.views.think import read_think_funnel

    corpus = Corpus.find(config)
    if corpus is None:
        typer.echo(f"{config.name}: nothing is built yet: run `partimento build`")
        return
    corpus.check_files()
    stages = summarise(corpus)
    typer.echo(render(summary_table(corpus, stages)), nl=False)
    if (funnel := read_funnel(corpus.store, corpus.commits)) is not None:
        typer.echo(render(skills_table(funnel)), nl=False)
    if (think_funnel := read_think_funnel(corpus.store, corpus.commits)) is not None:
        typer.echo(render(think_table(think_funnel)), nl=False)
    if ledger := open_answer_cache(config).ledger():
        typer.echo(render(costs_table(ledger)), nl=False)
    if rows := spent_since(corpus):
        typer.echo(render(spent_table(rows)), nl=False)
    left = f", {len(corpus.pending)} steps left" if corpus.pending else ""
    for each in stages[1:]:
        if passing := counts_of(each.reasons, each.unmeasured, MAY_PASS):
            reasons = dict.fromkeys(what.rpartition(": ")[2] for what in passing)
            options = " ".join(f"--reason {reason}" for reason in reasons)
            typer.echo(
                f"{sum(passing.values())} rows or values may do better another day: "
                f"partimento rejects retry CONFIG --stage {each.name} {options}"
            )
    snapshot = corpus.snapshot
    gone = f", {snapshot.n_absent} tracks left the listing" if snapshot.n_absent else ""
    typer.echo(f"snapshot {snapshot.number}{left}{gone}, content {corpus.content_hash}")
