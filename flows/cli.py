"""The `partimento` command."""

import io
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from flows.backfill_cli import backfill
from flows.batch_cli import batch
from flows.calibrate_cli import calibrate
from flows.command import (
    AskingStage,
    ConfigPath,
    Roles,
    check_stage,
    fail,
    load,
    load_built,
    open_corpus,
    overrides,
)
from flows.command_line import CommandLine, Commands
from flows.deploy_cli import alerts, deploy
from flows.display import loudness, warn
from flows.doctor_cli import doctor
from flows.evaluate_cli import evaluate
from flows.export_cli import export
from flows.init_cli import init
from flows.names import complete_refusing, complete_stage
from flows.output import AsJson, answer
from flows.release_cli import release
from flows.report_cli import report
from flows.review_cli import review
from flows.running import print_status, run_shown
from flows.train_cli import train
from schemas.config import ConfigError, CorpusConfig

if TYPE_CHECKING:
    from rich.table import Table

app = CommandLine(
    cls=Commands,
    pretty_exceptions_show_locals=False,
    help="Turn recorded music into training data that can be trusted.",
)
rejects = CommandLine(help="Look at what was refused and why, and send it again.")


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        typer.echo(f"partimento {version('partimento')}")
        raise typer.Exit


@app.callback()
def _suit_the_output(
    context: typer.Context,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="No progress, no notes; anywhere in a command.")
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option("-v", "--verbose", help="Also Prefect's lines, and where an error arose."),
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_tell_version, is_eager=True),
    ] = False,
) -> None:
    """Show letters that the output's encoding lacks by their codes; keep colours out if told so."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if os.environ.get("NO_COLOR"):
        context.color = False
    loudness.set(quiet=quiet, verbose=verbose)


def build(
    config: ConfigPath,
    role: Roles = [],  # noqa: B006 - Typer copies it
    until: Annotated[
        str | None,
        typer.Option(help="The last stage to run: one of {stages}.", autocompletion=complete_stage),
    ] = None,
) -> None:
    """Build a corpus, or bring it up to date. What is done already is not done again."""
    if until is not None:
        check_stage("--until", until)
    roles = overrides(role)
    loaded = load(config, roles)

    def start() -> CorpusConfig:
        from flows.build import build_corpus
        from flows.job import LAST_STAGE, players_of

        path = str(config.resolve())
        return build_corpus(path, until=until or LAST_STAGE, roles=players_of(roles))

    run_shown(loaded, start)


def validate(config: ConfigPath, role: Roles = []) -> None:  # noqa: B006
    """Check a config, and say what it asks for; nothing is read but the file."""
    from flows.keys import look_for_keys
    from pipeline.corpus.models import keys_from_environment
    from pipeline.engine.stage import check_sections
    from pipeline.stages import STAGES, roles_of

    loaded = load(config, overrides(role))
    try:
        check_sections(loaded, STAGES)
    except ConfigError as error:
        fail(f"{config}: {error}")
    asked = roles_of(STAGES, loaded.roles)
    players = {name: getattr(loaded.roles, name) for name in asked}
    paid = ", ".join(f"{name} ({r.model})" for name, r in players.items() if r.is_paid)
    source = loaded.source.folder or loaded.source.listing
    typer.echo(f"{config}: {loaded.name}, {source} -> {loaded.store}; models: {paid or 'none'}")
    _, missing = look_for_keys(loaded, asked, keys_from_environment)
    for words in missing.values():
        warn(words)


def status(config: ConfigPath, role: Roles = [], as_json: AsJson = False) -> None:  # noqa: B006
    """Show what is done, what is left, what it cost, and the content hash of a corpus."""
    print_status(load_built(config, role), as_json=as_json)


def show(
    config: ConfigPath,
    track: Annotated[
        str, typer.Argument(help="Start of a track id, a source_id, a uri, or a title.")
    ],
    role: Roles = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """Show one track or file: what was measured, written and refused, and why."""
    from flows.tables import rejects_table, track_tables
    from flows.think_tables import thought_tables
    from pipeline.corpus.corpus import TrackNotFoundError, TrackRows, is_meant, refused_sources

    corpus = open_corpus(config, role)
    refused = refused_sources(corpus.sources.filter(is_meant(track)))
    found: TrackRows | None = None
    try:
        found = corpus.rows_of(track)
    except TrackNotFoundError as error:
        if not refused:
            fail(str(error))
    value: dict[str, object] = {"refused_files": refused}
    if found is not None:
        rows = {corpus.stage_of(model): rows for model, rows in found.rows.items()}
        value |= {"track": found.track, "rows": rows, "rejected": found.rejected}

    def parts() -> "Iterator[Table]":
        if refused:
            yield rejects_table(refused)
        if found is not None:
            yield from (*track_tables(found), *thought_tables(found))

    answer(parts(), value, as_json=as_json)


def plan(
    config: ConfigPath,
    role: Roles = [],  # noqa: B006
    nodes: Annotated[int, typer.Option(min=1, help="Machines of a cluster.")] = 1,
    cores: Annotated[
        int | None, typer.Option(min=1, help="Of each; by default this one's.")
    ] = None,
    as_json: AsJson = False,
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
    n_cores = nodes * (cores or os.cpu_count() or 1)
    unheard = list(unheard_writers(loaded))
    hours = estimate_hours(estimate, loaded, n_cores=n_cores)
    endpoints = known_endpoints(loaded)

    def parts() -> Iterator[object]:
        yield from unheard
        yield estimate_table(estimate, loaded)
        yield hours_table(hours, n_cores)
        if endpoints:
            yield endpoints_table(endpoints)

    value = {"estimate": estimate, "hours": hours, "endpoints": endpoints, "notes": unheard}
    answer(parts(), value, as_json=as_json)


def preview(
    config: ConfigPath,
    stage: AskingStage,
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
    stage: Annotated[
        str | None,
        typer.Option(help="Only this stage: ingest, {stages}.", autocompletion=complete_refusing),
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Only this reason, e.g. crashed.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show.")] = 100,
    role: Roles = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """List refused files, tracks and texts with the reason, what happened, and a model's words.

    Where `partimento report` wrote a listening page of the track, its address stands there, too.
    """
    from flows.report_folder import default_folder, listening_pages, page_of
    from flows.tables import rejects_table

    if stage is not None:
        check_stage("--stage", stage, "ingest")
    corpus = open_corpus(config, role)
    found = [
        row
        for row in corpus.rejections()
        if (stage is None or row.stage == stage) and (reason is None or row.reason == reason)
    ]
    shown = found[:limit]
    there = listening_pages(default_folder(corpus.config.store, corpus.config.name))
    pages = [page_of(row, there) for row in shown]
    parts: list[object] = [rejects_table(shown, pages)]
    if len(found) > limit:
        parts.append(f"{len(found) - limit} more: raise --limit or filter by --stage, --reason")
    answer(parts, {"n": len(found), "rows": shown, "pages": pages}, as_json=as_json)


@rejects.command("retry")
def retry_rejects(
    config: ConfigPath,
    stage: Annotated[
        str,
        typer.Option(
            help="The stage that refused them, or left them null: one of {stages}.",
            autocompletion=complete_stage,
        ),
    ],
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


for panel, commands in {
    "Build": (init, validate, doctor, plan, preview, build, backfill),
    "Look": (status, show, report),
    "Check": (review, calibrate),
    "Hand on": (export,),
    "Run by Prefect": (deploy, alerts),
}.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)
app.add_typer(batch, name="batch", rich_help_panel="Build")
app.add_typer(rejects, name="rejects", rich_help_panel="Look")
app.add_typer(evaluate, name="evaluate", rich_help_panel="Check")
app.add_typer(release, name="release", rich_help_panel="Hand on")
app.add_typer(train, name="train", rich_help_panel="Hand on")
