"""Speed and accuracy of `measure` against the plain tools called one after another.

    python -m benchmarks.measure                 # the example songs and the known pieces
    python -m benchmarks.measure SONG [SONG ...] # given files

One process, one native thread; both sides are timed in the same run, after a warm-up.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from rich.console import Console
from rich.table import Table

from benchmarks import plain_tools
from pipeline.engine.stage import AudioTrack, Stage
from pipeline.stages import STAGES
from pipeline.stages.measure.decisions import HeardTrack
from pipeline.stages.measure.facts import HEARD, measure_track
from pipeline.views.evaluate.hearing import InProcess, hear
from schemas.config import CorpusConfig
from schemas.facts import MusicFacts
from schemas.record import Record
from schemas.sections import BeatsConfig, MeasureConfig
from schemas.tracks import Track
from tools.audio import load_mono
from tools.beats import track_beats
from tools.process_pool import ProcessPool
from tools.sound.identity import track_id_of

ROOT = Path(__file__).parents[1]
CONFIG = BeatsConfig()
CORPUS = CorpusConfig.model_validate({"name": "x", "store": "memory://", "source": {"folder": "."}})
HEARING = [stage for stage in STAGES if stage.makes in HEARD]
console = Console(width=130)


def main() -> None:
    """Run all parts and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, help="audio files; default: examples")
    given = parser.parse_args().files
    examples = sorted((ROOT / "examples/songs").glob("*.ogg"))
    pieces = sorted((ROOT / "tests/data/pieces").glob("*.ogg"))
    files = given or [*examples, *pieces]
    warm_up(pieces[0])
    compare_speed(files)
    time_stages(files)
    compare_workers(files)
    print_memory(files[0])
    print_accuracy(pieces, examples)


def warm_up(path: Path) -> None:
    """Load models and compile, on both sides."""
    samples = decode(path)[: 10 * 44100]
    plain_tools.madmom_beats(plain_tools.madmom_activations(mix(samples)), CONFIG.beats_per_bar)
    measure(path)


def compare_speed(files: list[Path]) -> None:
    """Time every plain tool, our beats and our whole `measure` on every file."""
    columns = ("file", "s", "decode", "RNN", "DBN", "key", "chords", "loudness", "plain")
    table = Table(*columns, "our beats", "ours", "beats x", "measure x", "beats that differ")
    totals = np.zeros(10)
    for path in files:
        times, differ, n_beats = time_file(path)
        totals += times
        table.add_row(path.stem, *_cells(times), f"{differ} of {n_beats}")
    table.add_row("all", *_cells(totals), "")
    console.print(table)


def time_file(path: Path) -> tuple[np.ndarray, int, int]:
    """Seconds of sound, of each plain tool, of all, of our beats and of our `measure`."""
    decode_s, samples = timed(partial(decode, path))
    mono = mix(samples)
    rnn_s, activations = timed(partial(plain_tools.madmom_activations, mono))
    dbn_s, plain = timed(partial(plain_tools.madmom_beats, activations, CONFIG.beats_per_bar))
    key_s, _ = timed(partial(plain_tools.essentia_key, mono))
    chords_s, _ = timed(partial(plain_tools.chordino_chords, mono))
    stereo = samples if samples.shape[1] == 2 else np.repeat(samples, 2, axis=1)
    loudness_s, _ = timed(partial(plain_tools.essentia_loudness, stereo))
    parts = [decode_s, rnn_s, dbn_s, key_s, chords_s, loudness_s]
    beats_s, ours = timed(partial(track_beats, mono, beats_per_bar=CONFIG.beats_per_bar))
    measure_s, _ = timed(partial(measure, path))
    expected = set(zip(plain[0].tolist(), plain[1].tolist(), strict=True))
    assert ours.best is not None
    found = set(zip(ours.best.times_s.tolist(), ours.best.bar_positions.tolist(), strict=True))
    row = [len(mono) / 44100, *parts, sum(parts), beats_s, measure_s]
    return np.array(row), len(expected ^ found), len(expected)


def time_stages(files: list[Path]) -> None:
    """CPU time of every stage that hears, its own decoding included, and of decoding alone."""
    tracks = [as_track(path) for path in files]
    sound_s = sum(each.track.duration_s for each in tracks)
    table = Table("stage", "CPU ms per s of sound", "times real time")
    total_s = 0.0
    for stage in HEARING:
        start_s = time.process_time()
        for each in tracks:
            heard(stage, each)
        stage_s = time.process_time() - start_s
        total_s += stage_s
        table.add_row(stage.name, *_rate(stage_s, sound_s))
    table.add_row("all that hear", *_rate(total_s, sound_s))
    start_s = time.process_time()
    for path in files:
        load_mono(path, sample_rate_hz=44100)
    table.add_row("decoding, once", *_rate(time.process_time() - start_s, sound_s))
    console.print(table)


def compare_workers(files: list[Path]) -> None:
    """Time all files on one warm worker and on two, the longest first."""
    jobs = sorted(files * 2, key=lambda path: -soundfile.info(path).duration)
    seconds = {}
    for workers in (1, 2):
        with ProcessPool(workers) as pool:
            run = partial(pool.map, measure, time_limit_s=900)
            list(run(jobs[-workers:]))
            seconds[workers], _ = timed(lambda run=run: list(run(jobs)))
    ratio = seconds[1] / seconds[2]
    console.print(f"1 worker {seconds[1]:.1f} s, 2 workers {seconds[2]:.1f} s: {ratio:.2f} x")


def print_memory(path: Path) -> None:
    """Peak memory of a fresh worker that measures 20 minutes of stereo."""
    samples = decode(path)
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "long.flac"
        with soundfile.SoundFile(long, "w", 44100, samples.shape[1]) as file:
            for _ in range(int(20 * 60 * 44100 / len(samples))):
                file.write(samples)
        with ProcessPool(1) as pool:
            ((_, (seconds, peak_mb)),) = pool.map(measure_and_weigh, [long], time_limit_s=900)
    console.print(
        f"20 minutes of stereo: {seconds:.1f} s, peak memory of the worker {peak_mb:.0f} MB"
    )


def print_accuracy(pieces: list[Path], songs: list[Path]) -> None:
    """Compare with the known truth, by mir_eval."""
    table = Table("file", "tempo error %", "beat F", "downbeat F", "metre", "keys", "chords majmin")
    truth = {
        **json.loads((pieces[0].parent / "truth.json").read_text()),
        **{
            Path(name).stem: values
            for name, values in json.loads((songs[0].parent / "truth.json").read_text()).items()
        },
    }
    for path in [*pieces, *songs]:
        table.add_row(path.stem, *score(measure(path), truth[path.stem]))
    console.print(table)


def score(facts: MusicFacts, truth: dict[str, Any]) -> list[str]:
    """Cells of the accuracy table; songs have only a tempo and its grid of beats."""
    import mir_eval

    assert facts.tempo and facts.beats and facts.metre and facts.key_sections and facts.chords
    beats = np.array([beat.time_s for beat in facts.beats])
    period_s = 60 / truth["bpm"]
    grid = np.array(truth.get("beats_s", np.arange(0, facts.duration_s, period_s)))
    cells = [
        f"{100 * abs(facts.tempo.bpm / truth['bpm'] - 1):.4f}",
        f"{mir_eval.beat.f_measure(grid, beats):.3f}",
    ]
    keys = " ".join(f"{key.tonic} {key.mode}" for key in facts.key_sections)
    if "beats_s" not in truth:
        return [*cells, "", str(facts.metre.beats_per_bar), keys, ""]
    downbeats = np.array([beat.time_s for beat in facts.beats if beat.bar_position == 1])
    cells.append(f"{mir_eval.beat.f_measure(grid[:: truth['beats_per_bar']], downbeats):.3f}")
    expected = " ".join(f"{key['tonic']} {key['mode']}" for key in truth["keys"])
    right = {True: "right", False: "WRONG"}
    chords = mir_eval.chord.evaluate(
        np.array([(c["start_s"], c["end_s"]) for c in truth["chords"]]),
        [c["label"] for c in truth["chords"]],
        np.array([(c.start_s, c.end_s) for c in facts.chords]),
        [c.label for c in facts.chords],
    )
    cells.append(right[facts.metre.beats_per_bar == truth["beats_per_bar"]])
    cells.append(f"{keys}, {right[keys == expected]}")
    return [*cells, f"{chords['majmin']:.3f}"]


def measure(path: Path) -> MusicFacts:
    """What tools hear and `measure` as the pipeline runs them, decoding included."""
    each = as_track(path)
    rows = [row for stage in HEARING for row in heard(stage, each)]
    joined = HeardTrack(each.track, {type(row): row for row in rows})
    (facts,) = measure_track(joined, MeasureConfig())
    return facts


def heard(stage: Stage, each: AudioTrack) -> list[Record]:
    """The rows of a stage that hears."""
    result = hear(stage, [each], CORPUS, InProcess())
    if result.rejected:
        raise ValueError(f"{each.path}: {result.rejected[0].reason}: {result.rejected[0].detail}")
    return result.rows


def as_track(path: Path) -> AudioTrack:
    """A file as a track."""
    info = soundfile.info(path)
    track = Track(
        uri=path.name,
        track_id=track_id_of(path),
        duration_s=info.duration,
        sample_rate_hz=info.samplerate,
        n_channels=info.channels,
        format=info.format,
        subtype=info.subtype,
        size_bytes=path.stat().st_size,
        peak_dbfs=0.0,
    )
    return AudioTrack(track, str(path))


def measure_and_weigh(path: Path) -> tuple[float, float]:
    """Seconds, and this process's peak memory in MB."""
    seconds, _ = timed(partial(measure, path))
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def decode(path: Path) -> np.ndarray:
    """Samples at 44.1 kHz, shape (n_frames, n_channels), as soundfile gives them."""
    samples, sample_rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    if sample_rate_hz != 44100:
        raise ValueError(f"{path}: the plain tools are compared at 44100 Hz")
    return samples


def mix(samples: np.ndarray) -> np.ndarray:
    """Mono, contiguous."""
    return np.ascontiguousarray(samples.mean(axis=1))


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Wall seconds of a call, and its result."""
    start_s = time.perf_counter()
    result = call()
    return time.perf_counter() - start_s, result


def _rate(cpu_s: float, sound_s: float) -> tuple[str, str]:
    return f"{1000 * cpu_s / sound_s:.1f}", f"{sound_s / cpu_s:.0f}"


def _cells(times: np.ndarray) -> list[str]:
    ratios = (times[2] + times[3]) / times[8], times[7] / times[9]
    return [f"{times[0]:.0f}", *(f"{t:.2f}" for t in times[1:]), *(f"{r:.1f}" for r in ratios)]


if __name__ == "__main__":
    main()
