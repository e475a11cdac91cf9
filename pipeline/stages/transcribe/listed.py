"""The listing's lyrics: aligned to what was heard, if they are those of the sound.

The best alignment of two texts matches some words of any: so both shares count, of the lyrics'
words and of those heard. Lines before the first and after the last that was heard are left out:
an excerpt is sung, not the whole song.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from pipeline.gates import template_token
from pipeline.stages.transcribe.lines import Line
from schemas.text import sung_words
from schemas.transcribe import TranscribeConfig
from tools.lyrics.lrc import LyricLine, parse_lyrics
from tools.lyrics.scoring import matched_words
from tools.lyrics.transcript import TranscribedWord

_MOST_WORDS = 5000
"""Ours: ten times a long song; alignment takes time by its square."""
_FEWEST_WORDS = 4
"""Ours: fewer words fit anything."""
_SAME_TIME_S = 1.0
"""Ours: LRC of another edition of a song is off by more; a listener's finger is by less."""
_HEARD_LINE = 0.5


@dataclass(frozen=True)
class Fit:
    """Lyrics that are those of the sound.

    Attributes
    ----------
    lines : list of Line
        Words that were not heard have their line's times.
    match : float
        Share of their words that were heard.
    """

    lines: list[Line]
    match: float


@dataclass(frozen=True)
class Misfit:
    """Why lyrics are not used: ``does_not_fit``, ``too_few_words``, ``too_long`` or ``markup``."""

    reason: str
    detail: str


@dataclass(frozen=True)
class _Word:
    """A written word, the line it is in, its times by the LRC, and what was heard as it."""

    text: str
    line: int
    lrc_s: float | None
    lrc_end_s: float | None
    heard: TranscribedWord | None = None


def fit_lyrics(
    text: str, heard: Sequence[TranscribedWord], duration_s: float, config: TranscribeConfig
) -> Fit | Misfit:
    """Align the listing's lyrics to what was heard.

    Parameters
    ----------
    text : str
        Plain, or LRC.
    heard : sequence of TranscribedWord
        All that was heard, before any rule.
    duration_s : float
        Of the track.
    config : TranscribeConfig

    Returns
    -------
    Fit or Misfit
    """
    lines = parse_lyrics(text)
    if (token := template_token("\n".join(_text(line) for line in lines))) is not None:
        return Misfit("markup", f"the listing's lyrics hold {token!r}")
    words = [word for number, line in enumerate(lines) for word in _written(line, number)]
    if len(words) > _MOST_WORDS:
        return Misfit("too_long", f"the listing's lyrics have {len(words)} words")
    n_heard = len(sung_words(" ".join(word.text for word in heard)))
    if min(n_heard, len(words)) < _FEWEST_WORDS:
        detail = f"{n_heard} words were heard, {len(words)} are in the listing"
        return Misfit("too_few_words", detail)
    words = _matched(words, heard)
    sung = _sung_part(words)
    match, share = _share(sung), sum(word.heard is not None for word in sung) / n_heard
    if min(match, share) < config.min_listing_match:
        n_matched = sum(word.heard is not None for word in words)
        detail = (
            f"{n_matched} of {len(words)} words of the listing's lyrics, and of {n_heard} heard"
        )
        return Misfit("does_not_fit", detail)
    return Fit(_timed_lines(sung, lines, duration_s), match)


def _text(line: LyricLine) -> str:
    return " ".join(part for _, part in line.parts)


def _written(line: LyricLine, number: int) -> Iterator[_Word]:
    """Words of a line; a part of the line that is one word has an end: where the next begins."""
    ends_s = [at_s for at_s, _ in line.parts[1:]] + [None]
    for (at_s, part), end_s in zip(line.parts, ends_s, strict=True):
        for place, word in enumerate(texts := part.split()):
            is_one = len(texts) == 1
            yield _Word(word, number, at_s if place == 0 else None, end_s if is_one else None)


def _matched(words: Sequence[_Word], heard: Sequence[TranscribedWord]) -> list[_Word]:
    """Written words, each with the heard one that begins as it."""
    written = [(i, part) for i, word in enumerate(words) for part in sung_words(word.text)]
    said = [(i, part) for i, word in enumerate(heard) for part in sung_words(word.text)]
    pairs = matched_words([part for _, part in written], [part for _, part in said])
    by_word: dict[int, TranscribedWord] = {}
    for ours, theirs in pairs:
        by_word.setdefault(written[ours][0], heard[said[theirs][0]])
    return [replace(word, heard=by_word.get(i)) for i, word in enumerate(words)]


def _sung_part(words: Sequence[_Word]) -> list[_Word]:
    """From the first line of which half was heard to the last."""
    heard = [
        number
        for number in dict.fromkeys(word.line for word in words)
        if _share([word for word in words if word.line == number]) >= _HEARD_LINE
    ]
    if not heard:
        return []
    return [word for word in words if heard[0] <= word.line <= heard[-1]]


def _share(words: Sequence[_Word]) -> float:
    return sum(word.heard is not None for word in words) / max(1, len(words))


def _timed_lines(
    words: Sequence[_Word], lines: Sequence[LyricLine], duration_s: float
) -> list[Line]:
    """Lines with the best times there are.

    Those of words that were heard; else the LRC's, if the others agree with it; else those of the
    stretch that was heard; else the end of the line before and the start of the next.
    """
    believes_lrc = _lrc_agrees(words)
    numbers = list(dict.fromkeys(word.line for word in words))
    own = {number: [word for word in words if word.line == number] for number in numbers}
    spans = [_span(own[number], lines[number] if believes_lrc else None) for number in numbers]
    found = []
    latest_s = 0.0
    for place, number in enumerate(numbers):
        following = (span[0] for span in spans[place + 1 :] if span is not None)
        next_s = max(latest_s, next(following, duration_s))
        start_s, end_s, is_loose = spans[place] or (latest_s, next_s, True)
        end_s = next_s if end_s is None else end_s
        around = TranscribedWord("", start_s, max(start_s, end_s), None, None, number, is_loose)
        found.append(Line(tuple(_timed(word, around, believes_lrc) for word in own[number])))
        latest_s = max(latest_s, found[-1].end_s)
    return found


def _lrc_agrees(words: Sequence[_Word]) -> bool:
    """Whether the LRC's times are those of this recording."""
    off_s = [
        abs(word.heard.start_s - word.lrc_s)
        if word.heard.has_own_times
        else max(0.0, word.heard.start_s - word.lrc_s, word.lrc_s - word.heard.end_s)
        for word in words
        if word.lrc_s is not None and word.heard is not None
    ]
    return bool(off_s) and median(off_s) <= _SAME_TIME_S


def _span(words: Sequence[_Word], lrc: LyricLine | None) -> tuple[float, float | None, bool] | None:
    """Start, end and whether the line is only somewhere between them."""
    heard = [word.heard for word in words if word.heard is not None]
    own = [each for each in heard if each.has_own_times]
    if not own and lrc is not None and lrc.start_s is not None:
        return lrc.start_s, None, False
    around = own or heard
    if not around:
        return None
    start_s, end_s = min(each.start_s for each in around), max(each.end_s for each in around)
    return start_s, end_s, any(each.is_loose for each in around)


def _timed(word: _Word, line: TranscribedWord, believes_lrc: bool) -> TranscribedWord:
    heard = word.heard
    confidence = None if heard is None else heard.confidence
    if heard is not None and heard.has_own_times:
        return TranscribedWord(word.text, heard.start_s, heard.end_s, confidence)
    if believes_lrc and word.lrc_s is not None and word.lrc_end_s is not None:
        return TranscribedWord(word.text, word.lrc_s, word.lrc_end_s, confidence)
    return replace(line, text=word.text, confidence=confidence)
