"""What a writer was asked, as far as its words are held against it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.gates.characters import scripts_of
from schemas.text import words_of

_DATA = re.compile(r"<data>.*?</data>", re.DOTALL)
_ENGLISH = frozenset({"LATIN"})


@dataclass(frozen=True)
class Asked:
    """A request, as far as an answer's words are held against it.

    Attributes
    ----------
    wording : str
        The words of the prompt and of its form, without the data, each with one space around it.
    scripts : frozenset of str
        Of English, and of whatever the request itself holds: a title, sung words.
    """

    wording: str
    scripts: frozenset[str]

    @classmethod
    def of(cls, system: str, user: str, form: Iterable[str] = ()) -> "Asked":
        """What is asked by a prompt with data in ``<data>``, and by the descriptions of a form."""
        told = _DATA.sub(" ", "\n".join((system, user, *form)))
        return cls(f" {' '.join(words_of(told))} ", _ENGLISH | scripts_of(user))

    def in_scripts(self, scripts: Iterable[str]) -> "Asked":
        """The same for an answer that may be written in other scripts, too."""
        return replace(self, scripts=self.scripts | frozenset(scripts))

    def says(self, text: str) -> bool:
        """Whether the prompt itself has these words, one after the other."""
        return f" {' '.join(words_of(text))} " in self.wording
