"""How truth is defined, and its counts: `python -m benchmarks.facts.readme OUT`."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

_HEAD = """# Excerpts with exact truth

Each `ID.flac` has an `ID.json`; `index.jsonl` lists them all, `skipped.jsonl` what could not be
made and why. Made by `python -m benchmarks.facts.render` (Partimento). Fields are described in
`benchmarks/facts/truth.py`. What is not known is null and never a guess; leave out whole `source`s,
and never split excerpts of one `piece`.

- **Tempo**: `bpm` is of the notated felt beat: the denominator's unit; a dotted one in compound
  metres; the half in 2/2; the eighth in additive metres. `bpm_alternatives` are levels that a
  listener may tap as well; they are not right. Null in free time, after jumps (`tempo_sections`
  has each), and where nothing marks a beat. A drift of up to 2 % is one tempo. In half-time and
  double-time styles the notated level is the truth.
- **Metre**: `beats_per_bar_accepted` holds what is right of a tracker (2 and 6 of 6/8: its felt
  beats and its units; 2 and 4 of 2/2); `beats_per_bar_lenient` adds half and double bars. 3 of 6/8
  is lenient only. Where the metre changes both are empty, and `metre_sections` has the bars of
  each stretch.
- **Key**: `key_source` says how it is known. `composed`: by the generator. `declared`: the
  collection names key and mode, 95 % of the notes lie in it, and the tune ends on its tonic.
  `final and scale`: the collection names the tonic, the tune ends on it, and its notes fit one mode
  alone. `final and signature`: Bach's chorales, played whole, whose last bass note is the tonic of
  the signature. `mode label`: the edition's mode of a mass movement of Palestrina, which an excerpt
  need not show: weaker than the others. `analysis`: local keys of published Roman numerals
  (Monteverdi), often a few seconds each. Null: not known. `keyless`: no key or mode may be told
  (drums, rows, clusters, whole tones, noises, other tunings); `keys` is then empty.
- **Chords**: of made-up songs and accompaniments as played; of scores where what sounds is
  exactly a triad or a seventh, else X. Null where only a melody sounds.
- **Sections**: of made-up songs only: equal letters are the same chords, groove and melody; A' has
  the chords of A under another melody.
- `has_voice` is always false; `has_choir_sound` marks synthetic choirs and voices.
- The Essen collection is given for non-commercial use; the excerpts are not to be handed on.
"""


def write_readme(out: Path) -> None:
    """README.md of a folder, from its index."""
    rows = [json.loads(line) for line in (out / "index.jsonl").read_text().splitlines()]
    hours = sum(row["duration_s"] for row in rows) / 3600
    parts = [
        _HEAD,
        f"## {len(rows)} excerpts, {hours:.1f} hours\n",
        _sources(rows),
        "## Styles\n",
        _listed(Counter(f"{row['source']}: {row['style']}" for row in rows)),
        "## Metres\n",
        _listed(Counter(str(row["metre"]) for row in rows)),
        "## Modes\n",
        _listed(Counter(key["mode"] for row in rows for key in row["keys"] or [])),
        "## Degradations\n",
        _listed(Counter(name for row in rows for name in row["degradations"] or ["none"])),
    ]
    (out / "README.md").write_text("\n".join(parts))


def _sources(rows: list[dict[str, Any]]) -> str:
    lines = ["| source | excerpts | pieces | bpm | metre | key | keyless | chords | sections |",
             "|---|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for source in sorted({row["source"] for row in rows}):
        own = [row for row in rows if row["source"] == source]
        pieces = len({row["piece"] or row["id"] for row in own})
        known = [sum(bool(row[name]) for row in own)
                 for name in ("bpm", "metre", "keys", "keyless", "chords", "sections")]  # fmt: skip
        lines.append(f"| {source} | {len(own)} | {pieces} | {' | '.join(map(str, known))} |")
    return "\n".join(lines) + "\n"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) + "\n"


if __name__ == "__main__":
    write_readme(Path(sys.argv[1]))
