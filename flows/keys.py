"""API keys of the roles, from the environment or from Prefect Secret blocks."""

from collections.abc import Callable, Iterable

from pipeline.corpus.models import as_header, keys_from_environment
from schemas.config import ConfigError, CorpusConfig
from schemas.roles import RoleConfig, RoleName

Find = Callable[[CorpusConfig, Iterable[RoleName]], dict[str, str]]


def find_keys(config: CorpusConfig, names: Iterable[RoleName]) -> dict[str, str]:
    """Keys by role, for those roles that need one.

    Raises
    ------
    ConfigError
        If a variable is not set, or a block does not exist.
    """
    found = keys_from_environment(config, names)
    for name in names:
        role: RoleConfig = getattr(config.roles, name)
        if role.is_endpoint and name not in found and role.api_key_block is not None:
            found[name] = _from_block(name, role.api_key_block)
    return found


def look_for_keys(
    config: CorpusConfig, names: Iterable[RoleName], find: Find = find_keys
) -> tuple[dict[str, str], dict[RoleName, str]]:
    """Keys by role, and by role why there is none."""
    found: dict[str, str] = {}
    missing: dict[RoleName, str] = {}
    for name in names:
        try:
            found |= find(config, [name])
        except ConfigError as error:
            missing[name] = str(error)
    return found, missing


def _from_block(name: str, block: str) -> str:
    from prefect.blocks.system import Secret

    try:
        key = str(Secret.load(block).get()).strip()  # type: ignore[union-attr]
    except ValueError as error:
        raise ConfigError(f"roles.{name}.api_key_block: {error}") from error
    return as_header(key, f"roles.{name}.api_key_block: the block {block}")
