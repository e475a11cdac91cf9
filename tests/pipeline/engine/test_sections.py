import pytest
from pydantic import Field

from pipeline import ConfigError, Corpus, build
from pipeline.engine.plan import stage_digests
from pipeline.engine.stage import Stage, StageResult, check_sections, section
from pipeline.stages import STAGES, stages_until
from schemas.config import CorpusConfig
from schemas.record import Record
from tests.audio import tone, write


class CountConfig(Record):
    most: int = Field(default=3, ge=1)


class Count(Record):
    track_id: str
    n_most: int


def count_tracks(batch, config, context):
    result = StageResult(inputs=[each.track.track_id for each in batch.tracks])
    result.accepted += result.inputs
    result.rows += [Count(track_id=name, n_most=config.most) for name in result.inputs]
    context.progress(len(batch.tracks))
    return result


COUNT = Stage("count", "1", Count, (), CountConfig, run=count_tracks)


def config_of(stages, store="/nowhere"):
    return CorpusConfig(name="c", store=str(store), source={"folder": "/music"}, stages=stages)


def test_a_stage_that_was_added_has_its_section_under_stages():
    stages = (*STAGES, COUNT)
    config = config_of({"count": {"most": 5}})
    check_sections(config, stages)
    assert section(config, COUNT) == CountConfig(most=5)
    assert section(config_of({}), COUNT) == CountConfig(most=3)
    digests = [stage_digests(stages, each) for each in (config, config_of({}))]
    changed = [name for name in digests[0] if digests[0][name] != digests[1][name]]
    assert changed == ["count"]


@pytest.mark.parametrize(
    "stages, told",
    [
        ({"cuont": {}}, r"stages\.cuont: there is no such stage; those added: count$"),
        ({"describe": {}}, r"stages\.describe: `describe` is a section of its own"),
        ({"store": {}}, r"stages\.store: `store` is a section of its own"),
        ({"count": {"most": 0}}, r"stages\.count\.most: Input should be greater than or equal"),
        ({"count": {"least": 1}}, r"stages\.count\.least: Extra inputs are not permitted"),
    ],
)
def test_a_section_that_nobody_reads_is_an_error(tmp_path, stages, told):
    known = (*STAGES, COUNT)
    config = config_of(stages, tmp_path / "store")
    for work in (build, Corpus.open, Corpus.find):
        with pytest.raises(ConfigError, match=told):
            work(config, stages=known)
    assert not (tmp_path / "store").exists(), "nothing was begun"


def test_where_none_was_added_that_is_said():
    with pytest.raises(ConfigError, match="those added: none"):
        check_sections(config_of({"count": {}}), STAGES)


def test_stages_until_one_that_was_added():
    stages = (STAGES[0], COUNT, *STAGES[1:])
    assert [each.name for each in stages_until("count", stages)] == ["segment", "count"]
    assert stages_until(None, stages) == stages
    with pytest.raises(ConfigError, match="there is no stage 'count'"):
        stages_until("count")


def test_a_build_with_a_stage_of_ones_own(tmp_path):
    (tmp_path / "music").mkdir()
    write(tmp_path / "music" / "a.wav", tone(2, 8000), 8000)
    config = CorpusConfig(
        name="own",
        store=str(tmp_path / "store"),
        source={"folder": str(tmp_path / "music")},
        stages={"count": {"most": 7}},
    )
    stages = (COUNT, *STAGES)
    corpus = build(config, until="count", stages=stages)
    assert [row.n_most for row in corpus.rows(Count)] == [7]
    assert corpus.rows_of("a.wav").one(Count).n_most == 7
    assert {step.stage.name for step in corpus.pending} == {each.name for each in STAGES}
    assert corpus.content_hash == Corpus.open(config, stages).content_hash
