"""Damaged audio files: nothing absurd is let in, whatever the damage, and no worker is lost for it.

Small files of every common format are flipped, cut, spliced and given other headers, and inspected
as the product does it, in its workers. What is let in is then decoded once more by the product, and
by libav, which must not hear more of it.
"""

import math
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.ingest.inspection import inspect_files
from pipeline.ingest.root import root_of
from schemas.config import CorpusConfig
from schemas.ingest import IngestConfig
from tests.audio import write
from tests.chaos.campaign import Campaign
from tests.libav import write_with_libav
from tools.audio import load_mono, window_levels
from tools.errors import RefusedError
from tools.loudness import LoudnessMeter
from tools.process_pool import Failure, ProcessPool
from tools.sound.reader import blocks, open_sound

ROUNDS = 5000
_BATCH = 250
_TIME_LIMIT_S = 600.0
"""The first file of a worker waits for all imports, which take a minute on a busy machine."""
_MOST_MORE_S = 0.25
"""By which another decoder may find more: it conceals a lost frame, or trims no padding."""
_MAX_LUFS = 30.0
"""A full-scale square wave in stereo has +3.7 LUFS; the limit of peaks allows 24 dB more."""
_ABSURD = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)

Mutate = Callable[[bytearray, np.random.Generator, bytes], bytearray]


def run(rounds: int, seed: int) -> Campaign:
    """Inspect so many damaged files."""
    rng = np.random.default_rng(seed)
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as name, ProcessPool() as pool:
        folder = Path(name)
        good = _originals(folder)
        for start in range(0, rounds, _BATCH):
            made = [_mutant(good, rng) for _ in range(min(_BATCH, rounds - start))]
            for number, (label, data) in enumerate(made, start=start):
                (folder / _name(number, label)).write_bytes(data)
            labels = {_name(n, label): label for n, (label, _) in enumerate(made, start=start)}
            for row in _inspected(folder, list(labels), pool):
                outcomes[row["reason"] or "accepted"] += 1
                told = f"seed {seed}, mutant {row['uri']}"
                faults += [f"{told}: {fault}" for fault in _faults(row)]
            for path in folder.glob("mutant-*"):
                path.unlink()
    return Campaign("decoder_mutants", rounds, dict(outcomes.most_common()), faults)


def _originals(folder: Path) -> dict[str, bytes]:
    """Small files of two seconds, by name."""
    time_s = np.arange(2 * 44100) / 44100
    noise = np.random.default_rng(0).normal(0, 0.05, (len(time_s), 2))
    sound = (0.3 * np.sin(2 * np.pi * 440 * time_s)[:, None] + noise).clip(-1, 1)
    forms: dict[str, tuple[int, dict[str, str]]] = {
        "pcm16.wav": (1, {}),
        "pcm24.wav": (2, {"subtype": "PCM_24", "format": "WAVEX"}),
        "float.wav": (1, {"subtype": "FLOAT"}),
        "pcm16.aiff": (2, {}),
        "float.aiff": (1, {"subtype": "FLOAT"}),
        "pcm16.flac": (2, {}),
        "pcm24.flac": (1, {"subtype": "PCM_24"}),
        "a.mp3": (2, {}),
        "a.ogg": (2, {"subtype": "VORBIS"}),
    }
    for name, (n_channels, options) in forms.items():
        write(folder / name, sound[:, :n_channels], 44100, **options)
    write(folder / "a.opus", sound[:, :1], 48000, format="OGG", subtype="OPUS")
    write_with_libav(folder / "aac.m4a", "aac", sound[:, :1])
    write_with_libav(folder / "alac.m4a", "alac", sound[:, :1])
    good = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    mp3 = good["a.mp3"]
    good["untagged.mp3"] = mp3[mp3.index(b"\xff\xfb", 200) :]
    for path in folder.iterdir():
        path.unlink()
    return good


def _mutant(good: dict[str, bytes], rng: np.random.Generator) -> tuple[str, bytes]:
    names = list(good)
    name, other = rng.choice(names), rng.choice(names)
    kind = str(rng.choice(list(_MUTATIONS)))
    data = _MUTATIONS[kind](bytearray(good[name]), rng, good[other])
    return f"{kind}-{name}", bytes(data)


def _name(number: int, label: str) -> str:
    return f"mutant-{number:06d}-{label}"


def _flip(data: bytearray, rng: np.random.Generator, _: bytes) -> bytearray:
    for _ in range(rng.integers(1, 20)):
        data[rng.integers(len(data))] ^= 1 << rng.integers(8)
    return data


def _flip_header(data: bytearray, rng: np.random.Generator, _: bytes) -> bytearray:
    for _ in range(rng.integers(1, 4)):
        data[rng.integers(min(128, len(data)))] ^= 1 << rng.integers(8)
    return data


def _edit_header(data: bytearray, rng: np.random.Generator, _: bytes) -> bytearray:
    """A number in the first bytes, in either order, that is as wrong as can be."""
    width = int(rng.choice([1, 2, 4]))
    at = rng.integers(min(96, len(data) - width))
    value = int(rng.choice(_ABSURD)) & ((1 << 8 * width) - 1)
    data[at : at + width] = value.to_bytes(width, "big" if rng.integers(2) else "little")
    return data


def _cut(data: bytearray, rng: np.random.Generator, _: bytes) -> bytearray:
    return data[: rng.integers(1, len(data))]


def _cut_out(data: bytearray, rng: np.random.Generator, _: bytes) -> bytearray:
    start, end = sorted(rng.integers(len(data), size=2))
    return data[:start] + data[end:]


def _splice(data: bytearray, rng: np.random.Generator, other: bytes) -> bytearray:
    """Another file's bytes, or the file's own, in the middle or after it."""
    piece = bytes(data) if rng.integers(2) else other
    start, end = sorted(rng.integers(len(piece), size=2))
    at = len(data) if rng.integers(2) else rng.integers(len(data))
    return data[:at] + piece[start:end] + data[at:]


_MUTATIONS: dict[str, Mutate] = {
    "flip": _flip,
    "flip_header": _flip_header,
    "edit_header": _edit_header,
    "cut": _cut,
    "cut_out": _cut_out,
    "splice": _splice,
}


def _inspected(folder: Path, names: list[str], pool: ProcessPool) -> list[dict]:
    """Rows of the product's own inspection, those let in with what is heard of them."""
    config = CorpusConfig.model_validate(
        {
            "name": "mutants",
            "store": str(folder),
            "source": {"folder": str(folder)},
            "execution": {"time_limit_s": _TIME_LIMIT_S},
        }
    )
    sizes = [(folder / name).stat().st_size for name in names]
    files = pl.DataFrame({"uri": names, "size_bytes": sizes, "mtime_ns": 0})
    rows = inspect_files(files, root_of(config), config, pool, lambda _: None).to_dicts()
    accepted = [row for row in rows if row["reason"] is None]
    paths = [str(folder / row["uri"]) for row in accepted]
    heard = pool.map(_heard, paths, time_limit_s=_TIME_LIMIT_S)
    for row, (_, outcome) in zip(accepted, heard, strict=True):
        row["heard"] = outcome
    return rows


def _heard(path: str) -> dict[str, float | None]:
    """What the stages after the inspection hear, and how much libav hears."""
    _, duration_s = window_levels(path, window_s=30)
    found = list(blocks(open_sound(path)))
    meter = LoudnessMeter(44100, found[0].shape[1])
    for block in found:
        meter.add(block)
    mono = load_mono(path, sample_rate_hz=16000)
    try:
        lufs = meter.result().integrated_lufs
    except RefusedError:
        lufs = None
    return {
        "duration_s": duration_s,
        "mono_s": len(mono) / 16000,
        "is_finite": bool(np.isfinite(mono).all()),
        "lufs": lufs,
        "libav_s": _libav_s(path),
    }


def _libav_s(path: str) -> float | None:
    import av

    n_frames, rate_hz = 0, 0
    try:
        with av.open(path) as container:
            for packet in container.demux(audio=0):
                try:
                    for frame in packet.decode():
                        n_frames += frame.samples
                        rate_hz = frame.sample_rate
                except av.FFmpegError:
                    continue
    except (av.FFmpegError, ValueError, IndexError):
        pass
    return n_frames / rate_hz if rate_hz else None


def _faults(row: dict) -> list[str]:
    """What is absurd in a row; nothing in one that was refused in words."""
    if row["reason"] is not None:
        return [] if row["reason"] not in ("failed", "timed_out") else [str(row["detail"])]
    heard, limits = row["heard"], IngestConfig()
    if isinstance(heard, Failure):
        return [f"let in, then {heard.reason}: {heard.detail}"]
    duration_s, peak_dbfs = row["duration_s"], row["peak_dbfs"]
    wrong = {
        "duration out of bounds": not 0.5 <= duration_s <= limits.max_duration_s,
        "rate out of bounds": not 8000 <= row["sample_rate_hz"] <= 768_000,
        "channels out of bounds": not 1 <= row["n_channels"] <= limits.max_channels,
        "peak out of bounds": peak_dbfs is not None
        and not (math.isfinite(peak_dbfs) and peak_dbfs <= limits.max_peak_dbfs),
        "samples that are no numbers": not heard["is_finite"],
        "louder than can be": heard["lufs"] is not None and not heard["lufs"] <= _MAX_LUFS,
        "another duration when decoded again": heard["duration_s"] != duration_s
        or abs(heard["mono_s"] - duration_s) > 0.001,
        "libav hears less": heard["libav_s"] is not None
        and heard["libav_s"] < duration_s - _MOST_MORE_S,
        "libav hears more": (heard["libav_s"] or 0) > duration_s + _MOST_MORE_S,
    }
    return [f"{what}: {row}" for what, is_so in wrong.items() if is_so]
