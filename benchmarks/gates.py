"""What the gates refuse of texts that a corpus has: of those the built-in writer wrote, nothing.

    python -m benchmarks.gates examples/corpus.yaml

Every text is held against its own stage's prompt, whoever wrote it.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.corpus.corpus import Corpus
from pipeline.gates import Asked, prose_fault
from pipeline.prompts import load_prompt
from schemas.captions import RichCaption, SegmentCaption
from schemas.config import load_config
from schemas.qa import QaPair
from schemas.thought import Trace

VALUES: dict[str, dict[str, Any]] = {
    "caption": {"max_words": 60},
    "describe": {"instruction": "Describe it.", "facts": {"lyrics": 1, "harmony": 1}, "words": 450},
    "question": {"known": {}, "wanted": [], "min_options": 4, "max_options": 8, "hears": False},
    "reason": {"known": {}, "task": {"options": []}, "below_words": 250},
}
"""What the prompts are filled with: no data."""


def main() -> None:
    """Print texts and refusals by stage and reason."""
    corpus = Corpus.open(load_config(Path(sys.argv[1])))
    asked = {name: Asked.of(*load_prompt(name).render(**each)) for name, each in VALUES.items()}
    n_texts: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for stage, text in texts_of(corpus):
        n_texts[stage] += 1
        if fault := prose_fault(text, asked[stage]):
            refused[f"{stage}: {fault[0]}"] += 1
            print(f"{stage}: {fault}: {text[:200]!r}")
    print(f"{sum(n_texts.values())} texts: {dict(n_texts)}; refused: {dict(refused) or 'none'}")


def texts_of(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Stage and words of every text."""
    yield from (("caption", row.caption) for row in corpus.rows(SegmentCaption))
    for caption in corpus.rows(RichCaption):
        yield "describe", caption.caption
        yield from (("describe", part) for part in caption.parts.model_dump().values() if part)
    for pair in corpus.rows(QaPair):
        yield "question", pair.question if pair.options else f"{pair.question}\n{pair.answer}"
    for trace in corpus.rows(Trace):
        yield "reason", trace.thinking
        yield from (("reason", step.text) for step in trace.steps)


if __name__ == "__main__":
    main()
