"""Where a report is written, and which listening pages lie there."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.views.pages.listening import refusal_anchor
from schemas.ids import track_of
from schemas.provenance import Rejection


def default_folder(store: str, name: str) -> Path:
    """Where a report is written if nobody says where."""
    local = store.removeprefix("file://")
    return Path(f"{name}-report") if "://" in local else Path(local) / "report"


def listening_pages(folder: Path) -> dict[str, Path]:
    """The listening pages in a report's folder, by track; none where there is no report."""
    return {page.stem: page.resolve() for page in (folder / "tracks").glob("*.html")}


def page_of(refused: Rejection, pages: Mapping[str, Path]) -> str | None:
    """Address of the place where a listening page tells of a refusal; None if there is none."""
    page = pages.get(track_of(refused.row_id))
    return None if page is None else f"{page.as_uri()}#{refusal_anchor(refused)}"
