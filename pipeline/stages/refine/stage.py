"""The stage `refine`: captions of other sets, corrected by rule, by the writer where needed."""

import difflib
import re
from collections import Counter
from functools import partial
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.engine.ask import TOKENS_PER_WORD, ask, asked, chat_request
from pipeline.engine.stage import (
    Batch,
    ModelRequest,
    ModelRequests,
    ModelUse,
    Stage,
    StageContext,
    StageResult,
)
from pipeline.gates import Asked, Fault, Length, prose_fault
from pipeline.lint import lint_text
from pipeline.prompts import load_prompt
from pipeline.stages.refine.drafts import Draft, drafts_of
from schemas.captions import Authorship, RefinedCaption
from schemas.config import CorpusConfig
from schemas.digest import digest
from schemas.facts import MusicFacts
from schemas.lint import Finding
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection, Unmeasured
from schemas.record import Record
from schemas.roles import RoleName
from schemas.text import words_of
from schemas.texts import BroughtText
from schemas.tracks import Segment, Track
from schemas.usage import Usage
from tools.chat.request import Answer

PROMPT = "refine"
_MORE_WORDS, _MOST_RATIO, _LEAST_RATIO = 80, 1.5, 0.5
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_LEAST_KEPT = 0.5
"""Ours: two sentences on voice and words take some sixty words; what keeps less than half of the
words is another caption."""


class Refinement(BaseModel):
    """The form of the answer."""

    model_config = ConfigDict(extra="forbid")
    caption: str = Field(min_length=1, description="The whole caption as it should be.")


def refine_requests(batch: Batch, _config: Record) -> ModelRequests[RefinedCaption]:
    """One request for every caption that rules leave wrong, or silent on what is sung.

    Parameters
    ----------
    batch : Batch
        With the rows of `texts`, `segment`, `measure` and `transcribe`.
    """
    drafts, refused = drafts_of(batch)
    return ModelRequests(
        [refine_request(each) for each in drafts if each.needs_writer],
        [_rejected(each, fault) for each, fault in refused],
    )


def run_refine(batch: Batch, _config: Record, context: StageContext) -> StageResult:
    """Correct by rule, and ask about the rest.

    Parameters
    ----------
    batch : Batch
        With the rows of `texts`, `segment`, `measure` and `transcribe`.
    _config : Record
        It has no settings.
    context : StageContext

    Returns
    -------
    StageResult
        A `RefinedCaption` for each caption that the gates let pass. Where the writer gave nothing
        usable it is as the rules left it, and `unmeasured` says why.
    """
    drafts, refused = drafts_of(batch)
    requests = [refine_request(each) for each in drafts if each.needs_writer]
    made = ask(requests, context, n_tracks=len(batch.tracks))
    result = StageResult(inputs=[])
    for each, fault in refused:
        result.inputs.append(each.text_id)
        result.rejected.append(_rejected(each, fault))
    for draft in drafts:
        found = made.get(draft.brought.text_id)
        result.inputs.append(draft.brought.text_id)
        result.accepted.append(draft.brought.text_id)
        result.rows.append(found if isinstance(found, RefinedCaption) else by_rule(draft, found))
    return result


def by_rule(draft: Draft, why: Rejection | None = None) -> RefinedCaption:
    """A caption as the rules left it, and why the writer's words were not taken."""
    unmeasured = (
        [Unmeasured(field="rewritten", reason=why.reason, detail=why.detail)] if why else []
    )
    return _row(draft, draft.text, draft.after, brought_by(draft.brought), Usage(), unmeasured)


def brought_by(brought: BroughtText) -> Authorship:
    """Who wrote a brought text, as far as is known: the set that holds it."""
    return Authorship(
        role="brought", engine="brought", model=brought.origin, prompt="", prompt_hash=""
    )


def refine_request(draft: Draft) -> ModelRequest[RefinedCaption]:
    """What the writer is asked about a caption."""
    n_words = len(draft.text.split())
    length = Length(int(_LEAST_RATIO * n_words), int(_MOST_RATIO * n_words) + _MORE_WORDS)
    chat = chat_request(
        PROMPT,
        {
            "sentences": _SENTENCE_END.split(draft.text),
            "facts": draft.stated,
            "wrong": [{"words": each.quote, "fact": each.evidence} for each in draft.wrong],
            "lacks": draft.lacks,
        },
        form=Refinement,
        facts=(draft.text,),
        most_tokens=TOKENS_PER_WORD * length.most,
        refuses=lambda value, what: fault_of(draft, value.caption, what, length),
    )
    return ModelRequest(
        row_id=draft.brought.text_id,
        track_id=draft.brought.track_id,
        chat=chat,
        read=partial(_read, draft, asked(chat), length),
    )


def _read(
    draft: Draft, what: Asked, length: Length, answer: Answer, authorship: Authorship
) -> dict[str, RefinedCaption | Rejection]:
    assert isinstance(answer.value, Refinement)
    name, text = draft.brought.text_id, answer.value.caption.strip()
    if text == draft.text:
        return {name: by_rule(draft).model_copy(update={"usage": answer.usage})}
    if fault := fault_of(draft, text, what, length):
        reason, detail = fault
        return {name: Rejection(row_id=name, reason=reason, detail=detail, raw=text)}
    findings = lint_text(text, draft.evidence)
    return {name: _row(draft, text, findings, authorship, answer.usage, [])}


def fault_of(draft: Draft, text: str, what: Asked, length: Length) -> Fault | None:
    """What is wrong with a writer's version.

    Returns
    -------
    (str, str) or None
        What `pipeline.gates` refuses; ``still_wrong``, a claim that facts contradict; ``invented``,
        one that they do not bear out and that was not there before; ``another_caption``, which
        keeps less than half of the words.
    """
    if fault := prose_fault(text, what, length):
        return fault
    findings = lint_text(text, draft.evidence)
    if wrong := [each for each in findings if each.verdict == "wrong"]:
        return "still_wrong", f'"{wrong[0].quote}": {wrong[0].evidence}'
    known = Counter(map(_claimed, draft.before)) + Counter(map(_claimed, draft.after))
    new = [e for e in findings if e.verdict == "uncheckable" and not known[_claimed(e)]]
    if new:
        return "invented", f'"{new[0].quote}": {new[0].evidence}'
    kept = kept_share(draft.text, text)
    if kept < _LEAST_KEPT:
        return "another_caption", f"{kept:.0%} of its words are left"
    return None


def kept_share(before: str, after: str) -> float:
    """Share of a text's words that stand, in their order, in another."""
    old = words_of(before)
    blocks = difflib.SequenceMatcher(None, old, words_of(after), False).get_matching_blocks()
    return sum(each.size for each in blocks) / max(1, len(old))


def _claimed(finding: Finding) -> tuple[str, str]:
    return finding.kind, finding.quote.casefold()


def _row(
    draft: Draft,
    text: str,
    findings: list[Finding],
    authorship: Authorship,
    usage: Usage,
    unmeasured: list[Unmeasured],
) -> RefinedCaption:
    brought = draft.brought
    change: Literal["none", "corrected", "rewritten"] = "rewritten"
    if text == draft.text:
        change = "none" if text == brought.text else "corrected"
    return RefinedCaption(
        row_id=brought.text_id,
        track_id=brought.track_id,
        origin=brought.origin,
        licence=brought.licence,
        instruction=brought.prompt or _instruction(brought.text_id),
        before=brought.text,
        caption=text,
        change=change,
        lint_before=draft.before,
        lint_after=findings,
        n_words=len(text.split()),
        unmeasured=unmeasured,
        authorship=authorship,
        usage=usage,
    )


def _instruction(text_id: str) -> str:
    """What a listener asks, where the set does not say: always the same of a text."""
    choices = load_prompt(PROMPT).module.instructions
    return str(choices[int(digest(text_id)[:8], 16) % len(choices)])


def _rejected(brought: BroughtText, fault: Fault) -> Rejection:
    reason, detail = fault
    return Rejection(row_id=brought.text_id, reason=reason, detail=detail, raw=brought.text)


def requests_per_track(config: CorpusConfig, _role: RoleName) -> float:
    """At most one for each set, if it has one caption of each track; for estimates."""
    return float(len(config.source.texts))


STAGE = Stage(
    name="refine",
    version="7",
    makes=RefinedCaption,
    reads=(Track, Segment, MusicFacts, Lyrics, BroughtText),
    config=Record,
    run=run_refine,
    asks=ModelUse(
        role="writer",
        prompt=PROMPT,
        prepare=refine_requests,
        typical_tokens=(1500, 150),
        n_per_track=requests_per_track,
    ),
)
