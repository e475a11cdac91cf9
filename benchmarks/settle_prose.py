"""Labelled sentences out of two readers' labels and what was settled between them.

    python -m benchmarks.settle_prose claims.jsonl a.jsonl b.jsonl settled.jsonl > prose.jsonl

Each line of the readers' and the settled file is ``{"id": 3, "labels": {"tempo": "supported"}}``.
Sentences on which the readers differ and which nobody settled are named on stderr.
"""

import json
import sys
from pathlib import Path
from typing import Any

Labels = dict[str, str]


def main() -> None:
    """Print one labelled sentence a line, with both readings."""
    claims, *readings = sys.argv[1:]
    first, second, settled = (_labels(path) for path in readings)
    for line in Path(claims).read_text().splitlines():
        row: dict[str, Any] = json.loads(line)
        row.pop("facts")
        one, other = first[row["id"]], second.get(row["id"])
        if other is not None and one != other and row["id"] not in settled:
            print(f"not settled: {row['id']} {one} {other} {row['sentence']}", file=sys.stderr)
        row |= {"labels": settled.get(row["id"], one), "a": one}
        if other is not None:
            row["b"] = other
        print(json.dumps(row, ensure_ascii=False))


def _labels(path: str) -> dict[int, Labels]:
    if not Path(path).exists():
        return {}
    lines = Path(path).read_text().splitlines()
    return {row["id"]: row["labels"] for row in map(json.loads, filter(None, lines))}


if __name__ == "__main__":
    main()
