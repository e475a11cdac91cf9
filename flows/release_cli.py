"""`partimento release`: named, immutable releases of a corpus."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from flows.command import ConfigPath, Roles, fail, load, load_built, render
from flows.command_line import CommandLine
from flows.names import complete_release
from flows.output import AsJson, answer
from schemas.config import ConfigError

if TYPE_CHECKING:
    from pipeline.release.folder import ReleaseFolder
    from schemas.manifest import Manifest

release = CommandLine(
    help="Write releases: versioned Parquet with its licences, lineage and costs, that loads "
    "anywhere. A release never changes.",
)
Name = Annotated[str, typer.Argument(help="The release's name.")]
Found = Annotated[
    str,
    typer.Argument(
        help="A release: its name, or without CONFIG its folder.", autocompletion=complete_release
    ),
]
Anywhere = Annotated[
    Path | None, typer.Argument(help="The corpus config; none for releases given by folder.")
]


@release.command()
def create(
    name: Name,
    config: ConfigPath,
    partial: Annotated[
        bool, typer.Option("--partial", help="Release what there is of an unfinished build.")
    ] = False,
    role: Roles = [],  # noqa: B006 - Typer copies it
) -> None:
    """Write a release of the corpus as it is built now."""
    from flows.release_tables import manifest_table
    from flows.releasing import write_release
    from pipeline.ingest.recordings import ComparisonError
    from pipeline.release.folder import RELEASES
    from pipeline.release.lineage import ReleaseError
    from tools.store import StoreError

    loaded = load_built(config, role)
    try:
        made = write_release(loaded, name, allow_partial=partial)
    except (ComparisonError, ConfigError, ReleaseError, StoreError) as error:
        fail(str(error))
    typer.echo(render(manifest_table(made)), nl=False)
    for gap in made.gaps:
        typer.echo(gap)
    typer.echo(f"{loaded.store}/{RELEASES}/{name}")


@release.command("list")
def list_all(config: ConfigPath, as_json: AsJson = False) -> None:
    """List the releases of a corpus."""
    from flows.release_tables import releases_table
    from pipeline.engine.store_format import open_store
    from pipeline.release.folder import look_through

    found, damaged = look_through(open_store(load(config).store))
    manifests = [each.manifest for each in found]
    value = {"releases": [_in_short(each) for each in manifests], "damaged": damaged}
    answer([releases_table(manifests)], value, as_json=as_json)
    if damaged:
        fail("\n".join(damaged))


@release.command()
def diff(
    old: Found,
    new: Found,
    config: Anywhere = None,
    rows: Annotated[int, typer.Option(min=0, help="Single rows to show.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Say which rows came, went and changed from one release to another, and why."""
    from flows.release_tables import changes_table, diff_table
    from pipeline.release.diff import diff_releases

    found = diff_releases(_find(old, config), _find(new, config))
    parts: list[object] = [diff_table(found, old, new), *found.stages]
    if rows:
        parts.append(changes_table(found.rows.head(rows)))
    value = {
        "old": old,
        "new": new,
        "same": found.same,
        "counts": found.counts(),
        "stages": found.stages,
        "rows": found.rows.head(rows),
    }
    answer(parts, value, as_json=as_json)


@release.command()
def verify(name: Found, config: Anywhere = None, as_json: AsJson = False) -> None:
    """Check every byte of a release against its manifest, and its rows against each other."""
    from pipeline.release.verify import verify_release

    found = _find(name, config)
    problems = verify_release(found)
    files = found.manifest.files
    n_bytes = sum(each.size_bytes for each in files)
    words = f"{name}: {len(files)} files, {n_bytes} bytes, as they were written"
    value = {"release": name, "n_files": len(files), "n_bytes": n_bytes, "problems": problems}
    answer([] if problems else [words], value, as_json=as_json)
    if problems:
        fail("\n".join(problems))


@release.command()
def vacuum(
    config: ConfigPath,
    yes: Annotated[bool, typer.Option("--yes", help="Delete; else they are only listed.")] = False,
    older_than_h: Annotated[
        float, typer.Option(min=24, help="Leave younger files: a build may be writing them.")
    ] = 24.0,
) -> None:
    """List, and with --yes delete, what no release, shard or snapshot refers to."""
    from flows.release_tables import orphans_table
    from pipeline.engine.store_format import open_store
    from pipeline.release.vacuum import find_orphans, remove

    store = open_store(load(config).store)
    found = find_orphans(store, older_than=timedelta(hours=older_than_h))
    typer.echo(render(orphans_table(found)), nl=False)
    if yes:
        remove(store, found)
    done = "deleted" if yes else "would be deleted with --yes"
    n_bytes = sum(each.size_bytes for each in found)
    typer.echo(f"{len(found)} files and empty folders, {n_bytes} bytes, {done}")


@release.command()
def export(
    name: Found,
    to: Annotated[
        Literal["hf", "delta", "webdataset", "chat", "nemo", "jams"],
        typer.Option(help="For whom: `chat` is JSON lines of `messages` and `audios`."),
    ],
    folder: Annotated[Path, typer.Option("--folder", help="A new folder.")],
    config: Anywhere = None,
) -> None:
    """Write a release for other readers; Parquet files are linked, not copied, where possible."""
    from pipeline.release.export import export_release
    from pipeline.release.lineage import ReleaseError

    try:
        written = export_release(_find(name, config), to, folder)
    except ReleaseError as error:
        fail(str(error))
    for path in written:
        typer.echo(str(path))
    if to == "hf":
        typer.echo(f"to push it: hf upload USER/{name} {folder} --repo-type dataset")


def _in_short(manifest: "Manifest") -> dict[str, object]:
    """A release as a list shows it: all of it but its files and their checksums."""
    files = manifest.files
    n_bytes = sum(each.size_bytes for each in files)
    return {**manifest.model_dump(exclude={"files"}), "n_files": len(files), "n_bytes": n_bytes}


def _find(name: str, config: Path | None) -> "ReleaseFolder":
    from pipeline.engine.store_format import open_store
    from pipeline.release.folder import find_release
    from pipeline.release.lineage import ReleaseError

    try:
        return find_release(None if config is None else open_store(load(config).store), name)
    except ReleaseError as error:
        fail(str(error))
