"""From drafts to comparisons: a draft is taken only where its answer is the computed one."""

import re

from pipeline.gates import Asked, Fault, Length, prose_fault
from pipeline.lint import Evidence, lint_text
from pipeline.prompts import clean
from pipeline.stages.compare.aspects import Compared
from pipeline.stages.compare.drafts import ComparisonDraft, ComparisonDrafts
from pipeline.stages.compare.tasks import Task
from pipeline.stages.question.hearable import hearing_fault
from pipeline.stages.question.options import shuffle_seed, shuffled
from schemas.captions import Authorship
from schemas.comparison import Comparison
from schemas.ids import comparison_id, request_id
from schemas.lint import Finding
from schemas.options import chosen_option
from schemas.provenance import Rejection
from schemas.qa import Distractor, References
from schemas.usage import Usage

_QUESTION, _RATIONALE = Length(3, 100), Length(3, 200)
_OF_BOTH = re.compile(
    r"\b(?:both|two|either|neither|which|other|each|between|compare[ds]?|differ\w*|same|they|their)\b",
    re.IGNORECASE,
)


def accept(
    drafts: ComparisonDrafts,
    task: Task,
    evidence: tuple[Evidence, Evidence],
    seed: int,
    what: Asked,
    authorship: Authorship,
    usage: Usage,
) -> dict[str, Comparison | Rejection]:
    """What became of every draft, by its id.

    Parameters
    ----------
    drafts : ComparisonDrafts
    task : Task
    evidence : (Evidence, Evidence)
        What claims are held against, of recording 1 and of recording 2.
    seed : int
        Shuffles the options.
    what : Asked
        What a model's words are held against.
    authorship : Authorship
    usage : Usage
        Of the whole answer; it stands in the first comparison.

    Returns
    -------
    dict of str to Comparison or Rejection
        Rejections say why: ``too_many``, ``unknown_aspect``, ``near_duplicate``, ``wrong_answer``,
        ``not_compared``, ``gives_itself_away``, ``metadata``, ``not_hearable``, the code of a claim
        that is wrong of both recordings; of a model's words also what `pipeline.gates` refuses.
    """
    rules: dict[str, Compared] = {each.aspect: each for each in task.wanted}
    made: dict[str, Comparison | Rejection] = {}
    taken: set[str] = set()
    for number, raw in enumerate(drafts.questions):
        if number == len(task.wanted):
            name = request_id(comparison_id(task.ids[0], task.first_number), "more")
            made[name] = _refused(name, raw, ("too_many", f"{len(drafts.questions)} questions"))
            break
        qa_id = comparison_id(task.ids[0], task.first_number + number)
        draft = type(raw).model_validate(clean(raw.model_dump()))
        rule = rules.get(draft.aspect)
        if rule is None or draft.aspect in taken:
            reason = "unknown_aspect" if rule is None else "near_duplicate"
            made[qa_id] = _refused(qa_id, raw, (reason, draft.aspect))
            continue
        findings = _findings(draft, rule, evidence)
        fault = _fault(raw, draft, rule, what, is_model=authorship.is_model) or _wrong(findings)
        if fault is not None:
            made[qa_id] = _refused(qa_id, raw, fault)
            continue
        cost = Usage() if taken else usage
        taken.add(draft.aspect)
        made[qa_id] = _comparison(qa_id, draft, rule, task, findings, seed, authorship, cost)
    return made


def _fault(
    raw: ComparisonDraft, draft: ComparisonDraft, rule: Compared, what: Asked, *, is_model: bool
) -> Fault | None:
    options = list(rule.options.values())
    chosen = chosen_option(draft.answer, options)
    if chosen is None or options[chosen] != rule.answer:
        return "wrong_answer", f"{draft.answer!r}; by the facts: {rule.answer}"
    if not _OF_BOTH.search(draft.question):
        return "not_compared", "the question asks of one recording"
    for option in options:
        if option.casefold() in draft.question.casefold():
            return "gives_itself_away", f"the question says: {option}"
        if option != rule.answer and option.casefold() in (draft.rationale or "").casefold():
            return "wrong_answer", f"the rationale says: {option}"
    if fault := hearing_fault(draft.question, draft.rationale or ""):
        return fault
    if not is_model:
        return None
    fault = prose_fault(raw.question, what, _QUESTION)
    return fault or (prose_fault(raw.rationale, what, _RATIONALE) if raw.rationale else None)


def _findings(
    draft: ComparisonDraft, rule: Compared, evidence: tuple[Evidence, Evidence]
) -> list[Finding]:
    """Claims of the words: the kinder verdict, for nobody tells by rule which recording is meant.

    The answer is computed; it is no claim of the writer's.
    """
    told = "\n".join(filter(None, (draft.question, draft.rationale)))
    first, second = (lint_text(told, each) for each in evidence)
    of_second = {(each.kind, each.start): each for each in second}
    kinder = []
    for each in first:
        other = of_second.get((each.kind, each.start), each)
        kinder.append(other if each.verdict == "wrong" else each)
    return kinder


def _wrong(findings: list[Finding]) -> Fault | None:
    wrong = [each for each in findings if each.verdict == "wrong"]
    return (wrong[0].code, f'"{wrong[0].quote}": {wrong[0].evidence}') if wrong else None


def _refused(qa_id: str, raw: ComparisonDraft, fault: Fault) -> Rejection:
    reason, detail = fault
    return Rejection(row_id=qa_id, reason=reason, detail=detail, raw=raw.model_dump_json())


def _comparison(
    qa_id: str,
    draft: ComparisonDraft,
    rule: Compared,
    task: Task,
    findings: list[Finding],
    seed: int,
    authorship: Authorship,
    usage: Usage,
) -> Comparison:
    (start_s, end_s), (other_start_s, other_end_s) = task.heard
    order = shuffle_seed(seed, qa_id)
    return Comparison(
        qa_id=qa_id,
        track_id=task.ids[0],
        other_id=task.ids[1],
        aspect=rule.aspect,
        heard_start_s=start_s,
        heard_end_s=end_s,
        other_start_s=other_start_s,
        other_end_s=other_end_s,
        skill="structure",
        form="multiple_choice",
        type="comparison",
        style=f"compare_{rule.aspect}",
        question=draft.question,
        answer=rule.answer,
        options=shuffled([rule.answer, *rule.wrong], order),
        distractors=[Distractor(text=text, kind="related") for text in rule.wrong],
        shuffle_seed=order,
        about_start_s=None,
        about_end_s=None,
        rationale=draft.rationale,
        references=References(seconds=[], bars=[], chords=[]),
        evidence=[rule.evidence],
        findings=findings,
        authorship=authorship,
        usage=usage,
    )
