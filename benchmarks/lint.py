"""Speed of `lint_text`, against one plain pass of the same regular expressions.

    python -m benchmarks.lint

One core; captions of about 450 words, made of the test captions; both sides in the same run.
"""

import importlib
import json
import pkgutil
import re
import time
from collections.abc import Callable
from pathlib import Path

import pipeline.lint
from pipeline.lint import Evidence, lint_text
from schemas.facts import MusicFacts
from tests.pipeline.lint.test_examples import CARRIERS, filled

ROOT = Path(__file__).parents[1]
WORDS = 450
ROUNDS = 3


def main() -> None:
    """Print texts per second of both, and their ratio."""
    rows = json.loads((ROOT / "tests/data/lint/example_facts.json").read_text())
    facts = [MusicFacts.model_validate(row) for row in rows.values()]
    texts = [(caption(each, i), Evidence(each)) for each in facts for i in range(25)]
    patterns = compiled()
    n_findings = sum(len(lint_text(*each)) for each in texts)
    ours = rate(lambda: [lint_text(*each) for each in texts], len(texts))
    plain = rate(lambda: [plain_pass(text, patterns) for text, _ in texts], len(texts))
    print(f"{len(texts)} captions of {WORDS} words, {n_findings / len(texts):.0f} findings each")
    print(f"lint_text              {ours:7.1f} texts/s on one core")
    print(
        f"{len(patterns):3d} bare patterns      {plain:7.1f} texts/s, each tried once on the text"
    )
    print(f"ratio                  {ours / plain:7.2f}")


def caption(facts: MusicFacts, i: int) -> str:
    """About `WORDS` words of right sentences about a track."""
    words: list[str] = []
    while len(words) < WORDS:
        words += filled(CARRIERS[i % len(CARRIERS)], facts, i).split(" ")
        i += 1
    return " ".join(words[:WORDS])


def compiled() -> list[re.Pattern[str]]:
    """Every regular expression of the package."""
    modules = pkgutil.iter_modules(pipeline.lint.__path__, "pipeline.lint.")
    found: dict[str, re.Pattern[str]] = {}
    for module in modules:
        for value in vars(importlib.import_module(module.name)).values():
            nested = value if isinstance(value, tuple) else (value,)
            for each in [
                part for one in nested for part in (one if isinstance(one, tuple) else (one,))
            ]:
                if isinstance(each, re.Pattern):
                    found[each.pattern] = each
    return list(found.values())


def plain_pass(text: str, patterns: list[re.Pattern[str]]) -> int:
    """Matches of all patterns: extraction without any judgement, context or facts."""
    return sum(1 for pattern in patterns for _ in pattern.finditer(text))


def rate(work: Callable[[], object], n: int) -> float:
    """Texts per second, the best of `ROUNDS`."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return n / best


if __name__ == "__main__":
    main()
