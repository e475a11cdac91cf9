"""Builds on a real Ray cluster of two nodes, one of which is lost on the way."""

from threading import Thread

import pytest

from flows.placement import OnRay, placement_of
from pipeline.corpus.build import BuildError, build
from pipeline.corpus.placement import Local
from pipeline.corpus.workers import Observer
from schemas.config import ConfigError, load_config
from schemas.sections import ExecutionConfig, StepResources
from tests.small_corpus import write_songs

ONE_CORE = StepResources(cpus=1, memory_gb=0.5)


def on(address, **execution):
    return ExecutionConfig(
        placement="ray",
        ray_address=address,
        resources={"default": ONE_CORE},
        workers=1,
        **execution,
    )


def test_without_a_word_everything_is_here():
    assert isinstance(placement_of(ExecutionConfig()), Local)


def test_a_cluster_that_is_not_there_is_told_in_words():
    pytest.importorskip("ray", reason="needs `pip install ray`")
    with pytest.raises(ConfigError, match="ray start --head"):
        placement_of(ExecutionConfig(placement="ray", ray_address="127.0.0.1:1"))


@pytest.fixture
def cluster():
    """Two nodes of a core each beside a head that works on nothing."""
    ray = pytest.importorskip("ray", reason="needs `pip install ray`")
    from ray.cluster_utils import Cluster

    found = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    nodes = [found.add_node(num_cpus=1) for _ in range(2)]
    found.wait_for_nodes()
    yield found, nodes
    ray.shutdown()
    found.shutdown()


class Told(Observer):
    """Remembers what is done, and calls somebody after the first stage."""

    def __init__(self, then=lambda: None):
        self.n_tracks, self.stages, self._then = {}, [], then

    def advance(self, stage, n_tracks):
        self.n_tracks[stage] = self.n_tracks.get(stage, 0) + n_tracks

    def done(self, commit):
        self.stages.append(commit.stage)
        if len(self.stages) == 1:
            self._then()


def content_of(config, tmp_path, name, execution, **more):
    place = {"store": str(tmp_path / name), "execution": execution}
    corpus = build(
        config.model_copy(update=place), placement=placement_of(execution), until="measure", **more
    )
    return corpus.content_hash


@pytest.mark.slow
def test_what_is_built_on_a_cluster_is_what_is_built_here(cluster, tmp_path):
    nodes, config = cluster[0], load_config(write_songs(tmp_path / "songs"))
    told = Told()
    there = content_of(config, tmp_path, "there", on(nodes.address), observer=told)
    assert told.n_tracks["ingest"] == 4
    assert told.n_tracks["beats"] == told.n_tracks["measure"] == 3
    here = content_of(config, tmp_path, "here", ExecutionConfig(workers=1))
    assert there == here


@pytest.mark.slow
def test_a_lost_node_costs_no_track(cluster, tmp_path):
    nodes, (_, doomed) = cluster
    config = load_config(write_songs(tmp_path / "songs"))

    def lose():
        Thread(target=nodes.remove_node, args=(doomed,), kwargs={"allow_graceful": False}).start()

    there = content_of(config, tmp_path, "there", on(nodes.address), observer=Told(lose))
    assert there == content_of(config, tmp_path, "here", ExecutionConfig(workers=1))


@pytest.mark.slow
def test_a_step_that_fails_there_is_told_as_one_that_fails_here(cluster, tmp_path):
    config = load_config(write_songs(tmp_path / "songs"))
    content_of(config, tmp_path, "there", on(cluster[0].address))
    for shard in (tmp_path / "there/data/beats").iterdir():
        shard.write_bytes(b"damaged")
    changed = config.model_copy(
        update={"measure": config.measure.model_copy(update={"min_duration_s": 3.0})}
    )
    with pytest.raises(BuildError, match="was changed since it was written"):
        content_of(changed, tmp_path, "there", on(cluster[0].address))


@pytest.mark.slow
def test_a_step_that_no_node_can_take_is_told_before_anything_waits(cluster, tmp_path):
    execution = on(cluster[0].address).model_copy(update={"resources": {}})
    with pytest.raises(ConfigError, match=r"no node .* has 2 cores .* the largest has 1 core"):
        placement_of(execution)


def test_who_stops_lets_nothing_more_be_placed(monkeypatch):
    ray = pytest.importorskip("ray", reason="needs `pip install ray`")
    monkeypatch.setattr(ray, "init", lambda **_: None)
    node = {"Alive": True, "Resources": {"CPU": 4.0, "memory": float(8 << 30)}}
    monkeypatch.setattr(ray, "nodes", lambda: [node])
    placed = OnRay(ExecutionConfig(placement="ray"))
    placed.stop()
    assert not placed._under_way
