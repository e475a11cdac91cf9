"""Files that outlive a loss of power: written aside, flushed, and only then given their name."""

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4


def create(path: Path, data: bytes, *, aside: Path) -> bool:
    """Write a new file at once or not at all.

    Parameters
    ----------
    path : Path
    data : bytes
    aside : Path
        A folder on the same disk, where the file is until it is whole.

    Returns
    -------
    bool
        False if there is a file already; it is left as it is.

    Raises
    ------
    OSError
        If it cannot be written, e.g. the disk is full.
    """
    make_folder(aside)
    unfinished = aside / f"{uuid4().hex}.part"
    try:
        with unfinished.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        make_folder(path.parent)
        try:
            os.link(unfinished, path)
        except FileExistsError:
            return False
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()
    flush(path.parent)
    return True


def move_folder(folder: Path, target: Path) -> None:
    """Give a folder its name when all that is in it is on the disk.

    Raises
    ------
    OSError
        If it cannot be written, or something is there already.
    """
    for each in folder.rglob("*"):
        flush(each)
    flush(folder)
    make_folder(target.parent)
    os.rename(folder, target)
    flush(target.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; each is in the one above it for good."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    flush(folder.parent)


def flush(path: Path) -> None:
    """Wait until a file's bytes, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
