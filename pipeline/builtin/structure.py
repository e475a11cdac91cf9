"""Categories of a caption without a model: the listing's genre, and words that are looked for."""

from pipeline.stages.structure.stage import SAID, Index, says

_LEVELS = ("loud", "moderate", "quiet", "narrow", "wide")
_PARTS = ("intro", "verse", "chorus", "bridge", "outro", "returns")
_INSTRUMENTS = ("drums",)
_SUNG = ("no vocals",)


def index(caption: str, genre: str | None) -> Index:
    """What can be read out of a caption."""
    found: dict[str, list[str]] = {name: [] for name in SAID}
    if genre and says(caption, genre):
        found["genre"] = [genre]
    for category, words in (
        ("dynamics", _LEVELS),
        ("structure", _PARTS),
        ("instruments", _INSTRUMENTS),
        ("vocal_character", _SUNG),
    ):
        found[category] = [
            word for word in words if says(caption, word) and not says(caption, f"no {word}")
        ]
    return Index.model_validate(found)
