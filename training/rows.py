"""Rows to learn from, a *lane* at a time.

There is a lane for each row of a step: lane i gives row i of every step. Lanes share the tracks
between them, whatever the number of devices, so that a step holds the same rows on any of them. The
sound is streamed from ``tracks``, a row group at a time; the texts of a lane's tracks are held in
memory.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.audio_tokens import TOKENS_PER_S
from training.command import UnusableError
from training.config import SourceConfig
from training.published import read_published
from training.sound import UnusableRowError
from training.storage import data_files, parquet_file, read_table

Messages = list[dict[str, Any]]
Unit = tuple[str, int]
"""A row group of a file of tracks."""
GOLD = ("options", "gold_answer", "categories")
_REWARDED_BY = ("gold_answer", "categories")
_NOT_NEEDED = {"authorship", "lane", "steps"}


@dataclass(frozen=True)
class Row:
    """A sound and what is said about it."""

    row_id: str
    messages: Messages
    audio: dict[str, Any]
    audio_root: str | None
    n_audio_tokens: int | None
    heard_start_s: float | None = None
    heard_end_s: float | None = None
    gold: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Skipped:
    """A row that cannot be learned from, and why."""

    row_id: str
    reason: str
    detail: str


class Source(Protocol):
    """A lane's part of one source.

    `n_rows` is its share of an epoch: a fraction of what is there, where all lanes read all.
    """

    n_rows: float

    def epoch(self, rng: np.random.Generator) -> Iterator[Row | Skipped]:
        """All rows once, in the order that `rng` draws."""


def open_source(
    config: SourceConfig,
    lanes: Sequence[int],
    n_lanes: int,
    split: str = "train",
    *,
    needs_gold: bool = False,
) -> list[Source]:
    """The parts of a source that some lanes read, one for each.

    Parameters
    ----------
    config : SourceConfig
    lanes : sequence of int
    n_lanes : int
    split : str
        ``train`` or ``validation``; what is no release is all training.
    needs_gold : bool
        Whether only rows are read that hold something to reward an answer by.

    Raises
    ------
    FileNotFoundError
        If the release or the file is not there.
    UnusableError
        If gold is needed, and the release is of a time when it held none.
    """
    if config.release is None:
        items = _items(config)
        share = _share(len(items), n_lanes)
        return [Conversations(config, _part(items, lane, n_lanes), share) for lane in lanes]
    tracks, texts = shards(config, "tracks", split), shards(config, config.dataset or "", split)
    places = _tracks_with_texts(tracks, texts, needs_gold=needs_gold)
    parts = [_part(places, lane, n_lanes) for lane in lanes]
    wanted = {track_id for part in parts for _, track_id in part}
    by_track = _texts(texts, wanted, needs_gold=needs_gold)
    share = _share(len(places), n_lanes)
    return [Release(config, part, by_track, share) for part in parts]


def has_split(config: SourceConfig, split: str) -> bool:
    """Whether a source has rows of a split."""
    if config.release is None:
        return split == "train"
    return bool(data_files(config.release or "", config.dataset or "", split))


def shards(config: SourceConfig, dataset: str, split: str = "train") -> list[str]:
    """The files of a split of a data set of a release."""
    found = data_files(config.release or "", dataset, split)
    if not found:
        raise FileNotFoundError(
            f"{config.release}/{dataset}: no {split}-*.parquet; is it the folder of a release?"
        )
    return found


class Release:
    """Texts of a release with the sound of their tracks."""

    def __init__(
        self,
        config: SourceConfig,
        places: list[tuple[Unit, str]],
        texts: dict[str, list[dict[str, Any]]],
        share: float = 1.0,
    ) -> None:
        self._audio_root = config.audio_root
        self._texts = texts
        self._units: dict[Unit, list[str]] = defaultdict(list)
        for unit, track_id in places:
            self._units[unit].append(track_id)
        self.n_rows = share * sum(len(texts[track_id]) for _, track_id in places)

    def epoch(self, rng: np.random.Generator) -> Iterator[Row | Skipped]:
        """All rows once: row groups in a drawn order, so neighbours differ between epochs."""
        units = list(self._units)
        for index in rng.permutation(len(units)):
            for track in _read(units[index], self._units[units[index]]):
                for text in self._texts[track["track_id"]]:
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
            **_heard(text),
            gold={name: text[name] for name in GOLD if name in text},
        )


class Conversations:
    """Items in Audio Flamingo's form: speech, lyric transcription, or what others published.

    ``{"id": …, "sound": path, "duration": s, "conversations": [{"from": "human", "value": …}, …]}``
    """

    def __init__(
        self, config: SourceConfig, items: list[dict[str, Any]], share: float = 1.0
    ) -> None:
        self._audio_root = config.audio_root or config.folder
        self._items = items
        self.n_rows = share * len(items)

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
            n_audio_tokens=None if duration_s is None else round(duration_s * TOKENS_PER_S),
            **_heard(item),
        )


def _heard(row: dict[str, Any]) -> dict[str, Any]:
    """The stretch that is heard; older releases say `start_s` and `end_s`."""
    ends = ("start_s", "end_s")
    return {f"heard_{end}": row.get(f"heard_{end}", row.get(end)) for end in ends}


def read_items(path: Path) -> list[dict[str, Any]]:
    """The items of a JSON array or of a JSONL file."""
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("["):
        return list(json.loads(text))
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def epoch_rows(
    sources: Sequence[SourceConfig], split: str = "train", *, needs_gold: bool = False
) -> float:
    """Rows of an epoch: those of the sources, times their passes."""
    return sum(source.passes * _n_rows(source, split, needs_gold=needs_gold) for source in sources)


def _n_rows(source: SourceConfig, split: str, *, needs_gold: bool) -> int:
    if source.release is None:
        return len(_items(source))
    found = 0
    for address in shards(source, source.dataset or "", split):
        if needs_gold:
            found += len(_track_ids(address, needs_gold=True))
            continue
        with parquet_file(address) as file:
            found += file.metadata.num_rows
    return found


def _items(config: SourceConfig) -> list[dict[str, Any]]:
    if config.published is not None:
        return list(read_published(config.published, Path(config.folder or "")))
    return read_items(Path(config.conversations or ""))


def _part(items: list[Any], lane: int, n_lanes: int) -> list[Any]:
    """A lane's stretch of the items; all of them where there are fewer than lanes."""
    n = len(items)
    return items[lane * n // n_lanes : (lane + 1) * n // n_lanes] if n >= n_lanes else items


def _share(n_items: int, n_lanes: int) -> float:
    """How much of what a lane reads is its own."""
    return 1.0 if n_items >= n_lanes else 1.0 / n_lanes


def _tracks_with_texts(
    tracks: list[str], texts: list[str], *, needs_gold: bool
) -> list[tuple[Unit, str]]:
    """The tracks that texts name, in the order of the files: no lane gets one without."""
    named = {track_id for path in texts for track_id in _track_ids(path, needs_gold=needs_gold)}
    found = []
    for path in tracks:
        ids = _track_ids(path)
        with parquet_file(path) as file:
            sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
        start = 0
        for group, size in enumerate(sizes):
            here = ids[start : start + size]
            found += [((path, group), track_id) for track_id in here if track_id in named]
            start += size
    return found


def _track_ids(address: str, *, needs_gold: bool = False) -> list[str]:
    """Of the rows of a file; where gold is needed, of those that have it."""
    with parquet_file(address) as file:
        gold = _gold_columns(address, file.schema_arrow.names) if needs_gold else []
    table = read_table(address, ["track_id", *gold])
    if needs_gold:
        table = _with_gold(table)
    return list(table["track_id"].to_pylist())


def _gold_columns(address: str, names: Sequence[str]) -> list[str]:
    found = [name for name in _REWARDED_BY if name in names]
    if not found:
        raise UnusableError(
            f"{address}: rows have neither {' nor '.join(_REWARDED_BY)}: an older release; make "
            "it again"
        )
    return found


def _with_gold(table: pa.Table) -> pa.Table:
    """The rows that hold something to reward an answer by."""
    masks = [table[name].is_valid() for name in _REWARDED_BY if name in table.column_names]
    return table.filter(reduce(pc.or_, masks))


def _read(unit: Unit, track_ids: list[str]) -> list[dict[str, Any]]:
    address, group = unit
    with parquet_file(address) as file:
        table = file.read_row_group(group, columns=["track_id", "audio"])
    wanted = pc.is_in(table["track_id"], value_set=pa.array(track_ids))
    return list(table.filter(wanted).to_pylist())


def _texts(
    addresses: list[str], track_ids: set[str], *, needs_gold: bool
) -> dict[str, list[dict[str, Any]]]:
    texts = defaultdict(list)
    ids = pa.array(track_ids)
    for address in addresses:
        with parquet_file(address) as file:
            names = [name for name in file.schema_arrow.names if name not in _NOT_NEEDED]
            for group in range(file.num_row_groups):
                table = file.read_row_group(group, columns=names)
                table = table.filter(pc.is_in(table["track_id"], value_set=ids))
                table = _with_gold(table) if needs_gold else table
                for text in table.to_pylist():
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
