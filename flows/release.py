"""The release flow, and how a build ends in it."""

from typing import Annotated

from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.runtime import deployment
from pydantic import Field

from flows.deployed import refresh_choices
from flows.events import RELEASED, tell
from flows.job import ConfigFile, job
from flows.markdown import as_plain
from flows.releasing import write_release
from flows.run_names import name_run
from pipeline.corpus.corpus import Corpus
from pipeline.corpus.last_build import as_built
from pipeline.release.folder import RELEASES, list_releases
from pipeline.release.thresholds import missed
from pipeline.views.status import read_status
from schemas.config import load_config
from schemas.manifest import Manifest


@job("release")
def release_corpus(
    config_path: ConfigFile,
    name: Annotated[
        str | None,
        Field(description="The release's name; by default of snapshot and content, once each."),
    ] = None,
    allow_partial: Annotated[
        bool, Field(description="Release what there is of an unfinished build.")
    ] = False,
) -> str:
    """Write a release of the corpus as it was built last.

    Returns
    -------
    str
        Its name. One that is named after the content and there already is not written again.

    Raises
    ------
    ReleaseError, StoreError
        If it cannot be written.
    """
    config, note = as_built(load_config(config_path))
    if note is not None:
        get_run_logger().warning(note)
    corpus = Corpus.open(config)
    own = name or name_of(corpus)
    name_run(f"{config.name}: release {own}, snapshot {corpus.snapshot.number}")
    if name is None and own in {each.manifest.name for each in list_releases(corpus.store)}:
        get_run_logger().info("%s: release %s is there already", config.name, own)
        return own
    made = write_release(config, own, allow_partial=allow_partial)
    _publish(config.name, made, f"{config.store}/{RELEASES}/{own}")
    tell(config.name, RELEASED, release=own)
    if deployment.id is not None:
        refresh_choices(config)
    return own


def name_of(corpus: Corpus) -> str:
    """A release's name by what is in it."""
    return f"s{corpus.snapshot.number:04d}-{corpus.content_hash[:8]}"


def release_if_it_may_be(config_path: str, corpus: Corpus) -> None:
    """Release a corpus that was just built, if the thresholds of its config hold."""
    why = missed(read_status(corpus), corpus.config.release.thresholds)
    if not why:
        release_corpus(config_path)
        return
    get_run_logger().warning("not released: %s", "; ".join(why))
    create_markdown_artifact(
        key=f"{corpus.config.name}-not-released",
        markdown="\n".join(["# Not released", "", *(f"- {words}" for words in why)]),
        description="thresholds of the config that do not hold",
    )


def _publish(corpus: str, made: Manifest, place: str) -> None:
    rows = [
        {"data set": each.name, "in": each.n_in, "rows": each.n_rows, **each.splits}
        for each in made.datasets
    ]
    create_table_artifact(table=rows, key=f"{corpus}-release", description=f"{made.name}: {place}")
    left_out = [
        f"- {each.name}: {n} {reason}"
        for each in made.datasets
        for reason, n in each.left_out.items()
    ]
    parts = [f"# {corpus}: release {made.name}", "", f"`{place}`, snapshot {made.snapshot}.", ""]
    parts += ["## Left out", "", *left_out, ""] if left_out else []
    parts += (
        ["## What the corpus lacks", "", *(f"- {as_plain(gap)}" for gap in made.gaps)]
        if made.gaps
        else []
    )
    create_markdown_artifact(markdown="\n".join(parts), key=f"{corpus}-release-card")
