"""Delta tables over Parquet files that are there already (deltalake)."""

import json
from pathlib import Path

import pyarrow.parquet as pq


def register(folder: Path, n_rows: dict[str, int], *, name: str, source: str) -> None:
    """Make a folder of Parquet files a Delta table; no file is copied or changed.

    Parameters
    ----------
    folder : Path
        Holds the files.
    n_rows : dict of str to int
        Rows by file name.
    name : str
        The table's.
    source : str
        Where the rows come from, for the table's history.

    Raises
    ------
    ImportError
        If deltalake is not installed.
    """
    from deltalake import DeltaTable
    from deltalake.transaction import AddAction, CommitProperties, RemoveAction

    actions: list[AddAction | RemoveAction] = []
    for file, rows in n_rows.items():
        status = (folder / file).stat()
        stats = json.dumps({"numRecords": rows})
        modified_ms = int(status.st_mtime * 1000)
        actions.append(AddAction(file, status.st_size, {}, modified_ms, True, stats))
    schema = pq.read_schema(folder / next(iter(n_rows)))
    table = DeltaTable.create(folder, schema, name=name)
    table.create_write_transaction(
        actions,
        mode="append",
        schema=table.schema(),
        commit_properties=CommitProperties({"release": source}),
    )
