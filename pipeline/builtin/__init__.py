"""The answers of `builtin/facts`: what measured facts alone can say, without a model.

A stage need not have one: where the role is played by `builtin/facts`, its requests are then
rejected as ``no_model``.
"""

from pipeline.builtin.blind import no_guess
from pipeline.builtin.caption import caption_of_clip
from pipeline.builtin.compare import compare
from pipeline.builtin.describe import describe
from pipeline.builtin.difficulty import rate
from pipeline.builtin.factcheck import check, confirm, rewrite_numbered, rewrite_prose
from pipeline.builtin.harden import harden
from pipeline.builtin.judge import judge
from pipeline.builtin.question import write_drafts
from pipeline.builtin.reason import write_numbered, write_prose
from pipeline.builtin.retell import retell
from pipeline.builtin.structure import index
from pipeline.stages.refine.stage import Refinement
from tools.chat.builtin import BuiltinAnswers

ANSWERS: BuiltinAnswers = {
    "caption": caption_of_clip,
    "describe": lambda _, stated: describe(stated),
    "question": lambda _, material, wanted, config: write_drafts(material, wanted, config),
    "compare": lambda _, task, seed: compare(task, seed),
    "blind": lambda _, n: no_guess(n),
    "harden": lambda _, pairs, material, config: harden(pairs, material, config),
    "judge": lambda _, verdicts: judge(verdicts),
    "judge_comparison": lambda _, verdicts: judge(verdicts),
    "rate": lambda _, samples: rate(samples),
    "student": lambda _, n: no_guess(n),
    "reason": lambda _, task: write_prose(task),
    "reason_numbered": lambda _, task: write_numbered(task),
    "check": lambda _, findings: check(findings),
    "confirm": lambda _, findings: confirm(findings),
    "rewrite": lambda _, last, task: rewrite_prose(last, task),
    "rewrite_numbered": lambda _, last, task: rewrite_numbered(last, task),
    "refine": lambda _, corrected: Refinement(caption=corrected),
    "retell": lambda _, form, language, stated: retell(form, language, stated),
    "structure": lambda _, caption, genre: index(caption, genre),
}
"""By prompt; each is given the descriptors of the clip, and the request's facts."""
