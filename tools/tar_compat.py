"""Filters of tar files for Python 3.11.2, which Debian 12 has: they came with 3.11.4 (PEP 706)."""

import tarfile
from pathlib import Path
from typing import Any

_REGULAR = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE)


def let_extract_take_filters() -> None:
    """Let `TarFile.extract` take ``filter``, where Python does not know it.

    NeMo extracts with ``filter="data"`` what it has found to lie inside the folder and to be no
    link. What is left of that filter are devices and pipes, which are refused.
    """
    if not hasattr(tarfile, "data_filter") and tarfile.TarFile.extract is not _extract:
        tarfile.TarFile.extract = _extract  # type: ignore[method-assign, assignment]


_plain_extract = tarfile.TarFile.extract


def _extract(
    archive: tarfile.TarFile,
    member: str | tarfile.TarInfo,
    path: str | Path = "",
    set_attrs: bool = True,
    *,
    numeric_owner: bool = False,
    filter: str | None = None,
) -> None:
    info = archive.getmember(member) if isinstance(member, str) else member
    if filter == "data" and info.type not in _REGULAR:
        raise tarfile.ExtractError(f"{info.name!r} is neither a file nor a folder")
    attributes: dict[str, Any] = {"set_attrs": set_attrs, "numeric_owner": numeric_owner}
    _plain_extract(archive, info, path, **attributes)
