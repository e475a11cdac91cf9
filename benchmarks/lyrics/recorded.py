"""Whisper, the gate, the rules and listed lyrics on recorded songs whose words are known.

    python -m benchmarks.lyrics.recorded FOLDER SONGS

FOLDER is that of `benchmarks.lyrics.fetch`. SONGS is JamendoLyrics MultiLang
(https://github.com/f90/jamendolyrics; S. Durand, D. Stoller, S. Ewert, "Contrastive Learning-Based
Audio to Lyrics Alignment for Multiple Languages", ICASSP 2023), or those of its 80 songs that are
at hand: `JamendoLyrics.csv`, and of each song `mp3/`, `lyrics/` and `annotations/words/`.
Each is heard whole, once without a language and once with the listing's.
"""

import argparse
import csv
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.lyrics.hear import hear_all
from benchmarks.lyrics.judging import CONFIG, WAYS
from benchmarks.lyrics.listed import THRESHOLDS, accepted
from pipeline.stages.measure.tags import tag_scores, voice_evidence
from pipeline.stages.transcribe.gate import Gated, gate_sound
from pipeline.views.evaluate.reliability import wilson_interval
from schemas.facts import HeardTags, TagWindow
from schemas.text import sung_words
from tools.audio import load_mono
from tools.lyrics.scoring import NO_ERRORS, matched_words, word_errors
from tools.lyrics.transcript import SAMPLE_RATE_HZ, TranscribedWord, Transcript, Waveform, seconds
from tools.tags.musicnn import SAMPLE_RATE_HZ as TAGGER_HZ
from tools.tags.musicnn import TAGS, WINDOW_S, tag_probabilities

LANGUAGES = {"English": "en", "French": "fr", "German": "de", "Spanish": "es"}
# Ours: nobody sings where no word is sung for so long; a second on each side belongs to the words.
_SHORTEST_PAUSE_S, _MARGIN_S = 6.0, 1.0
_ON_TIME_S = 0.3


@dataclass(frozen=True)
class Song:
    """A recording, its words, and when each is sung."""

    name: str
    genre: str
    language: str
    sound: Waveform
    text: str
    words: list[tuple[float, float, str]]
    tag_score: float

    def pauses(self) -> list[tuple[float, float]]:
        """Where nobody sings, start and end (s)."""
        edges = [(0.0, 0.0), *((a, b) for a, b, _ in self.words)]
        edges.append((seconds(self.sound), seconds(self.sound)))
        gaps = [(one[1], other[0]) for one, other in itertools.pairwise(edges)]
        return [(a + _MARGIN_S, b - _MARGIN_S) for a, b in gaps if b - a >= _SHORTEST_PAUSE_S]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("songs", type=Path)
    given = parser.parse_args()
    songs = read_songs(given.songs)
    model, kept = given.folder / "whisper-base", given.folder / "recorded.jsonl"
    sounds = {song.name: song.sound for song in songs}
    heard = hear_all(sounds, model, kept)
    languages = {song.name: song.language for song in songs}
    told = hear_all(sounds, model, kept.with_stem("recorded-told"), languages)
    gated = {song.name: gate_sound(song.sound, CONFIG, song.tag_score) for song in songs}
    print_songs(songs, heard, told, gated)
    print_ways(songs, told, gated)
    print_listed(songs, told)


def read_songs(folder: Path) -> list[Song]:
    """Those whose sound is at hand, in the order of the listing."""
    with (folder / "JamendoLyrics.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (folder / "mp3" / row["Filepath"]).is_file()]
    return [_read_song(folder, row) for row in rows]


def _read_song(folder: Path, row: dict[str, str]) -> Song:
    path = folder / "mp3" / row["Filepath"]
    with (folder / "annotations/words" / f"{path.stem}.csv").open(encoding="utf-8") as file:
        times = [
            (float(each["word_start"]), float(each["word_end"])) for each in csv.DictReader(file)
        ]
    words = (folder / "lyrics" / f"{path.stem}.words.txt").read_text(encoding="utf-8").split("\n")
    _, probabilities = tag_probabilities(load_mono(path, sample_rate_hz=TAGGER_HZ))
    windows = [TagWindow(start_s=0, probabilities=each) for each in probabilities.tolist()]
    tags = HeardTags(
        track_id="", tags=list(TAGS), window_s=WINDOW_S, windows=windows, unmeasured=[],
        provenance=[],
    )  # fmt: skip
    return Song(
        name=path.stem,
        genre=row["Genre"],
        language=LANGUAGES[row["Language"]],
        sound=load_mono(path, sample_rate_hz=SAMPLE_RATE_HZ),
        text=(folder / "lyrics" / f"{path.stem}.txt").read_text(encoding="utf-8"),
        words=[(a, b, word) for (a, b), word in zip(times, words, strict=False)],
        tag_score=float(tag_scores(voice_evidence(tags))),
    )


def print_songs(
    songs: Sequence[Song],
    heard: dict[str, Transcript],
    told: dict[str, Transcript],
    gated: dict[str, Gated],
) -> None:
    """Words, errors and the gate, song by song."""
    print(
        "| genre, language | words | word error | told the language | right, 95 % | on time "
        "| heard as | voice by Silero | by tags | passes |\n|" + "---|" * 10
    )
    totals = [NO_ERRORS, NO_ERRORS]
    n_right = 0
    for song in songs:
        true = sung_words(song.text)
        errors = [word_errors(true, _said(each[song.name].words)) for each in (heard, told)]
        totals = [one + other for one, other in zip(totals, errors, strict=True)]
        right = len(matched_words(true, _said(told[song.name].words)))
        n_right += right
        low, high = wilson_interval(right, len(true))
        first, vocals = heard[song.name], gated[song.name].vocals
        print(
            f"| {song.genre}, {song.language} | {len(true)} | {errors[0].rate:.2f} "
            f"| {errors[1].rate:.2f} | {right / len(true):.0%} ({low:.0%}-{high:.0%}) "
            f"| {on_time(song, told[song.name].words)} "
            f"| {first.language} {first.language_probability:.2f} | {vocals.share:.0%} "
            f"| {song.tag_score:.2f} | {'no' if gated[song.name].reason else 'yes'} |"
        )
    n_words = totals[0].n_reference
    low, high = wilson_interval(n_right, n_words)
    print(
        f"| all | {n_words} | {totals[0].rate:.2f} | {totals[1].rate:.2f} "
        f"| {n_right / n_words:.0%} ({low:.0%}-{high:.0%}) | | | | |"
        f" {sum(not each.reason for each in gated.values())} of {len(songs)} |\n"
    )


def on_time(song: Song, words: Sequence[TranscribedWord]) -> str:
    """Share of right words within 0.3 s of where they are sung, and the median distance."""
    true = [(start_s, part) for start_s, _, word in song.words for part in sung_words(word)]
    said = [(word.start_s, part) for word in words for part in sung_words(word.text)]
    pairs = matched_words([part for _, part in true], [part for _, part in said])
    distances_s = [abs(true[one][0] - said[other][0]) for one, other in pairs]
    if not distances_s:
        return "-"
    share = sum(each <= _ON_TIME_S for each in distances_s) / len(distances_s)
    return f"{share:.0%}, {median(distances_s):.2f} s"


def print_ways(songs: Sequence[Song], told: dict[str, Transcript], gated: dict[str, Gated]) -> None:
    """What gate and rules leave, and what of it stands where nobody sings."""
    n_pauses = sum(len(song.pauses()) for song in songs)
    pause_s = sum(end_s - start_s for song in songs for start_s, end_s in song.pauses())
    print(
        f"| judged by | right words of those left | words in {n_pauses} pauses ({pause_s:.0f} s) "
        "| songs without words |\n|---|---|---|---|"
    )
    for way, left in WAYS.items():
        n_right = n_left = n_invented = n_empty = 0
        for song in songs:
            words = left(told[song.name], gated[song.name])
            n_right += len(matched_words(sung_words(song.text), _said(words)))
            n_left += len(_said(words))
            n_empty += not words
            n_invented += sum(
                start_s <= (word.start_s + word.end_s) / 2 <= end_s
                for word in words
                for start_s, end_s in song.pauses()
            )
        print(f"| {way} | {n_right} of {n_left} | {n_invented} | {n_empty} |")
    print()


def print_listed(songs: Sequence[Song], told: dict[str, Transcript]) -> None:
    """Whether a song is given its own lyrics, and another's."""
    pairs: dict[str, list[tuple[Song, Song]]] = {
        "its own": [(song, song) for song in songs],
        "another's, same language": [],
        "another's": [],
    }
    for song, other in itertools.permutations(songs, 2):
        is_same = song.language == other.language
        pairs["another's, same language" if is_same else "another's"].append((song, other))
    print("| lyrics | " + " | ".join(f"{each:g}" for each in THRESHOLDS) + " |")
    print("|---|" + "---|" * len(THRESHOLDS))
    for name, those in pairs.items():
        found = [accepted(other.text, told[song.name].words) for song, other in those]
        cells = [f"{sum(each[t] for each in found)} of {len(found)}" for t in THRESHOLDS]
        print(f"| {name} | " + " | ".join(cells) + " |")


def _said(words: Sequence[TranscribedWord]) -> list[str]:
    return [part for word in words for part in sung_words(word.text)]


if __name__ == "__main__":
    main()
