"""Texts as they are compared: what of them does not matter.

Pure vocabulary that the pipeline and training share. Options of a question have their own,
`schemas.options`, where case can be meaning.
"""

import re
import unicodedata

_CUE = re.compile(r"\[[^\]]*\]")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})  # noqa: RUF001
_UNSPACED = re.compile(
    r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff])"
)


def folded(text: str) -> str:
    """A text without case and with one form of each character: by NFKC, apostrophes plain.

    Examples
    --------
    >>> folded("Straße ﬁve")
    'strasse five'
    """
    # NFKC would make a space and a mark of this one.
    text = unicodedata.normalize("NFKC", text.replace("´", "'"))  # noqa: RUF001
    return unicodedata.normalize("NFKC", text.casefold()).translate(_APOSTROPHES)


def normalised(text: str) -> str:
    """A text as its runs of letters, digits and underscores, with one space between them.

    For names and phrases, which are compared whole: an apostrophe parts like any other sign.

    Examples
    --------
    >>> normalised("  Guns N' Roses,  LIVE!")
    'guns n roses live'
    """
    return " ".join(re.findall(r"\w+", folded(text)))


def words_of(text: str) -> list[str]:
    """The words of a text, an apostrophe within a word being part of it, whatever its form.

    Letters with the marks that belong to them, and digits; all else parts words.

    Examples
    --------
    >>> words_of("Don`t stop -- 'til 9_pm!")
    ["don't", 'stop', 'til', '9', 'pm']
    """
    signs = (c if c == "'" or unicodedata.category(c)[0] in "LMN" else " " for c in folded(text))
    return [word for each in "".join(signs).split() if (word := each.strip("'"))]


def sung_words(text: str) -> list[str]:
    """The words of lyrics, as error rates compare them: `words_of`, and two rules more.

    What stands in square brackets is a cue such as ``[Chorus]``, and dropped; every Han, Kana,
    Thai, Lao, Khmer or Burmese character is a word of its own, as these scripts write no spaces.
    Numbers are not spelled out.

    Examples
    --------
    >>> sung_words("[Chorus] Don't stop -- 北京!")
    ["don't", 'stop', '北', '京']
    """
    text = folded(_CUE.sub(" ", text))
    return words_of(_UNSPACED.sub(r" \1 ", text))
