"""Where a value came from, and why one is missing."""

from pydantic import Field

from schemas.record import Record


class Provenance(Record):
    """How a group of fields was made."""

    fields: list[str] = Field(description="Names of the fields this tool filled.")
    tool: str = Field(
        description="Distribution or plugin name, e.g. `madmom`; `partimento` is our own code."
    )
    version: str = Field(description="The tool's; of our own code, that of the part that decided.")
    parameters: str = Field(
        description="The tool's parameters, or our constants, as canonical JSON."
    )


class Unmeasured(Record):
    """A field that is null, and why: no default ever stands in for a failed measurement."""

    field: str
    reason: str = Field(description="A short code, e.g. `silent`, `too_short`, `beatless`.")
    detail: str = ""


class Rejection(Record):
    """A row that a stage refused. Nothing is dropped without one."""

    row_id: str = Field(description="Id of the refused row: a track id, or the source's uri.")
    stage: str = Field(default="", description="Written by the engine, not by the stage.")
    reason: str = Field(description="A short code to count by, e.g. `undecodable`, `crashed`.")
    detail: str = Field(description="What happened, in words; never used as data.")
    raw: str | None = Field(default=None, description="A model's raw words, where there are any.")
