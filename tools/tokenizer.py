"""Text tokens, by a tokenizer of transformers."""

import hashlib
from collections.abc import Sequence
from pathlib import Path


class TokenizerError(ValueError):
    """The tokenizer cannot be loaded; the message says why."""


class Tokenizer:
    """Counts tokens.

    Parameters
    ----------
    source : str
        A local folder, or a name on the hub.

    Raises
    ------
    TokenizerError
        If transformers is not installed, or there is no such tokenizer.
    """

    def __init__(self, source: str) -> None:
        try:
            from transformers import AutoTokenizer
        except ImportError as error:
            raise TokenizerError("`release.tokenizer` needs transformers: `.[train]`") from error
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(source)
        except (OSError, ValueError) as error:
            raise TokenizerError(f"release.tokenizer: {source}: {error}") from error
        self.name = Path(source).name if Path(source).is_dir() else source
        vocabulary = sorted(self._tokenizer.get_vocab().items())
        self.digest = hashlib.sha256(repr(vocabulary).encode()).hexdigest()

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special ones."""
        if not texts:
            return []
        found = self._tokenizer(list(texts), add_special_tokens=False)
        return [len(ids) for ids in found["input_ids"]]
