"""A row to learn from: sounds, and what is said about them."""

from dataclasses import dataclass, field
from typing import Any

Messages = list[dict[str, Any]]


@dataclass(frozen=True)
class Sound:
    """A stretch of a recording that is heard: all of it where no ends are given.

    `audio` is as in ``schemas.release.Audio``; `n_tokens` is None where no row says it.
    """

    audio: dict[str, Any]
    n_tokens: int | None = None
    heard_start_s: float | None = None
    heard_end_s: float | None = None


@dataclass(frozen=True)
class Row:
    """One sound or several, and what is said about them; "recording 1" is the first."""

    row_id: str
    messages: Messages
    sounds: tuple[Sound, ...]
    audio_root: str | None
    gold: dict[str, Any] = field(default_factory=dict)

    @property
    def n_audio_tokens(self) -> int:
        """Of all sounds, as far as is known."""
        return sum(sound.n_tokens or 0 for sound in self.sounds)


@dataclass(frozen=True)
class Skipped:
    """A row that cannot be learned from, and why."""

    row_id: str
    reason: str
    detail: str


def heard_stretch(row: dict[str, Any]) -> dict[str, Any]:
    """The stretch that is heard; older releases say `start_s` and `end_s`."""
    ends = ("start_s", "end_s")
    return {f"heard_{end}": row.get(f"heard_{end}", row.get(end)) for end in ends}
