"""Texts of a release as JSON lines: chats with sounds, and NeMo's manifest."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.release.assemble import TRACKS
from pipeline.release.export_sound import SoundFile, sound_files
from pipeline.release.folder import ReleaseFolder

Row = dict[str, Any]


def to_chat(release: ReleaseFolder, target: Path) -> list[Path]:
    """``messages`` and ``audios``, as ms-swift and LLaMA-Factory read them.

    A row that hears a stretch only names it (`heard_start_s`, `heard_end_s`).
    """
    return _write_lines(release, target, _chat)


def to_nemo(release: ReleaseFolder, target: Path) -> list[Path]:
    """NeMo's manifest: what is heard, the user's words in `context`, the answer in `text`."""
    return _write_lines(release, target, _nemo)


def _write_lines(
    release: ReleaseFolder, target: Path, line: Callable[[Row, SoundFile], Row]
) -> list[Path]:
    sounds = sound_files(release, target)
    written = []
    for dataset in release.manifest.datasets:
        for split in dataset.splits if dataset.name != TRACKS else ():
            path = target / f"{dataset.config}-{split}.jsonl"
            with path.open("w", encoding="utf-8") as file:
                for each, rows in release.frames(dataset.name):
                    for row in rows.iter_rows(named=True) if each == split else ():
                        words = line(row, sounds[row["track_id"]])
                        file.write(json.dumps(words, ensure_ascii=False) + "\n")
            written.append(path)
    return written


def _chat(row: Row, sound: SoundFile) -> Row:
    heard = {name: row[name] for name in ("heard_start_s", "heard_end_s") if row[name] is not None}
    return {
        "id": row["row_id"],
        "messages": [
            {"role": "user", "content": f"<audio>{row['prompt']}"},
            {"role": "assistant", "content": row["completion"]},
        ],
        "audios": [sound.path],
        **heard,
    }


def _nemo(row: Row, sound: SoundFile) -> Row:
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
