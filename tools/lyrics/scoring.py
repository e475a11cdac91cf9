"""Error rates of recognised lyrics, by jiwer, of words as `schemas.text.sung_words` makes them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorCounts:
    """Edits between a reference and what was heard, in words or in characters."""

    n_reference: int
    n_substituted: int
    n_deleted: int
    n_inserted: int

    @property
    def rate(self) -> float | None:
        """Error rate; None for a reference without words, which has none."""
        errors = self.n_substituted + self.n_deleted + self.n_inserted
        return errors / self.n_reference if self.n_reference else None

    def __add__(self, other: "ErrorCounts") -> "ErrorCounts":
        return ErrorCounts(
            self.n_reference + other.n_reference,
            self.n_substituted + other.n_substituted,
            self.n_deleted + other.n_deleted,
            self.n_inserted + other.n_inserted,
        )


NO_ERRORS = ErrorCounts(0, 0, 0, 0)


def word_errors(reference: Sequence[str], heard: Sequence[str]) -> ErrorCounts:
    """Edits between words."""
    import jiwer

    if not reference or not heard:
        return ErrorCounts(len(reference), 0, len(reference), len(heard))
    found = jiwer.process_words(" ".join(reference), " ".join(heard))
    return ErrorCounts(len(reference), found.substitutions, found.deletions, found.insertions)


def character_errors(reference: Sequence[str], heard: Sequence[str]) -> ErrorCounts:
    """Edits between the characters of words, spaces included."""
    import jiwer

    one, other = " ".join(reference), " ".join(heard)
    if not one or not other:
        return ErrorCounts(len(one), 0, len(one), len(other))
    found = jiwer.process_characters(one, other)
    return ErrorCounts(len(one), found.substitutions, found.deletions, found.insertions)


def matched_words(reference: Sequence[str], heard: Sequence[str]) -> list[tuple[int, int]]:
    """Places of the words that are equal in the best alignment, as (reference, heard)."""
    import jiwer

    if not reference or not heard:
        return []
    (chunks,) = jiwer.process_words(" ".join(reference), " ".join(heard)).alignments
    return [
        (chunk.ref_start_idx + i, chunk.hyp_start_idx + i)
        for chunk in chunks
        if chunk.type == "equal"
        for i in range(chunk.ref_end_idx - chunk.ref_start_idx)
    ]
