"""How the steps of a build are cut into waves."""

from pipeline.corpus.build import waves_of
from pipeline.engine.plan import Step
from pipeline.stages import STAGES
from schemas.shards import Partition


def steps(n_partitions):
    partitions = [
        Partition(partition=f"p{i:06d}", n_tracks=1, audio_digest="", tracks_address="")
        for i in range(n_partitions)
    ]
    return [Step(stage, partition, "", ()) for partition in partitions for stage in STAGES]


def test_waves_are_bounded_and_keep_partitions_whole():
    todo = steps(501)
    waves = waves_of(todo, 200)
    assert [step for wave in waves for step in wave] == todo
    assert max(map(len, waves)) <= 200
    for wave in waves:
        assert {step.stage.name for step in wave} == {stage.name for stage in STAGES}
        assert wave[0].stage is STAGES[0]
        assert wave[-1].stage is STAGES[-1]


def test_a_partition_larger_than_a_wave_is_a_wave():
    assert [len(wave) for wave in waves_of(steps(3), 1)] == [len(STAGES)] * 3


def test_nothing_to_do_is_no_wave():
    assert waves_of([], 200) == []
