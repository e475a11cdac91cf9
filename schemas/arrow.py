"""The one place where Arrow schemas are derived from the models.

``str -> string``, ``int -> int64``, ``float -> float64``, ``bool -> bool``, ``bytes -> binary``,
``list[X] -> list<X>``, a model -> struct, ``X | None`` -> nullable, ``Literal`` -> the type of
its values.
"""

import types
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import pyarrow as pa
from pydantic import BaseModel

from schemas.record import Record

R = TypeVar("R", bound=Record)

_SCALARS: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    bytes: pa.binary(),
}


def arrow_schema(model: type[BaseModel]) -> pa.Schema:
    """Arrow schema of a model's rows; a field's description becomes the column's.

    Parameters
    ----------
    model : type[BaseModel]

    Returns
    -------
    pa.Schema
        One field per model field, in order.

    Raises
    ------
    TypeError
        If a field's type has no Arrow counterpart.
    """
    return pa.schema(_fields(model))


def to_table(rows: Iterable[Record], model: type[Record]) -> pa.Table:
    """Rows as an Arrow table with exactly the model's schema."""
    return pa.Table.from_pylist([row.model_dump() for row in rows], schema=arrow_schema(model))


def from_table(table: pa.Table, model: type[R]) -> list[R]:
    """Rows of a table as validated models."""
    return [model.model_validate(row) for row in table.to_pylist()]


def _fields(model: type[BaseModel]) -> list[pa.Field]:
    fields = []
    for name, info in model.model_fields.items():
        data_type, nullable = _arrow_type(info.annotation, f"{model.__name__}.{name}")
        metadata = {"description": info.description} if info.description else None
        fields.append(pa.field(name, data_type, nullable=nullable, metadata=metadata))
    return fields


def _arrow_type(annotation: Any, where: str) -> tuple[pa.DataType, bool]:
    if annotation in _SCALARS:
        return _SCALARS[annotation], False
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return pa.struct(_fields(annotation)), False
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _arrow_type(arguments[0], where)
    if origin is Literal:
        return _arrow_type(_common_type(arguments, where), where)
    if origin is list:
        item, item_nullable = _arrow_type(arguments[0], where)
        return pa.list_(pa.field("item", item, nullable=item_nullable)), False
    if origin in (Union, types.UnionType):
        inner = [argument for argument in arguments if argument is not types.NoneType]
        if len(inner) == 1 < len(arguments):
            return _arrow_type(inner[0], where)[0], True
    raise TypeError(f"{where}: no Arrow type for {annotation!r}")


def _common_type(values: Sequence[Any], where: str) -> type:
    kinds = {type(value) for value in values}
    if len(kinds) != 1:
        raise TypeError(f"{where}: literals of several types: {values!r}")
    return kinds.pop()
