"""Samples and a scripted reasoner and checker for tests of MF-Think.

The question of a sample holds its plan: what the checker must find of each step in each round, one
letter a step, rounds apart by dots: ``plan rw.rr`` is a chain whose second step is wrong, and that
is right when it is written again. A step names its own letter, so that whoever reads it knows; in
prose, each is a sentence.
"""

import json
import re

OPINIONS = {"r": "right", "m": "minor_error", "w": "wrong", "c": "cannot_tell"}
_PLAN = re.compile(r"sample (\S+) plan ([rmwc.x-]+)")
_ID = re.compile(r'"id": "(e\d+)"')
_STEP = re.compile(r'"id": "(n\d+)",\s*"step": "[^"]*is of the kind ([rmwc])')


_WAYS = (
    "the bass line tells", "is clear from how the drums answer", "a trained ear would say",
    "the strings confirm later on", "one hears in the left hand", "the melody makes plain",
    "its last notes show", "the accents of the piano suggest", "follows from what came before",
    "no other reading would allow",
)  # fmt: skip

FATES = {
    "rrrr": ("accepted", 0),
    "rc": ("accepted", 0),
    "w": ("wrong_share", 0),
    "rrw": ("wrong_share", 0),
    "rrrrrrrwww": ("not_corrected", 2),
    "rrrrrrrwww.rrrrrrrrrr": ("accepted", 1),
    "rrrrrrwwww.rrrr": ("wrong_share", 0),
    "rrm.rrm.rr": ("accepted", 2),
    "rrrw.ww": ("wrong_share", 1),
    "rrrw.rrrx": ("not_gold", 1),
    "rrrw.-": ("no_steps", 1),
}
"""Of plans, with two rewrites at most: what becomes of the chain, and how often it is rewritten."""


def step_of(number, name, round_number, kind):
    """What a step says; the checker reads its kind off it."""
    way = _WAYS[number % len(_WAYS)]
    return f"Step {number} of {name} in round {round_number}: {way}, is of the kind {kind}."


def question_of(name, plan):
    """A question whose chain, and its verdicts, are planned; ``-`` is a chain without steps."""
    return f"Which of them is meant by sample {name} plan {plan}?"


def scripted(user):
    """What reasoner and checker answer to a prompt, as JSON values; None if nothing is planned."""
    if "to check, " in user:
        steps = [
            {"id": name, "why": f"It sounds {OPINIONS[kind]}.", "verdict": OPINIONS[kind]}
            for name, kind in _STEP.findall(user)
        ]
        return {"steps": steps}
    if "Rate every exercise" in user:
        ids = dict.fromkeys(_ID.findall(user))
        return {"marks": [{"id": each, "difficulty": 4, "why": "It takes steps."} for each in ids]}
    if (found := _PLAN.search(user)) is None:
        return None
    name, rounds = found[1], found[2].split(".")
    is_again = "what was found of each" in user
    number = 1 + int(re.search(r"in round (\d+)", user)[1]) if is_again else 0
    plan = rounds[min(number, len(rounds) - 1)]
    texts = [step_of(n, name, number, kind) for n, kind in enumerate(plan.strip("-x"))]
    answer = "another" if plan.endswith("x") else "gold"
    if "Fewer than 250 words" in user:
        return {"thinking": " ".join(texts), "answer": answer}
    steps = [{"text": text, "evidence": ["question"]} for text in texts]
    return {"steps": steps, "answer": answer}


def as_form(user, form):
    """`scripted` as a form."""
    return form.model_validate_json(json.dumps(scripted(user)))
