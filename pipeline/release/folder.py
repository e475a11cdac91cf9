"""A release that exists: its manifest, and its rows."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.engine.records import from_json
from pipeline.release.lineage import ReleaseError
from schemas.manifest import Manifest, ReleasedFile
from tools.store import DamagedError, MissingError, Store

RELEASES = "releases"
MANIFEST = "manifest.json"
LEFT_OUT = "left-out"


@dataclass(frozen=True)
class ReleaseFolder:
    """A release, in a store or in a folder of its own."""

    store: Store
    prefix: str
    manifest: Manifest

    def read(self, path: str) -> bytes:
        """Bytes of one of its files.

        Raises
        ------
        FileNotFoundError
            If it is not there.
        """
        return self.store.get(f"{self.prefix}/{path}")

    def files_of(self, dataset: str) -> list[ReleasedFile]:
        """Shards of a data set."""
        return [each for each in self.manifest.files if each.path.rpartition("/")[0] == dataset]

    def frames(
        self, dataset: str, columns: list[str] | None = None
    ) -> Iterator[tuple[str, pl.DataFrame]]:
        """(split, rows) of a data set's shards, one after the other.

        Raises
        ------
        DamagedError
            If one is missing, or not as it was written.
        """
        for file in self.files_of(dataset):
            if file.path.endswith(".parquet"):
                split = file.path.rpartition("/")[2].partition("-")[0]
                yield split, pl.read_parquet(io.BytesIO(self._checked(file)), columns=columns)

    def _checked(self, file: ReleasedFile) -> bytes:
        try:
            data = self.read(file.path)
            is_right = hashlib.sha256(data).hexdigest() == file.sha256
        except MissingError:
            is_right = False
        if not is_right:
            raise DamagedError(
                f"{self.store.location}: {self.prefix}/{file.path} is missing, or was changed "
                "since it was written: restore the release from a copy, or delete it"
            )
        return data

    def table(self, dataset: str, columns: tuple[str, ...]) -> pl.DataFrame:
        """Columns of text of a whole data set, and the `split` of every row."""
        names = [*columns, "split"]
        parts = [
            rows.with_columns(split=pl.lit(split)).select(names)
            for split, rows in self.frames(dataset, list(columns))
        ]
        return pl.concat([pl.DataFrame(schema=dict.fromkeys(names, pl.String)), *parts])


def list_releases(store: Store) -> list[ReleaseFolder]:
    """All releases of a store whose manifests can be read, the oldest first."""
    return look_through(store)[0]


def look_through(store: Store) -> tuple[list[ReleaseFolder], list[str]]:
    """The releases of a store: those that can be read, the oldest first, and what the others lack.

    One that is damaged does not stand in the way of others.
    """
    suffix = f"/{MANIFEST}"
    prefixes = [path.removesuffix(suffix) for path in store.list(RELEASES) if path.endswith(suffix)]
    found, damaged = [], []
    for prefix in prefixes:
        if prefix.count("/") == 1:
            try:
                found.append(open_release(store, prefix))
            except ReleaseError as error:
                damaged.append(str(error))
    return sorted(found, key=lambda each: (each.manifest.created_at, each.prefix)), damaged


def find_release(store: Store | None, name: str) -> ReleaseFolder:
    """The release of a name, or of a folder.

    Parameters
    ----------
    store : Store or None
        Where to look for a name; None takes the name for a folder.
    name : str

    Returns
    -------
    ReleaseFolder

    Raises
    ------
    ReleaseError
        If there is none.
    """
    if store is not None:
        if not name or "/" in name or name.startswith("."):
            raise ReleaseError(f"{name!r} is no name of a release; for a folder give no CONFIG")
        return open_release(store, f"{RELEASES}/{name}")
    folder = Path(name).resolve()
    if not (folder / MANIFEST).is_file():
        raise ReleaseError(f"{name} is no release: it has no {MANIFEST}; give a CONFIG for a name")
    return open_release(Store(str(folder.parent)), folder.name)


def open_release(store: Store, prefix: str) -> ReleaseFolder:
    """The release below a prefix.

    Raises
    ------
    ReleaseError
        If there is none, or its manifest cannot be read.
    """
    try:
        manifest = from_json(store.get(f"{prefix}/{MANIFEST}"), Manifest)
        return ReleaseFolder(store, prefix, manifest)
    except MissingError:
        name = prefix.rpartition("/")[2]
        raise ReleaseError(f"{store.location} has no release {name!r}") from None
    except ValueError as error:
        raise ReleaseError(
            f"{store.location}: {prefix}/{MANIFEST} {error}: restore the release from a copy, or "
            f"delete {prefix}"
        ) from None
