"""Builds on a real Ray cluster of two nodes, one of which is lost on the way."""

import shutil
from collections import Counter
from threading import Event, Thread

import polars as pl
import pytest

from flows.cluster_pool import ClusterPool
from flows.placement import OnRay, executor_of, placement_of
from pipeline.corpus.build import BuildError, build
from pipeline.corpus.models import open_answer_cache
from pipeline.corpus.placement import Local
from pipeline.corpus.workers import Observer, at_work
from pipeline.engine.store_format import open_store
from pipeline.release.create import create_release
from schemas.config import ConfigError, CorpusConfig, load_config
from schemas.roles import RoleConfig
from schemas.sections import ExecutionConfig, StepResources
from tests.audio import write
from tests.model_server import read_log
from tests.phrases import MODEL, SONGS, song
from tests.serving import model_server
from tests.small_corpus import write_songs
from tools.chat.answer_cache import AnswerCacheInUseError
from tools.lyrics.transcript import SAMPLE_RATE_HZ

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
    """Remembers what is done, and calls somebody after each step."""

    def __init__(self, then=lambda commit: None):
        self.n_tracks, self.stages, self._then = {}, [], then

    def advance(self, stage, n_tracks):
        self.n_tracks[stage] = self.n_tracks.get(stage, 0) + n_tracks

    def done(self, commit):
        self.stages.append(commit.stage)
        self._then(commit)


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

    told = Told(lambda _: lost.set())
    lost = Event()

    def lose():
        lost.wait()
        nodes.remove_node(doomed, allow_graceful=False)

    Thread(target=lose).start()
    there = content_of(config, tmp_path, "there", on(nodes.address), observer=told)
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
    with pytest.raises(ConfigError, match=r"no node .* has 2 cores, .* the largest has 1 core"):
        placement_of(execution)


FIELDS = {
    "time_limit_s": 3.0, "audio_sample_rate_hz": 8000, "max_answers": 12, "max_attempts": 20,
    "concurrency": 4, "requests_per_minute": 600, "usd_per_million_output_tokens": 1.0,
}  # fmt: skip


def asked_config(config, url, **fields):
    """The config with a model behind three roles."""
    role = RoleConfig(engine="openai", base_url=url, model="m", **{**FIELDS, **fields})
    roles = {"captioner": role, "writer": role, "judge": role}
    return config.model_copy(update={"roles": config.roles.model_copy(update=roles)})


def answered(log):
    """How often each prompt was answered."""
    return Counter(each["key"] for each in read_log(log) if each["outcome"] == "answered")


def asking(address, **execution):
    execution = on(address, budget_usd=9.0, **execution)
    models = ONE_CORE.model_copy(update={"actors": 2})
    return execution.model_copy(update={"resources": {"default": ONE_CORE, "models": models}})


@pytest.mark.slow
def test_models_that_misbehave_are_asked_from_two_nodes_of_which_one_is_lost(cluster, tmp_path):
    nodes, (_, doomed) = cluster
    config = load_config(write_songs(tmp_path / "songs"))
    faults = ("--fault-share", 0.2, "--faults", "429", "500", "reset", "no_json", "hang")

    doomed_yet = [doomed]

    def lose(commit):
        if commit.stage == "caption" and doomed_yet:
            lost = {"args": (doomed_yet.pop(),), "kwargs": {"allow_graceful": False}}
            Thread(target=nodes.remove_node, **lost).start()

    def built(name, execution, observer=None):
        log = tmp_path / f"{name}.log"
        with model_server("--log", log, "--script", "--latency-s", 0.2, *faults) as url:
            given = {"store": str(tmp_path / name), "execution": execution}
            asked = asked_config(config, url).model_copy(update=given)
            corpus = build(
                asked, placement=placement_of(execution), until="judge", observer=observer
            )
        return corpus, answered(log), open_answer_cache(asked).ledger()

    there, prompts_there, ledger_there = built("there", asking(nodes.address), Told(lose))
    here, prompts_here, ledger_here = built("here", ExecutionConfig(workers=1, budget_usd=9.0))
    assert there.content_hash == here.content_hash
    assert prompts_there.keys() == prompts_here.keys()
    in_flight = sum(prompts_there.values()) - len(prompts_there)
    assert in_flight <= 2 * FIELDS["concurrency"] * 3, "no more than what the lost node had bought"
    bought = {each.stage for each in ledger_there if each.outcome == "answered"}
    assert bought == {each.stage for each in ledger_here if each.outcome == "answered"}


@pytest.mark.slow
def test_all_nodes_together_keep_an_endpoint_s_limits(cluster, tmp_path):
    """By the model server's own log: roles of one endpoint, asked from two nodes."""
    config, log = load_config(write_songs(tmp_path / "songs")), tmp_path / "log"
    execution = asking(cluster[0].address)
    with model_server("--log", log, "--script", "--latency-s", 0.2) as url:
        given = asked_config(config, url, requests_per_minute=12, concurrency=2)
        changed = {"store": str(tmp_path / "store"), "execution": execution}
        build(given.model_copy(update=changed), placement=placement_of(execution), until="judge")
    times_s = sorted(each["at_s"] for each in read_log(log))
    assert len(times_s) > 12
    assert max(sum(at_s <= each < at_s + 60.0 for each in times_s) for at_s in times_s) <= 12


@pytest.mark.slow
def test_what_was_bought_on_a_cluster_is_not_bought_again_here(cluster, tmp_path):
    """Nor the other way round; the ledger knows both."""
    config = load_config(write_songs(tmp_path / "songs"))
    with model_server("--log", tmp_path / "log", "--script") as url:
        asked = asked_config(config, url).model_copy(update={"store": str(tmp_path / "store")})
        there = asking(cluster[0].address)
        here = ExecutionConfig(workers=1)
        for execution, until in ((here, "caption"), (there, "question"), (here, "judge")):
            build(
                asked.model_copy(update={"execution": execution}),
                placement=placement_of(execution),
                until=until,
            )
        n_asked = len(read_log(tmp_path / "log"))
        for path in (tmp_path / "store").glob("commits/*"):
            if path.name in ("caption", "question", "describe"):
                shutil.rmtree(path)
        build(asked.model_copy(update={"execution": there}), placement=placement_of(there))
        assert set(answered(tmp_path / "log").values()) == {1}
        n_bought = sum(
            each.n_attempts for each in open_answer_cache(asked).ledger() if each.stage != "probe"
        )
        assert n_bought == len(read_log(tmp_path / "log")) >= n_asked


@pytest.mark.slow
def test_sound_is_released_by_a_cluster_as_by_this_machine(cluster, tmp_path):
    config = load_config(write_songs(tmp_path / "songs"))
    values = {
        "store": str(tmp_path / "store"),
        "release": config.release.model_copy(update={"audio": "opus"}),
        "curation": config.curation.model_copy(update={"unknown_licence": "research_only"}),
        "execution": ExecutionConfig(workers=1),
    }
    config = config.model_copy(update=values)
    build(config)
    made, there = [], on(cluster[0].address)
    for name, execution in (("here", ExecutionConfig(workers=1)), ("there", there)):
        with executor_of(execution) as executor:
            made.append(create_release(config, name, executor))
    here, there = ({file.path: file.sha256 for file in each.files} for each in made)
    rows = [path for path in here if path.endswith(".parquet")]
    assert any(path.startswith("tracks") for path in rows)
    assert [here[path] for path in rows] == [there[path] for path in rows]


def test_a_pool_of_batches_gives_outcomes_in_order_and_never_runs_far_ahead():
    ahead, most = 0, 0

    def submit(function, items, _time_limit_s, _n_workers):
        nonlocal ahead, most
        ahead += 1
        most = max(most, ahead)
        return [function(each) for each in items]

    def wait(work):
        nonlocal ahead
        ahead -= 1
        return work

    pool = ClusterPool(submit, wait, lambda: None, n_workers=2, n_cores=4)
    assert list(pool.map(lambda n: n * n, range(100), time_limit_s=1.0)) == [
        (n, n * n) for n in range(100)
    ]
    assert most == 4
    assert list(pool.map(str, [], time_limit_s=1.0)) == []


@pytest.mark.slow
def test_a_recogniser_works_in_an_actor_of_its_own(cluster, tmp_path):
    pytest.importorskip("nemo", reason="needs `make install-all`")
    songs = tmp_path / "audio"
    songs.mkdir()
    write(songs / "sung.flac", song([1, 3], over=SONGS[1])[0], SAMPLE_RATE_HZ)
    values = {
        "name": "sung",
        "store": "store",
        "source": {"folder": str(songs)},
        "transcribe": {"recogniser": {"model": str(MODEL)}},
    }
    config = CorpusConfig.model_validate(values)
    execution = asking(cluster[0].address)
    resources = execution.resources | {"transcribe": ONE_CORE}
    execution = execution.model_copy(update={"resources": resources})
    texts = []
    for name, given in (("there", execution), ("here", ExecutionConfig(workers=1))):
        place = {"store": str(tmp_path / name), "execution": given}
        build(config.model_copy(update=place), placement=placement_of(given), until="transcribe")
        rows = pl.read_parquet(tmp_path / name / "data/transcribe/*.parquet")
        texts.append(rows["text"].to_list())
    assert texts[0] == texts[1]
    assert texts[0][0]


@pytest.mark.slow
def test_two_builds_of_a_corpus_do_not_ask_at_once(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("flows.askers._NAME_FREE_S", 0.0)
    config = load_config(write_songs(tmp_path / "songs"))
    execution = asking(cluster[0].address)
    second = {}

    def try_again(commit):
        if commit.stage == "caption" and not second:
            try:
                placed = placement_of(execution)
                with at_work(given, open_store(given.store), Observer(), {}, placed) as workers:
                    placed._askers._new_accounts(workers)
            except AnswerCacheInUseError as error:
                second["error"] = str(error)

    with model_server("--script") as url:
        changed = {"store": str(tmp_path / "store"), "execution": execution}
        given = asked_config(config, url).model_copy(update=changed)
        build(given, placement=placement_of(execution), until="describe", observer=Told(try_again))
    assert "another build of this corpus is asking" in second["error"]


def test_who_stops_lets_nothing_more_be_placed(monkeypatch):
    ray = pytest.importorskip("ray", reason="needs `pip install ray`")
    monkeypatch.setattr(ray, "init", lambda **_: None)
    node = {"Alive": True, "Resources": {"CPU": 4.0, "memory": float(8 << 30)}}
    monkeypatch.setattr(ray, "nodes", lambda: [node])
    placed = OnRay(ExecutionConfig(placement="ray"))
    placed.stop()
    assert not placed._under_way
