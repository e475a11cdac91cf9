"""Two made-up recordings for tests of comparisons."""

from pipeline.engine.stage import Batch
from pipeline.stages.compare.tasks import tasks_of
from pipeline.stages.question.material import gather
from schemas.captions import RichCaption, SegmentCaption
from schemas.comparison import Comparison
from schemas.facts import Loudness, MusicFacts, Section, Voice
from schemas.lyrics import Lyrics
from schemas.sections import CompareConfig, MaxWrong
from schemas.tracks import Segment, Track
from tests.facts import key_of, key_section, tempo_of
from tests.pipeline.stages.questions import rich_of, segments_of
from tests.pipeline.stages.test_describe import facts_of, told

DURATION_S = 120.0


def recording(track_id="0", **values):
    """Facts of two minutes in C major at 120 BPM with four beats in a bar."""
    keys = [key_section("C", "major", 0, DURATION_S)]
    measured = {"duration_s": DURATION_S, "key_sections": keys, "tempo": tempo_at(120)}
    return facts_of(track_id, **(measured | values))


def tempo_at(bpm, **values):
    return tempo_of(bpm, [(0.0, DURATION_S, bpm)], **values)


def in_key(tonic, mode, **values):
    """Facts of a recording in one key."""
    return {
        "key": key_of(tonic, mode, **values),
        "key_sections": [key_section(tonic, mode, 0, DURATION_S, **values)],
    }


def in_keys(*keys):
    """In one key after the other, for equal times; the first is the main one, and lasts longer."""
    step_s = DURATION_S / (len(keys) + 1)
    ends = [0.0, *(step_s * (n + 2) for n in range(len(keys)))]
    spans = zip(keys, ends, ends[1:], strict=False)
    return {
        "key": key_of(*keys[0]),
        "key_sections": [key_section(*key, start, end) for key, start, end in spans],
    }


def of_range(range_lu):
    loudness = Loudness(integrated_lufs=-12.0, loudness_range_lu=range_lu, sample_peak_dbfs=-1.0)
    return {"loudness": loudness}


def with_voice(share, q_value=0.01):
    return {"voice": Voice(share_of_time=share, p_right=0.99, q_value=q_value)}


def in_sections(n, n_sure=None):
    """So many sections of equal length, of which so many surely begin where they do."""
    length_s = DURATION_S / n
    return {
        "sections": [
            Section(
                start_s=length_s * number,
                end_s=length_s * (number + 1),
                letter="ABCDEFGHIJ"[number],
                level_db=0.0,
                start_p_right=None if number == 0 else 0.9,
                start_q_value=None if number == 0 else 0.5 if number >= (n_sure or n) else 0.01,
            )
            for number in range(n)
        ]
    }


def material(facts, withheld=()):
    track_id = facts.track_id
    return gather(facts, segments_of(track_id), [], rich_of(track_id, withheld), (), MaxWrong())


def batch_of(*recordings, models=(), tracks=None):
    """Recordings of a partition; `tracks` says what the listing does, by track id."""
    ids = [each.track_id for each in recordings]
    heard = [
        told(each, **{"duration_s": DURATION_S} | (tracks or {}).get(each, {})) for each in ids
    ]
    rows = {
        Track: [each.track for each in heard],
        Segment: [segment for each in ids for segment in segments_of(each)],
        MusicFacts: list(recordings),
        Lyrics: [],
        SegmentCaption: [],
        RichCaption: [rich_of(each) for each in ids],
        Comparison: [],
    }
    return Batch(heard, rows, models=frozenset(models))


def task_of(one, two, **config):
    """The first task about two recordings."""
    tasks = tasks_of(batch_of(one, two), CompareConfig(**config), 1)
    return tasks[0]
