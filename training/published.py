"""Music data sets of others, read in the forms that they are published in.

Every reader takes the folder of a set's files and gives its training rows as items in Audio
Flamingo's form; what it needs in the folder, where the form is from, and what *Music Flamingo*
counts in its Table 2, is in its docstring. The paper turned all of them into questions by prompts
of its predecessors, which it does not print: those here are ours. Sounds are named as published,
relative to the folder; none is fetched.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import soundfile

from training.command import UnusableError

Item = dict[str, Any]
_DESCRIBE = (
    "Describe this music.",
    "Write a short caption for this music.",
    "What do you hear in this music?",
    "Tell in a few sentences how this music sounds.",
)
_LP_CAPTIONS = ("caption_writing", "caption_summary", "caption_paraphrase")
"""Without ``caption_attribute_prediction``, which its authors advise against; three a track make
the counts of Table 2."""
_CLIP_S = 10.0
"""Table 2: 29.1 hours in 10.2 thousand pairs."""
_STEMS = {"vocals": "vocals", "drums": "drums", "bass": "bass", "other": "other instruments"}
_MUSICBENCH = {
    "prompt_bpm": "What is the tempo of this music?",
    "prompt_key": "What is the key of this music?",
    "prompt_ch": "Which chords does this music go through?",
    "prompt_bt": "How many beats are in a bar of this music?",
}
_TEMPLATE = re.compile(r"<\w+>")


def musicbench(folder: Path) -> Iterator[Item]:
    """MusicBench: ``MusicBench_train.json`` (JSONL), sounds under ``datashare/`` as unpacked.

    Captions (main_caption, alt_caption) and the sentences on tempo, key, chords and beats
    (prompt_bpm, prompt_key, prompt_ch, prompt_bt), each where it is there; audio by `location`.
    Clips that MusicCaps tests with are left out. Form: data set amaai-lab/MusicBench. Table 2 has
    686 k pairs of 52,768 rows, 13 of each: which is not said.
    """
    for number, entry in enumerate(_json_lines(folder / "MusicBench_train.json")):
        if entry.get("is_audioset_eval_mcaps"):
            continue
        sound = f"datashare/{entry['location']}"
        for index, name in enumerate(("main_caption", "alt_caption")):
            if text := _text(entry.get(name)):
                yield _item(f"musicbench-{number}-{name}", sound, _describe(number + index), text)
        for name, question in _MUSICBENCH.items():
            if text := _text(entry.get(name)):
                yield _item(f"musicbench-{number}-{name}", sound, question, text)


def musicqa(folder: Path) -> Iterator[Item]:
    """MusicQA of MU-LLaMA: ``FinetuneMusicQA.json``, sounds as ``audios/<audio_name>``.

    A list of objects with audio_name and conversation (turns of human and gpt). Form: data set
    mu-llama/MusicQA, and the code that writes it. Table 2 has two rows of 62.9 h and 70 k pairs,
    "Mu-LLaMA" and "MusicQA": both are the numbers of this file.
    """
    entries = json.loads((folder / "FinetuneMusicQA.json").read_text(encoding="utf-8"))
    for number, entry in enumerate(entries):
        yield {
            "id": f"musicqa-{number}",
            "sound": f"audios/{entry['audio_name']}",
            "conversations": entry["conversation"],
        }


def music_avqa(folder: Path) -> Iterator[Item]:
    """Music-AVQA: ``avqa-train.json``, sounds of the videos as ``audio/<video_id>.wav``.

    Questions of the type ``Audio`` alone; ``<Object>`` stands for the values in templ_values; the
    answer is in `anser`. Form: repository GeWu-Lab/MUSIC-AVQA. Table 2: 5.7 k pairs.
    """
    entries = json.loads((folder / "avqa-train.json").read_text(encoding="utf-8"))
    for number, entry in enumerate(entries):
        if json.loads(entry["type"])[0] != "Audio":
            continue
        question = entry["question_content"]
        for value in json.loads(entry["templ_values"]):
            question = _TEMPLATE.sub(value.replace("_", " "), question, count=1)
        name = f"music-avqa-{entry['question_id']}-{number}"
        yield _item(name, f"audio/{entry['video_id']}.wav", question.strip(), entry["anser"])


def lp_musiccaps_msd(folder: Path) -> Iterator[Item]:
    """LP-MusicCaps-MSD: ``data/train-*.parquet``, sounds by `path` (of the MSD's 30 s clips).

    Three captions a track. Form: data set seungheondoh/LP-MusicCaps-MSD. Table 2: 1331.8 k pairs.
    """
    return _lp_musiccaps(folder, "track_id", lambda entry: str(entry["path"]))


def lp_musiccaps_mtt(folder: Path) -> Iterator[Item]:
    """LP-MusicCaps-MTT: as `lp_musiccaps_msd`, sounds of MagnaTagATune; many have no captions.

    Form: data set seungheondoh/LP-MusicCaps-MTT. Table 2: 46.9 k pairs.
    """
    return _lp_musiccaps(folder, "track_id", lambda entry: str(entry["path"]))


def lp_musiccaps_mc(folder: Path) -> Iterator[Item]:
    """LP-MusicCaps-MC: ``data/train-*.parquet``, sounds as ``audio/<ytid>.wav`` of the 10 s.

    Form: data set seungheondoh/LP-MusicCaps-MC. Table 2: 7.9 k pairs, three of 2,663 clips.
    """
    return _lp_musiccaps(folder, "ytid", lambda entry: f"audio/{entry['ytid']}.wav")


def musiccaps(folder: Path) -> Iterator[Item]:
    """MusicCaps: ``musiccaps-public.csv``, sounds as ``audio/<ytid>.wav`` of the 10 s.

    AudioSet's training part; the rest is tested with. Form: data set google/MusicCaps. Table 2:
    2.6 k pairs.
    """
    with (folder / "musiccaps-public.csv").open(encoding="utf-8", newline="") as file:
        for number, entry in enumerate(csv.DictReader(file)):
            if entry["is_audioset_eval"] == "False":
                name, sound = f"musiccaps-{entry['ytid']}", f"audio/{entry['ytid']}.wav"
                yield _item(name, sound, _describe(number), entry["caption"])


def nsynth(folder: Path) -> Iterator[Item]:
    """NSynth: ``examples.json`` and ``audio/<note>.wav`` of the training split.

    One question a note, which instrument family plays or how it is made, in turn. Form: the JSON
    and WAV files of Magenta. Table 2: 289.2 k pairs, as many as notes.
    """
    notes = json.loads((folder / "examples.json").read_text(encoding="utf-8"))
    asked = (
        ("Which instrument family plays this note?", "instrument_family_str"),
        ("How is this note made: acoustic, electronic or synthetic?", "instrument_source_str"),
    )
    for number, (note, entry) in enumerate(sorted(notes.items())):
        question, name = asked[number % 2]
        answer = entry[name].replace("_", " ")
        yield _item(f"nsynth-{note}", f"audio/{note}.wav", question, answer)


def musdb18_hq(folder: Path) -> Iterator[Item]:
    """MUSDB18-HQ: ``train/<track>/<stem>.wav``; which part of the mix a clip of 10 s is.

    Form: the archive on Zenodo. Table 2: 29.1 h, 10.2 k pairs; how they were asked is not said.
    """
    for path in sorted((folder / "train").glob("*/*.wav")):
        if path.stem not in _STEMS:
            continue
        duration_s = soundfile.info(path).duration
        for number in range(int(duration_s / _CLIP_S)):
            yield _item(
                f"musdb18-hq-{path.parent.name}-{path.stem}-{number}",
                str(path.relative_to(folder)),
                "Which part of a mix is this: vocals, drums, bass or other instruments?",
                _STEMS[path.stem],
                (number * _CLIP_S, (number + 1) * _CLIP_S),
            )


def fma(folder: Path) -> Iterator[Item]:
    """FMA: ``fma_metadata/tracks.csv`` and ``genres.csv``, ``fma_large/000/000002.mp3``.

    The genres of each clip of 30 s of the training split, the main one first; tracks.csv has three
    lines of headings. Form: repository mdeff/fma. Table 2: 104.2 k pairs, 860.7 h.
    """
    with (folder / "fma_metadata/genres.csv").open(encoding="utf-8", newline="") as file:
        names = {row["genre_id"]: row["title"] for row in csv.DictReader(file)}
    with (folder / "fma_metadata/tracks.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        columns = list(zip(next(rows), next(rows), strict=True))
        next(rows)
        at = dict(zip(columns, range(len(columns)), strict=True))
        for row in rows:
            if row[at["set", "split"]] != "training":
                continue
            others = (
                names.get(str(each)) for each in json.loads(row[at["track", "genres"]] or "[]")
            )
            genres = dict.fromkeys(filter(None, [row[at["track", "genre_top"]], *others]))
            if genres:
                track = f"{int(row[0]):06d}"
                sound = f"fma_large/{track[:3]}/{track}.mp3"
                question = "What is the genre of this music?"
                yield _item(f"fma-{track}", sound, question, ", ".join(genres))


READERS: dict[str, Callable[[Path], Iterator[Item]]] = {
    reader.__name__: reader
    for reader in (
        musicbench, musicqa, music_avqa, lp_musiccaps_msd, lp_musiccaps_mtt, lp_musiccaps_mc,
        musiccaps, nsynth, musdb18_hq, fma,
    )
}  # fmt: skip


def read_published(name: str, folder: Path) -> Iterator[Item]:
    """The training rows of a published data set, in the order of its files.

    Parameters
    ----------
    name : str
        Of `READERS`.
    folder : Path

    Raises
    ------
    FileNotFoundError
        If a file of the set is not there.
    UnusableError
        If a column of it is not.
    """
    try:
        yield from READERS[name](folder)
    except KeyError as error:
        raise UnusableError(
            f"{folder}: {name} has no {error}: is it the published form?"
        ) from error


def _lp_musiccaps(folder: Path, key: str, sound: Callable[[Item], str]) -> Iterator[Item]:
    paths = sorted((folder / "data").glob("train-*.parquet"))
    if not paths:
        raise FileNotFoundError(f"{folder}/data: no train-*.parquet")
    number = 0
    for path in paths:
        table = pq.read_table(path)
        columns = [name for name in (key, "path", *_LP_CAPTIONS) if name in table.column_names]
        for entry in table.select(columns).to_pylist():
            number += 1
            for index, name in enumerate(_LP_CAPTIONS):
                if text := _text(entry[name]):
                    name_of_row = f"lp-musiccaps-{entry[key]}-{name.removeprefix('caption_')}"
                    yield _item(name_of_row, sound(entry), _describe(number + index), text)


def _item(
    name: str,
    sound: str,
    question: str,
    answer: str,
    heard: tuple[float, float] | None = None,
) -> Item:
    start_s, end_s = heard or (None, None)
    return {
        "id": name,
        "sound": sound,
        "heard_start_s": start_s,
        "heard_end_s": end_s,
        "conversations": [
            {"from": "human", "value": f"<sound>\n{question}"},
            {"from": "gpt", "value": answer},
        ],
    }


def _describe(number: int) -> str:
    return _DESCRIBE[number % len(_DESCRIBE)]


def _text(value: Any) -> str:
    """A value as words; nothing where there is none."""
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return words.strip()


def _json_lines(path: Path) -> Iterator[Item]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())
