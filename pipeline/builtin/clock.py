"""Times as people say them."""


def clock(time_s: float) -> str:
    """A time as minutes and seconds, e.g. ``3:05``."""
    minutes, seconds = divmod(round(time_s), 60)
    return f"{minutes}:{seconds:02d}"
