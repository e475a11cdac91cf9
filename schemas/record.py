"""The base of every row: frozen, and closed to fields it does not know."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """An immutable row or part of a row; unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
