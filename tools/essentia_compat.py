"""Import essentia without its greeting on stderr."""

from typing import Any


def import_essentia() -> Any:
    """The module `essentia.standard`."""
    import essentia

    essentia.log.infoActive = False
    import essentia.standard

    return essentia.standard
