"""The one way from a track to its file on this machine, wherever the audio lies."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from schemas.sections import AUDIO_EXTENSIONS
from tools.errors import RefusedError
from tools.remote.access import Access
from tools.remote.fetch import fetch
from tools.remote.names import joined, scheme_of, split_member, suffix_of
from tools.remote.state import RemoteState
from tools.remote.tar_files import fetch_member
from tools.sound.identity import as_ingested, is_track, track_id_of, unchanged


@dataclass(frozen=True)
class RemoteFile:
    """Audio that is no file of its own on this machine.

    Attributes
    ----------
    name : str
        A URL, or the path or URL of a tar with ``#`` and a member.
    access : Access
    """

    name: str
    access: Access

    def __str__(self) -> str:
        return self.name


Audio = str | RemoteFile
"""Where the audio of a track lies: a path on this machine, or elsewhere."""


@dataclass(frozen=True)
class AudioRoot:
    """What the uris of a source are relative to.

    Attributes
    ----------
    folder : str
        A local folder, or a URL.
    access : Access
    """

    folder: str
    access: Access

    @property
    def is_remote(self) -> bool:
        """Whether relative uris name objects or files on the web."""
        return scheme_of(self.folder) is not None

    def name_of(self, uri: str) -> str:
        """A source's path or URL.

        Raises
        ------
        ValueError
            If it leads out of its bucket.
        """
        if scheme_of(uri) is not None:
            return uri
        return joined(self.folder, uri) if self.is_remote else os.path.join(self.folder, uri)

    def at(self, uri: str) -> Audio:
        """Where a source lies.

        Raises
        ------
        ValueError
            If it leads out of its bucket.
        """
        name = self.name_of(uri)
        if scheme_of(name) is not None:
            return RemoteFile(name, self.access)
        _, member = split_member(name)
        is_member = member is not None and not os.path.lexists(name)
        return RemoteFile(name, self.access) if is_member else name


@contextmanager
def track_file(audio: Audio, track_id: str) -> Iterator[str]:
    """The file of a track on this machine, with the bytes that its id was made of, all through.

    What lies elsewhere is fetched into the cache folder under the track's id, and its bytes are
    checked against the id once a process.

    Parameters
    ----------
    audio : Audio
    track_id : str

    Yields
    ------
    str
        Its path, for the time of the block.

    Raises
    ------
    RefusedError
        ``changed``, at the start or the end; ``missing``, ``unreadable``, ``host_not_allowed``.
        What is wrong with a local file that is gone, its reader says.
    UnreachableError
        If it can neither be had nor is its absence the file's own fault.
    """
    if isinstance(audio, str):
        with as_ingested(audio, track_id):
            yield audio
        return
    cache, name = audio.access.cache, _cached_name(track_id, audio)
    with cache.held(name) as path:
        if path is not None and is_track(path, track_id):
            with as_ingested(path, track_id):
                yield str(path)
            return
    cache.discard(name)
    with cache.adding(_fetching(audio, None)) as (found, fresh):
        if found != name:
            detail = "the file is not the one that was ingested; build again"
            raise RefusedError("changed", detail)
        with as_ingested(fresh, track_id):
            yield str(fresh)


@contextmanager
def new_file(audio: Audio, state: RemoteState) -> Iterator[str]:
    """A listed file that is no track yet, on this machine; it is the same all through.

    Parameters
    ----------
    audio : Audio
    state : RemoteState
        As it was listed.

    Yields
    ------
    str
        Its path, for the time of the block.

    Raises
    ------
    RefusedError
        As `track_file`; ``too_large``, ``empty_file``.
    UnreachableError
        As `track_file`.
    """
    if isinstance(audio, str):
        with unchanged(audio):
            yield audio
        return
    if not state.size_bytes:
        raise RefusedError("empty_file", "0 bytes")
    with audio.access.cache.adding(_fetching(audio, state)) as (_, path):
        yield str(path)


def _fetching(audio: RemoteFile, state: RemoteState | None) -> Callable[[BinaryIO], str]:
    """Write a file, and name it by its id and ending."""

    def write(sink: BinaryIO) -> str:
        file, member = split_member(audio.name)
        if member is None:
            most = audio.access.most_bytes
            fetch(file, sink, audio.access.hosts, expected=state, most_bytes=most)
        else:
            fetch_member(file, member, sink, audio.access)
        sink.flush()
        return _cached_name(track_id_of(sink.name), audio)

    return write


def _cached_name(track_id: str, audio: RemoteFile) -> str:
    suffix = suffix_of(audio.name)
    return track_id + (suffix if suffix in AUDIO_EXTENSIONS else "")
