"""Write the rows of a release, partition by partition, into a staged folder."""

import io
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl
import pyarrow as pa

from pipeline.corpus.corpus import Corpus
from pipeline.engine.shards import read_bytes, read_table
from pipeline.engine.stage import Executor
from pipeline.release.conversations import ConversationWriter
from pipeline.release.datasets import TEXTS, TextDataset
from pipeline.release.folder import LEFT_OUT
from pipeline.release.joined import JOINED_SCHEMA, join_texts, tracks_schema
from pipeline.release.reviewed import REFUSAL_SCHEMA, follow, settle, still_true
from pipeline.release.sound import with_sound
from pipeline.release.texts import (
    LEFT_OUT_SCHEMA,
    finish_texts,
    never_made,
    not_accepted,
    to_released,
)
from pipeline.release.tokens import TextCounter
from pipeline.release.writer import DatasetWriter, by_split, describe_file
from pipeline.review.verdicts import read_verdicts
from pipeline.stages.harden.pairs import with_harder
from schemas.arrow import arrow_schema
from schemas.facts import MusicFacts
from schemas.manifest import Author, ReleasedDataset, ReleasedFile
from schemas.release import LANES, SPLITS, ReleasedTrack
from schemas.sections import ReleaseConfig
from schemas.shards import Commit
from tools.remote.audio import AudioRoot

TRACKS = "tracks"
FACTS = "facts"
TRACKS_PER_GROUP = 512
"""Row groups of `tracks` are small: training shares them out among its processes."""


@dataclass
class Count:
    """What became of a data set's rows, so far."""

    n_in: int = 0
    n_truncated: int = 0
    n_audio_tokens: int = 0
    n_text_tokens: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)
    lanes: Counter[str] = field(default_factory=Counter)
    authors: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def keep(self, rows: pl.DataFrame) -> None:
        """Count released rows."""
        self.splits.update(_counted(rows["split"]))
        self.lanes.update(_counted(rows["lane"]))
        self.n_audio_tokens += int(rows["n_audio_tokens"].sum())
        if "authorship" in rows.columns:
            self.n_text_tokens += int(rows["n_text_tokens"].sum())
            by_author = rows["authorship"].struct.unnest()
            names = list(Author.model_fields)[:-1]
            counts = by_author.group_by(names).len().select(*names, "len")
            for *author, n in counts.iter_rows():
                self.authors[tuple(author)] += n

    def leave(self, reasons: pl.Series) -> None:
        """Count rows that were left out."""
        self.left_out.update(_counted(reasons))

    def summary(self, name: str, config: str) -> ReleasedDataset:
        """For the manifest."""
        n_rows = sum(self.splits.values())
        if self.n_in != n_rows + sum(self.left_out.values()):
            raise ValueError(f"{name}: {self.n_in} in != {n_rows} released + {self.left_out}")
        return ReleasedDataset(
            name=name,
            config=config,
            n_in=self.n_in,
            n_rows=n_rows,
            left_out=dict(self.left_out.most_common()),
            splits={split: self.splits[split] for split in SPLITS if self.splits[split]},
            lanes={lane: self.lanes[lane] for lane in LANES if self.lanes[lane]},
            n_audio_tokens=self.n_audio_tokens,
            n_text_tokens=self.n_text_tokens,
            n_truncated=self.n_truncated,
            authors=[
                Author(**dict(zip(Author.model_fields, (*names, n), strict=True)))
                for names, n in self.authors.most_common()
            ],
        )


def _counted(values: pl.Series) -> dict[str, int]:
    return dict(values.value_counts().iter_rows())


@dataclass(frozen=True)
class Assembly:
    """Where a release is written, and with what."""

    corpus: Corpus
    tracks: pl.DataFrame
    root: Path
    audio_root: AudioRoot
    executor: Executor
    counter: TextCounter

    @property
    def config(self) -> ReleaseConfig:
        """How it is cut."""
        return self.corpus.config.release

    @cached_property
    def reviews(self) -> pl.DataFrame:
        """Texts that people refused, from `settle`."""
        return settle(read_verdicts(self.corpus.store))

    def write(
        self, progress: Callable[[int], None]
    ) -> tuple[list[ReleasedDataset], list[ReleasedFile]]:
        """Write all rows.

        Parameters
        ----------
        progress : callable
            Called with the number of tracks done since the last call.

        Returns
        -------
        datasets : list of ReleasedDataset
        files : list of ReleasedFile
        """
        with ExitStack() as stack:
            shards = {
                name: stack.enter_context(self._writer(name, schema))
                for name, schema in (
                    (TRACKS, tracks_schema(self.config)),
                    (FACTS, arrow_schema(MusicFacts)),
                    *((each.name, arrow_schema(each.row)) for each in TEXTS),
                    (LEFT_OUT, pl.DataFrame(schema=LEFT_OUT_SCHEMA).to_arrow(
                        compat_level=pl.CompatLevel.oldest()
                    ).schema),
                )
            }  # fmt: skip
            talks = {
                each.name: stack.enter_context(
                    ConversationWriter(self.root, each.config, self.config.shard_mb)
                )
                for each in TEXTS
            }
            counts = {name: Count() for name in (TRACKS, *(each.name for each in TEXTS))}
            commits = self.corpus.by_partition()
            for partition, rows in _partitions(self.tracks):
                self._write_partition(rows, commits[partition], shards, talks, counts)
                progress(len(rows))
            written = [shard for each in shards.values() for shard in each.close()]
            files = [describe_file(self.root, path, n) for path, n in written]
            spoken = [path for each in talks.values() for path in each.close()]
            files += [describe_file(self.root, path) for path in spoken]
        configs = {TRACKS: TRACKS} | {each.name: each.config for each in TEXTS}
        return [counts[name].summary(name, configs[name]) for name in counts], files

    def _writer(self, name: str, schema: pa.Schema) -> DatasetWriter:
        group_rows = TRACKS_PER_GROUP if name == TRACKS else None
        return DatasetWriter(self.root, name, schema, self.config.shard_mb, group_rows)

    def _write_partition(
        self,
        tracks: pl.DataFrame,
        commits: Mapping[str, Commit],
        shards: Mapping[str, DatasetWriter],
        talks: Mapping[str, ConversationWriter],
        counts: Mapping[str, Count],
    ) -> None:
        tracks, sound = with_sound(tracks, self.audio_root, self.corpus.config, self.executor)
        outcomes = self._outcomes(tracks, commits)
        gone, said = [], [pl.DataFrame(schema=JOINED_SCHEMA)]
        for dataset in TEXTS:
            if all(stage in commits for stage in dataset.needed):
                texts, lost = self._write_texts(
                    dataset, commits, tracks, outcomes, shards[dataset.name],
                    talks[dataset.name], counts[dataset.name],
                )  # fmt: skip
                gone.append(lost)
                if not dataset.is_of_two:  # whose sound is not that of a track alone
                    said.append(texts)
        joined = join_texts(tracks, pl.concat(said))
        no_tracks = self._write_tracks(joined, sound, shards[TRACKS], counts[TRACKS])
        if "measure" in commits:
            self._write_facts(tracks, commits["measure"], shards[FACTS])
        left_out = pl.concat([no_tracks, *gone])
        if len(left_out):
            table = left_out.to_arrow(compat_level=pl.CompatLevel.oldest())
            shards[LEFT_OUT].write(table, "all")

    def _write_tracks(
        self, tracks: pl.DataFrame, sound: pl.Series, shards: DatasetWriter, count: Count
    ) -> pl.DataFrame:
        count.n_in += len(tracks)
        is_kept = pl.col("left_out").is_null()
        path = pl.col("uri")
        if self.config.audio != "reference":
            path = pl.format(f"{{}}.{self.config.audio}", "track_id")
        audio = pl.struct(path.alias("path"), sound.alias("bytes"))
        for split, rows in by_split(tracks.with_columns(audio=audio).filter(is_kept)):
            table = to_released(rows, ReleasedTrack)
            shards.write(table.cast(tracks_schema(self.config)), split)
            count.keep(rows)
        gone = tracks.filter(~is_kept)
        count.leave(gone["left_out"])
        return gone.select(
            dataset=pl.lit(TRACKS),
            row_id="track_id",
            track_id="track_id",
            reason="left_out",
            detail="left_out_detail",
        )

    def _write_facts(self, tracks: pl.DataFrame, commit: Commit, shards: DatasetWriter) -> None:
        """What was measured of the released tracks, in their splits."""
        facts = read_table(self.corpus.store, commit.rows_path)
        released = tracks.filter(pl.col("left_out").is_null()).select("track_id", "split")
        ids = pl.DataFrame(
            {"track_id": facts["track_id"].to_pylist()}, schema={"track_id": pl.String}
        )
        found = ids.join(released, on="track_id", how="left", maintain_order="left")["split"]
        for split in SPLITS:
            is_here = (found == split).fill_null(False)
            if is_here.any():
                shards.write(facts.filter(pa.array(is_here.to_list(), pa.bool_())), split)

    def _write_texts(
        self,
        dataset: TextDataset,
        commits: Mapping[str, Commit],
        tracks: pl.DataFrame,
        outcomes: pl.DataFrame,
        shards: DatasetWriter,
        talks: ConversationWriter,
        count: Count,
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        makers = [stage for stage in dataset.makers if stage in commits]
        joined = [stage for stage in dataset.joins if stage in commits]
        frames = {
            stage: self._scan(commits[stage].rows_path)
            for stage in (*makers, *dataset.reads, *joined)
        }
        rows = dataset.rows(frames).with_columns(row_id=dataset.row_id).collect()
        refusals = self._refusals(dataset, commits)
        if len(outcomes):
            rows, by_people = follow(dataset, rows, outcomes)
            refusals = pl.concat([refusals, by_people])
        n_made = sum(commits[stage].n_rows for stage in makers)
        is_any_lost = n_made > len(rows)
        made = dataset.made(frames).collect() if is_any_lost else rows.clear()
        lost = not_accepted(dataset, made, rows, refusals)
        count.n_in += n_made
        count.leave(lost["reason"])
        texts = finish_texts(
            dataset.name, rows, tracks, self.config, self.counter, self.corpus.config.curation
        )
        for split, part in by_split(texts.kept):
            talks.write(part.rename({"uri": "sound"}), split)
            shards.write(to_released(part, dataset.row), split)
            count.keep(part)
        count.leave(texts.left_out["reason"])
        count.n_truncated += texts.n_truncated
        said = texts.kept.select(
            "track_id", "row_id", "prompt", "completion", dataset=pl.lit(dataset.config)
        )
        return said.select(list(JOINED_SCHEMA)), pl.concat(
            [texts.left_out, lost, never_made(dataset, refusals)]
        )

    def _outcomes(self, tracks: pl.DataFrame, commits: Mapping[str, Commit]) -> pl.DataFrame:
        """What people said of texts of these tracks, as the texts are now."""
        outcomes = self.reviews.join(tracks, on="track_id", how="semi")
        wanted = [stage for stage in outcomes["stage"].unique() if stage in commits]
        rows = {stage: self._scan(commits[stage].rows_path) for stage in wanted}
        if "question" in rows and "harden" in commits:
            harder = self._scan(commits["harden"].rows_path)
            rows["question"] = with_harder(rows["question"], harder)
        return still_true(outcomes, rows)

    def _scan(self, path: str) -> pl.LazyFrame:
        return pl.scan_parquet(io.BytesIO(read_bytes(self.corpus.store, path)))

    def _refusals(self, dataset: TextDataset, commits: Mapping[str, Commit]) -> pl.DataFrame:
        """What stages refused on the way to a data set; of each text, the first refusal."""
        paths = [
            (stage, path)
            for stage in dataset.refused_by
            if stage in commits and (path := commits[stage].rejected_path) is not None
        ]
        reason = pl.col("reason")
        parts = [
            self._scan(path).select(
                "row_id", reason=pl.format("{}: {}", pl.lit(stage), reason), detail="detail"
            )
            for stage, path in paths
        ]
        whole = pl.concat([pl.LazyFrame(schema=REFUSAL_SCHEMA), *parts])
        return whole.unique("row_id", keep="first", maintain_order=True).collect()


def _partitions(tracks: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """Tracks by partition; they are sorted by it, so that slices do."""
    sizes = tracks.group_by("partition", maintain_order=True).len()
    starts = sizes["len"].cum_sum() - sizes["len"]
    return [
        (name, tracks.slice(start, n))
        for name, start, n in zip(sizes["partition"], starts, sizes["len"], strict=True)
    ]
