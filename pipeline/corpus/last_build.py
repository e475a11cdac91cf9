"""What was built last, kept in the store: the config with the roles that were given beside it.

Keys are no part of a config, only the names of the variables or blocks that hold them.
"""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from pipeline.engine.plan import stage_digests
from pipeline.engine.records import read_record, to_json
from pipeline.engine.shards import now
from pipeline.engine.stage import check_sections
from pipeline.engine.store_format import open_store
from pipeline.stages import STAGES
from schemas.config import CorpusConfig
from schemas.digest import digest
from schemas.shards import BuildRecord
from tools.store import Store

_PREFIX = "builds"
_NAME = re.compile(r"builds/\d{8}T\d+-[0-9a-f]{16}\.json")
_MOST_FIELDS = 6
WAY_OUT = "delete it: what that build was asked for is then not known, its rows are kept"


def record_build(store: Store, config: CorpusConfig, until: str | None) -> None:
    """Note what is being built, unless it is what was built last."""
    values = config.model_dump(mode="json", exclude={"store"})
    record = BuildRecord(config=values, until=until, created_at=now())
    last = next(_records(store), None)
    if last is not None and (last.config, last.until) == (record.config, record.until):
        return
    moment = "".join(filter(str.isalnum, record.created_at))
    name = f"{moment}-{digest([values, until])[:16]}"
    store.put(f"{_PREFIX}/{name}.json", to_json(record))


def as_built(config: CorpusConfig) -> tuple[CorpusConfig, str | None]:
    """The config to look at a corpus with, and what to say where it is not the one that was given.

    Parameters
    ----------
    config : CorpusConfig

    Returns
    -------
    config : CorpusConfig
        The one that was given if it was ever built, or if nothing was; else that of the last build.
    note : str or None
        That, and how, the config differs from that of the last build.

    Raises
    ------
    ConfigError
        If the config has a section of a stage that there is not.
    DamagedError
        If the record of a build is not as it was written.
    """
    check_sections(config, STAGES)
    ours, last = stage_digests(STAGES, config), None
    for record in _records(open_store(config.store)):
        built = _config_of(record, config.store)
        if built is None:
            continue
        is_same = stage_digests(STAGES, built) == ours
        if last is None and is_same:
            return config, None
        last = last or (record, built)
        if is_same:
            return config, _note(config, *last, "this shows what stands of this config")
    if last is None:
        return config, None
    return last[1], _note(config, *last, "the last build is shown. Build to have this one")


def _note(config: CorpusConfig, record: BuildRecord, built: CorpusConfig, shown: str) -> str:
    changed = _differences(_relevant(config), _relevant(built), "")
    some = ", ".join(changed[:_MOST_FIELDS])
    more = f" and {len(changed) - _MOST_FIELDS} more" if len(changed) > _MOST_FIELDS else ""
    is_of_roles = any(each.startswith("roles.") for each in changed)
    advice = ". If that was by --role, give the same again" if is_of_roles else ""
    return (
        f"this config differs from that of the last build ({record.created_at}) in {some}{more}: "
        f"{shown}{advice}"
    )


def _records(store: Store) -> Iterator[BuildRecord]:
    """The newest first; other files among them are none."""
    for path in reversed(store.list(_PREFIX)):
        if _NAME.fullmatch(path):
            yield read_record(store, path, BuildRecord, WAY_OUT)


def _config_of(record: BuildRecord, store: str) -> CorpusConfig | None:
    """None where another version wrote it, with fields that this one does not know."""
    try:
        return CorpusConfig.model_validate({**record.config, "store": store})
    except ValidationError:
        return None


def _relevant(config: CorpusConfig) -> dict[str, Any]:
    names = {stage.name for stage in STAGES}
    return config.model_dump(mode="json", include={"roles", "stages", *names})


def _differences(ours: Any, theirs: Any, path: str) -> list[str]:
    """Dotted names of the fields in which two configs differ."""
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return [] if ours == theirs else [path]
    return [
        each
        for name in ours
        for each in _differences(ours[name], theirs.get(name), f"{path}.{name}".lstrip("."))
    ]
