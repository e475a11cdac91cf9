"""Readers of local copies of the benchmarks, each in the form it is published in.

Every reader takes the folder of the copy and gives its items; what it needs in the folder, and
where its form is published, is in its docstring. A file that is missing is an error that names it.
"""

import csv
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from training.conversations import read_items
from training.evaluation.items import Item, choice_prompt, label_prompt

_CAPTION = (
    "Describe this track in full detail - tell me the genre, tempo, and key, then dive into the "
    "instruments, production style, and overall mood it creates."
)
_TRANSCRIBE = "Transcribe the lyrics that are sung."
_NSYNTH_SOURCES = ("acoustic", "electronic", "synthetic")
_NSYNTH_FAMILIES = (
    "bass", "brass", "flute", "guitar", "keyboard", "mallet", "organ", "reed", "string",
    "synth_lead", "vocal",
)  # fmt: skip
_MEDLEY_SOLOS = (
    "clarinet", "distorted electric guitar", "female singer", "flute", "piano", "tenor saxophone",
    "trumpet", "violin",
)  # fmt: skip
_YES_NO = ("yes", "no")
_TEMPLATE = re.compile(r"<\w+>")
_GTZAN_SUFFIXES = {".wav", ".au"}


def mmau_music(folder: Path) -> Iterator[Item]:
    """MMAU: ``mmau-test-mini.json`` with id, audio_id, question, choices, answer, task (``music``).

    Sounds as ``test-mini-audios/<id>.wav``. The answers of the full test are not published.
    Form: repository Sakshi113/MMAU.
    """
    for entry in read_items(_one(folder, "mmau-test-mini.json")):
        if entry["task"] == "music":
            yield _choice(entry["id"], entry["audio_id"], entry)


def mmau_pro_music(folder: Path) -> Iterator[Item]:
    """MMAU-Pro: ``test.parquet`` with id, audio_path (list), question, choices, answer, category.

    Sounds as ``data/<id>.wav``. Questions about several sounds and open ones are no single multiple
    choice and are left out. Form: data set gamma-lab-umd/MMAU-Pro, repository sonalkum/MMAUPro.
    """
    for entry in pl.read_parquet(_one(folder, "test.parquet")).iter_rows(named=True):
        paths = entry["audio_path"]
        is_choice = entry["choices"] and entry["answer"] in entry["choices"]
        if entry["category"] == "music" and len(paths) == 1 and is_choice:
            yield _choice(entry["id"], paths[0], entry)


def muchomusic(folder: Path) -> Iterator[Item]:
    """MuChoMusic as the paper measured it: RUListening's ``RUL-MuchoMusic.json``, one shot.

    An object of questions by number, with question, correct_answer and four distractors; sounds as
    ``audio/<number>.mp3``. All five options are shown, in an order that the number decides.
    Form: repository yongyizang/AreYouReallyListening, whose example reads the same names.
    """
    entries = json.loads(_one(folder, "RUL-MuchoMusic.json").read_text(encoding="utf-8"))
    for number, entry in entries.items():
        options = [entry["correct_answer"], *entry["distractors"]]
        random.Random(number).shuffle(options)
        asked = {"question": entry["question"], "choices": options}
        yield _choice(number, f"audio/{number}.mp3", asked | {"answer": entry["correct_answer"]})


def mmar_music(folder: Path) -> Iterator[Item]:
    """MMAR: ``MMAR-meta.json`` with id, audio_path, question, choices, answer, modality.

    Sounds as ``audio/<id>.wav``; mixes with speech or other sound are left out. Form: data set
    BoJack/MMAR, and as ``MMAR-meta.jsonl`` in repository ddlBoJack/MMAR.
    """
    for entry in read_items(_one(folder, "MMAR-meta.json*")):
        if entry["modality"] == "music":
            yield _choice(entry["id"], entry["audio_path"], entry)


def music_avqa(folder: Path) -> Iterator[Item]:
    """Music-AVQA: ``avqa-test.json``, sounds of the videos as ``audio/<video_id>.wav``.

    Only questions of the type ``Audio``: nothing is seen. ``<Object>`` stands for the values in
    ``templ_values``, in order. Answers (``anser``) are yes and no, or numbers as words.
    Form: repository GeWu-Lab/MUSIC-AVQA, ``data/json``; ``data/json_update`` is a later, corrected
    one (1611 questions in place of 1623).
    """
    entries = json.loads(_one(folder, "avqa-test.json").read_text(encoding="utf-8"))
    heard = [entry for entry in entries if json.loads(entry["type"])[0] == "Audio"]
    numbers = tuple(sorted({entry["anser"] for entry in heard} - set(_YES_NO)))
    for index, entry in enumerate(heard):
        question = _filled(entry["question_content"], json.loads(entry["templ_values"]))
        labels = _YES_NO if entry["anser"] in _YES_NO else numbers
        yield Item(
            item_id=f"{entry['question_id']}-{index}",  # some are there twice
            audio=f"audio/{entry['video_id']}.wav",
            prompt=label_prompt(question, labels),
            expected=entry["anser"],
            scoring="label",
            options=labels,
        )


def nsynth_source(folder: Path) -> Iterator[Item]:
    """NSynth: ``examples.json`` and ``audio/<note>.wav`` of the test split; how a note is made.

    Form: ``nsynth-test`` of the JSON and WAV files of Magenta.
    """
    question = "How is this note made?"
    return _nsynth(folder, "instrument_source_str", _NSYNTH_SOURCES, question)


def nsynth_instrument(folder: Path) -> Iterator[Item]:
    """NSynth, as in `nsynth_source`; what plays a note."""
    question = "Which instrument family plays this note?"
    return _nsynth(folder, "instrument_family_str", _NSYNTH_FAMILIES, question)


def gtzan(folder: Path) -> Iterator[Item]:
    """GTZAN: ``<genre>/<genre>.00000.wav`` (or ``.au``); all 1000 files, as there is no split.

    Form: folder ``genres`` of the archive ``genres.tar.gz``, as mirdata's ``gtzan_genre`` reads it.
    """
    genres = sorted(path.name for path in folder.iterdir() if path.is_dir())
    found = [path for genre in genres for path in sorted((folder / genre).glob(f"{genre}.*"))]
    names = {genre: "hip hop" if genre == "hiphop" else genre for genre in genres}
    for path in found:
        if path.suffix not in _GTZAN_SUFFIXES:
            continue
        yield Item(
            item_id=path.stem,
            audio=str(path.relative_to(folder)),
            prompt=label_prompt("What is the genre of this music?", tuple(names.values())),
            expected=names[path.parent.name],
            scoring="label",
            options=tuple(names.values()),
        )


def medley_solos_db(folder: Path) -> Iterator[Item]:
    """Medley-solos-DB: its metadata CSV and ``Medley-solos-DB_test-<instrument>_<uuid>.wav``.

    Both in one folder. Form: the Zenodo record, as mirdata's ``medley_solos_db`` reads it.
    """
    path = _one(folder, "Medley-solos-DB_metadata.csv")
    with path.open(encoding="utf-8", newline="") as file:
        entries = [entry for entry in csv.DictReader(file) if entry["subset"] == "test"]
    for entry in entries:
        number, uuid = int(entry["instrument_id"]), entry["uuid4"]
        yield Item(
            item_id=uuid,
            audio=f"Medley-solos-DB_test-{number}_{uuid}.wav",
            prompt=label_prompt("Which instrument plays?", _MEDLEY_SOLOS),
            expected=_MEDLEY_SOLOS[number],
            scoring="label",
            options=_MEDLEY_SOLOS,
        )


def musiccaps(folder: Path) -> Iterator[Item]:
    """MusicCaps: ``musiccaps-public.csv``, ``audio/<ytid>.wav`` of the 10 s; AudioSet's eval part.

    Videos that are gone have no file, and are left out: the table says how many there were.
    Form: data set google/MusicCaps.
    """
    path = _one(folder, "musiccaps-public.csv")
    with path.open(encoding="utf-8", newline="") as file:
        entries = [entry for entry in csv.DictReader(file) if entry["is_audioset_eval"] == "True"]
    for entry in entries:
        audio = f"audio/{entry['ytid']}.wav"
        if (folder / audio).exists():
            yield _judged(entry["ytid"], audio, _CAPTION, entry["caption"])


def songcaps(folder: Path) -> Iterator[Item]:
    """SongCaps: ``songcaps.json`` in Audio Flamingo's form of conversations.

    NVIDIA published no form of its own for it; this is the one of its other data sets.
    """
    for entry in read_items(_one(folder, "songcaps.json*")):
        asked, expected = (turn["value"] for turn in entry["conversations"][:2])
        prompt = asked.replace("<sound>", "", 1).strip()
        yield _judged(str(entry["id"]), entry["sound"], prompt, expected)


def music_instruct(folder: Path) -> Iterator[Item]:
    """Music Instruct: ``music_instruct_long.json`` (``QA``: ytid, question, answer, eval flag).

    Sounds as ``audio/<ytid>.wav``; those that are gone are left out. Form: data set
    m-a-p/Music-Instruct, as MusiLingo's code reads it.
    """
    tree = json.loads(_one(folder, "music_instruct*.json").read_text(encoding="utf-8"))
    for index, entry in enumerate(tree["QA"]):
        audio = f"audio/{entry['ytid']}.wav"
        if entry["is_audioset_eval"] and (folder / audio).exists():
            yield _judged(f"{entry['ytid']}-{index}", audio, entry["question"], entry["answer"])


def opencpop(folder: Path) -> Iterator[Item]:
    """Opencpop: ``test.txt`` (``id|lyrics|…``) and ``wavs/<id>.wav``. Errors are of characters.

    Form: folder ``segments`` of the corpus, as the recipes of ESPnet read it.
    """
    for line in _one(folder, "test.txt").read_text(encoding="utf-8").splitlines():
        name, lyrics = line.split("|")[:2]
        yield _sung(name, f"wavs/{name}.wav", lyrics)


def musdb18(folder: Path) -> Iterator[Item]:
    """MUSDB18: ``test/<track>/mixture.wav`` of MUSDB18-HQ, lyrics in ``test_lyrics/<track>.txt``.

    A line is ``00:12 00:17 a the words``: start, end, kind (a: one voice, b: several with the same
    words, c: several with other words, d: no words), words. The lines of kinds a and b are read,
    each as an item; those with ``*`` or ``?`` were not understood by who wrote them down.
    Form: Schulze-Forster's MUSDB18 lyrics extension on Zenodo, ``test_lyrics.zip``.
    """
    paths = sorted((folder / "test_lyrics").glob("*.txt"))
    if not paths:
        raise FileNotFoundError(f"{folder}/test_lyrics: no *.txt")
    for path in paths:
        for index, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines()):
            start, end, kind, words = (line.split(maxsplit=3) + [""] * 4)[:4]
            if kind in {"a", "b"} and words and not set("*?") & set(line):
                audio = f"test/{path.stem}/mixture.wav"
                yield _sung(f"{path.stem}-{index}", audio, words, _seconds(start), _seconds(end))


LOADERS: dict[str, Callable[[Path], Iterator[Item]]] = {
    reader.__name__: reader
    for reader in (
        mmau_music, mmau_pro_music, muchomusic, mmar_music, music_instruct, music_avqa, songcaps,
        nsynth_source, nsynth_instrument, gtzan, medley_solos_db, musiccaps, opencpop, musdb18,
    )
}  # fmt: skip


def _one(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if not found:
        raise FileNotFoundError(f"{folder}: no {pattern}")
    return found[0]


def _choice(item_id: Any, audio: str, entry: dict[str, Any]) -> Item:
    options = tuple(dict.fromkeys(entry["choices"]))  # MMAU has one twice
    return Item(
        item_id=str(item_id),
        audio=audio.removeprefix("./"),
        prompt=choice_prompt(entry["question"], options),
        expected=entry["answer"],
        scoring="choice",
        options=options,
    )


def _nsynth(folder: Path, name: str, labels: tuple[str, ...], question: str) -> Iterator[Item]:
    notes = json.loads(_one(folder, "examples.json").read_text(encoding="utf-8"))
    for note, entry in sorted(notes.items()):
        yield Item(
            item_id=note,
            audio=f"audio/{note}.wav",
            prompt=label_prompt(question, labels),
            expected=entry[name],
            scoring="label",
            options=labels,
        )


def _judged(item_id: str, audio: str, prompt: str, expected: str) -> Item:
    return Item(item_id=item_id, audio=audio, prompt=prompt, expected=expected, scoring="judge")


def _sung(
    item_id: str, audio: str, lyrics: str, start_s: float | None = None, end_s: float | None = None
) -> Item:
    return Item(item_id, audio, _TRANSCRIBE, lyrics, "wer", start_s=start_s, end_s=end_s)


def _seconds(clock: str) -> float:
    minutes, seconds = clock.split(":")
    return 60 * float(minutes) + float(seconds)


def _filled(question: str, values: list[str]) -> str:
    """A question whose templates (``<Object>``) are filled in, in order."""
    for value in values:
        question = _TEMPLATE.sub(value.replace("_", " "), question, count=1)
    return question.strip()
