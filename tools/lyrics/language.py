"""The language of a text, by py3langid (M. Lui and T. Baldwin, "langid.py", ACL 2012)."""

from functools import cache
from typing import Any

from schemas.languages import NAMES

MIN_WORDS = 6


def language_of(text: str) -> tuple[str, float] | None:
    """The likeliest language of a text, among those in `schemas.languages.NAMES`.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of (str, float) or None
        ISO 639-1 code and probability; None for less than `MIN_WORDS` different words, which
        tell nothing.
    """
    if len({word.casefold() for word in text.split()}) < MIN_WORDS:
        return None
    code, probability = load_identifier().classify(text)
    return str(code), float(probability)


@cache
def load_identifier() -> Any:
    """The identifier, loaded once a process."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in NAMES if code in identifier.labels])
    return identifier
