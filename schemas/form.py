"""What is sure of a form: sections between sure boundaries, of one letter where they surely return.

Pure vocabulary that captions, questions and the lint share.
"""

import math
from collections.abc import Sequence
from string import ascii_uppercase

from schemas.facts import Section


def sure_sections(sections: Sequence[Section], max_wrong: float) -> list[Section]:
    """Sections, of which those that are not surely apart are one.

    Parameters
    ----------
    sections : sequence of Section
    max_wrong : float
        Share of the starts, and of the returns, that may be wrong.

    Returns
    -------
    list of Section
        Those with the same letter (without primes) are surely the same music; of those with
        different letters nothing is sure. The level of joined ones is their mean power.
    """
    runs: list[list[Section]] = []
    for section in sections:
        if not runs or is_sure_start(section, max_wrong):
            runs.append([])
        runs[-1].append(section)
    found: list[Section] = []
    letter_of: dict[str, str] = {}
    n_letters = 0
    for run in runs:
        is_single, plain = len(run) == 1, plain_letter(run[0])
        if is_single and is_sure_return(run[0], max_wrong) and plain in letter_of:
            prime = run[0].letter[len(plain) :]
            found.append(run[0].model_copy(update={"letter": letter_of[plain] + prime}))
            continue
        letter = nth_letter(n_letters)
        n_letters += 1
        if is_single and run[0].letter_q_value is None:
            letter_of[plain] = letter
        found.append(_joined(run).model_copy(update={"letter": letter}))
    return found


def is_sure_start(section: Section, max_wrong: float) -> bool:
    """Whether a section, which is not the first, surely begins where it is said to."""
    return section.start_q_value is not None and section.start_q_value <= max_wrong


def is_sure_return(section: Section, max_wrong: float) -> bool:
    """Whether a section is surely the music of the first one of its letter."""
    return section.letter_q_value is not None and section.letter_q_value <= max_wrong


def plain_letter(section: Section) -> str:
    """The letter without its prime."""
    return section.letter.rstrip("'")


def nth_letter(n: int) -> str:
    """`A` for 0, `Z` for 25, `AA` for 26."""
    n_signs, place = 1 + n // len(ascii_uppercase), n % len(ascii_uppercase)
    return n_signs * ascii_uppercase[place]


def _joined(run: Sequence[Section]) -> Section:
    lengths = [each.end_s - each.start_s for each in run]
    powers = [10 ** (each.level_db / 10) for each in run]
    power = sum(p * s for p, s in zip(powers, lengths, strict=True)) / sum(lengths)
    return run[0].model_copy(update={"end_s": run[-1].end_s, "level_db": 10 * math.log10(power)})
