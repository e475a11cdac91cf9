"""From prose to steps that can be checked one by one, each with the stretch that it speaks of.

*Music Flamingo* cuts its chains after they were written, and does not say how. Here a step is a
sentence, or a clause of one that goes on to another time; no word is lost, none is in two steps.
"""

import re
from collections.abc import Iterator

from pipeline.lint import read, time_mentions

_LEAST_WORDS, _LEAST_CLAUSE_WORDS = 3, 4
"""Ours: "Dark. Heavy." is no step by itself, "and at 1:05" no clause."""
_WHOLE = re.compile(r'"[^"\n]{1,300}"|\([^()\n]{1,300}\)')
"""What is never cut: sung words, and what stands in brackets."""
_ENDS = re.compile(
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bcf\.)(?<!\bvs\.)(?<!\bca\.)(?<!\bapprox\.)(?<!\bfeat\.)"
    r"(?<=[.!?])[\"')\]*]*[ \t]+(?![a-z])|\n+|(?<=;)[ \t]+"
)
_LEADS = re.compile(
    r"(?:,\s*(?:(?:and|but)\s+)?(?:then\s+)?|(?<=\s)(?:and|but|then|before|while|whereas|until)"
    r"\s+(?:then\s+)?)(?:again\s+|only\s+)?$",
    re.IGNORECASE,
)
"""What may stand between a clause and the time that the next one begins with."""
Stretch = tuple[float, float]


def cut(thinking: str) -> list[str]:
    """The steps of a chain in prose.

    Parameters
    ----------
    thinking : str

    Returns
    -------
    list of str
        In order; with one space between them they have the words of the chain.

    Examples
    --------
    >>> cut("A pad opens the piece. The drums enter at 0:21, and at 1:05 the key rises to D.")
    ['A pad opens the piece.', 'The drums enter at 0:21,', 'and at 1:05 the key rises to D.']
    """
    steps: list[str] = []
    for sentence in _sentences(thinking):
        steps += [sentence[start:end].strip() for start, end in _clauses(sentence)]
    return steps


def stretch_of(text: str, duration_s: float) -> Stretch | None:
    """From the first to the last of the times that a step names, s; None where it names none.

    Those of a moment are equal. Nothing lies past the end of a track.

    Examples
    --------
    >>> stretch_of("From 0:21 to 0:40 the bass rests; the voice enters at 0:42.", 60.0)
    (21.0, 42.0)
    >>> stretch_of("The tempo is 120 BPM.", 60.0) is None
    True
    """
    named = time_mentions(text)
    if not named:
        return None
    times = [min(time, duration_s) for each in named for time in (each.start_s, each.end_s)]
    return min(times), max(times)


def _sentences(thinking: str) -> list[str]:
    """Sentences, and their parts between semicolons; very short ones join the one before."""
    plain = read(thinking).text
    whole = [match.span() for match in _WHOLE.finditer(plain)]
    found: list[str] = []
    at = 0
    ends = (end.end() for end in _ENDS.finditer(plain) if not _is_within(end.end(), whole))
    for end in (*ends, len(plain)):
        sentence = " ".join(thinking[at:end].split())
        at = end
        if found and len(sentence.split()) < _LEAST_WORDS:
            found[-1] = f"{found[-1]} {sentence}".strip()
        elif sentence:
            found.append(sentence)
    if len(found) > 1 and len(found[0].split()) < _LEAST_WORDS:
        found[:2] = [f"{found[0]} {found[1]}"]
    return found


def _clauses(sentence: str) -> Iterator[tuple[int, int]]:
    """Where the clauses of a sentence start and end: each that goes on to another time is one."""
    passage = read(sentence)
    whole = [match.span() for match in _WHOLE.finditer(passage.text)]
    start, has_time = 0, False
    for mention in time_mentions(passage):
        lead = _LEADS.search(passage.text, start, mention.start)
        if has_time and lead and not _is_within(lead.start(), whole):
            place = lead.start() + (1 if lead[0].startswith(",") else 0)
            if _is_clause(sentence[start:place]) and _is_clause(sentence[place:]):
                yield start, place
                start = place
        has_time = True
    yield start, len(sentence)


def _is_clause(words: str) -> bool:
    return len(words.split()) >= _LEAST_CLAUSE_WORDS


def _is_within(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start < place < end for start, end in spans)
