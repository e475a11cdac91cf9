"""Rows to learn from, as one part of the machine sees them: a *lane* reads its own row groups.

Every process that loads data (a device's worker) reads one lane of `n_lanes`. The sound is streamed
from ``tracks``, a row group at a time; the texts of a lane's tracks are held in memory.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from training.config import SourceConfig
from training.sound import UnusableRowError

Messages = list[dict[str, Any]]
Unit = tuple[Path, int]
_TOKENS_PER_S = 25
_GOLD = ("options", "gold_answer", "categories")


@dataclass(frozen=True)
class Row:
    """A sound and what is said about it."""

    row_id: str
    messages: Messages
    audio: dict[str, Any]
    audio_root: str | None
    n_audio_tokens: int | None
    start_s: float | None = None
    end_s: float | None = None
    gold: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Skipped:
    """A row that cannot be learned from, and why."""

    row_id: str
    reason: str
    detail: str


class Source(Protocol):
    """A lane's part of one source."""

    n_rows: int

    def epoch(self, rng: np.random.Generator) -> Iterator[Row | Skipped]:
        """All rows once, in the order that `rng` draws."""


def open_source(config: SourceConfig, lane: int, n_lanes: int) -> Source:
    """A lane's part of a source.

    Raises
    ------
    FileNotFoundError
        If the release or the file is not there.
    """
    if config.conversations is not None:
        return Conversations(config, lane, n_lanes)
    return Release(config, lane, n_lanes)


def shards(config: SourceConfig, dataset: str) -> list[Path]:
    """The files of a data set of a release that are to be trained on."""
    folder = Path(config.release or "") / dataset
    found = sorted(folder.glob("train-*.parquet"))
    if not found:
        raise FileNotFoundError(f"{folder}: no train-*.parquet; is it the folder of a release?")
    return found


class Release:
    """Texts of a release with the sound of their tracks."""

    def __init__(self, config: SourceConfig, lane: int, n_lanes: int) -> None:
        self._audio_root = config.audio_root
        tracks, texts = shards(config, "tracks"), shards(config, config.dataset or "")
        self._tracks = _part(_tracks_with_texts(tracks, texts), lane, n_lanes)
        ids = [track_id for _, track_ids in self._tracks for track_id in track_ids]
        self._texts = _texts(texts, ids)
        self.n_rows = sum(len(each) for each in self._texts.values())

    def epoch(self, rng: np.random.Generator) -> Iterator[Row | Skipped]:
        """All rows once: row groups in a drawn order, so neighbours differ between epochs."""
        for index in rng.permutation(len(self._tracks)):
            unit, _ = self._tracks[index]
            for track in _read(unit):
                for text in self._texts.get(track["track_id"], []):
                    yield self._row(text, track["audio"])

    def _row(self, text: dict[str, Any], audio: dict[str, Any]) -> Row:
        return Row(
            row_id=text["row_id"],
            messages=[
                {"role": "user", "content": text["prompt"]},
                {"role": "assistant", "content": text["completion"]},
            ],
            audio=audio,
            audio_root=self._audio_root,
            n_audio_tokens=text["n_audio_tokens"],
            start_s=text["start_s"],
            end_s=text["end_s"],
            gold={name: text[name] for name in _GOLD if name in text},
        )


class Conversations:
    """A file in Audio Flamingo's form, a JSON array or JSONL: speech and lyric transcription, say.

    ``{"id": …, "sound": path, "duration": s, "conversations": [{"from": "human", "value": …}, …]}``
    """

    def __init__(self, config: SourceConfig, lane: int, n_lanes: int) -> None:
        self._audio_root = config.audio_root
        self._items = _part(read_items(Path(config.conversations or "")), lane, n_lanes)
        self.n_rows = len(self._items)

    def epoch(self, rng: np.random.Generator) -> Iterator[Row | Skipped]:
        """All rows once, in a drawn order."""
        for index in rng.permutation(len(self._items)):
            item = self._items[index]
            try:
                yield self._row(item)
            except UnusableRowError as error:
                yield Skipped(str(item.get("id")), error.reason, error.detail)

    def _row(self, item: dict[str, Any]) -> Row:
        sound = item.get("sound")
        if not isinstance(sound, str):
            raise UnusableRowError("not_one_sound", f"`sound` is {sound!r}")
        duration_s = item.get("duration")
        return Row(
            row_id=str(item.get("id")),
            messages=_messages(item.get("conversations")),
            audio={"path": sound, "bytes": None},
            audio_root=self._audio_root,
            n_audio_tokens=None if duration_s is None else round(duration_s * _TOKENS_PER_S),
        )


def read_items(path: Path) -> list[dict[str, Any]]:
    """The items of a JSON array or of a JSONL file."""
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("["):
        return list(json.loads(text))
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def epoch_tokens(sources: Sequence[SourceConfig]) -> float:
    """Tokens of an epoch, without the words of the template: sound and text, times the weights."""
    total = 0.0
    for source in sources:
        if source.conversations is None:
            columns = pl.scan_parquet(shards(source, source.dataset or ""))
            counts = columns.select(pl.col("n_audio_tokens", "n_text_tokens").sum()).collect()
            total += source.weight * sum(counts.row(0))
            continue
        for item in read_items(Path(source.conversations)):
            n_signs = sum(len(turn["value"]) for turn in item.get("conversations") or [])
            total += source.weight * ((item.get("duration") or 0) * _TOKENS_PER_S + n_signs / 4)
    return total


def _part(items: list[Any], lane: int, n_lanes: int) -> list[Any]:
    """A lane's items; all of them where there are fewer than lanes."""
    return items[lane::n_lanes] if len(items) >= n_lanes else items


def _tracks_with_texts(tracks: list[Path], texts: list[Path]) -> list[tuple[Unit, list[str]]]:
    """The row groups of tracks that texts name, with these: no lane gets one without."""
    named = pl.scan_parquet(texts).select(pl.col("track_id").unique()).collect().to_series()
    found = []
    for path in tracks:
        with pq.ParquetFile(path) as file:
            ids = pl.Series(file.read(columns=["track_id"])["track_id"])
            sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
        is_named, start = ids.is_in(named), 0
        for group, size in enumerate(sizes):
            here = slice(start, start + size)
            if kept := ids[here].filter(is_named[here]).to_list():
                found.append(((path, group), kept))
            start += size
    return found


def _read(unit: Unit) -> list[dict[str, Any]]:
    path, group = unit
    with pq.ParquetFile(path) as file:
        return list(file.read_row_group(group, columns=["track_id", "audio"]).to_pylist())


def _texts(paths: list[Path], track_ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    wanted = pl.scan_parquet(paths).filter(pl.col("track_id").is_in(track_ids))
    names = [name for name in wanted.collect_schema().names() if name not in {"authorship", "lane"}]
    texts = defaultdict(list)
    for text in wanted.select(names).collect().iter_rows(named=True):
        texts[text["track_id"]].append(text)
    return dict(texts)


def _messages(turns: Any) -> Messages:
    roles = {"human": "user", "gpt": "assistant"}
    try:
        messages = [{"role": roles[turn["from"]], "content": turn["value"]} for turn in turns]
    except (TypeError, KeyError) as error:
        raise UnusableRowError("no_conversation", f"{type(error).__name__}: {error}") from error
    if [message["role"] for message in messages] != ["user", "assistant"] * (len(messages) // 2):
        raise UnusableRowError("no_conversation", "turns of human and gpt do not alternate")
    if not messages:
        raise UnusableRowError("no_conversation", "it is empty")
    # The sound goes before the first turn in any case.
    messages[0]["content"] = messages[0]["content"].replace("<sound>", "", 1).lstrip("\n")
    return messages
