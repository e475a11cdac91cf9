"""Write a release, for the command and for the flow."""

from flows.display import Display
from flows.placement import executor_of
from pipeline.engine.snapshots import latest_snapshot
from pipeline.engine.store_format import open_store
from pipeline.release.create import create_release
from schemas.config import CorpusConfig
from schemas.manifest import Manifest


def write_release(config: CorpusConfig, name: str, *, allow_partial: bool) -> Manifest:
    """Write a release of a corpus as it is built now, with a bar.

    Raises
    ------
    ComparisonError, ConfigError, ReleaseError, StoreError
        As `create_release`.
    """
    with executor_of(config.execution) as executor, Display() as display:
        snapshot = latest_snapshot(open_store(config.store))
        display.expect("release", sum(p.n_tracks for p in snapshot.partitions) if snapshot else 0)
        return create_release(
            config,
            name,
            executor,
            allow_partial=allow_partial,
            progress=lambda n: display.advance("release", n),
        )
