"""A model that writes word salad gets nothing released; one that writes prose does."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from pipeline.corpus.build import build
from pipeline.corpus.unheard import unheard_writers
from pipeline.corpus.workers import Observer
from pipeline.release.create import create_release
from schemas.captions import RichCaption
from schemas.config import CorpusConfig, load_config, parse_role, with_roles
from schemas.qa import QaPair
from schemas.quality import Quality
from schemas.sections import JudgeConfig
from tests.model_server import SALADS
from tests.pipeline.release.made_up import Here
from tests.serving import model_server

REASONS = {
    "random": {"not_english"},
    "loop": {"repeats_itself"},
    "prompt": {"echoes_prompt", "template_token"},
    "tokens": {"template_token"},
    "german": {"not_english", "repeats_itself"},
}
N_TRACKS = 3
TEXTS = ("mf-skills/captions", "mf-skills/qa", "mf-think")


class Told(Observer):
    def __init__(self):
        self.words = []

    def warn(self, words):
        self.words.append(words)


def served(built_corpus, folder, url, *names, **judge):
    """A copy of a built corpus that may be released, some roles of which a server plays."""
    shutil.copytree(built_corpus.parent, folder / "copy")
    players = dict(parse_role(f"{name}={url},model=m,audio_sample_rate_hz=8000") for name in names)
    config = with_roles(load_config(folder / "copy" / built_corpus.name), players)
    return config.model_copy(
        update={
            "curation": config.curation.model_copy(update={"unknown_licence": "research_only"}),
            "judge": config.judge.model_copy(update=judge),
        }
    )


def released(config, name="v1"):
    """Rows of the texts' data sets, why the others were left out, and the card."""
    manifest = create_release(config, name, Here(), allow_partial=True)
    texts = [each for each in manifest.datasets if each.name in TEXTS]
    why = sum((Counter(each.left_out) for each in texts), Counter())
    card = Path(config.store) / f"releases/{name}/README.md"
    return sum(each.n_rows for each in texts), why, card.read_text()


@pytest.mark.parametrize("kind", SALADS)
def test_nothing_of_a_word_salad_is_released(built_corpus, tmp_path, kind):
    with model_server("--salad", kind) as url, model_server() as judge_url:
        config = served(built_corpus, tmp_path, url, "writer")
        judge = parse_role(f"judge={judge_url},model=j,audio_sample_rate_hz=8000")
        config = with_roles(config, dict([judge]))
        corpus = build(config, until="judge")
    assert [*corpus.rows(RichCaption), *corpus.rows(QaPair)] == []
    why = Counter(each.reason for each in corpus.rejections() if each.stage == "describe")
    assert set(why) <= REASONS[kind], why
    assert sum(why.values()) == N_TRACKS
    assert released(config)[0] == 0


def test_prose_that_no_model_heard_is_kept_apart(built_corpus, tmp_path):
    told = Told()
    with model_server() as url:
        config = served(built_corpus, tmp_path, url, "writer")
        corpus = build(config, until="judge", observer=told)
        assert "no model hears the captions and questions" in told.words[0]
        assert "judge.release_unjudged" in told.words[0]
        assert {row.decision for row in corpus.rows(Quality)} == {"unjudged"}
        n_texts, _, _ = released(config)
        assert n_texts == 0
        let = config.model_copy(update={"judge": JudgeConfig(release_unjudged=True)})
        build(let, until="judge", observer=told)
    assert "let through" in told.words[-1]
    n_texts, _, card = released(let, "v2")
    assert n_texts > N_TRACKS, "captions and questions"
    assert "heard by no model" in card


def test_prose_that_a_model_heard_is_released(built_corpus, tmp_path):
    told = Told()
    with model_server() as url:
        config = served(built_corpus, tmp_path, url, "writer", "judge")
        build(config, until="judge", observer=told)
    assert not any("no model hears" in each for each in told.words)
    n_texts, why, card = released(config)
    assert n_texts > N_TRACKS
    assert "judge: unjudged" not in why
    assert "heard by no model" not in card


def test_who_writes_unheard_is_told_by_role():
    def config(*players):
        roles = dict(parse_role(f"{each}=http://127.0.0.1:9/v1,model=m") for each in players)
        return with_roles(CorpusConfig(name="n", store="s", source={"folder": "f"}), roles)

    assert unheard_writers(config()) == unheard_writers(config("writer", "judge_2")) == []
    assert unheard_writers(config("reasoner", "checker", "captioner")) == []
    (words,) = unheard_writers(config("reasoner"))
    assert "factcheck.release_unchecked" in words
    assert len(unheard_writers(config("writer", "reasoner"))) == 2
