"""Which lines are not believed.

The thresholds of repeated words, long words and speed are those that NeMo Curator publishes for
its `WhisperHallucinationStage` (NVIDIA, Apache-2.0); as there, any rule refuses, and refused text
is flagged, not deleted.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from pipeline.gates import template_token
from pipeline.stages.transcribe.lines import Line
from pipeline.stages.transcribe.phrases import INVENTED_PHRASES
from schemas.languages import COMPOUNDING
from schemas.lyrics import RefusedText, Rule
from schemas.transcribe import TranscribeConfig
from tools.lyrics.transcript import Decoding, TranscribedWord
from tools.lyrics.vocals import LEVEL_FRAME_S

_PREFIX_CHARS = 8
_LONGEST_PHRASE_WORDS = 8
_SHORTEST_TIME_S = 1.0
_LEVEL_MARGIN_S = 0.1
Verdict = tuple[Rule, str] | None


@dataclass(frozen=True)
class Evidence:
    """What the rules know beside the words.

    Attributes
    ----------
    levels_dbfs : np.ndarray, shape (n_frames,)
        Of what was heard, every `tools.lyrics.vocals.LEVEL_FRAME_S`.
    language : str or None
    """

    levels_dbfs: NDArray[np.float32]
    language: str | None


def judge_lines(
    lines: Sequence[Line], evidence: Evidence, config: TranscribeConfig
) -> tuple[list[Line], list[RefusedText]]:
    """Part lines that are believed from text that is not.

    Parameters
    ----------
    lines : sequence of Line
        Of one track, in order of time.
    evidence : Evidence
    config : TranscribeConfig

    Returns
    -------
    kept : list of Line
    refused : list of RefusedText
        In order of time. Together they hold every word that came in.
    """
    loops = _loops(lines, config.max_phrase_repeats)
    kept, refused = [], []
    for index, line in enumerate(lines):
        verdict = loops.get(index) or judge_line(line, evidence, config)
        if verdict is None:
            kept.append(line)
        else:
            refused.append(refused_text(line, *verdict))
    return kept, refused


def refused_text(line: Line, rule: Rule, detail: str) -> RefusedText:
    """A line as refused text."""
    return RefusedText(
        start_s=line.start_s, end_s=line.end_s, text=line.text, rule=rule, detail=detail
    )


def judge_line(line: Line, evidence: Evidence, config: TranscribeConfig) -> Verdict:
    """The first rule that refuses a line, and why; None for a line that is believed."""
    return (
        _markup(line)
        or _over_silence(line, evidence, config)
        or _no_speech(line, config)
        or _low_probability(line, config)
        or _compressible(line, config)
        or _known_phrase(line, config)
        or _long_word(line, evidence, config)
        or _too_fast(line, config)
        or _repeated_words(line, config)
    )


def plain_words(text: str) -> list[str]:
    """Words without case and punctuation, as the rules compare them.

    Other than `schemas.text.words_of` it parts words only where the recogniser put a space, as
    the rules judge how long they are.
    """
    kept = "".join(
        c for c in text.casefold() if c in "'\u2019-" or unicodedata.category(c)[0] != "P"
    )
    return kept.split()


def _no_speech(line: Line, config: TranscribeConfig) -> Verdict:
    found = _in_most(line, lambda each: each.no_speech > config.max_no_speech)
    return None if found is None else ("no_speech", f"speechless with {found.no_speech:.2f}")


def _low_probability(line: Line, config: TranscribeConfig) -> Verdict:
    least = config.min_mean_log_probability
    found = _in_most(line, lambda each: each.mean_log_probability < least)
    if found is None:
        return None
    return "low_probability", f"{found.mean_log_probability:.2f} a token, as logarithm"


def _compressible(line: Line, config: TranscribeConfig) -> Verdict:
    most = config.max_compression_ratio
    found = _in_most(line, lambda each: each.compression_ratio > most)
    if found is None:
        return None
    return "compressible", f"zlib makes it {found.compression_ratio:.1f} times shorter"


def _in_most(line: Line, is_beyond: Callable[[Decoding], bool]) -> Decoding | None:
    """The first signal beyond a bound, if it is so for more than half of the words."""
    signals = [word.decoding for word in line.words]
    beyond = [each for each in signals if each is not None and is_beyond(each)]
    return beyond[0] if 2 * len(beyond) > len(signals) else None


def _markup(line: Line) -> Verdict:
    token = template_token(line.text)
    return None if token is None else ("markup", token)


def _over_silence(line: Line, evidence: Evidence, config: TranscribeConfig) -> Verdict:
    silent = [
        word for word in line.words if _level(word, evidence.levels_dbfs) < config.silence_dbfs
    ]
    if 2 * len(silent) <= len(line.words):
        return None
    detail = (
        f"{len(silent)} of {len(line.words)} words where it is below {config.silence_dbfs:g} dBFS"
    )
    return "over_silence", detail


def _level(word: TranscribedWord, levels_dbfs: NDArray[np.float32]) -> float:
    """The loudest level in a word's time, or just beside it."""
    first = max(0, int((word.start_s - _LEVEL_MARGIN_S) / LEVEL_FRAME_S))
    last = int((word.end_s + _LEVEL_MARGIN_S) / LEVEL_FRAME_S) + 1
    return float(levels_dbfs[first:last].max(initial=-np.inf))


def _known_phrase(line: Line, config: TranscribeConfig) -> Verdict:
    text = " ".join(plain_words(line.text))
    for phrase in (*INVENTED_PHRASES, *config.phrases):
        plain = " ".join(plain_words(phrase))
        is_start = len(plain) >= _PREFIX_CHARS and re.match(rf"{re.escape(plain)}(?!\w)", text)
        if plain and (text == plain or is_start):
            return "known_phrase", phrase
    return None


def _long_word(line: Line, evidence: Evidence, config: TranscribeConfig) -> Verdict:
    is_compounding = evidence.language in COMPOUNDING
    most = config.max_compound_chars if is_compounding else config.max_word_chars
    lengths = sorted(len(word) for word in plain_words(line.text))
    if lengths and lengths[-1] >= most:
        return "long_word", f"{lengths[-1]} characters"
    if is_compounding or len(lengths) < 2 or lengths[-2] == 0:
        return None
    excess = (lengths[-1] - lengths[-2]) / lengths[-2]
    if excess < config.max_word_excess:
        return None
    return "long_word", f"{lengths[-1]} characters, the next {lengths[-2]}"


def _too_fast(line: Line, config: TranscribeConfig) -> Verdict:
    # Recognisers end short words early: less than a second tells nothing of the speed.
    time_s = max(_SHORTEST_TIME_S, line.end_s - line.start_s)
    rate = sum(len(word.text) for word in line.words) / time_s
    if rate <= config.max_chars_per_s:
        return None
    return "too_fast", f"{rate:.0f} characters a second"


def _repeated_words(line: Line, config: TranscribeConfig) -> Verdict:
    words = plain_words(line.text)
    if not words:
        return None
    share = len(set(words)) / len(words)
    if share > config.max_repeated_share:
        return None
    return "repeated_words", f"{len(set(words))} different of {len(words)} words"


def _loops(lines: Sequence[Line], most: int) -> dict[int, Verdict]:
    """Lines that take part in a phrase of 1 to 8 words which comes `most` times in a row."""
    places = [(index, word) for index, line in enumerate(lines) for word in plain_words(line.text)]
    words = [word for _, word in places]
    found: dict[int, Verdict] = {}
    for size in range(1, _LONGEST_PHRASE_WORDS + 1):
        same = [words[i] == words[i - size] for i in range(size, len(words))]
        at = size
        for is_same, group in groupby(same):
            length = len(list(group))
            if is_same and length + size >= most * size:
                span = range(at - size, at + length)
                phrase = " ".join(words[span.start : span.start + size])
                detail = f"{phrase!r} {(length + size) // size} times in a row"
                for place in span:
                    found.setdefault(places[place][0], ("repeated_phrase", detail))
            at += length
    return found
