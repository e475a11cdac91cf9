"""Texts of a release as JSON lines: chats with sounds, and NeMo's manifest."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.release.assemble import TRACKS
from pipeline.release.datasets import COMPARISONS
from pipeline.release.export_sound import SoundFile, sound_files
from pipeline.release.folder import ReleaseFolder

Row = dict[str, Any]


def to_chat(release: ReleaseFolder, target: Path) -> list[Path]:
    """``messages`` and ``audios``, as ms-swift and LLaMA-Factory read them.

    A row that hears a stretch only names it (`heard_start_s`, `heard_end_s`: of two sounds, lists).
    """
    return _write_lines(release, target, _chat)


def to_nemo(release: ReleaseFolder, target: Path) -> list[Path]:
    """NeMo's manifest: what is heard, the user's words in `context`, the answer in `text`.

    An entry has one sound: comparisons are left out.
    """
    return _write_lines(release, target, _nemo, of_two=False)


def _write_lines(
    release: ReleaseFolder,
    target: Path,
    line: Callable[[Row, list[SoundFile]], Row],
    *,
    of_two: bool = True,
) -> list[Path]:
    sounds = sound_files(release, target)
    written = []
    left_out = {TRACKS} if of_two else {TRACKS, COMPARISONS.name}
    for dataset in release.manifest.datasets:
        for split in dataset.splits if dataset.name not in left_out else ():
            path = target / f"{dataset.config}-{split}.jsonl"
            with path.open("w", encoding="utf-8") as file:
                for each, rows in release.frames(dataset.name):
                    for row in rows.iter_rows(named=True) if each == split else ():
                        heard = [sounds[each["track_id"]] for each in row.get("sounds") or [row]]
                        words = line(row, heard)
                        file.write(json.dumps(words, ensure_ascii=False) + "\n")
            written.append(path)
    return written


def _chat(row: Row, sounds: list[SoundFile]) -> Row:
    several = row.get("sounds") or [row]
    stretches = {
        name: [each[name] for each in several]
        for name in ("heard_start_s", "heard_end_s")
        if any(each[name] is not None for each in several)
    }
    heard = {name: each if len(each) > 1 else each[0] for name, each in stretches.items()}
    return {
        "id": row["row_id"],
        "messages": [
            {"role": "user", "content": f"{'<audio>' * len(sounds)}{row['prompt']}"},
            {"role": "assistant", "content": row["completion"]},
        ],
        "audios": [sound.path for sound in sounds],
        **heard,
    }


def _nemo(row: Row, sounds: list[SoundFile]) -> Row:
    (sound,) = sounds
    start_s = row["heard_start_s"] or 0.0
    end_s = sound.duration_s if row["heard_end_s"] is None else row["heard_end_s"]
    return {
        "id": row["row_id"],
        "audio_filepath": sound.path,
        "offset": start_s,
        "duration": end_s - start_s,
        "context": row["prompt"],
        "text": row["completion"],
    }
