"""What the uris of a corpus are relative to, and how audio that lies elsewhere is got."""

import os
from pathlib import Path

from schemas.config import CorpusConfig
from tools.remote.access import Access
from tools.remote.audio import AudioRoot
from tools.remote.cache import FileCache

_GB = 1_000_000_000


def root_of(config: CorpusConfig) -> AudioRoot:
    """The folder that relative uris are relative to: the source's, or its listing's."""
    source, execution = config.source, config.execution
    cache = FileCache(
        execution.audio_cache or str(_default_cache()), int(execution.audio_cache_gb * _GB)
    )
    folder = source.folder or os.path.dirname(str(source.listing))
    most_bytes = int(config.ingest.max_file_gb * _GB)
    return AudioRoot(folder, Access(cache, source.hosts, most_bytes))


def _default_cache() -> Path:
    """As the XDG Base Directory Specification has it."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base, "partimento", "audio")
