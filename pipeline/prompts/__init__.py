"""Prompts: Jinja files with a version, and macros for the text of `system` and of `user`.

Untrusted words (titles, tags, lyrics, captions) enter a prompt through the filter `data` only: as
JSON in which no character can end the block it stands in, or look like a chat template's own token.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from schemas.digest import digest

_FOLDER = Path(__file__).parent
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
# Fullwidth and small brackets too: servers that normalise text make plain ones of them.
_MARKED_UP = re.compile(r"[<>&\[\]\uff1c\uff1e\uff3b\uff3d\ufe64\ufe65]")
_NO_TEXT = {"Cc", "Cf", "Cs", "Co", "Cn"}
# Letters and marks that show nothing: words can be hidden in them.
_INVISIBLE = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_MAX_TEXT = 2000
# Persian, Urdu and the scripts of India are misspelt without their joiners.
_JOINERS = "\u200c\u200d"
_JOINED = re.compile(
    r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\ufb50-\ufdff"
    r"\ufe70-\ufefc]"
)


@dataclass(frozen=True)
class Prompt:
    """A prompt file.

    Attributes
    ----------
    name : str
    version : str
    digest : str
        Of the file's text.
    module : Any
        What the file defines: `version`, the macros `system` and `user`, and lists to draw from.
    """

    name: str
    version: str
    digest: str
    module: Any

    def render(self, **values: Any) -> tuple[str, str]:
        """The text of `system` and of `user`.

        Raises
        ------
        KeyError
            If a macro takes a value that is not given.
        """
        system, user = (
            str(macro(**{name: values[name] for name in macro.arguments})).strip()
            for macro in (self.module.system, self.module.user)
        )
        return system, user


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt in `<name>.jinja`.

    Raises
    ------
    jinja2.TemplateNotFound
        If there is no such file.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["data"] = as_data
    module: Any = environment.get_template(f"{name}.jinja").module
    text = (_FOLDER / f"{name}.jinja").read_text(encoding="utf-8")
    return Prompt(name, str(module.version), digest(text), module)


def as_data(value: Any) -> str:
    r"""JSON of a value, safe to stand between `<data>` and `</data>` in a prompt.

    Parameters
    ----------
    value : JSON value
        Strings may hold anything.

    Returns
    -------
    str
        One line. Angle and square brackets and ampersands in strings are written as ``\u003c`` and
        the like, so that text is never mistaken for a delimiter or a special token; strings are
        `clean`.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    text = json.dumps(clean(value), ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
    return _STRING.sub(lambda string: _MARKED_UP.sub(_escaped, string[0]), text)


def clean(value: Any) -> Any:
    """A JSON value whose strings hold only what can be read.

    White space is made single spaces; control, format, private and invisible characters are
    dropped, and long strings cut. A joiner stays between two letters whose script needs it.
    """
    if isinstance(value, str):
        cut = " ".join(readable(value).split())[:_MAX_TEXT]
        return cut.rstrip(f" {_JOINERS}")
    if isinstance(value, dict):
        return {clean(key): clean(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [clean(each) for each in value]
    return value


def readable(text: str) -> str:
    """A text without control, format, private and invisible characters."""
    return _INVISIBLE.sub("", "".join(c for i, c in enumerate(text) if _is_read(text, i)))


def _is_read(text: str, place: int) -> bool:
    character = text[place]
    if character in _JOINERS:
        beside = text[max(0, place - 1) : place], text[place + 1 : place + 2]
        return all(_JOINED.match(c) and unicodedata.category(c)[0] in "LM" for c in beside)
    return character.isspace() or unicodedata.category(character) not in _NO_TEXT


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
