"""Call a tool: fields with values, or null with a reason; and who made them."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from schemas.provenance import Provenance, Unmeasured
from tools.errors import RefusedError

OUR_CODE = "partimento"
Values = dict[str, Any]


def attempt(
    fields: Sequence[str], measure: Callable[[], Values]
) -> tuple[Values, list[Unmeasured]]:
    """Values of some fields, or why each of them is null."""
    try:
        return measure(), []
    except RefusedError as error:
        reason, detail = error.reason, error.detail
    except Exception as error:
        reason, detail = "failed", f"{type(error).__name__}: {error}"
    return {}, [Unmeasured(field=name, reason=reason, detail=detail) for name in fields]


def made_by(
    tool: str, version: str, parameters: Mapping[str, Any], fields: Sequence[str]
) -> Provenance:
    """Provenance of some fields."""
    return Provenance(
        fields=list(fields),
        tool=tool,
        version=version,
        parameters=json.dumps(parameters, sort_keys=True),
    )


def heard_by(field: str, hear: Callable[[], Any], by: tuple[str, str, Mapping[str, Any]]) -> Values:
    """What a tool heard, as columns of a row: the value or null with a reason, and who made it.

    Parameters
    ----------
    field : str
    hear : callable
        ``hear()`` gives its value.
    by : (str, str, mapping)
        Tool, version and parameters.
    """
    found, unmeasured = attempt((field,), lambda: {field: hear()})
    provenance = [made_by(*by, (field,))] if found else []
    return {field: None, **found, "unmeasured": unmeasured, "provenance": provenance}
