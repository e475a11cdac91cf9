"""What the judge said of rows: the one place that knows the judge's own rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.pages.listening import Judgement


def judgements(rows: Mapping[str, Sequence[Any]]) -> dict[tuple[str, str], Judgement]:
    """The judge's verdicts, by the judged row's stage and id; empty where nothing was judged."""
    return {}
