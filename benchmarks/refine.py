"""Errors planted in captions: which the lint finds, which rules put right, what a writer does.

    python -m benchmarks.refine --ingest 100000
    python -m benchmarks.refine [--texts] [--writer http://127.0.0.1:8091/v1,model=NAME --most 40]

A hundred captions about the made-up tracks of the lint's tests, so that every word has one truth.
Fifty are by the built-in writer, with one error in each that a plain search and replace plants: a
tempo halved, doubled or a fifth faster, a relative, parallel or other key, another metre. In fifty,
sentences of small models that readers found nothing wrong with are followed by one in which they
found tempo, key or metre contradicted (`tests/data/lint/prose.jsonl`; tracks that the lint was not
tuned on): what the lint should find there was never decided by the lint.
"""

import argparse
import json
import random
import re
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.builtin.describe import describe
from pipeline.corpus.models import open_models
from pipeline.engine.ask import ask
from pipeline.engine.stage import StageContext
from pipeline.ingest.root import root_of
from pipeline.ingest.texts import read_texts, texts_by_partition
from pipeline.lint import Evidence
from pipeline.stages.describe.facts import stated_facts
from pipeline.stages.refine.drafts import Draft, draft_for
from pipeline.stages.refine.rules import wrong_claims
from pipeline.stages.refine.stage import STAGE, by_rule, refine_request
from pipeline.views.word_diff import word_diff
from schemas.captions import RefinedCaption
from schemas.config import CorpusConfig, parse_role, with_roles
from schemas.harmony import pitch_class
from schemas.lint import Finding
from schemas.sections import DescribeConfig, TextsConfig
from schemas.texts import BroughtText
from schemas.tracks import Track
from tests.pipeline.lint import prose
from tools.process_pool import ProcessPool

N_EACH = 50
FIELDS = ("tempo", "key", "metre")
_BPM = re.compile(r"\d+(?:\.\d+)?(?= (?:BPM|beats per minute))")
_KEY = re.compile(r"\b([A-G][#b]?) (major|minor)\b")
_BEATS = re.compile(r"(?<=There are )\d(?= beats in a bar)")
_NOTES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


@dataclass(frozen=True)
class Case:
    """A caption with one error.

    Attributes
    ----------
    name, track : str
    text : str
    start, end : int
        The words that hold the error: of a planted value, or a sentence of a model.
    fields : tuple of str
        What of `FIELDS` is wrong there.
    """

    name: str
    track: str
    text: str
    start: int
    end: int
    fields: tuple[str, ...]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", action="store_true", help="print every caption's word diff")
    parser.add_argument("--writer", help="an endpoint for the role `writer`, as in --role")
    parser.add_argument(
        "--most", type=int, default=40, help="captions of small models that it is asked about"
    )
    parser.add_argument("--ingest", type=int, help="only read and match so many captions")
    options = parser.parse_args()
    if options.ingest:
        ingest(options.ingest)
        return
    for name, cases in (("built-in", list(built_in())), ("small models", list(of_models()))):
        drafts = {case.name: draft_of(case) for case in cases}
        print(f"{len(cases)} captions by {name}")
        report(cases, drafts)
        if options.texts:
            for case in cases:
                show(case.name, drafts[case.name].brought.text, drafts[case.name].text)
        if options.writer and name == "small models":
            ask_writer([d for d in drafts.values() if d.needs_writer], options)


def ingest(n: int) -> None:
    """Memory and CPU of captions of 280 characters, one a track."""
    uris = [f"a/{number}.wav" for number in range(n)]
    columns = {
        "uri": uris,
        "source_id": [None] * n,
        "track_id": [f"{number:032x}" for number in range(n)],
        "partition": [f"p{number // 512:06d}" for number in range(n)],
    }
    placed = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "set.jsonl")
        lines = (json.dumps({"uri": uri, "caption": f"{uri} {'la' * 136}"}) for uri in uris)
        file.write_text("\n".join(lines))
        base = CorpusConfig(name="x", store=folder, source={"folder": folder})
        before, start_s = resident_bytes(), time.process_time()
        sets = [TextsConfig(file=str(file), name="set")]
        texts = texts_by_partition(read_texts(sets, root_of(base), print), placed)
    cpu_s = time.process_time() - start_s
    used = resident_bytes() - before
    print(f"{n} texts in {len(texts[0])} partitions: {used / n / 1000:.1f} kB", end=" ")
    print(f"and {1e6 * cpu_s / n:.0f} us of CPU each")


def resident_bytes() -> int:
    """Memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def built_in() -> Iterator[Case]:
    """Truthful captions, and one planted error each, in the order of fields and tracks."""
    source = random.Random(21)
    names = [name for name, told in prose.TRACKS.items() if told.evidence.facts.tempo]
    n, number = 0, 0
    while n < N_EACH:
        name, field = names[number % len(names)], FIELDS[number % len(FIELDS)]
        number += 1
        told = prose.TRACKS[name]
        stated = stated_of(told.evidence)
        heard = f"The sound: {told.sound}."
        stated["impressions"] = [{"from_s": 0.0, "to_s": 30.0, "heard": heard}]
        text = "\n\n".join(part for part in describe(stated).model_dump().values() if part)
        if (planted := plant(text, field, source)) is None:
            continue
        text, start, end = planted
        n += 1
        yield Case(f"built-in {n} {name}", name, text, start, end, (field,))


def plant(text: str, field: str, source: random.Random) -> tuple[str, int, int] | None:
    """A text with one wrong value, and where it stands; None where it names none."""
    match = {"tempo": _BPM, "key": _KEY, "metre": _BEATS}[field].search(text)
    if match is None:
        return None
    if field == "tempo":
        wrong = f"{float(match[0]) * source.choice((0.5, 2.0, 1.2)):g}"
    elif field == "metre":
        wrong = "3" if match[0] == "4" else "4"
    else:
        steps, mode = source.choice(((9, "minor"), (0, "minor"), (4, "major")))
        if match[2] == "minor":
            steps, mode = {9: 3, 0: 0, 4: 4}[steps], {"minor": "major", "major": "minor"}[mode]
        wrong = f"{_NOTES[(pitch_class(match[1]) + steps) % 12]} {mode}"
    start = match.start()
    return text[:start] + wrong + text[match.end() :], start, start + len(wrong)


def of_models() -> Iterator[Case]:
    """Sentences that readers found right, then one that they found wrong."""
    source = random.Random(21)
    rows = [row for row in prose.rows() if prose.is_held_out(row)]
    is_wrong = {
        row["id"]: [name for name in FIELDS if row["labels"].get(name) == "contradicted"]
        for row in rows
    }
    wrong = [row for row in rows if is_wrong[row["id"]]]
    for n, row in enumerate(source.sample(wrong, N_EACH), 1):
        others = [
            each["sentence"].strip()
            for each in rows
            if each["track"] == row["track"] and "contradicted" not in each["labels"].values()
        ]
        first = " ".join(source.sample(others, min(3, len(others))))
        text = f"{first} {row['sentence'].strip()}".strip()
        start = len(text) - len(row["sentence"].strip())
        name = f"models {n} {row['track']}"
        yield Case(name, row["track"], text, start, len(text), tuple(is_wrong[row["id"]]))


def stated_of(evidence: Evidence) -> dict:
    """What is surely known of a made-up track."""
    track = Track(
        track_id="0" * 32, uri="x", duration_s=evidence.facts.duration_s, sample_rate_hz=8000,
        n_channels=1, format="WAV", subtype="PCM_16", size_bytes=1, peak_dbfs=0.0,
    )  # fmt: skip
    stated, _ = stated_facts(track, evidence.facts, None, [], DescribeConfig())
    if evidence.lyrics:
        stated["lyrics"] = {"lines": [{"sung": line} for line in evidence.lyrics.splitlines()]}
    return stated


def draft_of(case: Case) -> Draft:
    """A caption as the rules leave it."""
    brought = BroughtText(
        text_id=case.name, track_id=case.name, origin="planted", licence=None, kind="caption",
        prompt=None, text=case.text, options=None,
    )  # fmt: skip
    evidence = prose.TRACKS[case.track].evidence
    return draft_for(brought, evidence, stated_of(evidence))


def report(cases: list[Case], drafts: dict[str, Draft]) -> None:
    """Planted errors found and missed, false claims, and what rules did."""
    counts: Counter[str] = Counter()
    for case in cases:
        draft = drafts[case.name]
        before = wrong_claims(case.text, draft.evidence)
        inside = [each for each in before if touches(each, case)]
        found = {each.kind for each in inside} & set(case.fields)
        counts["planted"] += len(case.fields)
        counts["found"] += len(found)
        false = [each for each in before if each not in inside]
        for each in false:
            print(f"  false: {case.name}, {each.quote!r}, {each.code}, {each.evidence}")
        counts["false"] += len(false)
        kept = draft.text[: case.start] == case.text[: case.start]
        tail = case.text[case.end :]
        is_touched = not (kept and draft.text.endswith(tail))
        counts["touched elsewhere"] += is_touched
        changed = draft.text[case.start : len(draft.text) - len(tail)]
        right = is_true(changed, case)
        counts["changed"] += draft.text != case.text
        counts["put right"] += right and draft.text != case.text
        counts["changed, not right"] += draft.text != case.text and not right
        counts["still found wrong"] += bool(draft.wrong)
        counts["for a writer"] += draft.needs_writer
    for name, n in counts.items():
        print(f"  {name:20s} {n}")


def touches(finding: Finding, case: Case) -> bool:
    """Whether a claim stands where the error is."""
    return finding.start < case.end and finding.start + len(finding.quote) > case.start


def is_true(words: str, case: Case) -> bool:
    """Whether all tempi, keys and metres in some words are the track's, by plain search."""
    facts = prose.TRACKS[case.track].evidence.facts
    tempi = [s.bpm for s in facts.tempo.sections] + [facts.tempo.bpm] if facts.tempo else []
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?(?=\s*(?:BPM|beats|$))", words)]
    if "tempo" in case.fields and not (
        numbers and all(any(abs(n - t) <= 0.04 * t for t in tempi) for n in numbers)
    ):
        return False
    keys = {(pitch_class(key.tonic), key.mode) for key in facts.key_sections or []}
    named = {(pitch_class(note), mode) for note, mode in _KEY.findall(words)}
    if "key" in case.fields and not (named and named <= keys):
        return False
    if "metre" in case.fields:
        beats = facts.metre and str(facts.metre.beats_per_bar)
        told = re.findall(r"\b(\d{1,2})(?:/\d|$)|\b(\d) beats", words)
        return bool(told) and all(beats in each for each in told)
    return True


def ask_writer(drafts: list[Draft], options: argparse.Namespace) -> None:
    """What a model makes of what the rules leave."""
    drafts = drafts[: options.most]
    name, fields = parse_role(f"writer={options.writer}")
    base = CorpusConfig(name="planted", store=tempfile.mkdtemp(), source={"folder": "."}, roles={})
    config = with_roles(base, {name: fields | {"concurrency": 1, "time_limit_s": 1200}})
    with ProcessPool(1) as pool, open_models(config, pool, {}) as models:
        context = StageContext(STAGE, pool, models, 1200.0, lambda _: None)
        made = ask([refine_request(each) for each in drafts], context)
    rows = {
        draft.brought.text_id: found
        if isinstance(found := made[draft.brought.text_id], RefinedCaption)
        else by_rule(draft, found)
        for draft in drafts
    }
    outcomes = Counter(
        row.unmeasured[0].reason if row.unmeasured else row.change for row in rows.values()
    )
    n_wrong = sum(any(f.verdict == "wrong" for f in row.lint_after) for row in rows.values())
    print(f"  asked about          {len(drafts)}: {dict(outcomes)}; wrong after it: {n_wrong}")
    for draft in drafts:
        row = rows[draft.brought.text_id]
        print(f"  {row.change}, {[each.reason for each in row.unmeasured]}")
        show(draft.brought.text_id, draft.brought.text, row.caption)


def show(name: str, before: str, after: str) -> None:
    """A caption's word diff."""
    marks = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    pieces = (marks[kind].format(words) for kind, words in word_diff(before, after))
    print(f"  {name}: {' '.join(''.join(pieces).split())}")


if __name__ == "__main__":
    main()
