"""`partimento init`: a config to begin with, from a few questions or from options."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from flows.command import fail
from schemas.config import ConfigError, CorpusConfig, load_config, parse_role

_LISTINGS = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
_WHO = "URL,model=NAME[,api_key_env=VARIABLE]"
_WRITING, _HEARING = ("writer", "blind", "reasoner"), ("captioner", "judge", "checker")

_TEXT = """\
# A corpus. `partimento validate` checks this file, `partimento build` builds it.
# Every setting is told in docs/configuration.md.
name: {name}

# Where tables, bought answers and releases go: a folder, or s3://, gs://, az:// and a bucket.
# Relative paths are relative to this file.
store: {store}

source:
  # `folder` is searched for sound files; `listing` is CSV, JSONL or Parquet with the column `uri`
  # and, where you have them, title, artist, album, genre, language, culture, licence, lyrics.
  {kind}: {source}

{roles}
# What else is often set, with its default:
# ingest: {{partition_size: {partition_size}}}   # tracks that are worked on together
# execution:
#   workers: null                 # processes that hear; null: one a core
#   budget_usd: null              # a build stops before it spends more
# release: {{audio: reference}}     # or `flac`, `opus`: a release that carries its sound
"""
_NO_ROLES = """\
# Without models, captions and questions say only what was measured. Let a model write and another
# hear, on OpenAI-compatible servers; keys stay in the environment:
# roles:
#   writer: {engine: openai, base_url: http://127.0.0.1:8000/v1, model: NAME, api_key_env: VARIABLE}
#   judge: {engine: openai, base_url: http://127.0.0.1:8001/v1, model: NAME}
"""


def init(
    config: Annotated[Path, typer.Argument(help="The file to write.", metavar="CONFIG")] = Path(
        "corpus.yaml"
    ),
    name: Annotated[str | None, typer.Option(help="Of the corpus: a-z, 0-9, dashes.")] = None,
    source: Annotated[
        str | None, typer.Option(help="Folder or listing of the music; may be a URL.")
    ] = None,
    store: Annotated[
        str | None, typer.Option(help="Folder or URL to write to; by default build/NAME.")
    ] = None,
    writes: Annotated[
        str | None, typer.Option(metavar=_WHO, help="A model that writes and reasons.")
    ] = None,
    hears: Annotated[
        str | None, typer.Option(metavar=_WHO, help="A model that hears, describes and judges.")
    ] = None,
) -> None:
    """Write a config to begin with: asks a few questions, or takes options without a terminal."""
    if config.exists():
        fail(f"{config} is there already: give another name, or edit it")
    if sys.stdin.isatty():
        name = name or typer.prompt("Name of the corpus (a-z, 0-9, dashes)")
        source = source or typer.prompt("Folder or listing of the music")
        store = store or typer.prompt("Where to write", default=f"build/{name}")
        none = "empty for none"
        if writes is None:
            writes = typer.prompt(f"A model that writes: {_WHO}; {none}", default="")
        if hears is None:
            hears = typer.prompt(f"A model that hears: {_WHO}; {none}", default="")
    if name is None or source is None:
        fail("without a terminal give --name and --source")
    store = store or f"build/{name}"
    try:
        roles = _roles(writes, _WRITING) + _roles(hears, _HEARING)
    except ConfigError as error:
        fail(str(error))
    text = _TEXT.format(
        name=_scalar(name),
        store=_scalar(_from(config, store)),
        kind="listing" if source.lower().endswith(_LISTINGS) else "folder",
        source=_scalar(_from(config, source)),
        roles=f"roles:\n{roles}" if roles else _NO_ROLES,
        partition_size=CorpusConfig.model_fields["ingest"].default.partition_size,
    )
    config.write_text(text, encoding="utf-8")
    try:
        load_config(config)
    except ConfigError as error:
        config.unlink()
        fail(str(error))
    typer.echo(f"{config} is written; next: partimento plan {config}")


def _roles(who: str | None, names: tuple[str, ...]) -> str:
    """Lines of the roles that one model plays."""
    if not who:
        return ""
    _, fields = parse_role(f"{names[0]}={who}")
    player = ", ".join(f"{field}: {_scalar(value)}" for field, value in fields.items())
    first, *others = names
    lines = [f"  {first}: &{first} {{{player}}}", *(f"  {each}: *{first}" for each in others)]
    return "\n".join([*lines, ""])


def _scalar(value: Any) -> str:
    return (
        yaml.safe_dump(value, default_flow_style=True, width=10_000).removesuffix("...\n").strip()
    )


def _from(config: Path, place: str) -> str:
    """A place that is relative to this folder, as a config in another one has to name it."""
    is_here = config.resolve().parent == Path.cwd()
    return place if is_here or "://" in place else str(Path(place).expanduser().absolute())
