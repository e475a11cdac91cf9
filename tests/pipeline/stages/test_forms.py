"""Forms of answers: whoever is held to one comes to an end."""

import pytest

from pipeline.stages.blind.attempts import guess_form, guesses_form
from pipeline.stages.describe.stage import _form as caption_form
from pipeline.stages.difficulty.stage import _marks_form
from pipeline.stages.factcheck.requests import Confirmation, checks_form
from pipeline.stages.harden.drafts import harder_form
from pipeline.stages.judge.votes import judgements_form
from pipeline.stages.question.drafts import drafts_form
from pipeline.stages.reason.numbered import numbered_form
from pipeline.stages.reason.prose import prose_form
from pipeline.stages.structure.stage import _form as index_form
from tools.chat.forms import json_schema, plain_schema

FORMS = {
    "describe": caption_form(True, True),
    "question": drafts_form(("chord_at",), ("key", "chords"), 12, 8, explains=True),
    "blind": guess_form(["C major", "A minor"]),
    "several blind": guesses_form(5),
    "harden": harder_form(3, 8),
    "judge": judgements_form(7),
    "difficulty": _marks_form(3),
    "reason": prose_form(is_choice=True),
    "numbered reason": numbered_form(("key", "chords"), 6, is_choice=True),
    "factcheck": checks_form(9),
    "plain factcheck": Confirmation,
    "structure": index_form(12),
}
ENDS = {
    "question": {12, 7, 2, 16}, "harden": {3, 7}, "several blind": {5}, "judge": {7},
    "difficulty": {3}, "numbered reason": {6, 4}, "factcheck": {9}, "structure": {12},
}  # fmt: skip


def lists_of(schema):
    """All parts of a schema that are lists."""
    if isinstance(schema, dict):
        if schema.get("type") == "array":
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from lists_of(each)


@pytest.mark.parametrize("stage", FORMS)
def test_every_list_of_a_form_has_an_end(stage):
    found = [each.get("maxItems") for each in lists_of(json_schema(FORMS[stage]))]
    assert set(found) == ENDS.get(stage, set())


@pytest.mark.parametrize("stage", FORMS)
def test_servers_that_take_no_bounds_are_sent_none(stage):
    assert not any("maxItems" in each for each in lists_of(plain_schema(FORMS[stage])))


def test_a_list_that_goes_on_is_read_all_the_same():
    form = numbered_form(("key",), 2, is_choice=True)
    step = {"text": "It is slow.", "evidence": ["key"]}
    assert len(form.model_validate({"steps": 3 * [step], "answer": "A"}).steps) == 3
