"""Whether the SQLite file that a temporary Prefect server keeps its runs in is whole."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url


def database_file() -> Path | None:
    """The file; None where the runs are kept in another database."""
    from prefect.server.utilities.database import get_dialect
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL

    url = PREFECT_API_DATABASE_CONNECTION_URL.value()
    if not url or get_dialect(str(url)).name != "sqlite":
        return None
    name = make_url(str(url)).database
    return None if name in (None, "", ":memory:") else Path(str(name)).expanduser()


def damage_of(path: Path) -> str | None:
    """What is wrong with a database and what to do; None if it is whole, busy, or not there.

    It takes the time of reading the file.
    """
    if not path.exists():
        return None
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, timeout=0, uri=True)) as database:
            (words,) = database.execute("pragma quick_check(1)").fetchone()
    except sqlite3.OperationalError:  # locked, or it cannot be opened: no word on what it holds
        return None
    except sqlite3.DatabaseError as error:
        words = str(error)
    if words == "ok":
        return None
    aside = path.parent / "damaged"
    return (
        f"the Prefect database {path} is damaged ({' '.join(words.split())}): restore it from a "
        f"copy, or begin a new one: `mkdir {aside}; mv {path}* {aside}`. It holds the history of "
        "runs, deployments and blocks; no corpus is in it"
    )
