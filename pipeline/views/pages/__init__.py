"""HTML pages in one file each: templates, styles and scripts are package files, nothing is fetched.

Titles, tags, lyrics and models' texts are untrusted: templates escape everything, data goes into
pages through `script_json` alone, and the pages' own policy lets only our own scripts run.
"""

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def render(template: str, **context: Any) -> str:
    """A page.

    Parameters
    ----------
    template : str
        Name of a file in `pipeline/views/pages/templates/`, without ``.html.jinja``.
    **context
        What the template shows.

    Returns
    -------
    str
        HTML.
    """
    return _environment().get_template(f"{template}.html.jinja").render(context)


def static(name: str) -> str:
    """Text of a style or script in `pipeline/views/pages/static/`.

    Raises
    ------
    FileNotFoundError
        If there is none of this name.
    """
    known = {each.name: each for each in files(__name__).joinpath("static").iterdir()}
    if name not in known:
        raise FileNotFoundError(name)
    return known[name].read_text(encoding="utf-8")


def script_json(value: Any) -> Markup:
    """A JSON value that can stand inside a ``<script>`` element, whatever its strings hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    # Half a surrogate pair cannot be written as UTF-8.
    return Markup(text.encode("utf-8", "backslashreplace").decode())


def script_hash(name: str) -> str:
    """The source expression that lets exactly this inlined script run (CSP level 2)."""
    digest = hashlib.sha256(static(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__name__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"script_json": script_json, "clock": clock, "count": count}
    environment.globals |= {"inline": _inline, "script_hash": script_hash}
    return environment


def clock(time_s: float | None) -> str:
    """A time as minutes and seconds, e.g. ``3:05``; a dash for none."""
    if time_s is None:
        return "–"  # noqa: RUF001
    minutes, seconds = divmod(int(time_s), 60)
    return f"{minutes}:{seconds:02d}"


def count(number: float) -> str:
    """A whole number with thin spaces, e.g. ``12 345``."""
    return f"{round(number):,}".replace(",", "\u202f")


def _inline(name: str) -> Markup:
    """A package file's text, as it is: our own words, not data."""
    return Markup(static(name))
