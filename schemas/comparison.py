"""Questions about two recordings, held against each other.

Example
-------
``{"qa_id": "9f…-c00", "track_id": "9f…", "other_id": "41…", "aspect": "tempo", "question": "Which
recording is faster?", "options": ["Recording 2 is faster", …], "answer": …, …}``
"""

from typing import Literal, get_args

from pydantic import Field

from schemas.lint import Finding
from schemas.qa import QaPair

Aspect = Literal["tempo", "metre", "key", "mode", "voice", "key_changes", "sections", "dynamics"]
"""What is compared; the last three only whole recordings tell."""
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)


class Comparison(QaPair):
    """A question about two recordings, and the facts of both that its answer was computed from.

    The track is recording 1, the other one recording 2. What is heard of each stands at its place
    in the recording; by default it is the whole of it, or a stretch that tells what is compared.
    """

    other_id: str = Field(description="Track id of recording 2.")
    aspect: Aspect
    heard_start_s: float = Field(description="Of recording 1.")
    heard_end_s: float
    other_start_s: float = Field(description="Of recording 2.")
    other_end_s: float
    findings: list[Finding] = Field(
        description="Claims of the question, answer and rationale that are wrong of neither "
        "recording alone; nobody can tell by rule which one is meant."
    )
