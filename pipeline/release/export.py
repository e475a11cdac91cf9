"""Releases for other readers: the hub, Delta, WebDataset, chats, NeMo, JAMS."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from pipeline.release.assemble import FACTS, TRACKS
from pipeline.release.card import fact_splits
from pipeline.release.datasets import COMPARISONS
from pipeline.release.export_jams import to_jams
from pipeline.release.export_lines import to_chat, to_nemo
from pipeline.release.export_sound import file_name
from pipeline.release.folder import MANIFEST, ReleaseFolder
from pipeline.release.lineage import ReleaseError
from tools.delta import register

_TAR_BYTES = 1 << 30


def export_release(release: ReleaseFolder, kind: str, target: Path) -> list[Path]:
    """Write a release for other readers.

    Parameters
    ----------
    release : ReleaseFolder
    kind : str
        ``hf``, ``delta``, ``webdataset``, ``chat``, ``nemo`` or ``jams``.
    target : Path
        A folder that does not exist yet, or is empty.

    Returns
    -------
    list of Path
        What was written: folders, tables, or files.

    Raises
    ------
    ReleaseError
        If the folder is in use, a library is missing, or the release has not what is needed.
    """
    writers: dict[str, Callable[[ReleaseFolder, Path], list[Path]]] = {
        "hf": _to_folder,
        "delta": _to_delta,
        "webdataset": _to_webdataset,
        "chat": to_chat,
        "nemo": to_nemo,
        "jams": to_jams,
    }
    if kind not in writers:
        raise ReleaseError(f"there is no export {kind!r}, only {', '.join(writers)}")
    if target.exists() and any(target.iterdir()):
        raise ReleaseError(f"{target} is in use: name a new folder")
    return writers[kind](release, target)


def _to_folder(release: ReleaseFolder, target: Path) -> list[Path]:
    """The release's own files: it is a folder that the hub takes as it is."""
    for file in release.manifest.files:
        _bring(release, file.path, target / file.path)
    _bring(release, MANIFEST, target / MANIFEST)
    return [target]


def _to_delta(release: ReleaseFolder, target: Path) -> list[Path]:
    """One Delta table a data set and split, over the very same Parquet files."""
    tables = []
    datasets = [(each.name, each.config, list(each.splits)) for each in release.manifest.datasets]
    datasets.append((FACTS, FACTS, fact_splits(release.manifest)))
    for dataset, config, splits in datasets:
        for split in splits:
            place = target / dataset / split
            n_rows = {}
            for file in release.files_of(dataset):
                name = file.path.rpartition("/")[2]
                if name.startswith(f"{split}-"):
                    _bring(release, file.path, place / name)
                    n_rows[name] = file.n_rows or 0
            table = f"{config}_{split}"
            try:
                register(place, n_rows, name=table, source=release.manifest.name)
            except ImportError as error:
                raise ReleaseError("this needs deltalake: uv pip install -e '.[delta]'") from error
            tables.append(place)
    return tables


def _to_webdataset(release: ReleaseFolder, target: Path) -> list[Path]:
    """Tars of embedded sound, a track's words and texts beside it, by split.

    Texts of two sounds stand beside neither.
    """
    audio = release.manifest.audio
    if audio == "reference":
        raise ReleaseError("WebDataset needs sound: release with `release.audio: flac` or `opus`")
    try:
        from webdataset import ShardWriter
    except ImportError as error:
        raise ReleaseError("this needs webdataset: uv pip install -e '.[webdataset]'") from error
    target.mkdir(parents=True, exist_ok=True)
    not_beside = (TRACKS, COMPARISONS.name)
    texts = [each.name for each in release.manifest.datasets if each.name not in not_beside]
    for split in next(d for d in release.manifest.datasets if d.name == TRACKS).splits:
        by_track = {name: _texts_by_track(release, name, split) for name in texts}
        pattern = str(target).replace("%", "%%") + f"/{split}-%06d.tar"
        with ShardWriter(pattern, maxsize=_TAR_BYTES, verbose=0) as tars:
            for each, rows in release.frames(TRACKS):
                for row in rows.iter_rows(named=True) if each == split else ():
                    key = file_name(row["track_id"])
                    sound = row.pop("audio")["bytes"]
                    words = {name: found.get(key, []) for name, found in by_track.items()}
                    tars.write({"__key__": key, audio: sound, "json": {**row, **words}})
    return [target]


def _texts_by_track(release: ReleaseFolder, name: str, split: str) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for each, rows in release.frames(name):
        for row in rows.iter_rows(named=True) if each == split else ():
            found.setdefault(row["track_id"], []).append(row)
    return found


def _bring(release: ReleaseFolder, path: str, target: Path) -> None:
    """A file of the release at another place; a link to the same bytes where that is possible."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if release.store.folder is not None:
        root = (release.store.folder / release.prefix).resolve()
        source = (root / path).resolve()
        if not source.is_relative_to(root):
            raise ReleaseError(f"{path} is a link that leads out of the release: not exported")
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
    else:
        target.write_bytes(release.read(path))
