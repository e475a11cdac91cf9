"""API keys of the roles, from the environment or from Prefect Secret blocks."""

import os
from collections.abc import Iterable

from schemas.config import ConfigError, CorpusConfig
from schemas.roles import RoleConfig, RoleName


def find_keys(config: CorpusConfig, names: Iterable[RoleName]) -> dict[str, str]:
    """Keys by role, for those roles that need one.

    Raises
    ------
    ConfigError
        If a variable is not set, or a block does not exist.
    """
    found: dict[str, str] = {}
    for name in names:
        role: RoleConfig = getattr(config.roles, name)
        if role.engine != "openai":
            continue
        if role.api_key_env is not None:
            found[name] = _from_environment(name, role.api_key_env)
        elif role.api_key_block is not None:
            found[name] = _from_block(name, role.api_key_block)
    return found


def _from_environment(name: str, variable: str) -> str:
    key = os.environ.get(variable, "").strip()
    if not key:
        raise ConfigError(f"roles.{name}.api_key_env: the variable {variable} is not set")
    return _sendable(key, f"roles.{name}.api_key_env: the variable {variable}")


def _from_block(name: str, block: str) -> str:
    from prefect.blocks.system import Secret

    try:
        key = str(Secret.load(block).get()).strip()  # type: ignore[union-attr]
    except ValueError as error:
        raise ConfigError(f"roles.{name}.api_key_block: {error}") from error
    return _sendable(key, f"roles.{name}.api_key_block: the block {block}")


def _sendable(key: str, where: str) -> str:
    if not (key.isascii() and key.isprintable()):
        raise ConfigError(f"{where} holds characters that no HTTP header can carry")
    return key
