"""How many tokens of a model's context a row takes."""

from collections.abc import Callable

import polars as pl

from schemas.audio_tokens import SAMPLE_RATE_HZ, audio_tokens

ESTIMATE = "estimated: a quarter of the UTF-8 bytes of prompt and completion"
TextCounter = Callable[[pl.DataFrame], pl.Series]


def audio_tokens_of(duration_s: pl.Expr) -> pl.Expr:
    """Tokens of so much sound."""
    return audio_tokens((duration_s * SAMPLE_RATE_HZ).round().cast(pl.Int64))


def estimate_text_tokens(rows: pl.DataFrame) -> pl.Series:
    """Tokens of `prompt` and `completion`, as `ESTIMATE` says."""
    n_bytes = pl.col("prompt").str.len_bytes() + pl.col("completion").str.len_bytes()
    return rows.select(((n_bytes.cast(pl.Int64) + 3) // 4).alias("n")).to_series()


def text_counter(tokenizer: str | None) -> tuple[TextCounter, str]:
    """What counts text tokens, and how it is called.

    Parameters
    ----------
    tokenizer : str or None
        A transformers tokenizer, folder or name; None estimates.

    Returns
    -------
    counter : callable
        Of a frame with `prompt` and `completion`.
    rule : str
        For the manifest.

    Raises
    ------
    TokenizerError
        If there is no such tokenizer.
    """
    if tokenizer is None:
        return estimate_text_tokens, ESTIMATE
    from tools.tokenizer import Tokenizer

    counter = Tokenizer(tokenizer)

    def count(rows: pl.DataFrame) -> pl.Series:
        texts = rows.select(pl.concat_str("prompt", "completion", separator="\n")).to_series()
        return pl.Series(counter.lengths(texts.to_list()), dtype=pl.Int64)

    return count, f"counted by {counter.name} ({counter.digest[:12]}), without a chat template"
