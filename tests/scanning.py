"""What a source holds, without a corpus around it."""

from pipeline.ingest.root import root_of
from pipeline.ingest.scan import scan
from schemas.config import CorpusConfig
from schemas.sections import ExecutionConfig, SourceConfig


def config_of(source, cache=None, **sections):
    """A config with a source."""
    execution = ExecutionConfig(audio_cache=cache and str(cache), workers=2)
    return CorpusConfig(
        name="some", store="memory://", source=source, execution=execution, **sections
    )


def scan_source(source, warn=None, cache=None):
    """Scan what a `SourceConfig`, or its fields, say."""
    source = source if isinstance(source, SourceConfig) else SourceConfig(**source)
    return scan(source, root_of(config_of(source, cache)), warn)


def root_at(folder):
    """Where relative names of a folder are found."""
    return root_of(config_of(SourceConfig(folder=str(folder))))
