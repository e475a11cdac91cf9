"""Whether a file of answers is whole: its pages, its index, and every answer in it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from schemas.digest import digest

_MOST_WORDS = 3
"""Of what SQLite finds wrong (ours): the way out is the same for all of it."""


def is_damage(error: Exception) -> bool:
    """Whether SQLite says that the file itself is broken, rather than locked or full."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def way_out(path: Path) -> str:
    """What to do with a file that is broken."""
    aside = path.parent / "damaged"
    return (
        f"restore it from a copy, or go on without it: `mkdir {aside}; mv {path}* {aside}`. What "
        "is committed stays; steps that are left ask anew, and the budget counts from nothing"
    )


def is_whole(key: str, text: str, model: str, usage: str, checksum: str | None) -> bool:
    """Whether an answer is as it was written; one of before there were checksums is."""
    return checksum in (None, digest([key, text, model, usage]))


def check_answers(path: Path) -> tuple[int, list[str]]:
    """Look at every page of a file of answers, and at every answer; nothing is changed.

    Parameters
    ----------
    path : Path
        A file that is there.

    Returns
    -------
    n : int
        Answers that were read.
    problems : list of str
        What is wrong, each with what to do.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            found = [words for (words,) in database.execute("pragma integrity_check")]
            if found != ["ok"]:
                told = "; ".join(" ".join(words.split()) for words in found[:_MOST_WORDS])
                return 0, [f"{path}: {told}: {way_out(path)}"]
            columns = [each[1] for each in database.execute("pragma table_info(answers)")]
            if not columns:
                return 0, [f"{path}: no answers are in it: {way_out(path)}"]
            checksum = "checksum" if "checksum" in columns else "null"  # of an earlier version
            return _check_rows(
                path, database.execute(f"select key, text, model, usage, {checksum} from answers")
            )
    except sqlite3.Error as error:
        told = way_out(path) if is_damage(error) else "run again"
        return 0, [f"{path}: {error}: {told}"]


def _check_rows(
    path: Path, rows: Iterator[tuple[str, str, str, str, str | None]]
) -> tuple[int, list[str]]:
    n, problems = 0, []
    for key, text, model, usage, checksum in rows:
        n += 1
        if not is_whole(key, text, model, usage, checksum):
            problems.append(changed(path, key))
    return n, problems


def changed(path: Path, key: str) -> str:
    """Of an answer that is not as it was written."""
    return (
        f"{path}: an answer was changed since it was written (checksum): restore the file from a "
        f"copy, or have it asked again: sqlite3 {path} \"delete from answers where key = '{key}'\""
    )
