"""What became of a text, word by word."""

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

_WORD = re.compile(r"\S+\s*")


class Piece(NamedTuple):
    """Words that stayed, went, or came."""

    kind: Literal["same", "gone", "new"]
    words: str


def word_diff(before: str, after: str) -> list[Piece]:
    """Pieces of both versions in order; without the new ones they are `before`.

    Examples
    --------
    >>> [tuple(each) for each in word_diff("A slow song in A minor.", "A song in C major.")]
    [('same', 'A '), ('gone', 'slow '), ('same', 'song in '), ('gone', 'A minor. '), ('new', 'C major.')]
    """  # noqa: E501
    old, new = _WORD.findall(before), _WORD.findall(after)
    was, now = ([word.rstrip() for word in words] for words in (old, new))
    pieces = []
    for tag, i, j, k, m in SequenceMatcher(None, was, now, False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
        else:
            pieces += [Piece("gone", "".join(old[i:j]))] if j > i else []
            pieces += [Piece("new", "".join(new[k:m]))] if m > k else []
    return [
        piece if piece is pieces[-1] or piece.words[-1].isspace() else Piece(kind, f"{words} ")
        for piece in pieces
        for kind, words in [piece]
    ]
