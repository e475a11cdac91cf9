"""The form of an answer as it is asked for: a JSON schema, one without bounds, or words."""

import json
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

_BOUNDS = (
    "minLength", "maxLength", "pattern", "format", "minItems", "maxItems", "uniqueItems", "minimum",
    "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "default",
)  # fmt: skip
"""Keywords that strict servers refuse: OpenAI's list of what `strict` does not support."""


@lru_cache(maxsize=64)
def json_schema(form: type[BaseModel]) -> dict[str, Any]:
    """JSON schema of a form. Do not change it: it is shared."""
    return form.model_json_schema()


def plain_schema(form: type[BaseModel]) -> dict[str, Any]:
    """The schema without bounds and references, for servers that refuse them.

    Examples
    --------
    >>> from pydantic import Field
    >>> class Title(BaseModel):
    ...     title: str = Field(min_length=1)
    >>> plain_schema(Title)["properties"]
    {'title': {'title': 'Title', 'type': 'string'}}
    """
    schema = json_schema(form)
    plain: dict[str, Any] = _plain(schema, schema.get("$defs", {}))
    return plain


def form_in_words(form: type[BaseModel]) -> str:
    """What a prompt says of the form where the server cannot be told.

    Its example is no JSON, so that a model which copies it has given no answer.
    """
    schema = json_schema(form)
    return (
        "Answer with one JSON object, and nothing else. It looks like this, with your own values "
        "for all that stands between angle brackets:\n"
        f"{_example(schema, schema.get('$defs', {}))}\n\n"
        f"It is of this schema:\n{json.dumps(schema)}"
    )


def _plain(part: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_plain(each, definitions) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _plain(_definition(part, definitions), definitions)
    return {
        name: {field: _plain(each, definitions) for field, each in value.items()}
        if name == "properties"
        else _plain(value, definitions)
        for name, value in part.items()
        if name not in _BOUNDS and name != "$defs"
    }


def _definition(part: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = definitions[part["$ref"].rsplit("/", 1)[1]]
    return found


def _example(part: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "$ref" in part:
        return _example(_definition(part, definitions), definitions)
    if "properties" in part:
        fields = (
            f"{json.dumps(name)}: {_example(each, definitions)}"
            for name, each in part["properties"].items()
        )
        return "{" + ", ".join(fields) + "}"
    if part.get("type") == "array":
        return f"[{_example(part['items'], definitions)}, ...]"
    if "anyOf" in part:
        choices = [_example(each, definitions) for each in part["anyOf"]]
        return f"<{' or '.join(each.strip('<>') for each in choices)}>"
    if values := part.get("enum", [part["const"]] if "const" in part else None):
        return f"<{' or '.join(map(json.dumps, values))}>"
    return f"<{_NAMES[part['type']]}>"


_NAMES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "null",
}
