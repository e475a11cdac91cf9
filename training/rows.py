"""Rows to learn from, a *lane* at a time.

There is a lane for each row of a step: lane i gives row i of every step. Lanes share the tracks
between them, whatever the number of devices, so that a step holds the same rows on any of them. The
sound is streamed from ``tracks``, a row group at a time; the texts of a lane's tracks are held in
memory.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import reduce
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from training.command import UnusableError
from training.config import SourceConfig
from training.conversations import Conversations, read_items
from training.published import read_published
from training.row import Row, Skipped, Sound, heard_stretch
from training.storage import data_files, parquet_file, read_table

Unit = tuple[str, int]
"""A row group of a file of tracks."""
GOLD = ("options", "gold_answer", "categories")
_REWARDED_BY = ("gold_answer", "categories")
_NOT_NEEDED = {"authorship", "lane", "steps"}


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
    index = _index(tracks, {name for rows in by_track.values() for name in _other_tracks(rows)})
    return [Release(config, part, by_track, share, index) for part in parts]


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
    """Texts of a release with the sound of their tracks.

    Parameters
    ----------
    config : SourceConfig
    places : list of (Unit, str)
        Where the sound of each track lies that texts have as their `track_id`.
    texts : dict of str to list of dict
        By that track.
    share : float
        See `Source`.
    index : dict of str to Unit, optional
        Where the other tracks lie that texts of several sounds name.
    """

    def __init__(
        self,
        config: SourceConfig,
        places: list[tuple[Unit, str]],
        texts: dict[str, list[dict[str, Any]]],
        share: float = 1.0,
        index: dict[str, Unit] | None = None,
    ) -> None:
        self._audio_root = config.audio_root
        self._texts = texts
        self._index = index or {}
        self._units: dict[Unit, list[str]] = defaultdict(list)
        for unit, track_id in places:
            self._units[unit].append(track_id)
        self.n_rows = share * sum(len(texts[track_id]) for _, track_id in places)

    def epoch(self, rng: np.random.Generator) -> Iterator[Row | Skipped]:
        """All rows once: row groups in a drawn order, so neighbours differ between epochs."""
        units = list(self._units)
        for index in rng.permutation(len(units)):
            own = _read(units[index], self._units[units[index]])
            others = self._others(own)
            for track_id in own:
                for text in self._texts[track_id]:
                    yield self._row(text, own | others)

    def _others(self, own: dict[str, Any]) -> dict[str, Any]:
        """The sound of what else the texts of a row group name: a row group is read once."""
        elsewhere: dict[Unit, list[str]] = defaultdict(list)
        named = (name for track_id in own for name in _other_tracks(self._texts[track_id]))
        for name in dict.fromkeys(named):
            if name not in own and name in self._index:
                elsewhere[self._index[name]].append(name)
        found: dict[str, Any] = {}
        for unit, track_ids in elsewhere.items():
            found |= _read(unit, track_ids)
        return found

    def _row(self, text: dict[str, Any], audio: dict[str, Any]) -> Row | Skipped:
        heard = text.get("sounds") or [text]
        if any(each["track_id"] not in audio for each in heard):
            return Skipped(text["row_id"], "no_sound", "`tracks` holds not all that it names")
        return Row(
            row_id=text["row_id"],
            messages=[
                {"role": "user", "content": text["prompt"]},
                {"role": "assistant", "content": text["completion"]},
            ],
            sounds=tuple(
                Sound(audio[each["track_id"]], each["n_audio_tokens"], **heard_stretch(each))
                for each in heard
            ),
            audio_root=self._audio_root,
            gold={name: text[name] for name in GOLD if name in text},
        )


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
    """The tracks that texts belong to, in the order of the files: no lane gets one without."""
    named = {track_id for path in texts for track_id in _track_ids(path, needs_gold=needs_gold)}
    return [(unit, track_id) for track_id, unit in _index(tracks, named).items()]


def _index(tracks: list[str], wanted: set[str]) -> dict[str, Unit]:
    """Where the sound of tracks lies, in the order of the files."""
    found: dict[str, Unit] = {}
    for path in tracks if wanted else ():
        ids = _track_ids(path)
        with parquet_file(path) as file:
            sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
        start = 0
        for group, size in enumerate(sizes):
            here = ids[start : start + size]
            found |= {track_id: (path, group) for track_id in here if track_id in wanted}
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


def _other_tracks(texts: list[dict[str, Any]]) -> Iterator[str]:
    """Those that texts of several sounds name behind their own."""
    for text in texts:
        for sound in (text.get("sounds") or [])[1:]:
            yield sound["track_id"]


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


def _read(unit: Unit, track_ids: list[str]) -> dict[str, dict[str, Any]]:
    """The sound of tracks of a row group, by id, in its order."""
    address, group = unit
    with parquet_file(address) as file:
        table = file.read_row_group(group, columns=["track_id", "audio"])
    wanted = pc.is_in(table["track_id"], value_set=pa.array(track_ids))
    return {track["track_id"]: track["audio"] for track in table.filter(wanted).to_pylist()}


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
