"""Categories of a caption without a model: the listing's genre, and words of loudness."""

from pipeline.stages.structure.stage import SAID, Index, says

_LEVELS = ("loud", "moderate", "quiet", "narrow", "wide")


def index(caption: str, genre: str | None) -> Index:
    """What can be read out of a caption."""
    found: dict[str, list[str]] = {name: [] for name in SAID}
    if genre and says(caption, genre):
        found["genre"] = [genre]
    found["dynamics"] = [word for word in _LEVELS if says(caption, word)]
    return Index.model_validate(found)
