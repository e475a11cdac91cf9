"""What a song costs: requests, seconds heard, bytes and tokens, against a server that counts them.

    python -m benchmarks.cost
    python -m benchmarks.cost --formats
    python -m benchmarks.cost --baseline . --baseline-config benchmarks/cost/one_by_one.yaml
    python -m benchmarks.cost --baseline PATH_OF_ANOTHER_CHECKOUT --songs FOLDER --out FOLDER

Builds a corpus with the default config, all roles behind one server (`benchmarks.cost.server`) that
answers by the form of a request and marks texts by a rule of the text (`benchmarks.cost.answers`).
With a baseline the same is done by the pipeline of another checkout, in a process of its own.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Any

import soundfile
import yaml
from rich.console import Console
from rich.table import Table

from benchmarks.cost.loss import SAMPLE_RATE_HZ, coded_as_a_source, difference_db
from benchmarks.cost.server import Bill, Levels, counting_server
from schemas.roles import RoleConfig
from schemas.usage import Usage
from tools.audio import header_duration_s, load_mono
from tools.chat.request import Clip
from tools.chat.tokens import price_usd
from tools.clips import encode_clip, load_clip
from tools.sound.identity import track_id_of

ROOT = Path(__file__).parents[2]
SONGS = ROOT / "examples/songs"
ROLES = ("captioner", "writer", "blind", "judge", "reasoner", "checker")
PROBE = "probe"
_LOSS = ("mel bands off by, mean (dB)", "below 7 kHz", "95 % within")
_SOURCES = {"source as MP3, 128 kbit/s": 0.65, "source as MP3, 192 kbit/s": 0.4}
"""libsndfile's levels for these rates at 44.1 kHz."""
SUFFIXES = ("wav", "flac", "mp3", "ogg", "opus")
PRICES = Path(__file__).with_name("prices.yaml")
SONG_S = 240.0
"""Ours: the songs are priced as if they were of 4 minutes: sound in proportion, text as it is."""
N_SONGS = (100_000, 3_000_000)
console = Console(width=160)


@dataclass(frozen=True)
class Run:
    """One build: bills by role and form, and what was accepted."""

    bills: dict[str, Bill]
    n_songs: int
    duration_s: float
    judge: list[str]
    factcheck: list[str]
    refused: list[str]

    @property
    def whole(self) -> Bill:
        """All that was asked about the songs; probes are once a build, whatever its size."""
        return sum((bill for name, bill in self.bills.items() if name != PROBE), Bill())


def main() -> None:
    """Build, count, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--songs", type=Path, default=SONGS, help="a folder of recordings")
    parser.add_argument("--baseline", type=Path, help="another checkout to compare with")
    parser.add_argument("--config", type=Path, help="more of this checkout's config, as YAML")
    parser.add_argument("--baseline-config", type=Path, help="the same of the baseline's")
    parser.add_argument("--out", type=Path, help="a folder for what was counted, as JSON")
    parser.add_argument("--prices", type=Path, default=PRICES, help="price lists, as YAML")
    parser.add_argument("--draw", type=int, default=0, help="another number, other answers")
    parser.add_argument("--formats", action="store_true", help="only weigh the formats of sound")
    given = parser.parse_args()
    if given.formats:
        print_formats(given.songs)
        return
    levels = None
    runs = {}
    if given.baseline is not None:
        more = _read(given.baseline_config)
        levels = Levels()
        baseline = given.baseline.resolve()
        runs["baseline"] = count(baseline, given.songs, more, levels, given.draw)
    more = _read(given.config)
    runs["this checkout"] = count(ROOT, given.songs, more, Levels(levels), given.draw)
    for name, run in runs.items():
        print_stages(name, run)
    print_songs(runs)
    print_rows(runs)
    print_prices(runs, yaml.safe_load(given.prices.read_text()))
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
        for name, run in runs.items():
            path = given.out / f"{name.replace(' ', '-')}.json"
            path.write_text(json.dumps(asdict(run), indent=1))


def count(checkout: Path, songs: Path, more: Mapping[str, Any], levels: Levels, draw: int) -> Run:
    """Build with a checkout's pipeline against a server of its own."""
    with counting_server(levels, draw) as (url, server), tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "cost.yaml"
        values: dict[str, Any] = {"name": "cost", "store": f"{folder}/store", **more}
        values["source"] = {"folder": str(songs.resolve())}
        values["roles"] = {
            name: {"engine": "openai", "base_url": url, "model": name}
            | more.get("roles", {}).get(name, {})
            for name in ROLES
        }
        config.write_text(yaml.safe_dump(values))
        command = [sys.executable, str(Path(__file__).with_name("build.py")), str(config)]
        environment = {**os.environ, "PYTHONPATH": str(checkout)}
        done = subprocess.run(
            command, cwd=checkout, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return Run(bills=dict(server.bills), **json.loads(done.stdout.splitlines()[-1]))


def _read(path: Path | None) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text()) if path else {}
    return found


def print_formats(songs: Path) -> None:
    """What a second of sound is in each format, mono at 16 kHz, before base64, and what it lost."""
    paths = [path for path in sorted(songs.iterdir()) if path.suffix[1:] in SUFFIXES]
    clips = [Clip(track_id_of(each), str(each), 0.0, header_duration_s(each)) for each in paths]
    samples = [load_clip(clip, sample_rate_hz=SAMPLE_RATE_HZ) for clip in clips]
    table = Table("format", "bytes/s, mean over songs", "of WAV", "least", "most", *_LOSS)

    def add(name: str, bytes_per_s: list[float], heard: Iterable[Any]) -> None:
        lost = [difference_db(*each) for each in zip(samples, heard, strict=True)]
        table.add_row(
            name,
            f"{mean(bytes_per_s):.0f}",
            f"{mean(bytes_per_s) / 2 / SAMPLE_RATE_HZ:.3f}",
            f"{min(bytes_per_s):.0f}",
            f"{max(bytes_per_s):.0f}",
            *(f"{mean(each):.2f}" for each in zip(*lost, strict=True)),
        )

    for name in ("wav", "flac", "mp3", "opus"):
        coded = [
            encode_clip(clip, audio_format=name, sample_rate_hz=SAMPLE_RATE_HZ) for clip in clips
        ]
        rates = [len(each) / clip.end_s for each, clip in zip(coded, clips, strict=True)]
        add(name, rates, (soundfile.read(io.BytesIO(each), dtype="float32")[0] for each in coded))
    with tempfile.TemporaryDirectory() as folder:
        for name, level in _SOURCES.items():
            files = [coded_as_a_source(path, level, Path(folder)) for path in paths]
            heard = (load_mono(path, sample_rate_hz=SAMPLE_RATE_HZ) for path, _ in files)
            add(name, [rate for _, rate in files], heard)
    console.print(table)


def print_stages(name: str, run: Run) -> None:
    """Who was asked what, in form: role and form of the answer."""
    n = run.n_songs
    columns = (
        "asked",
        "requests",
        "own seconds heard",
        "MB sent",
        "audio",
        "text",
        "cached",
        "out",
    )
    table = Table(*columns, title=f"{name}: a song, mean of {n} of {run.duration_s / n:.0f} s")
    for who, bill in [*sorted(run.bills.items()), ("all but probes", run.whole)]:
        heard = f"{bill.heard_s / run.duration_s:.2f} x"
        tokens = (bill.audio_tokens, bill.text_tokens, bill.cached_tokens, bill.output_tokens)
        sent = f"{bill.bytes_sent / n / 1e6:.2f}"
        numbers = [f"{each / n:.0f}" for each in tokens]
        table.add_row(who, f"{bill.requests / n:.1f}", heard, sent, *numbers)
    console.print(table)


def print_songs(runs: Mapping[str, Run]) -> None:
    """All of a song, before and after."""
    table = Table("of a song", *runs, *(["after / before"] if len(runs) > 1 else []))
    of_song = {
        "requests": [run.whole.requests / run.n_songs for run in runs.values()],
        "heard, times its own seconds": [
            run.whole.heard_s / run.duration_s for run in runs.values()
        ],
        "audio tokens": [run.whole.audio_tokens / run.n_songs for run in runs.values()],
        "text tokens": [run.whole.text_tokens / run.n_songs for run in runs.values()],
        "of all, cached": [run.whole.cached_tokens / run.n_songs for run in runs.values()],
        "tokens out": [run.whole.output_tokens / run.n_songs for run in runs.values()],
        "MB sent": [run.whole.bytes_sent / run.n_songs / 1e6 for run in runs.values()],
    }
    for name, values in of_song.items():
        ratio = [f"{values[-1] / values[0]:.3f}"] if len(values) > 1 and values[0] else []
        table.add_row(name, *(f"{value:,.2f}" for value in values), *ratio)
    console.print(table)


def print_rows(runs: Mapping[str, Run]) -> None:
    """How many rows were accepted, and whether they are the same."""
    for stage in ("judge", "factcheck"):
        found = [set(getattr(run, stage)) for run in runs.values()]
        counts = ", ".join(f"{name} {len(each)}" for name, each in zip(runs, found, strict=True))
        same = f"; in both {len(found[0] & found[1])}" if len(found) > 1 else ""
        console.print(f"accepted by {stage}: {counts}{same}")


def print_prices(runs: Mapping[str, Run], lists: Mapping[str, Mapping[str, float]]) -> None:
    """USD for many songs, by price list; with the cache of prefixes, and without any."""
    columns = [f"{n:,} songs of {SONG_S:g} s, USD" for n in N_SONGS]
    table = Table("checkout", "price list", "cache", *columns)
    for name, run in runs.items():
        used = song_of(run)
        for title, prices in lists.items():
            role = RoleConfig(
                usd_per_million_input_tokens=prices["input"],
                usd_per_million_audio_tokens=prices["audio"],
                usd_per_million_cached_tokens=prices["cached"],
                usd_per_million_output_tokens=prices["output"],
            )
            for how in ("none", "of prefixes"):
                cached = used.cached_tokens if how != "none" else 0
                each = price_usd(role, used.model_copy(update={"cached_tokens": cached}))
                table.add_row(name, title, how, *(f"{n * each:,.0f}" for n in N_SONGS))
    console.print(table)


def song_of(run: Run) -> Usage:
    """What a song of `SONG_S` takes: sound, and captions, as it is longer; the rest as it is."""
    longer = SONG_S * run.n_songs / run.duration_s
    found = Bill()
    for name, bill in run.bills.items():
        if name == PROBE:
            continue
        by_length = longer if name.startswith("captioner") else 1.0
        text_cached = max(0, bill.cached_tokens - bill.audio_tokens)
        audio_cached = bill.cached_tokens - text_cached
        found += replace(
            bill,
            audio_tokens=round(longer * bill.audio_tokens),
            text_tokens=round(by_length * bill.text_tokens),
            cached_tokens=round(longer * audio_cached + by_length * text_cached),
            output_tokens=round(by_length * bill.output_tokens),
        )
    return Usage(
        input_tokens=round((found.audio_tokens + found.text_tokens) / run.n_songs),
        audio_tokens=round(found.audio_tokens / run.n_songs),
        cached_tokens=round(found.cached_tokens / run.n_songs),
        output_tokens=round(found.output_tokens / run.n_songs),
    )


if __name__ == "__main__":
    main()
