"""Sound as Music Flamingo hears it, and how much of a context it takes.

Mono at 16 kHz, in windows of 30 s, a frame every 10 ms, halved twice: 750 tokens a window, 25 a
second, as in `MusicFlamingoProcessor` of transformers, with which the tests compare it. Pure
vocabulary that the pipeline and training share.
"""

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import polars as pl

SAMPLE_RATE_HZ = 16_000
WINDOW_S = 30
WINDOW_SAMPLES = WINDOW_S * SAMPLE_RATE_HZ
TOKENS_PER_S = 25
TOKENS_PER_WINDOW = TOKENS_PER_S * WINDOW_S
_HOP_SAMPLES = 160
_FRAMES_PER_WINDOW = WINDOW_SAMPLES // _HOP_SAMPLES
Count = TypeVar("Count", int, "pl.Expr")


def audio_tokens(n_samples: Count) -> Count:
    """Tokens of a sound of so many samples at 16 kHz, as the processor counts them.

    Examples
    --------
    >>> audio_tokens(30 * 16_000), audio_tokens(320), audio_tokens(321)
    (750, 0, 1)
    """
    rest = (n_samples % WINDOW_SAMPLES + (_HOP_SAMPLES - 1)) // _HOP_SAMPLES
    n_frames = n_samples // WINDOW_SAMPLES * _FRAMES_PER_WINDOW + rest
    # Each of the two halvings gives (n - 1) // 2 + 1 or less; together they are this.
    return (n_frames + 1) // 4
