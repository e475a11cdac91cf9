"""How many tokens of a model's context a row takes.

Sound as Music Flamingo hears it: 16 kHz, windows of 30 s, a frame every 10 ms, halved twice: 750
tokens a window, 25 a second.
"""

from collections.abc import Callable

import polars as pl

SAMPLE_RATE_HZ = 16_000
WINDOW_S = 30
TOKENS_PER_WINDOW = 750
_HOP = 160
_FRAMES_PER_WINDOW = 3000
ESTIMATE = "estimated: a quarter of the UTF-8 bytes of prompt and completion"
TextCounter = Callable[[pl.DataFrame], pl.Series]


def audio_tokens(duration_s: pl.Expr) -> pl.Expr:
    """Tokens of so much sound, as `MusicFlamingoProcessor` counts them."""
    samples = (duration_s * SAMPLE_RATE_HZ).round().cast(pl.Int64)
    window = SAMPLE_RATE_HZ * WINDOW_S
    rest = (samples % window + (_HOP - 1)) // _HOP
    frames = samples // window * _FRAMES_PER_WINDOW + rest
    tokens = ((frames - 1) // 2 - 1) // 2 + 1
    return pl.when(frames > 0).then(tokens).otherwise(0)


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
