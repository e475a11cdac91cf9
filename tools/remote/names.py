"""What a name says of where a file lies: on this disk, in a bucket, on the web, in a tar."""

import posixpath
import re
from urllib.parse import urljoin, urlsplit

BUCKETS = ("s3", "gs", "az")
WEB = ("https", "http")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
_TAR = re.compile(r"\.tar(?=#|$)", re.IGNORECASE)


def scheme_of(name: str) -> str | None:
    """The scheme of a URL in lower case; None for a path and a ``file:`` URI."""
    found = _SCHEME.match(name)
    scheme = found[1].lower() if found else None
    return None if scheme == "file" else scheme


def is_tar(name: str) -> bool:
    """Whether a file's name is that of a tar whose members can be read one by one."""
    return name.lower().endswith(".tar")


def split_member(name: str) -> tuple[str, str | None]:
    """A file and the member of it that is meant: ``shard.tar#song.flac``.

    Examples
    --------
    >>> split_member("s3://bucket/shard.tar#song.flac")
    ('s3://bucket/shard.tar', 'song.flac')
    >>> split_member("song #1.flac")
    ('song #1.flac', None)
    """
    found = _TAR.search(name)
    if found is None or found.end() == len(name):
        return name, None
    return name[: found.end()], name[found.end() + 1 :]


def suffix_of(name: str) -> str:
    """The ending of a name, in lower case, without a URL's query.

    Examples
    --------
    >>> suffix_of("https://host/a.FLAC?key=1.x"), suffix_of("shard.tar#a/b.wav")
    ('.flac', '.wav')
    """
    file, member = split_member(name)
    path = member or (urlsplit(file).path if scheme_of(file) in WEB else file)
    return posixpath.splitext(path)[1].lower()


def joined(folder: str, name: str) -> str:
    """A name as seen from a folder that is a URL; URLs and absolute paths stay as they are.

    Raises
    ------
    ValueError
        If it leads out of the bucket.

    Examples
    --------
    >>> joined("s3://bucket/lists", "../songs/a.wav")
    's3://bucket/songs/a.wav'
    """
    if scheme_of(name) is not None or name.startswith("/"):
        return name
    if scheme_of(folder) in WEB:
        return urljoin(folder.rstrip("/") + "/", name)
    base, key = split_bucket(folder)
    file, member = split_member(name)
    path = posixpath.normpath(f"{key}/{file}".lstrip("/"))
    if path.startswith(".."):
        raise ValueError("it leads out of the bucket")
    return f"{base}/{path}" + ("" if member is None else f"#{member}")


def split_bucket(url: str) -> tuple[str, str]:
    """A bucket's URL, and the key in it.

    Examples
    --------
    >>> split_bucket("s3://bucket/in/song.wav")
    ('s3://bucket', 'in/song.wav')
    """
    scheme, _, rest = url.partition("://")
    bucket, _, key = rest.partition("/")
    return f"{scheme.lower()}://{bucket}", key.strip("/")
