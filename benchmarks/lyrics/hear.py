"""Sounds that are heard once: what was heard is kept beside them, and the tables read it."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from schemas.transcribe import RecogniserConfig
from tools.lyrics.faster_whisper import FasterWhisper
from tools.lyrics.transcript import Decoding, TranscribedWord, Transcript, Waveform, seconds


def hear_all(
    sounds: Mapping[str, Waveform],
    model: Path,
    kept: Path,
    languages: Mapping[str, str] | None = None,
) -> dict[str, Transcript]:
    """Hear sounds by Whisper; those in `kept` are not heard again.

    Parameters
    ----------
    sounds : mapping of str to np.ndarray
        Mono at 16 kHz, by name.
    model : Path
        A folder that faster-whisper loads.
    kept : Path
        JSON lines: name, duration, seconds that it took, and the transcript.
    languages : mapping of str to str, optional
        What Whisper is told, by name (ISO 639-1); by default it finds the language itself.
    """
    found = {name: each for name, each in read_kept(kept).items() if name in sounds}
    missing = [name for name in sounds if name not in found]
    if missing:
        whisper = FasterWhisper(RecogniserConfig(engine="faster-whisper", model=str(model)))
    with kept.open("a", encoding="utf-8") as file:
        for name in missing:
            start_s = time.perf_counter()
            (found[name],) = whisper.transcribe([sounds[name]], (languages or {}).get(name))
            took_s = time.perf_counter() - start_s
            line = {"name": name, "duration_s": seconds(sounds[name]), "took_s": took_s}
            file.write(json.dumps(line | asdict(found[name])) + "\n")
            file.flush()
    return {name: found[name] for name in sounds}


def read_kept(kept: Path) -> dict[str, Transcript]:
    """What was heard, by the names of the sounds."""
    if not kept.exists():
        return {}
    found = {}
    for line in kept.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        words = [_word(each) for each in row["words"]]
        found[row["name"]] = Transcript(words, row["language"], row["language_probability"])
    return found


def _word(row: dict) -> TranscribedWord:
    return TranscribedWord(**(row | {"decoding": Decoding(**row["decoding"])}))
