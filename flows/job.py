"""Flows that a person starts from a form of the UI: their parameters say what they mean."""

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, get_args

from prefect import flow
from prefect.flows import Flow
from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from pipeline.stages import STAGES
from schemas.roles import EngineName, RoleName

R = TypeVar("R")

if TYPE_CHECKING:
    StageName = str
else:
    StageName = Literal[tuple(stage.name for stage in STAGES)]

LAST_STAGE = STAGES[-1].name
ConfigFile = Annotated[
    str, Field(description="Path of the corpus config (YAML), on the machine of the worker.")
]


class Player(BaseModel):
    """Who plays a role in this run; what is not given stays as in the config."""

    model_config = ConfigDict(extra="allow")  # any field of a role may be given beside these
    role: RoleName = Field(description="The role.")
    engine: EngineName = Field(default="openai", description="How it is asked.")
    base_url: str | None = Field(
        default=None, description="The endpoint, e.g. http://host:8000/v1."
    )
    model: str | None = Field(default=None, description="The model's name.")
    api_key_env: str | None = Field(
        default=None, description="Environment variable of the worker that holds the key."
    )
    api_key_block: str | None = Field(
        default=None, description="Prefect Secret block that holds the key."
    )


Players = Annotated[
    list[Player], Field(description="Roles that are played by others than in the config.")
]


def overrides_of(players: list[Player]) -> dict[str, dict[str, Any]]:
    """Fields of roles, as `schemas.config.with_roles` takes them."""
    return {
        each.role: {"engine": each.engine} | each.model_dump(exclude_unset=True, exclude={"role"})
        for each in players
    }


def players_of(overrides: dict[str, dict[str, Any]]) -> list[Player]:
    """Roles as they were given on the command line."""
    return [Player.model_validate({"role": name, **f}) for name, f in overrides.items()]


def job(name: str) -> Callable[[Callable[..., R]], "Flow[..., R]"]:
    """A flow whose form shows what is said of its parameters in ``Annotated[..., Field(...)]``.

    Prefect takes descriptions from docstrings of Google's style alone.
    """

    def made(function: Callable[..., R]) -> "Flow[..., R]":
        summary = inspect.cleandoc(function.__doc__ or "").partition("\n")[0]
        function.__doc__ = f"{summary}\n\nArgs:\n{''.join(_told(function))}"
        return flow(
            name=name,
            description=summary,
            flow_run_name=f"{name}: {{config_path}}",  # until the run names itself
            persist_result=False,
        )(function)

    return made


def _told(function: Callable[..., Any]) -> list[str]:
    lines = []
    for parameter in inspect.signature(function).parameters.values():
        said = [each for each in get_args(parameter.annotation) if isinstance(each, FieldInfo)]
        words = " ".join(filter(None, (each.description for each in said)))
        lines.append(f"    {parameter.name}: {words}\n")
    return lines
