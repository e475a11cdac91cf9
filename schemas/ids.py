"""Ids of rows: one place makes them, and reads them.

``9f…`` (32 hex digits) is a track, ``9f…-0007`` a segment, ``9f…-q03`` a pair, ``9f…-short-en`` a
caption of another form, ``9f…-b3c1f0a97d2`` a caption that a source brought, ``9f…-c00`` a
comparison with another track; what comes after a slash names a request about one of them, e.g.
``9f…-q03/judge_2``.
"""

TRACK_ID_DIGITS = 32


def segment_id(track_id: str, index: int) -> str:
    """Id of a track's window."""
    return f"{track_id}-{index:04d}"


def pair_id(track_id: str, number: int) -> str:
    """Id of a question and answer about a track."""
    return f"{track_id}-q{number:02d}"


def comparison_id(track_id: str, number: int) -> str:
    """Id of a question about a track and another one."""
    return f"{track_id}-c{number:02d}"


def property_id(track_id: str, number: int) -> str:
    """Id of a measured property of a track, asked for."""
    return f"{track_id}-p{number:02d}"


def caption_id(track_id: str, form: str, language: str) -> str:
    """Id of a track's caption in another form or language than its first."""
    return f"{track_id}-{form}-{language}"


def brought_id(track_id: str, content: str, *, is_pair: bool) -> str:
    """Id of a text that a source brings, from the digest of its content."""
    return f"{track_id}-{'q' if is_pair else 'b'}{content[:10]}"


def request_id(row_id: str, what: object) -> str:
    """Id of a request about a row, of which there may be several."""
    return f"{row_id}/{what}"


def track_of(row_id: str) -> str:
    """Id of the track that a row is about."""
    return row_of(row_id).partition("-")[0]


def is_pair(row_id: str) -> bool:
    """Whether a row is a question and answer."""
    return name_in_track(row_id).startswith("q")


def row_of(request: str) -> str:
    """Id of the row that a request is about; a row's own is its own."""
    return request.partition("/")[0]


def name_in_track(row_id: str) -> str:
    """What tells a row from others of its track, such as ``q03``; empty for the track itself."""
    return row_of(row_id).partition("-")[2]


def maker_of(row_id: str) -> str:
    """The stage that makes a text: of the rich caption, of pairs, or of other captions."""
    name = name_in_track(row_id)
    if not name:
        return "describe"
    if is_pair(row_id):
        return "question"
    return "retell" if "-" in name else "refine"
