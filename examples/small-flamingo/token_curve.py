"""What aligned tokens tell of pieces that were not heard, by pieces and wrong facts aligned with.

    python token_curve.py CHECKPOINT FOLDER --frames FILE --held-out-frames FILE

No language model reads the tokens: of a question's answers the one is chosen whose word has the
largest share in the piece's mean token, by least squares over the words of all kinds. FOLDER is
that of `make_corpus.py`, with ``held-out`` in it. With wrong facts each figure is the mean of five
draws.
"""

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from align import align_projector, kept_frames, mean_word
from make_questions import THROUGHOUT, read_truth
from questions import ANSWERS, Question, balanced, with_wrong_facts
from torch import Tensor

from training.config import ModelConfig
from training.model import load_model, load_processor

_RUNS = ((125, 0.0), (250, 0.0), (500, 0.0), (1000, 0.0), (1000, 0.1), (1000, 0.3), (1000, 0.5))
_N_DRAWS = 5


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--frames", type=Path, required=True, help="as `align.py` keeps them")
    parser.add_argument("--held-out-frames", type=Path, required=True)
    parser.add_argument("--n-held-out", type=int, default=300)
    arguments = parser.parse_args()
    model = load_model(ModelConfig(path=str(arguments.checkpoint))).eval()
    processor = load_processor(str(arguments.checkpoint))
    held_out = arguments.folder / "held-out"
    n_most = max(n for n, _ in _RUNS)
    pieces = _pieces(arguments.folder, n_most)
    held_pieces = _pieces(held_out, arguments.n_held_out)
    heard = kept_frames(model, processor, _paths(arguments.folder, pieces), arguments.frames)
    means = kept_frames(
        model, processor, _paths(held_out, held_pieces), arguments.held_out_frames
    ).mean(1)
    test = balanced([q for piece in held_pieces for q in piece], 10**6, random.Random(0))
    names = [piece[0].sound for piece in held_pieces]
    n_asked = Counter(question.kind for question in test)
    heads = " | ".join(f"{kind}, of {n_asked[kind]}" for kind in THROUGHOUT)
    print(f"| pieces | wrong facts | {heads} |\n|---|---|---|---|---|")
    for n, share in _RUNS:
        found = []
        for draw in range(_N_DRAWS if share else 1):
            told = [q for piece in pieces[:n] for q in piece]
            told = with_wrong_facts(told, share, random.Random(draw))
            align_projector(model, heard[:n], _wanted(model, processor, told))
            with torch.no_grad():
                # The projector is linear: the mean of tokens is the token of the mean.
                tokens = model.model.multi_modal_projector(means)
            found.append(_shares(model, processor, tokens, names, test))
        cells = [sum(each[kind] for each in found) / len(found) for kind in THROUGHOUT]
        print(f"| {n} | {share:.0%} | {' | '.join(f'{100 * cell:.0f}' for cell in cells)} |")


def _pieces(folder: Path, n: int) -> list[list[Question]]:
    pieces = read_truth(folder / "truth.jsonl")[:n]
    return [[q for q in piece if q.kind in THROUGHOUT] for piece in pieces]


def _paths(folder: Path, pieces: Sequence[Sequence[Question]]) -> list[Path]:
    return [folder / "sounds" / piece[0].sound for piece in pieces]


def _wanted(model: Any, processor: Any, told: Sequence[Question]) -> Tensor:
    words = model.model.language_model.embed_tokens.weight.detach()
    answers: dict[str, list[str]] = {}
    for question in told:
        answers.setdefault(question.sound, []).append(question.answer)
    return torch.stack([mean_word(processor.tokenizer, words, each) for each in answers.values()])


def _shares(
    model: Any, processor: Any, tokens: Tensor, names: Sequence[str], test: Sequence[Question]
) -> dict[str, float]:
    """The share of questions whose answer is that of the largest share of a token, by kind."""
    words = model.model.language_model.embed_tokens.weight.detach()
    of_kind = {}
    for kind in THROUGHOUT:
        said = [mean_word(processor.tokenizer, words, [answer]) for answer in ANSWERS[kind]]
        of_kind[kind] = torch.stack(said) - torch.stack(said).mean(0)
    directions = torch.cat(list(of_kind.values()))
    centred = tokens - tokens.mean(0)
    found = torch.linalg.lstsq(directions.T, centred.T, driver="gelsd").solution.T
    split = dict(zip(THROUGHOUT, found.split([len(x) for x in of_kind.values()], 1), strict=True))
    right: dict[str, list[bool]] = {kind: [] for kind in THROUGHOUT}
    for question in test:
        shares = split[question.kind][names.index(question.sound)]
        chosen = ANSWERS[question.kind][int(shares.argmax())]
        right[question.kind].append(chosen == question.answer)
    return {kind: sum(each) / len(each) for kind, each in right.items()}


if __name__ == "__main__":
    main()
