"""Tokens that are words tell what was said."""

import random

import torch
from align import mean_word
from questions import ANSWERS, Question
from token_curve import THROUGHOUT, _shares


def test_of_tokens_that_are_the_mean_of_their_words_all_is_told(tiny):
    model, processor = tiny
    words = model.model.language_model.embed_tokens.weight.detach()
    rng = random.Random(0)
    names = [f"{number}.wav" for number in range(40)]
    truth = {name: {kind: rng.choice(ANSWERS[kind]) for kind in THROUGHOUT} for name in names}
    tokens = torch.stack(
        [mean_word(processor.tokenizer, words, [*truth[name].values()]) for name in names]
    )
    asked = [Question(n, kind, "", answer) for n in names for kind, answer in truth[n].items()]
    assert _shares(model, processor, tokens, names, asked) == dict.fromkeys(THROUGHOUT, 1.0)
    others = _shares(model, processor, tokens.roll(1, 0), names, asked)
    assert all(share < 0.7 for share in others.values())
