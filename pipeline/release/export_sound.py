"""The sound of a release as files, for readers that take paths."""

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.release.assemble import TRACKS
from pipeline.release.folder import ReleaseFolder
from pipeline.release.lineage import ReleaseError
from schemas.ids import TRACK_ID_DIGITS

_TRACK_ID = re.compile(rf"[0-9a-f]{{{TRACK_ID_DIGITS}}}")


@dataclass(frozen=True)
class SoundFile:
    """Where a track's sound is, relative to the export or to the corpus, and how long it is."""

    path: str
    duration_s: float


def sound_files(release: ReleaseFolder, target: Path) -> dict[str, SoundFile]:
    """Sound by track id: embedded sound is written to ``sound/``, else files go by their names.

    Raises
    ------
    ReleaseError
        If an id of a release of strangers is none, and so no name for a file.
    """
    found = {}
    (target / "sound").mkdir(parents=True)
    for _, rows in release.frames(TRACKS, ["track_id", "audio", "duration_s"]):
        for row in rows.iter_rows(named=True):
            track_id, path, data = row["track_id"], row["audio"]["path"], row["audio"]["bytes"]
            if data is not None:
                path = f"sound/{file_name(track_id)}.{release.manifest.audio}"
                (target / path).write_bytes(data)
            found[track_id] = SoundFile(path, row["duration_s"])
    if release.manifest.audio == "reference":
        (target / "sound").rmdir()
    return found


def file_name(track_id: str | None) -> str:
    """A track's name among files: its id, which in a release of strangers may be any text."""
    if track_id is None or not _TRACK_ID.fullmatch(track_id):
        raise ReleaseError(f"{track_id!r} is no track id, 32 hex digits: not exported")
    return track_id
