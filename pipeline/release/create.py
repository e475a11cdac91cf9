"""Create a release: plan its tracks, write its rows, tell its story, and publish it at once."""

import re
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.corpus.corpus import Corpus
from pipeline.corpus.models import open_answer_cache
from pipeline.engine.records import to_json
from pipeline.engine.shards import now
from pipeline.engine.stage import Executor
from pipeline.ingest.root import root_of
from pipeline.release.assemble import TRACKS, Assembly
from pipeline.release.benchmarks import ITEM_SCHEMA, decontaminate, read_benchmarks
from pipeline.release.card import write_card
from pipeline.release.coverage import coverage, gaps
from pipeline.release.folder import MANIFEST, RELEASES, ReleaseFolder, look_through
from pipeline.release.lineage import ReleaseError, lineage, open_released
from pipeline.release.plots import draw_plots
from pipeline.release.tokens import text_counter
from pipeline.release.tracks import UNKNOWN_LICENCE, plan_tracks
from pipeline.release.writer import describe_file
from pipeline.views.evaluate.facts.evaluate import kept
from schemas.config import CorpusConfig
from schemas.manifest import (
    BenchmarkCheck,
    LicenceCount,
    Manifest,
    ReleasedDataset,
    SplitRule,
)
from tools.store import DamagedError, Store
from tools.tokenizer import TokenizerError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PACKAGES = (
    "partimento", "pyarrow", "polars", "soundfile", "soxr", "madmom", "essentia", "vamp",
    "chord-extractor", "openai", "transformers", "nemo_toolkit",
)  # fmt: skip


def create_release(
    config: CorpusConfig,
    name: str,
    executor: Executor,
    *,
    allow_partial: bool = False,
    progress: Callable[[int], None] = lambda n: None,
) -> Manifest:
    """Write a release of a corpus as it is built now.

    Parameters
    ----------
    config : CorpusConfig
    name : str
        Letters, digits, dots, dashes, underscores; must be free.
    executor : Executor
        Where sound is encoded and fingerprinted.
    allow_partial : bool, optional
        Release what there is, though some steps of the build are not done.
    progress : callable, optional
        Called with the number of tracks done since the last call.

    Returns
    -------
    Manifest

    Raises
    ------
    ReleaseError
        If the name is taken or no name, nothing is built, or nothing can be released.
    ConfigError
        If the benchmarks cannot be read.
    StoreError
        If the store cannot be written, or what is released is damaged. Killed or failed anywhere,
        no release is left.
    """
    if not _NAME.fullmatch(name):
        raise ReleaseError(f"{name!r} is no name: use letters, digits, dots, dashes, underscores")
    corpus = open_released(config, allow_partial=allow_partial)
    existing, damaged = look_through(corpus.store)
    if any(each.manifest.name == name for each in existing):
        raise ReleaseError(f"there is a release {name!r} already, and releases never change")
    try:
        counter, counted = text_counter(config.release.tokenizer)
    except TokenizerError as error:
        raise ReleaseError(str(error)) from error
    kept, more_damaged = _kept_splits(existing, config.release.seed)
    tracks, benchmarks = _plan(corpus, list(kept.values()), executor)
    _check_any(tracks)
    with corpus.store.staging(f"release-{name}") as root:
        assembly = Assembly(corpus, tracks, root, root_of(config), executor, counter)
        datasets, files = assembly.write(progress)
        manifest = _manifest(
            corpus,
            tracks,
            name=name,
            text_tokens=counted,
            splits=_rule(config, list(kept)),
            damaged=[*damaged, *more_damaged],
            datasets=datasets,
            benchmarks=benchmarks,
            files=files,
        )
        return _publish(manifest, corpus.store, root)


def _kept_splits(
    existing: list[ReleaseFolder], seed: int
) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """Tracks of the earlier releases of a seed, by name; and of which they cannot be read."""
    kept, damaged = {}, []
    for each in existing:
        if each.manifest.splits.seed == seed:
            try:
                kept[each.manifest.name] = each.table(TRACKS, ("track_id",))
            except DamagedError as error:
                damaged.append(str(error))
    return kept, damaged


def _plan(
    corpus: Corpus, earlier: list[pl.DataFrame], executor: Executor
) -> tuple[pl.DataFrame, list[BenchmarkCheck]]:
    """What becomes of every track, and which benchmarks they were compared with."""
    config = corpus.config
    items = pl.DataFrame(schema=ITEM_SCHEMA)
    limit_s = config.execution.time_limit_s
    if config.curation.benchmarks is not None:
        items = read_benchmarks(Path(config.curation.benchmarks), executor, time_limit_s=limit_s)
    known = corpus.sources.filter(pl.col("partition").is_not_null())
    matches = decontaminate(
        corpus.store,
        known,
        items,
        corpus.snapshot.fingerprints,
        config.curation,
        executor,
        time_limit_s=limit_s,
    )
    tracks = plan_tracks(corpus.sources, matches, earlier, config.curation, config.release)
    return tracks, _checks(items, matches)


def _publish(manifest: Manifest, store: Store, root: Path) -> Manifest:
    """Tell the release's story beside its rows, and move all to its place."""
    plots = draw_plots(root, manifest.datasets, manifest.coverage)
    write_card(root, manifest, [path.relative_to(root).as_posix() for path in plots])
    described = [describe_file(root, path) for path in (root / "README.md", *plots)]
    files = sorted([*manifest.files, *described], key=lambda each: each.path)
    manifest = manifest.model_copy(update={"files": files})
    (root / MANIFEST).write_bytes(to_json(manifest))
    if not store.publish(root, f"{RELEASES}/{manifest.name}", MANIFEST):
        raise ReleaseError(
            f"something is in the place of {manifest.name!r} already: another `create`, or what "
            "an interrupted one left; see `partimento release vacuum`"
        )
    return manifest


def _manifest(
    corpus: Corpus,
    tracks: pl.DataFrame,
    *,
    datasets: list[ReleasedDataset],
    damaged: list[str],
    **known: Any,
) -> Manifest:
    config = corpus.config
    spread = coverage(tracks.filter(pl.col("left_out").is_null()))
    licences = tracks.group_by("licence", "lane").len("n_tracks")
    (left_out,) = (each.left_out for each in datasets if each.name == TRACKS)
    return Manifest(
        corpus=config.name,
        created_at=now(),
        snapshot=corpus.snapshot.number,
        sources_path=corpus.snapshot.sources_path,
        is_partial=bool(corpus.pending),
        audio=config.release.audio,
        context_tokens=config.release.context_tokens,
        over_context=config.release.over_context,
        datasets=datasets,
        stages=lineage(corpus),
        tracks_left_out=left_out,
        ingest_reasons=corpus.snapshot.reasons,
        licences=[
            LicenceCount(**row)
            for row in licences.sort("n_tracks", "licence", descending=[True, False]).to_dicts()
        ],
        coverage=spread,
        gaps=[*gaps(spread), *(f"splits of an earlier release not kept: {d}" for d in damaged)],
        costs=open_answer_cache(config).ledger(),
        evaluation=kept(corpus),
        tools=_versions(),
        **known,
    )


def _rule(config: CorpusConfig, kept_from: list[str]) -> SplitRule:
    return SplitRule(
        seed=config.release.seed,
        validation_share=config.release.validation_share,
        test_share=config.release.test_share,
        kept_from=kept_from,
    )


def _check_any(tracks: pl.DataFrame) -> None:
    left_out = tracks["left_out"]
    if left_out.null_count():
        return
    reasons = ", ".join(f"{n} {why}" for why, n in left_out.value_counts(sort=True).iter_rows())
    message = f"no track can be released: {reasons}"
    if UNKNOWN_LICENCE in left_out:
        message += (
            ". Give the tracks a `licence` in the listing, or say in the config what they may be "
            "used for, e.g. `curation: {unknown_licence: research_only}`"
        )
    raise ReleaseError(message)


def _checks(items: pl.DataFrame, matches: pl.DataFrame) -> list[BenchmarkCheck]:
    held = matches.group_by("benchmark", "split").agg(n_tracks=pl.col("track_id").n_unique())
    counts = (
        items.group_by("benchmark", "split")
        .len("n_items")
        .join(held, on=["benchmark", "split"], how="left", nulls_equal=True)
        .with_columns(pl.col("n_tracks").fill_null(0))
        .sort("benchmark", "split")
    )
    return [BenchmarkCheck(**row) for row in counts.to_dicts()]


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
