"""The pipeline: what is done to music and text, and whole builds without an orchestrator.

What a program needs is here: ``from pipeline import Corpus, build, load_config``. Each name is
imported when it is first asked for, so that `pipeline.lint`, which training imports, loads no tool.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.corpus.build import BuildError, build
    from pipeline.corpus.corpus import Corpus, NotBuiltError, TrackNotFoundError
    from pipeline.engine.needs import MissingToolError
    from pipeline.release.create import create_release
    from pipeline.release.lineage import ReleaseError
    from schemas.config import ConfigError, load_config

__all__ = [
    "BuildError",
    "ConfigError",
    "Corpus",
    "MissingToolError",
    "NotBuiltError",
    "ReleaseError",
    "TrackNotFoundError",
    "build",
    "create_release",
    "load_config",
]

_MODULES = {
    "BuildError": "pipeline.corpus.build",
    "ConfigError": "schemas.config",
    "Corpus": "pipeline.corpus.corpus",
    "MissingToolError": "pipeline.engine.needs",
    "NotBuiltError": "pipeline.corpus.corpus",
    "ReleaseError": "pipeline.release.lineage",
    "TrackNotFoundError": "pipeline.corpus.corpus",
    "build": "pipeline.corpus.build",
    "create_release": "pipeline.release.create",
    "load_config": "schemas.config",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
