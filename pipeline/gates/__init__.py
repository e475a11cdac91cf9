"""Gates: what a model wrote is refused before anything reads it, if it is no text that was asked.

They know nothing of music: that is for `pipeline.lint` and the judges. A gate sees a text and what
was asked, and gives a fault (a reason to count by, and words), or None.
"""

from pipeline.gates.asked import Asked
from pipeline.gates.echo import is_placeholder
from pipeline.gates.english import not_english
from pipeline.gates.gate import Fault, Length, phrase_fault, prose_fault
from pipeline.gates.restated import restated
from pipeline.gates.sources import named_source
from pipeline.gates.tokens import TOKEN_PATTERN, template_token

__all__ = [
    "TOKEN_PATTERN",
    "Asked",
    "Fault",
    "Length",
    "is_placeholder",
    "named_source",
    "not_english",
    "phrase_fault",
    "prose_fault",
    "restated",
    "template_token",
]
