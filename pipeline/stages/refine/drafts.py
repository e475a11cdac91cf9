"""What is to be done about each brought caption, before anybody is asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.engine.stage import Batch
from pipeline.gates import Asked, Fault, prose_fault
from pipeline.lint import Evidence, lint_text
from pipeline.stages.describe.facts import stated_facts
from pipeline.stages.lint.stage import evidence_of
from pipeline.stages.refine.rules import corrected
from schemas.facts import MusicFacts
from schemas.lint import Finding
from schemas.lyrics import Lyrics
from schemas.texts import BroughtText

_NOBODY_ASKED = Asked.of("", "")
_TELLS_WORDS = re.compile(
    r"\b(?:lyric\w*|words?|verses?|sing(?:s|ing)? (?:of|about|that)|sung (?:in|about))\b", re.I
)
_TELLS_VOICE = re.compile(
    r"\b(?:voices?|vocal\w*|sing(?:s|er|ers|ing)?|sung|rap(?:s|per|ping)?|choir|chorus|instrumental"
    r"|croon\w*|a cappella|duet)\b",
    re.I,
)


@dataclass(frozen=True)
class Draft:
    """A brought caption as far as rules go.

    Attributes
    ----------
    brought : BroughtText
    evidence : Evidence
    stated : dict
        What is surely known of the track, for a prompt.
    text : str
        With tempo, key and metre corrected.
    before, after : list of Finding
        Claims of the caption as it was brought, and of `text`.
    """

    brought: BroughtText
    evidence: Evidence
    stated: Mapping[str, Any]
    text: str
    before: list[Finding]
    after: list[Finding]

    @property
    def wrong(self) -> list[Finding]:
        """What facts still contradict."""
        return [each for each in self.after if each.verdict == "wrong"]

    @property
    def lacks(self) -> list[str]:
        """What is known of singing, and not said: of ``voice`` and ``lyrics``."""
        found = []
        if self.evidence.is_sung and not _TELLS_VOICE.search(self.text):
            found.append("voice")
        if "lyrics" in self.stated and not _TELLS_WORDS.search(self.text):
            found.append("lyrics")
        return found

    @property
    def needs_writer(self) -> bool:
        """Whether there is anything that rules cannot do; else no request is made."""
        return bool(self.wrong or self.lacks)


def drafts_of(batch: Batch) -> tuple[list[Draft], list[tuple[BroughtText, Fault]]]:
    """The brought captions of a batch: drafts, and what is no text or of no measured track.

    Gates refuse what they refuse of models' words; ``no_facts`` is a track that was not measured.
    """
    evidence = evidence_of(batch)
    facts = {row.track_id: row for row in batch.of(MusicFacts)}
    lyrics = {row.track_id: row for row in batch.of(Lyrics)}
    tracks = {each.track.track_id: each.track for each in batch.tracks}
    stated = {
        track_id: stated_facts(tracks[track_id], row, lyrics.get(track_id), [], batch.sure)[0]
        for track_id, row in facts.items()
    }
    drafts, refused = [], []
    for each in batch.of(BroughtText):
        if each.kind != "caption":
            continue
        if fault := brought_fault(each):
            refused.append((each, fault))
        elif each.track_id not in facts:
            refused.append((each, ("no_facts", "see the rejections of measure")))
        else:
            drafts.append(draft_for(each, evidence[each.track_id], stated[each.track_id]))
    return drafts, refused


def brought_fault(each: BroughtText) -> Fault | None:
    """What is wrong with the words of a brought text, whatever they say."""
    told = each.text if each.kind == "caption" else f"{each.prompt}\n{each.text}"
    return prose_fault(told, _NOBODY_ASKED)


def draft_for(brought: BroughtText, evidence: Evidence, stated: Mapping[str, Any]) -> Draft:
    """A brought caption as far as rules go, held against what is known of its track."""
    text = corrected(brought.text, evidence, stated)
    return Draft(
        brought=brought,
        evidence=evidence,
        stated={name: value for name, value in stated.items() if name != "impressions"},
        text=text,
        before=lint_text(brought.text, evidence),
        after=lint_text(text, evidence),
    )
