"""How files that lie elsewhere are got: where they are kept, and what may be asked for them."""

from dataclasses import dataclass

from tools.remote.cache import FileCache


@dataclass(frozen=True)
class Access:
    """What a config says of files elsewhere.

    Attributes
    ----------
    cache : FileCache
    hosts : tuple of str
        Of the web, that may be read.
    most_bytes : int
        Larger files are refused unread.
    """

    cache: FileCache
    hosts: tuple[str, ...]
    most_bytes: int
