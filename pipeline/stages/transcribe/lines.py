"""Lines: words between pauses. Rules judge lines, not songs: a song may repeat its chorus."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.lyrics.transcript import TranscribedWord


@dataclass(frozen=True)
class Line:
    """Consecutive words; at least one."""

    words: tuple[TranscribedWord, ...]

    @property
    def text(self) -> str:
        """The words, with spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def start_s(self) -> float:
        """When the first word begins."""
        return self.words[0].start_s

    @property
    def end_s(self) -> float:
        """When the last word ends."""
        return max(word.end_s for word in self.words)


def lines_of(words: Sequence[TranscribedWord], *, gap_s: float, max_s: float) -> list[Line]:
    """Cut words into lines.

    Parameters
    ----------
    words : sequence of TranscribedWord
        In order of time.
    gap_s : float
        A pause that ends a line. Words without times of their own stay in the line they came in.
    max_s : float
        Longest line.

    Returns
    -------
    list of Line
        Together they hold every word once, in order.
    """
    lines: list[list[TranscribedWord]] = []
    for word in words:
        last = lines[-1] if lines else None
        if (
            last is None
            or word.start_s - last[-1].end_s >= gap_s
            or word.end_s - last[0].start_s > max_s
            or _is_of_other_line(word, last[-1])
        ):
            lines.append([word])
        else:
            last.append(word)
    return [Line(tuple(line)) for line in lines]


def _is_of_other_line(word: TranscribedWord, last: TranscribedWord) -> bool:
    if word.has_own_times and last.has_own_times:
        return False
    return (word.line, word.start_s, word.end_s) != (last.line, last.start_s, last.end_s)
