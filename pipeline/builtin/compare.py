"""Questions about two recordings without a model: the words of each aspect, drawn by the seed."""

import random

from pipeline.stages.compare.drafts import ComparisonDraft, ComparisonDrafts
from pipeline.stages.compare.tasks import Task
from schemas.comparison import Aspect
from schemas.digest import digest

_QUESTIONS: dict[Aspect, tuple[str, ...]] = {
    "tempo": (
        "How do the tempi of the two recordings compare?",
        "Which of the two recordings moves faster, and by how much?",
        "Compare the pace of the beat in both recordings.",
    ),
    "metre": (
        "How many beats does a bar have in each of the two recordings?",
        "Count the beats of a bar in both recordings. What do you find?",
        "Compare the metres of the two recordings.",
    ),
    "key": (
        "How are the main keys of the two recordings related?",
        "What connects the keys of both recordings?",
        "Compare the keys of the two recordings: what is their relation?",
    ),
    "mode": (
        "Which of the two recordings is in major, and which in minor?",
        "Compare the modes of the two recordings.",
        "Major or minor: what do you hear in each of the recordings?",
    ),
    "voice": (
        "In which of the two recordings is a voice heard?",
        "Does anybody sing or speak in the two recordings?",
        "Compare the two recordings: where is there a voice?",
    ),
    "key_changes": (
        "Which of the two recordings changes key?",
        "Does the key change in either of the recordings?",
        "Compare the two recordings: do they stay in their keys?",
    ),
    "sections": (
        "Which of the two recordings has more sections?",
        "Compare the forms of the two recordings: how many sections are there?",
        "Is the form of one recording divided into more sections than that of the other?",
    ),
    "dynamics": (
        "Which of the two recordings has the wider dynamic range?",
        "Compare the dynamics of both recordings: where do loud and soft lie further apart?",
        "How do the differences between loud and soft compare in the two recordings?",
    ),
}


def compare(task: Task, seed: int) -> ComparisonDrafts:
    """A question in every aspect that is wanted, with the computed answer.

    Parameters
    ----------
    task : Task
    seed : int
    """
    chance = random.Random(digest([seed, *task.ids]))
    return ComparisonDrafts(
        questions=[
            ComparisonDraft(
                aspect=each.aspect,
                question=chance.choice(_QUESTIONS[each.aspect]),
                answer=each.answer,
                rationale=None,
            )
            for each in task.wanted
        ]
    )
