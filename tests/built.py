"""A small corpus, built in this process: four seconds of three songs, without Prefect."""

from pathlib import Path

from pipeline.corpus.answers import open_models
from pipeline.engine.plan import steps
from pipeline.engine.run import run_step
from pipeline.engine.snapshots import read_sources, take_snapshot
from pipeline.engine.stage import StageContext
from pipeline.ingest.inspection import inspect_files
from pipeline.ingest.placement import place
from pipeline.ingest.recordings import recognise
from pipeline.ingest.scan import root_of, scan
from pipeline.stages import STAGES
from schemas.config import load_config
from tests.audio import clicks, write
from tools.process_pool import ProcessPool
from tools.store import Store

HOSTILE = (
    "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked=1'> {{7*7}} ${1}"
)
NAMES = {"describe", "segment", "measure", "transcribe", "caption"}
LISTING = """\
uri,title,artist,genre,language,culture
audio/one.flac,"{title}","{title}",jazz,,Mali
audio/two.wav,Two,Ann,Jazz,fr,Mali
audio/three.aiff,Three,,,,
audio/broken.wav,Broken,,,,
"""
CONFIG = """\
name: small
store: store
source:
  listing: listing.csv
ingest:
  partition_size: 2
segment:
  window_s: 2.0
"""


def make_corpus(folder: Path) -> Path:
    """Write songs, listing and config, and build; give the config's path."""
    audio = folder / "audio"
    audio.mkdir(parents=True)
    write(audio / "one.flac", clicks(100, 8.0, 22050, seed=1), 22050)
    write(audio / "two.wav", clicks(120, 4.0, 22050, seed=2), 22050)
    write(audio / "three.aiff", clicks(90, 4.0, 22050, seed=3), 22050)
    (audio / "broken.wav").write_bytes(b"RIFF\x24\x08\x00\x00WAVE" + b"\x9d" * 500)
    (folder / "listing.csv").write_text(LISTING.format(title=HOSTILE))
    (folder / "secret.wav").write_bytes((audio / "two.wav").read_bytes()[:-2])
    path = folder / "corpus.yaml"
    path.write_text(CONFIG)
    build(path)
    return path


def build(path: Path) -> None:
    """Run all stages of a config that the built-in engine can play."""
    config = load_config(path)
    store, root = Store(config.store), root_of(config.source)
    with ProcessPool(2) as pool, open_models(config, pool, {}) as models:
        found = scan(config.source)
        refused, files = (
            found.filter(found["reason"].is_not_null()),
            found.filter(found["reason"].is_null()),
        )
        assert refused.is_empty()
        inspected = inspect_files(files.drop("reason", "detail"), root, config, pool, _ignore)
        sources, size = read_sources(store, None), config.ingest.partition_size
        named = recognise(inspected, sources, ()).drop("fingerprint")
        placed = place(named, sources, partition_size=size, care=config.care)
        snapshot = take_snapshot(store, None, placed, config.ingest)
        stages = [stage for stage in STAGES if stage.name in NAMES]
        for step in steps(snapshot, config, stages):
            run_step(step, store, root, config, StageContext(pool, models, 300.0, _ignore))


def _ignore(_done: int) -> None:
    pass
