"""From rows to packs: a lane's rows mixed, shuffled, measured and decoded; a step's rows packed."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from schemas.audio_tokens import audio_tokens
from training import json_lines
from training.config import StageConfig
from training.model import control_tokens, load_processor
from training.row import Row, Skipped, Sound
from training.rows import Source, open_source
from training.sound import UnusableRowError, decode

_log = logging.getLogger(__name__)
_MOST_SKIPPED_IN_A_ROW = 100
_WHOLE = 0.9


@dataclass(frozen=True, eq=False)
class DecodedRow:
    """A row with its sounds; `n_tokens` counts sounds, text and template.

    `position` counts the rows that its lane has drawn until then, this one among them.
    """

    row: Row
    sounds: tuple[np.ndarray, ...]
    n_tokens: int
    position: int = 0

    @property
    def starts_s(self) -> list[float]:
        """Where in its track each sound begins."""
        return [sound.heard_start_s or 0.0 for sound in self.row.sounds]


class NothingUsableError(RuntimeError):
    """So many rows in a row cannot be learned from that the config must be wrong."""


def open_lanes(
    config: StageConfig, lanes: Sequence[int], n_lanes: int, split: str = "train"
) -> "list[Lane]":
    """Some lanes of all sources; what they share is read once.

    Parameters
    ----------
    config : StageConfig
    lanes : sequence of int
    n_lanes : int
    split : str
    """
    sources = [
        open_source(source, lanes, n_lanes, split, needs_gold=config.needs_gold)
        for source in config.sources
    ]
    parts = zip(*sources, strict=True)
    return [Lane(config, lane, n_lanes, part) for lane, part in zip(lanes, parts, strict=True)]


class Lane:
    """A lane's rows, in an order that the seed decides.

    Parameters
    ----------
    config : StageConfig
    lane, n_lanes : int
    sources : sequence of Source
        Its parts of the sources.
    """

    def __init__(
        self, config: StageConfig, lane: int, n_lanes: int, sources: Sequence[Source]
    ) -> None:
        self._config = config
        self._share = lane / n_lanes
        self._name = f"lane-{lane:04d}-of-{n_lanes:04d}"
        self._rng = np.random.default_rng([config.seed, lane, n_lanes])
        self._n_shuffled = max(1, config.shuffle_rows // n_lanes)
        self._sources = sources
        self._processor = _processor(config.model.path)
        self._control_tokens = control_tokens(self._processor)
        self._n_skipped_in_a_row = 0

    def rows(self, n_passed: int) -> Iterator[DecodedRow]:
        """Single rows that fit into the context; those until position `n_passed` are left out."""
        for position, row in self._planned(n_passed):
            if heard := self._heard(row, position):
                yield heard

    def _planned(self, n_passed: int) -> Iterator[tuple[int, Row]]:
        """Rows of which nothing is known yet that speaks against them, with their positions."""
        position = 0
        passes = [each.passes for each in self._config.sources]
        mixed = mix(self._sources, passes, self._rng, self._share)
        for row in shuffled(mixed, self._n_shuffled, self._rng):
            unusable = row if isinstance(row, Skipped) else self._unusable(row)
            if isinstance(row, Row) and unusable is None:
                position += 1
                if position > n_passed:
                    yield position, row
            elif unusable is not None and position >= n_passed:
                self._skip(unusable)  # those before were written down by an earlier launch

    def _heard(self, row: Row, position: int) -> DecodedRow | None:
        """A row with its sound, if it fits."""
        n_text_tokens = self._n_text_tokens(row)
        n_tokens = n_text_tokens + row.n_audio_tokens
        if n_tokens <= self._config.context_tokens:  # as far as is known
            try:
                sounds = tuple(_decoded(sound, row.audio_root) for sound in row.sounds)
            except UnusableRowError as error:
                self._skip(Skipped(row.row_id, error.reason, error.detail))
                return None
            n_tokens = n_text_tokens + sum(audio_tokens(len(sound)) for sound in sounds)
        if n_tokens > self._config.context_tokens:
            self._skip(_over_context(row, n_tokens, self._config))
            return None
        self._n_skipped_in_a_row = 0
        return DecodedRow(row, sounds, n_tokens, position)

    def _unusable(self, row: Row) -> Skipped | None:
        """Why not, where a text holds a control token, which would not be only text."""
        texts = [message["content"] for message in row.messages]
        found = (token for token in self._control_tokens if any(token in text for text in texts))
        if token := next(found, None):
            return Skipped(row.row_id, "control_token", f"a text holds {token}")
        return None

    def _n_text_tokens(self, row: Row) -> int:
        text = self._processor.apply_chat_template(row.messages, tokenize=False)
        n_tokens = len(self._processor.tokenizer(text)["input_ids"])
        return n_tokens + 2 * len(row.sounds)  # start and end of each sound

    def _skip(self, skipped: Skipped) -> None:
        """Write down a row that is left out, so that it can be counted and looked at."""
        folder = Path(self._config.output) / "skipped"
        folder.mkdir(parents=True, exist_ok=True)
        json_lines.append(folder / f"{self._name}.jsonl", vars(skipped))
        _log.warning("row %s skipped: %s: %s", skipped.row_id, skipped.reason, skipped.detail)
        self._n_skipped_in_a_row += 1
        if self._n_skipped_in_a_row >= _MOST_SKIPPED_IN_A_ROW:
            raise NothingUsableError(
                f"{_MOST_SKIPPED_IN_A_ROW} rows in a row cannot be used, the last for "
                f"{skipped.reason}: {skipped.detail}; see {folder}"
            )


def mix(
    sources: Sequence[Any],
    passes: Sequence[float],
    rng: np.random.Generator,
    share: float = 0.0,
) -> Iterator[Row | Skipped]:
    """Rows of several sources without end, epoch by epoch.

    An epoch has `passes` times the rows of each source, in a drawn order. What is over of a
    fraction is made up for in later epochs, and by other lanes: over all lanes, an epoch has the
    rows of each source to within one. A source goes on where it was, pass after pass.

    Parameters
    ----------
    sources : sequence of Source
        Of one lane.
    passes : sequence of float
    rng : np.random.Generator
    share : float
        Which part of the lanes comes before this one: lanes round at different times.

    Raises
    ------
    ValueError
        If there are no rows at all.
    """
    wanted = np.array([p * source.n_rows for p, source in zip(passes, sources, strict=True)])
    if not wanted.sum():
        raise ValueError("the sources have no rows: do the texts name tracks of this release?")
    streams = [_endless(source, rng) for source in sources]
    for n_rows in epoch_counts(wanted, share):
        for index in rng.permutation(np.repeat(np.arange(len(sources)), n_rows)):
            yield next(streams[index])


def epoch_counts(wanted: np.ndarray, share: float) -> Iterator[np.ndarray]:
    """Rows of each source in each epoch of a lane, without end.

    Parameters
    ----------
    wanted : np.ndarray, shape (n_sources,)
        Rows of an epoch, with fractions.
    share : float
        As in `mix`.
    """
    before = np.floor(0 * wanted + share)
    for epoch in count(1):
        until = np.floor(epoch * wanted + share)
        yield (until - before).astype(int)
        before = until


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


class Sized(Protocol):
    """What is packed."""

    @property
    def n_tokens(self) -> int:
        """Of sound and text."""

    @property
    def n_windows(self) -> int:
        """Of 30 s of sound."""


S = TypeVar("S", bound=Sized)


def packed(rows: Iterable[S], most_tokens: int, most_windows: int) -> list[list[S]]:
    """Rows put together, longest first, wherever they fit (first-fit decreasing).

    Parameters
    ----------
    rows : iterable
        Each fits by itself.
    most_tokens, most_windows : int
        Of a pack: what its activations in the language model, and in the audio encoder, grow with.
    """
    packs: list[list[S]] = []
    for row in sorted(rows, key=lambda each: -each.n_tokens):
        fits = (
            pack
            for pack in packs
            if sum(each.n_tokens for each in pack) + row.n_tokens <= most_tokens
            and sum(each.n_windows for each in pack) + row.n_windows <= most_windows
        )
        pack = next(fits, None)
        if pack is None:
            packs.append(pack := [])
        pack.append(row)
    return packs


def divided(packs: list[list[S]], n_packs: int) -> list[list[S]]:
    """The packs, the longest of several rows divided until there are `n_packs`, if rows suffice."""
    packs = list(packs)
    while len(packs) < n_packs and (several := [pack for pack in packs if len(pack) > 1]):
        longest = max(several, key=lambda pack: sum(each.n_tokens for each in pack))
        packs.remove(longest)
        packs += [longest[::2], longest[1::2]]
    return packs


def _endless(source: Any, rng: np.random.Generator) -> Iterator[Row | Skipped]:
    while True:
        yield from source.epoch(rng)


def _decoded(sound: Sound, audio_root: str | None) -> np.ndarray:
    """A sound, whole: one much shorter than its row says is not the one that its text is about."""
    heard = decode(sound.audio, audio_root, sound.heard_start_s, sound.heard_end_s)
    n_heard = audio_tokens(len(heard))
    if n_heard < _WHOLE * (sound.n_tokens or 0):
        raise UnusableRowError(
            "cut",
            f"{n_heard} audio tokens of {sound.n_tokens} are heard: libsndfile guesses the "
            "length of such a file; a release with `release.audio: flac` holds all of it",
        )
    return heard


def _over_context(row: Row, n_tokens: int, config: StageConfig) -> Skipped:
    return Skipped(row.row_id, "over_context", f"{n_tokens} tokens of {config.context_tokens}")


@lru_cache(maxsize=1)
def _processor(path: str) -> Any:
    return load_processor(path)
