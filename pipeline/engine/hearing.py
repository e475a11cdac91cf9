"""Which stretch of a track a model hears to tell something of a stretch of it."""

from collections.abc import Iterable

Span = tuple[float, float]
# Ours: where most of a track is heard anyway, it is heard as a whole and once.
_MOST_SHARE = 0.5


def heard_spans(
    about: Iterable[Span | None], duration_s: float, context_s: float | None
) -> list[Span]:
    """What is heard for each of several things about one track.

    Stretches are heard with what is around them, those that then overlap as one; nothing is heard
    in parts of which half of the track would be heard.

    Parameters
    ----------
    about : iterable of (float, float) or None
        The stretches, in s; None is the whole track.
    duration_s : float
        Of the track.
    context_s : float or None
        Before and after each; None for the whole track always.

    Returns
    -------
    list of (float, float)
        In their order.

    Examples
    --------
    >>> heard_spans([None, (30.0, 40.0), (45.0, 50.0)], 200.0, 10.0)
    [(0.0, 200.0), (20.0, 60.0), (20.0, 60.0)]
    """
    about = list(about)
    whole = (0.0, duration_s)
    if context_s is None:
        return [whole] * len(about)
    wide = [span and _widened(span, duration_s, context_s) for span in about]
    joined = _joined(sorted(span for span in wide if span))
    if sum(end - start for start, end in joined) > _MOST_SHARE * duration_s:
        return [whole] * len(about)
    return [
        next((each for each in joined if span and each[0] <= span[0] < each[1]), whole)
        for span in wide
    ]


def shown_span(span: Span, duration_s: float) -> dict[str, float] | None:
    """What a prompt says of a stretch that is heard; None for the whole track."""
    if span == (0.0, duration_s):
        return None
    numbers = {"from_s": span[0], "to_s": span[1], "of_s": duration_s}
    return {name: round(value, 1) for name, value in numbers.items()}


def _widened(span: Span, duration_s: float, context_s: float) -> Span:
    return max(0.0, span[0] - context_s), min(duration_s, span[1] + context_s)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order of their starts, those that overlap as one."""
    found: list[Span] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found
