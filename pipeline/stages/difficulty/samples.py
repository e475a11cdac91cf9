"""What chains of thought can be about: accepted captions and accepted multiple choices."""

from dataclasses import dataclass
from typing import Any

from pipeline.engine.stage import Batch
from pipeline.stages.harden.pairs import harder_pairs
from pipeline.stages.judge.accepted import accepted_captions, accepted_pairs
from schemas.captions import RichCaption
from schemas.options import LETTERS
from schemas.qa import QaPair, Skill
from schemas.quality import Quality, TextKind
from schemas.thinking import ask_for_thought


@dataclass(frozen=True)
class Sample:
    """An accepted row: a caption, or a pair.

    Attributes
    ----------
    track_id : str
    caption : RichCaption or None
    pair : QaPair or None
    """

    track_id: str
    caption: RichCaption | None = None
    pair: QaPair | None = None

    @property
    def row_id(self) -> str:
        """Track id of a caption, or qa_id."""
        return self.track_id if self.pair is None else self.pair.qa_id

    @property
    def kind(self) -> TextKind:
        """What it is."""
        return "caption" if self.pair is None else "qa"

    @property
    def skill(self) -> Skill | None:
        """Of a pair."""
        return None if self.pair is None else self.pair.skill

    @property
    def options(self) -> list[str] | None:
        """Of a pair, as shown."""
        return None if self.pair is None else self.pair.options

    @property
    def gold_answer(self) -> str | None:
        """Of a pair."""
        return None if self.pair is None else self.pair.answer

    @property
    def answer(self) -> str:
        """What a chain leads to: the right option's text, or the caption."""
        if self.pair is not None:
            return self.pair.answer
        assert self.caption is not None
        return self.caption.caption

    @property
    def span(self) -> tuple[float, float] | None:
        """The stretch that is asked about, s; None for the whole track."""
        return None if self.pair is None else self.pair.about

    @property
    def shown(self) -> dict[str, Any]:
        """The request without its answer, as data of a prompt."""
        if self.pair is not None:
            return {"question": self.pair.question, "options": self.pair.options}
        assert self.caption is not None
        return {"request": self.caption.instruction}

    @property
    def prompt(self) -> str:
        """What the user says in MF-Think."""
        if self.pair is None:
            assert self.caption is not None
            return ask_for_thought(self.caption.instruction)
        options = zip(LETTERS, self.pair.options or [], strict=False)
        lines = [self.pair.question, *(f"({letter}) {text}" for letter, text in options)]
        return ask_for_thought("\n".join(lines))


def accepted_samples(batch: Batch) -> list[Sample]:
    """Accepted captions and multiple choices of a batch with `describe`, `question`, `judge`."""
    captions = accepted_captions(batch.of(RichCaption), batch.of(Quality))
    pairs = accepted_pairs(harder_pairs(batch), batch.of(Quality))
    return [
        *(Sample(row.track_id, caption=row) for row in captions),
        *(Sample(row.track_id, pair=row) for row in pairs if row.options is not None),
    ]


def open_pairs(batch: Batch) -> list[QaPair]:
    """Accepted pairs without options."""
    pairs = accepted_pairs(harder_pairs(batch), batch.of(Quality))
    return [row for row in pairs if row.options is None]
