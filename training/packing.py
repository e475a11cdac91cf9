"""From rows to packs: mixed, shuffled, measured, packed to the context, decoded."""

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from datasets import IterableDataset

from training.config import SftConfig, StageConfig
from training.model import control_tokens, load_processor
from training.rows import Row, Skipped, open_source
from training.sound import UnusableRowError, decode, n_audio_tokens

_log = logging.getLogger(__name__)
_PACKING_WINDOW = 64
_MOST_SKIPPED_IN_A_ROW = 100
_WHOLE = 0.9


@dataclass(frozen=True, eq=False)
class Heard:
    """A row with its sound; `n_tokens` counts sound, text and template."""

    row: Row
    sound: np.ndarray
    n_tokens: int


class NothingUsableError(RuntimeError):
    """So many rows in a row cannot be learned from that the config must be wrong."""


def pack_stream(config: SftConfig, n_lanes: int, n_workers: int, n_done: int) -> IterableDataset:
    """An endless stream of packs, split over all processes that load data.

    Parameters
    ----------
    config : SftConfig
    n_lanes : int
        Devices times workers.
    n_workers : int
        Of a device; 1 where the device's own process loads.
    n_done : int
        Packs that each device has learned from already; they are passed over, undecoded.

    Returns
    -------
    IterableDataset
        Of ``{"rows": [Heard, …]}``. Its shards are the lanes: accelerate gives each device
        neighbouring lanes, `datasets` one to each worker, which take turns.
    """
    return IterableDataset.from_generator(
        _packs_of_lanes,
        gen_kwargs={
            "lanes": list(range(n_lanes)),
            "n_lanes": n_lanes,
            "n_workers": n_workers,
            "n_done": n_done,
            "config_json": config.model_dump_json(),
        },
    )


def _packs_of_lanes(
    lanes: list[int], n_lanes: int, n_workers: int, n_done: int, config_json: str
) -> Iterator[dict[str, list[Heard]]]:
    config = SftConfig.model_validate_json(config_json)
    for lane in lanes:
        n_passed = -(-max(0, n_done - lane % n_workers) // n_workers)
        for pack in Lane(config, lane, n_lanes).packs(n_passed):
            yield {"rows": pack}


class Lane:
    """One process's rows, in an order that the seed decides.

    Parameters
    ----------
    config : StageConfig
    lane, n_lanes : int
    """

    def __init__(self, config: StageConfig, lane: int, n_lanes: int) -> None:
        self._config = config
        self._name = f"lane-{lane:04d}-of-{n_lanes:04d}"
        self._rng = np.random.default_rng([config.seed, lane, n_lanes])
        self._sources = [open_source(source, lane, n_lanes) for source in config.sources]
        self._processor = _processor(config.model.path)
        self._control_tokens = control_tokens(self._processor)
        self._n_skipped_in_a_row = 0

    def packs(self, n_passed: int) -> Iterator[list[Heard]]:
        """Packs of rows that fit into the context together; the first `n_passed` are left out."""
        planned = packed(self._planned(), self._config.context_tokens, self._rng)
        for index, pack in enumerate(planned):
            if index >= n_passed and (heard := self._fitting(pack)):
                yield heard

    def rows(self, n_passed: int) -> Iterator[Heard]:
        """Single rows that fit into the context; the first `n_passed` are left out."""
        for index, (row, _) in enumerate(self._planned()):
            if index >= n_passed and (heard := self._fitting([row])):
                yield heard[0]

    def _planned(self) -> Iterator[tuple[Row, int]]:
        """Rows with their lengths, those that cannot fit left out."""
        mixed = mix(self._sources, [each.weight for each in self._config.sources], self._rng)
        for row in shuffled(mixed, self._config.shuffle_rows, self._rng):
            if isinstance(row, Skipped):
                self._skip(row)
                continue
            if token := self._control_token(row):
                self._skip(Skipped(row.row_id, "control_token", f"a text holds {token}"))
                continue
            n_tokens = self._n_text_tokens(row) + (row.n_audio_tokens or self._n_heard(row))
            if n_tokens > self._config.context_tokens:
                self._skip(_over_context(row, n_tokens, self._config))
            else:
                yield row, n_tokens

    def _fitting(self, pack: Sequence[Row]) -> list[Heard]:
        """A pack's rows with their sound, as long as they fit."""
        heard: list[Heard] = []
        room = self._config.context_tokens
        for row in pack:
            try:
                sound = decode(row.audio, row.audio_root, row.start_s, row.end_s)
                _require_whole(sound, row)
            except UnusableRowError as error:
                self._skip(Skipped(row.row_id, error.reason, error.detail))
                continue
            n_tokens = self._n_text_tokens(row) + n_audio_tokens(len(sound))
            if n_tokens > room:
                self._skip(_over_context(row, n_tokens, self._config))
                continue
            heard.append(Heard(row, sound, n_tokens))
            room -= n_tokens
            self._n_skipped_in_a_row = 0
        return heard

    def _control_token(self, row: Row) -> str | None:
        """A control token that stands in a text, where it would not be only text."""
        texts = [message["content"] for message in row.messages]
        found = (token for token in self._control_tokens if any(token in text for text in texts))
        return next(found, None)

    def _n_text_tokens(self, row: Row) -> int:
        text = self._processor.apply_chat_template(row.messages, tokenize=False)
        return len(self._processor.tokenizer(text)["input_ids"]) + 2  # start and end of the sound

    def _n_heard(self, row: Row) -> int:
        try:
            return n_audio_tokens(len(decode(row.audio, row.audio_root, row.start_s, row.end_s)))
        except UnusableRowError:
            return 1  # it is skipped when it is its turn

    def _skip(self, skipped: Skipped) -> None:
        """Write down a row that is left out, so that it can be counted and looked at."""
        folder = Path(self._config.output) / "skipped"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{self._name}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(vars(skipped), ensure_ascii=False) + "\n")
        _log.warning("row %s skipped: %s: %s", skipped.row_id, skipped.reason, skipped.detail)
        self._n_skipped_in_a_row += 1
        if self._n_skipped_in_a_row >= _MOST_SKIPPED_IN_A_ROW:
            raise NothingUsableError(
                f"{_MOST_SKIPPED_IN_A_ROW} rows in a row cannot be used, the last for "
                f"{skipped.reason}: {skipped.detail}; see {folder}"
            )


def mix(
    sources: Sequence[Any], weights: Sequence[float], rng: np.random.Generator
) -> Iterator[Row | Skipped]:
    """Rows of several sources without end; each row is met `weight` times an epoch on average.

    Raises
    ------
    ValueError
        If there are no rows at all.
    """
    shares = np.array([w * source.n_rows for w, source in zip(weights, sources, strict=True)])
    if not shares.sum():
        raise ValueError("the sources have no rows: do the texts name tracks of this release?")
    streams = [_endless(source, rng) for source in sources]
    while True:
        yield next(streams[rng.choice(len(streams), p=shares / shares.sum())])


def shuffled(
    rows: Iterable[Row | Skipped], n_held: int, rng: np.random.Generator
) -> Iterator[Row | Skipped]:
    """Rows in a drawn order; `n_held` of them are held to draw the next from."""
    held: list[Row | Skipped] = []
    for row in rows:
        held.append(row)
        if len(held) >= n_held:
            index = rng.integers(len(held))
            held[index], held[-1] = held[-1], held[index]
            yield held.pop()


def packed(
    rows: Iterable[tuple[Any, int]], context_tokens: int, rng: np.random.Generator
) -> Iterator[list[Any]]:
    """Rows put together, longest first, wherever they fit (first-fit decreasing).

    Parameters
    ----------
    rows : iterable of (row, n_tokens)
        `n_tokens` is at most `context_tokens`.
    context_tokens : int
    rng : np.random.Generator
        Draws the order of the packs made of one window of rows.

    Yields
    ------
    list
        Rows of at most `context_tokens` together. The emptiest pack waits for the next window.
    """
    window: list[tuple[Any, int]] = []
    for entry in rows:
        window.append(entry)
        if len(window) < _PACKING_WINDOW:
            continue
        packs: list[list[tuple[Any, int]]] = []
        for row, n_tokens in sorted(window, key=lambda each: -each[1]):
            fits = (p for p in packs if sum(n for _, n in p) + n_tokens <= context_tokens)
            pack = next(fits, None)
            if pack is None:
                packs.append(pack := [])
            pack.append((row, n_tokens))
        window = min(packs, key=lambda pack: sum(n for _, n in pack))
        full = [pack for pack in packs if pack is not window]
        for index in rng.permutation(len(full)):
            yield [row for row, _ in full[index]]


def _endless(source: Any, rng: np.random.Generator) -> Iterator[Row | Skipped]:
    while True:
        yield from source.epoch(rng)


def _require_whole(sound: np.ndarray, row: Row) -> None:
    """A sound that is much shorter than its row says is not the one that its text is about."""
    n_heard = n_audio_tokens(len(sound))
    if n_heard < _WHOLE * (row.n_audio_tokens or 0):
        raise UnusableRowError(
            "cut",
            f"{n_heard} audio tokens of {row.n_audio_tokens} are heard: libsndfile guesses the "
            "length of such a file; a release with `release.audio: flac` holds all of it",
        )


def _over_context(row: Row, n_tokens: int, config: StageConfig) -> Skipped:
    return Skipped(row.row_id, "over_context", f"{n_tokens} tokens of {config.context_tokens}")


@lru_cache(maxsize=1)
def _processor(path: str) -> Any:
    return load_processor(path)
