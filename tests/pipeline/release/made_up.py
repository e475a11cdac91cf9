"""A corpus whose shards are written directly: no sound, no tools, no Prefect."""

import sys
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import polars as pl

from pipeline.engine.plan import steps
from pipeline.engine.shards import write_shard
from pipeline.engine.snapshots import latest_snapshot, read_sources, take_snapshot
from pipeline.engine.sources import SOURCES_SCHEMA
from pipeline.engine.stage import StageResult
from pipeline.ingest.placement import place
from pipeline.stages import STAGES
from schemas.captions import Authorship, CaptionParts, RichCaption
from schemas.comparison import Comparison
from schemas.config import CorpusConfig, load_config
from schemas.facts import Beat, Chord, Key, KeySection, MusicFacts
from schemas.ids import comparison_id, is_pair, pair_id, track_of
from schemas.provenance import Provenance, Rejection, Unmeasured
from schemas.qa import Distractor, QaPair, References
from schemas.quality import Quality
from schemas.thinking import Thought, ask_for_thought, format_thought
from schemas.thought import CheckedThought, CheckRound, ThoughtStep, Trace
from schemas.usage import Usage
from tools.store import Store

CONFIG = """\
name: made-up
store: store
source:
  folder: audio
ingest:
  partition_size: 4
release:
  validation_share: 0.25
  test_share: 0.25
"""
AUTHOR = Authorship(role="writer", engine="openai", model="m", prompt="describe@1", prompt_hash="0")


def track_id(uri):
    return sha256(uri.encode()).hexdigest()[:32]


def make_config(folder: Path, more: str = "") -> CorpusConfig:
    (folder / "audio").mkdir(exist_ok=True)
    path = folder / "corpus.yaml"
    path.write_text(CONFIG + more)
    return load_config(path)


def listing(n_tracks, **words):
    """A frame of sources as ingest inspects them; `words` are lists or functions of the number."""
    rows = [
        {
            "uri": f"song{number:03d}.ogg",
            "artist": f"artist {number}",
            "licence": "CC-BY-4.0",
            "size_bytes": 1000 + number,
            "mtime_ns": 0,
            "track_id": track_id(f"song{number:03d}.ogg"),
            "duration_s": 100.0 + number,
            "sample_rate_hz": 44100,
            "n_channels": 2,
            "format": "OGG",
            "subtype": "VORBIS",
            "peak_dbfs": -1.0,
        }
        | {name: value(number) for name, value in words.items()}
        for number in range(n_tracks)
    ]
    schema = {name: kind for name, kind in SOURCES_SCHEMA.items() if name not in ("partition",)}
    return pl.DataFrame(rows, schema=schema)


def caption(track, words="It is in C major.", author=AUTHOR):
    parts = CaptionParts(
        low_level=words, instrumentation="i", lyrics=None, form="f", theory=None, mood="m"
    )
    return RichCaption(
        track_id=track,
        instruction="Describe this track.",
        caption=words,
        parts=parts,
        n_words=len(words.split()),
        withheld=[],
        authorship=author,
        usage=Usage(cost_usd=0.1),
    )


def pair(track, number=1, options=("A", "B", "C", "D"), start_s=None, end_s=None):
    return QaPair(
        qa_id=pair_id(track, number),
        track_id=track,
        skill="harmony",
        form="multiple_choice" if options else "open",
        question="Which chord?",
        answer=options[0] if options else "An A.",
        options=options and list(options),
        type="chord",
        style="chord_at",
        rationale=None,
        references=References(seconds=[], bars=[], chords=[]),
        distractors=options and [Distractor(text=each, kind="related") for each in options[1:]],
        shuffle_seed=1,
        about_start_s=start_s,
        about_end_s=end_s,
        evidence=["chords"],
        authorship=AUTHOR,
        usage=Usage(),
    )


def comparison(one, two, number=0, heard=(0.0, 1.0), other=(0.5, 1.5), **values):
    """A comparison of two tracks, on a second of each."""
    told = pair(one).model_copy(update={"qa_id": comparison_id(one, number)}).model_dump()
    given = {
        "other_id": two, "aspect": "tempo", "findings": [], "skill": "structure",
        "type": "comparison", "question": "Which is faster?", "heard_start_s": heard[0],
        "heard_end_s": heard[1], "other_start_s": other[0], "other_end_s": other[1],
    }  # fmt: skip
    return Comparison(**told | given | values)


def facts(track):
    """Two beats and a chord of a track in C major, by a tool that says so."""
    certain = {"p_right": 0.9, "q_value": 0.01}
    key = {"tonic": "C", "mode": "major", "others": [], **certain}
    return MusicFacts(
        track_id=track,
        duration_s=2.0,
        beats=[Beat(time_s=0.5, bar_position=1), Beat(time_s=1.0, bar_position=2)],
        tempo=None,
        metre=None,
        key=Key(**key),
        key_sections=[KeySection(start_s=0.0, end_s=2.0, **key)],
        chords=[Chord(start_s=0.5, end_s=2.0, label="C:maj7/3", roman="I", **certain)],
        progressions=None,
        loudness=None,
        unmeasured=[Unmeasured(field="tempo", reason="too_short")],
        provenance=[Provenance(fields=["beats"], tool="madmom", version="1", parameters="{}")],
    )


def verdict(row_id, kind="caption", decision="accepted"):
    return Quality(
        row_id=row_id, track_id=track_of(row_id), kind=kind, decision=decision, ballots=[],
        findings=[], blind_tries=None, blind_right=None, usage=Usage(),
    )  # fmt: skip


SAID = "It is heard at 0:02."
STEP = ThoughtStep(text=SAID, evidence=[], start_s=2.0, end_s=2.0)


def trace(row_id):
    """A chain of thought about a pair, not yet checked."""
    told = thought(row_id).model_dump(include=set(Trace.model_fields))
    return Trace(**told, thinking=SAID, steps=[STEP], answer=told["gold_answer"])


def thought(row_id, decision="accepted"):
    """A checked chain of thought about a pair."""
    about = pair(track_of(row_id))
    checked = CheckRound(
        thinking=SAID, steps=[STEP], verdicts=[], wrong_share=0.0, outcome="kept", authorship=AUTHOR
    )
    return CheckedThought(
        row_id=row_id, track_id=about.track_id, kind="qa", skill=about.skill, decision=decision,
        prompt=ask_for_thought(about.question), options=about.options, gold_answer=about.answer,
        completion=format_thought(
            Thought(thinking=SAID, answer=about.answer, is_bridged=True)
        ) if decision == "accepted" else None,
        about_start_s=about.about_start_s, about_end_s=about.about_end_s, form="prose",
        n_rewrites=0, rounds=[checked], round_usage=[], authorship=AUTHOR, usage=Usage(),
    )  # fmt: skip


def build(config, frame, *, refuse=None, write=caption, skip=(), compares=False):
    """Bring the corpus up to date with a listing, as a build does.

    Every track has a caption and a pair; `refuse` names the stage that refuses a text, by its id.
    With `compares`, each is compared with the next one of its partition.
    """
    store = Store(config.store)
    parent = latest_snapshot(store)
    placed = place(
        frame,
        read_sources(store, parent),
        partition_size=config.ingest.partition_size,
        curation=config.curation,
    )
    snapshot = take_snapshot(store, parent, placed, config.ingest)
    for step in steps(STAGES, snapshot, config):
        if step.stage.name in skip:
            continue
        ids = placed.filter(partition=step.partition.partition)["track_id"].sort().to_list()
        write_shard(
            store,
            stage=step.stage.name,
            partition=step.partition.partition,
            address=step.address,
            result=_result(step.stage.name, ids, refuse or {}, write, compares),
            model=step.stage.makes,
            seconds=0.0,
        )
    return store


def _result(stage, tracks, refuse, write, compares):
    """What a stage makes of a partition's tracks."""
    pairs = [pair(track).qa_id for track in tracks]
    both = [comparison(*two) for two in pairwise(tracks)] if compares else []
    of_two = {each.qa_id: each for each in both}
    ids = {"describe": tracks, "question": pairs, "lint": [*tracks, *pairs], "dedup": pairs,
           "harden": pairs, "judge": [*tracks, *pairs, *of_two], "reason": pairs,
           "factcheck": pairs, "compare": [*of_two],
           }.get(stage, tracks)  # fmt: skip
    order = (
        "describe", "question", "compare", "lint", "dedup", "harden", "judge", "reason",
        "factcheck",
    )  # fmt: skip
    before = order[: order.index(stage)] if stage in order else ()
    inputs = [each for each in ids if refuse.get(each) not in before]
    good = [each for each in inputs if refuse.get(each) != stage]
    rejected = [
        Rejection(row_id=each, reason="refused", detail="no", raw="No.")
        for each in inputs
        if each not in good
    ]
    rows = {
        "measure": lambda: [facts(each) for each in good],
        "describe": lambda: [write(each) for each in good],
        "question": lambda: [pair(track_of(each)) for each in good],
        "compare": lambda: [of_two[each] for each in good],
        "judge": lambda: [
            verdict(each, "qa" if is_pair(each) or each in of_two else "caption",
                    "accepted" if each in good else "rejected")
            for each in inputs
        ],
        "reason": lambda: [trace(each) for each in good],
        "factcheck": lambda: [
            thought(each, "accepted" if each in good else "rejected") for each in inputs
        ],
    }.get(stage, list)()  # fmt: skip
    return StageResult(inputs, good, rows, rejected)


class Here:
    """An executor in this process."""

    def map(self, function, items, *, time_limit_s, about=None):
        from tools.errors import RefusedError
        from tools.process_pool import Failure

        for item in items:
            try:
                yield item, function(item)
            except RefusedError as error:
                yield item, Failure(error.reason, error.detail)


if __name__ == "__main__":  # `create` in a process of its own, to be killed
    from pipeline.release.create import create_release

    create_release(load_config(sys.argv[1]), sys.argv[2], Here())
