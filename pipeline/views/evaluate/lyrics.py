"""How well lyrics are heard: word and character error rates, and the error of word onsets."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from pipeline.views.evaluate.references import Reference, read_reference, reference_beside
from schemas.config import ConfigError
from schemas.sections import AUDIO_EXTENSIONS
from schemas.text import sung_words
from schemas.transcribe import RecogniserConfig
from tools.audio import load_mono
from tools.errors import RefusedError
from tools.lyrics.batches import in_batches
from tools.lyrics.recogniser_process import RecogniserProcess, Samples, as_samples
from tools.lyrics.scoring import (
    NO_ERRORS,
    ErrorCounts,
    character_errors,
    matched_words,
    word_errors,
)
from tools.lyrics.transcript import SAMPLE_RATE_HZ, Transcript
from tools.process_pool import Failure

ONSET_TOLERANCE_S = 0.3
"""Of the share of right onsets (M. Mauch et al., IEEE TASLP 2012)."""


@dataclass(frozen=True)
class SongScore:
    """One file.

    Attributes
    ----------
    name : str
    words, characters : ErrorCounts
    onset_errors_s : list of float
        Heard less true, of the matched words whose time the reference says.
    failure : str
        Why it was not heard; every word of it counts as deleted.
    """

    name: str
    words: ErrorCounts
    characters: ErrorCounts
    onset_errors_s: list[float]
    failure: str = ""


@dataclass(frozen=True)
class LyricsScore:
    """All files together: edits are summed, not rates averaged.

    Attributes
    ----------
    songs : list of SongScore
    words, characters : ErrorCounts
    mean_onset_error_s, median_onset_error_s : float or None
        Of absolute values; None where no reference has times.
    share_of_onsets : float or None
        Within `ONSET_TOLERANCE_S`.
    """

    songs: list[SongScore]
    words: ErrorCounts
    characters: ErrorCounts
    mean_onset_error_s: float | None
    median_onset_error_s: float | None
    share_of_onsets: float | None


def evaluate_lyrics(
    audio: Path,
    references: Path,
    recogniser: RecogniserConfig,
    *,
    language: str | None = None,
    padded_s: float = 1200.0,
    time_limit_s: float = 900.0,
) -> LyricsScore:
    """Hear a folder of audio and compare it with its reference texts.

    The bare recogniser is scored: no gate, no rules, no separation.

    Parameters
    ----------
    audio, references : Path
        Folders; a reference has its audio file's name with ``.lrc`` or ``.txt``.
    recogniser : RecogniserConfig
    language : str, optional
        What the recogniser is told.
    padded_s : float, optional
        Seconds of sound in a batch, with padding.
    time_limit_s : float, optional
        Per file.

    Returns
    -------
    LyricsScore

    Raises
    ------
    ConfigError
        If there is nothing to compare, or the recogniser cannot be loaded.
    """
    pairs = _pairs(audio, references)
    found: dict[str, SongScore] = {}
    with RecogniserProcess(recogniser) as process:
        loaded = process.load()
        if isinstance(loaded, Failure):
            raise ConfigError(loaded.detail)
        decoded = _decoded(pairs, found)
        for some in in_batches(decoded, lambda each: _seconds(each[2]), padded_s=padded_s):
            sounds = [samples for _, _, samples in some]
            outcomes = process.transcribe(sounds, language, time_limit_s=time_limit_s)
            for (path, reference, _), outcome in zip(some, outcomes, strict=True):
                found[path.name] = score_song(path.name, reference, outcome)
    return summarise([found[path.name] for path, _ in pairs])


def score_song(name: str, reference: Reference, outcome: Transcript | Failure) -> SongScore:
    """Compare what was heard with the reference."""
    if isinstance(outcome, Failure):
        missed = word_errors(reference.words, []), character_errors(reference.words, [])
        return SongScore(name, *missed, [], f"{outcome.reason}: {outcome.detail}")
    words: list[str] = []
    onsets_s: list[float] = []
    for word in outcome.words:
        parts = sung_words(word.text)
        words += parts
        onsets_s += [word.start_s] * len(parts)
    errors_s = [
        onsets_s[j] - true_s
        for i, j in matched_words(reference.words, words)
        if (true_s := reference.onsets_s[i]) is not None
    ]
    counts = word_errors(reference.words, words), character_errors(reference.words, words)
    return SongScore(name, *counts, errors_s)


def summarise(songs: list[SongScore]) -> LyricsScore:
    """Scores of all songs together."""
    words, characters = NO_ERRORS, NO_ERRORS
    for song in songs:
        words, characters = words + song.words, characters + song.characters
    off_s = [abs(error_s) for song in songs for error_s in song.onset_errors_s]
    return LyricsScore(
        songs,
        words,
        characters,
        fmean(off_s) if off_s else None,
        median(off_s) if off_s else None,
        fmean(off <= ONSET_TOLERANCE_S for off in off_s) if off_s else None,
    )


def _pairs(audio: Path, references: Path) -> list[tuple[Path, Path]]:
    files = sorted(p for p in audio.iterdir() if p.suffix.lower() in AUDIO_EXTENSIONS)
    pairs = [(path, reference_beside(path, references)) for path in files]
    missing = [path.name for path, reference in pairs if reference is None]
    if missing:
        some = ", ".join(missing[:3])
        raise ConfigError(
            f"{len(missing)} of {len(files)} audio files have no reference (NAME.lrc or NAME.txt) "
            f"in {references}: {some}"
        )
    if not pairs:
        raise ConfigError(f"{audio}: there are no audio files")
    return [(path, reference) for path, reference in pairs if reference is not None]


def _decoded(
    pairs: list[tuple[Path, Path]], found: dict[str, SongScore]
) -> Iterator[tuple[Path, Reference, Samples]]:
    for path, reference_path in pairs:
        reference = read_reference(reference_path)
        try:
            sound = load_mono(path, sample_rate_hz=SAMPLE_RATE_HZ)
        except RefusedError as error:
            failure = Failure(error.reason, error.detail)
            found[path.name] = score_song(path.name, reference, failure)
        else:
            yield path, reference, as_samples(sound)


def _seconds(samples: Samples) -> float:
    return len(samples) / SAMPLE_RATE_HZ
