"""Excerpts with exact truth: `python -m benchmarks.facts.render OUT --count N --seed S`.

Needs Debian's fluidsynth, fluid-soundfont-gm, timgm6mb-soundfont, opl3-soundfont,
musescore-general-soundfont-small and ffmpeg. Excerpt k of a seed is always the same; those already
in OUT are kept, so that a larger count goes on. Sources take turns. `OUT/index.jsonl` lists all
truths, `OUT/skipped.jsonl` what could not be made and why.
"""

import argparse
import json
import os
import tempfile
import zlib
from pathlib import Path
from typing import Any, TextIO

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import soundfile

from benchmarks.facts.cycles import CYCLES
from benchmarks.facts.performance import play, time_truth
from benchmarks.facts.readme import write_readme
from benchmarks.facts.score import Score, SkipError
from benchmarks.facts.sources import SOURCES
from benchmarks.facts.spoil import spoil
from benchmarks.facts.synth import SAMPLE_RATE_HZ, missing_fonts, render, to_midi
from benchmarks.facts.tempo import Tempo, make_tempo, with_pauses
from benchmarks.facts.truth import Truth

_TAIL_S = 1.5
"""Kept after the last bar."""
_FONT_CHANCE = {"FluidR3": 0.4, "TimGM6mb": 0.35, "OPL3": 0.2, "MuseScore": 0.05}
_INDEX_EVERY = 20


def main() -> None:
    """Make what is missing."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sources", nargs="*", choices=SOURCES | CYCLES, default=list(SOURCES))
    options = parser.parse_args()
    if missing_fonts():
        parser.error(f"sound fonts are missing: {', '.join(missing_fonts())}")
    options.out.mkdir(parents=True, exist_ok=True)
    skipped, failed = (options.out / "skipped.jsonl").open("a"), 0
    for number in range(options.count):
        source = options.sources[number % len(options.sources)]
        name = f"{source}-{options.seed}-{number // len(options.sources):04d}"
        if (options.out / f"{name}.json").exists():
            continue
        seed = zlib.crc32(name.encode())
        try:
            make_excerpt(options.out, name, source, seed)
        except SkipError as error:
            _note(skipped, name, str(error))
        except Exception as error:  # one excerpt in thousands; told, and the status is 1
            failed += 1
            _note(skipped, name, f"{type(error).__name__}: {error}")
        if number % _INDEX_EVERY == 0:
            write_index(options.out)
    write_index(options.out)
    write_readme(options.out)
    if failed:
        raise SystemExit(f"{failed} excerpts could not be made: see {skipped.name}")


def make_excerpt(out: Path, name: str, source: str, seed: int) -> Truth:
    """One excerpt's FLAC and truth.

    Raises
    ------
    SkipError
        Where the piece drawn cannot be used.
    RuntimeError
        Where it cannot be rendered.
    """
    rng = np.random.default_rng(seed)
    score = (SOURCES | CYCLES)[source](rng)
    tempo = _draw_tempo(score, rng)
    sound_font = str(rng.choice(list(_FONT_CHANCE), p=list(_FONT_CHANCE.values())))
    cents = float(rng.choice([0, rng.uniform(-12, 12), rng.uniform(-49, 49)], p=[0.55, 0.25, 0.2]))
    octave = tuple(np.add(score.octave_cents, cents))
    played = play(score, tempo, rng)
    with tempfile.TemporaryDirectory() as folder:
        samples = render(to_midi(played, score.parts, octave), sound_font, Path(folder))
        length_s = tempo.release(score.end_q) + _TAIL_S
        first_s = _crop_s(score, tempo, rng)
        samples = samples[: round(length_s * SAMPLE_RATE_HZ)]
        samples = samples[round(first_s * SAMPLE_RATE_HZ) :]
        samples, degradations = spoil(samples, rng, Path(folder))
    rows = _shifted(time_truth(score, tempo), first_s, len(samples) / SAMPLE_RATE_HZ)
    truth = Truth(
        id=name, file=f"{name}.flac", source=source, piece=score.piece, style=score.style,
        seed=seed, duration_s=len(samples) / SAMPLE_RATE_HZ, instrumentation=score.instrumentation,
        soundfont=sound_font, degradations=degradations, key_source=score.key_source,
        keyless=score.keyless, scale=score.scale[0] if score.scale else None,
        scale_pitch_classes=score.scale[1] if score.scale else None,
        has_voice=False, tuning_cents=round(cents, 2), **rows,
    )  # fmt: skip
    soundfile.write(out / truth.file, samples, SAMPLE_RATE_HZ, subtype="PCM_16")
    _write(out / f"{name}.json", truth.model_dump_json())
    return truth


def write_index(out: Path) -> None:
    """All truths in one file, whole at any time."""
    paths = sorted(path for path in out.glob("*.json"))
    _write(out / "index.jsonl", "".join(f"{path.read_text()}\n" for path in paths))


def _draw_tempo(score: Score, rng: np.random.Generator) -> Tempo:
    kind = score.tempo_kind
    if kind is None:
        kind = "steady" if rng.choice(["steady", "drift"], p=[0.65, 0.35]) == "steady" else "drift"
    if kind == "pauses":
        return with_pauses(make_tempo(score, "steady", rng), score, rng)
    return make_tempo(score, kind, rng)


def _crop_s(score: Score, tempo: Tempo, rng: np.random.Generator) -> float:
    """Half of the excerpts begin anywhere in the first bar."""
    if rng.random() < 0.5:
        return 0.0
    bar = score.bars[0]
    return float(rng.uniform(0, tempo.second(bar.start_q + bar.length_q)))


def _shifted(rows: dict[str, Any], first_s: float, duration_s: float) -> dict[str, Any]:
    """Times counted from the crop; what ended before it is gone."""

    def clip(at_s: float) -> float:
        return round(float(np.clip(at_s - first_s, 0, duration_s)), 4)

    for name in ("beats_s", "downbeats_s"):
        if rows[name] is not None:
            rows[name] = [round(t - first_s, 4) for t in rows[name]
                          if first_s - 1e-6 <= t <= first_s + duration_s]  # fmt: skip
    for name in ("tempo_sections", "metre_sections", "keys", "chords", "sections"):
        if rows[name] is not None:
            rows[name] = [
                row.model_copy(update={"start_s": clip(row.start_s), "end_s": clip(row.end_s)})
                for row in rows[name]
                if clip(row.end_s) > clip(row.start_s)
            ]
    rows["silences_s"] = [(clip(a), clip(b)) for a, b in rows["silences_s"] if clip(b) > clip(a)]
    return rows


def _note(skipped: TextIO, name: str, reason: str) -> None:
    print(json.dumps({"id": name, "reason": reason}), file=skipped, flush=True)


def _write(path: Path, text: str) -> None:
    part = path.with_suffix(f"{path.suffix}.part")
    part.write_text(text)
    part.replace(path)


if __name__ == "__main__":
    main()
