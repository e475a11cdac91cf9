"""Names that commands take: listed in their help, and completed by the shell."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import typer


def stages() -> list[str]:
    """Of all stages, in order."""
    from pipeline.stages import STAGES

    return [stage.name for stage in STAGES]


def asking_stages() -> list[str]:
    """Of the stages that ask a model."""
    from pipeline.stages import STAGES

    return [stage.name for stage in STAGES if stage.asks is not None]


def roles() -> list[str]:
    """Of all roles."""
    from schemas.roles import RolesConfig

    return list(RolesConfig.model_fields)


def complete_stage(incomplete: str) -> Iterator[str]:
    """A stage."""
    return _beginning_so(stages(), incomplete)


def complete_refusing(incomplete: str) -> Iterator[str]:
    """A stage, or ingest."""
    return _beginning_so(["ingest", *stages()], incomplete)


def complete_asking_stage(incomplete: str) -> Iterator[str]:
    """A stage that asks a model."""
    return _beginning_so(asking_stages(), incomplete)


def complete_role(incomplete: str) -> Iterator[str]:
    """A role, up to the player."""
    return _beginning_so([f"{name}=" for name in roles()], incomplete)


def complete_release(ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """A release of the corpus whose config was given already, or lies here."""
    from pipeline.engine.store_format import open_store
    from pipeline.release.folder import list_releases
    from schemas.config import load_config

    given = ctx.params.get("config")
    for config in [given] if given else sorted(Path().glob("*.yaml")):
        try:
            found = list_releases(open_store(load_config(config).store))
        except Exception:  # whatever is wrong, a completion says nothing
            continue
        yield from _beginning_so([each.manifest.name for each in found], incomplete)


def _beginning_so(known: Iterable[str], incomplete: str) -> Iterator[str]:
    return (name for name in known if name.startswith(incomplete))
