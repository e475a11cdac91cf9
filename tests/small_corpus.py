"""A small corpus, built in this process: some seconds of three songs, and a file without any."""

from pathlib import Path

from pipeline.corpus.build import build
from schemas.config import load_config
from tests.audio import clicks, write

HOSTILE = (
    "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked=1'> {{7*7}} ${1}"
)
LAST_STAGE = "describe"
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
execution:
  workers: 2
"""


def write_songs(folder: Path) -> Path:
    """Write songs, listing and config; give the config's path."""
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
    return path


def make_corpus(folder: Path) -> Path:
    """Write songs, listing and config, and build up to `LAST_STAGE`; give the config's path."""
    path = write_songs(folder)
    build(load_config(path), until=LAST_STAGE)
    return path
