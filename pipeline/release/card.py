"""The dataset card: a README that people and the Hugging Face hub read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import polars as pl
import yaml

from pipeline.release.assemble import FACTS, TRACKS
from pipeline.release.datasets import COMPARISONS
from pipeline.views.evaluate.facts.words import evaluation_table
from schemas.manifest import COVERAGE_AXES, Manifest
from schemas.release import SPLITS, Split

_FOLDER = Path(__file__).parent
_MOST_VALUES = 20
_MAX_CELL = 120
_QUANTILES = (0.0, 0.05, 0.5, 0.95, 1.0)
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_COLUMNS = ("duration_s", "n_words", "n_audio_tokens", "n_text_tokens")


@dataclass(frozen=True)
class ToolLicence:
    """What a tool may be used for."""

    stage: str
    name: str
    purpose: str
    licence: str


TOOL_LICENCES = (
    ToolLicence(
        "beats", "madmom", "beats, downbeats, metre, tempo",
        "code BSD; **models CC BY-NC-SA 4.0: no commercial use**",
    ),
    ToolLicence(
        "key_network", "madmom", "a second opinion on keys",
        "code BSD; **models CC BY-NC-SA 4.0: no commercial use**",
    ),
    ToolLicence(
        "chord_network", "madmom", "a second opinion on chords",
        "code BSD; **models CC BY-NC-SA 4.0: no commercial use**",
    ),
    ToolLicence("chroma", "essentia", "keys, chroma, fingerprints", "AGPL-3.0"),
    ToolLicence("chords", "Chordino (nnls-chroma)", "chords", "GPL-2.0-or-later"),
    ToolLicence("tags", "musicnn", "instruments, voices", "ISC"),
    ToolLicence("segment", "Chromaprint (in essentia)", "fingerprints", "MIT and LGPL-2.1"),
    ToolLicence("segment", "libsndfile, soxr", "decoding, resampling", "LGPL-2.1"),
    ToolLicence(
        "transcribe", "recognisers of lyrics", "lyrics",
        "NeMo Apache-2.0, Parakeet v3 CC BY 4.0, Whisper MIT; others: see their models",
    ),
    ToolLicence(
        "transcribe", "Silero VAD, Demucs, py3langid", "voices, languages",
        "MIT, BSD; **weights of Demucs: for scientific purposes only**",
    ),
)  # fmt: skip


def write_card(root: Path, manifest: Manifest, plots: Sequence[str]) -> None:
    """Write ``README.md`` into a release's folder.

    Parameters
    ----------
    root : Path
        With all rows written.
    manifest : Manifest
    plots : sequence of str
        Paths of images, relative to `root`.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = cell
    stages = {each.stage: each for each in manifest.stages}
    authors = [author for each in manifest.datasets for author in each.authors]
    has_lyrics = stages["transcribe"].config["recogniser"] is not None
    is_used = {"transcribe": has_lyrics, "chords": stages["chords"].config["engine"] == "vamp"}
    beats: Mapping[str, Any] = stages["beats"].config
    text = environment.get_template("card.md.jinja").render(
        m=manifest,
        front_matter=front_matter(manifest),
        splits=SPLITS,
        counts=_counts,
        plots=plots,
        has_texts=any(each.n_rows for each in manifest.datasets if each.name != TRACKS),
        unheard=_unheard(manifest),
        only_builtin=bool(authors) and all(each.engine == "builtin/facts" for each in authors),
        statistics=_statistics(root, manifest),
        tool_licences=[each for each in TOOL_LICENCES if is_used.get(each.stage, True)],
        top_coverage=_top_coverage(manifest),
        bpm=(f"{beats['min_bpm']:g}", f"{beats['max_bpm']:g}"),
        has_comparisons=any(
            each.n_rows for each in manifest.datasets if each.name == COMPARISONS.name
        ),
        has_lyrics=has_lyrics,
        has_facts=bool(fact_splits(manifest)),
        evaluation=evaluation_table(manifest.evaluation),
    )
    (root / "README.md").write_text(text, encoding="utf-8")


def front_matter(manifest: Manifest) -> str:
    """YAML by which `datasets.load_dataset` and the hub know the data sets."""
    filled = [each for each in manifest.datasets if each.n_rows]
    texts = [each for each in filled if each.name != TRACKS]
    default = (texts or filled)[0].name
    n_rows = sum(each.n_rows for each in filled)
    configs = [
        {
            "config_name": each.config,
            **({"default": True} if each.name == default else {}),
            "data_files": [
                {"split": split, "path": f"{each.name}/{split}-*.parquet"} for split in each.splits
            ],
        }
        for each in [*texts, *(each for each in filled if each.name == TRACKS)]
    ]
    facts = fact_splits(manifest)
    if facts:
        files = [{"split": split, "path": f"{FACTS}/{split}-*.parquet"} for split in facts]
        configs.append({"config_name": FACTS, "data_files": files})
    return yaml.safe_dump(
        {
            "pretty_name": f"{manifest.corpus}, release {manifest.name}",
            "license": "other",
            "license_name": "see-licences",
            "license_link": "README.md#licences",
            "task_categories": ["audio-text-to-text"],
            "tags": ["music", "audio", "music-captioning", "partimento"],
            "size_categories": [next((name for n, name in _SIZES if n_rows < n), "n>1M")],
            "configs": configs,
        },
        sort_keys=False,
    )


def fact_splits(manifest: Manifest) -> list[Split]:
    """Splits of which there are facts."""
    paths = [each.path for each in manifest.files]
    return [s for s in SPLITS if any(path.startswith(f"{FACTS}/{s}-") for path in paths)]


def cell(text: str) -> str:
    """Untrusted words for a table of Markdown: no markup, one line."""
    line = "".join(char if char.isprintable() else " " for char in text)[:_MAX_CELL]
    for char in "\\`*_{}[]<>|#!&":
        line = line.replace(char, f"&#{ord(char)};") if char != "&" else line
    return line


def _unheard(manifest: Manifest) -> list[str]:
    """Settings by which texts are here that a model wrote though none may have heard them."""
    settings = (
        ("mf-skills/", "judge", "release_unjudged"),
        ("mf-think", "factcheck", "release_unchecked"),
    )
    configs = {each.stage: each.config for each in manifest.stages}
    return [
        f"{stage}.{setting}"
        for prefix, stage, setting in settings
        if configs[stage].get(setting)
        and any(
            author.engine != "builtin/facts"
            for each in manifest.datasets
            if each.name.startswith(prefix)
            for author in each.authors
        )
    ]


def _counts(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {reason}" for reason, n in reasons.items())


def _top_coverage(manifest: Manifest) -> list[Any]:
    return [
        each
        for axis in COVERAGE_AXES
        for each in [c for c in manifest.coverage if c.axis == axis][:_MOST_VALUES]
    ]


def _statistics(root: Path, manifest: Manifest) -> list[dict[str, Any]]:
    found = []
    for dataset in manifest.datasets:
        if not dataset.n_rows:
            continue
        rows = pl.scan_parquet(root / dataset.name / "*.parquet")
        names = [name for name in _COLUMNS if name in rows.collect_schema().names()]
        values = rows.select(names).collect(engine="streaming")
        for name in names:
            numbers = [values[name].quantile(each, "nearest") for each in _QUANTILES]
            numbers.append(values[name].mean())  # type: ignore[arg-type]
            found.append({"dataset": dataset.name, "column": name, "numbers": numbers})
    return found
