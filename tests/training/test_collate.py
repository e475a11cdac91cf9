import pytest
import torch

from tests.tiny_musicflamingo import tiny_processor
from training.collate import collate, prepare, without_loss
from training.config import ModelConfig, SftConfig, SourceConfig
from training.model import chat_template, load_model, load_processor
from training.packing import DecodedRow, open_lanes
from training.questions import ask
from training.row import Row, Sound
from training.samples import answers


@pytest.fixture(scope="module")
def rows(tiny, release, tmp_path_factory):
    """Five rows of four songs, the longest of 15 s."""
    config = SftConfig(
        model=ModelConfig(path=str(tiny)),
        output=str(tmp_path_factory.mktemp("out")),
        sources=(SourceConfig(release=str(release), dataset="mf-think"),),
        learning_rate=1e-3,
        shuffle_rows=8,
    )
    heard = [next(lane.rows(0)) for lane in open_lanes(config, range(4), 4)]
    long = DecodedRow(heard[0].row, (torch.randn(16000 * 15).numpy(),), 0)
    return [heard[0], long, *heard[1:]]


@pytest.fixture(scope="module")
def processor(tiny):
    return load_processor(str(tiny))


def test_there_is_a_loss_on_what_the_assistant_says_and_nowhere_else(processor, rows):
    turns = [
        {"role": "user", "content": "One?"},
        {"role": "assistant", "content": "Yes."},
        {"role": "user", "content": "Two?"},
        {"role": "assistant", "content": "No."},
    ]
    talk = DecodedRow(Row("t", turns, (Sound({}),), None), rows[0].sounds, 0)
    batch = collate([prepare(processor, each) for each in (talk, rows[2])])
    labels, ids = batch["labels"][0], batch["input_ids"][0]
    expected = rows[2].row.messages[1]["content"]
    said = processor.tokenizer.decode(labels[labels != -100])
    assert said == f"Yes.<|im_end|>No.<|im_end|>{expected}<|im_end|>"
    assert torch.equal(ids[labels != -100], labels[labels != -100])
    # The first token of a row is predicted by no other row.
    starts = torch.nonzero(batch["position_ids"][0] == 0)[:, 0]
    assert len(starts) == 2
    assert (labels[starts] == -100).all()


def test_a_pack_has_as_many_tokens_as_its_rows_were_counted(processor, rows):
    single = [row for row in rows if row.n_tokens]
    prepared = [prepare(processor, row) for row in single]
    batch = collate(prepared)
    assert [each.n_tokens for each in prepared] == [row.n_tokens for row in single]
    assert batch["cu_seq_lens_q"].tolist()[-1] == batch["input_ids"].shape[1]
    assert batch["input_ids"].shape == (1, sum(row.n_tokens for row in single))
    assert len(batch["input_features"]) == 6 * len(single)  # 12 s in windows of 2 s


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_packed_equals_unpacked(tiny, processor, rows, attention):
    """Loss and gradients of one pack are those of its rows, one at a time."""

    def learn(packs, attention):
        model = load_model(ModelConfig(path=str(tiny), attention=attention)).train()
        total = 0.0
        for pack in packs:
            batch = collate([prepare(processor, row) for row in pack])
            loss = -model.label_logps(**batch).sum()
            loss.backward()
            total += loss.item()
        return total, {
            name: weight.grad
            for name, weight in model.named_parameters()
            if weight.grad is not None
        }

    together, gradients = learn([rows], attention)
    apart, expected = learn([[row] for row in rows], "eager")
    assert together == pytest.approx(apart, rel=1e-5)
    for name, gradient in gradients.items():
        difference = (gradient - expected[name]).norm() / expected[name].norm().clamp(min=1e-6)
        assert difference < 1e-4, name


@pytest.fixture(scope="module")
def pair(rows):
    """A row about two sounds, of 3 and of 5 s; the model hears in windows of 2 s."""
    noise = torch.randn(16000 * 8, generator=torch.Generator().manual_seed(1)).numpy() * 0.1
    said = [{"role": "user", "content": "Which?"}, {"role": "assistant", "content": "The first."}]
    row = Row("pair", said, (Sound({}, None, 4.0), Sound({}, None, 0.0)), None)
    return DecodedRow(row, (noise[: 16000 * 3], noise[16000 * 3 :]), 0)


def logps_of(tiny, processor, pack):
    model = load_model(ModelConfig(path=str(tiny)))
    with torch.no_grad():
        return model.label_logps(**collate([prepare(processor, each) for each in pack]))


def test_a_row_of_two_sounds_has_each_between_its_marks(processor, pair):
    prepared = prepare(processor, pair)
    ids = prepared.input_ids
    assert prepared.window_start_s.tolist() == [4.0] * 2 + [0.0] * 3
    assert prepared.n_windows == 5
    assert int((ids == processor.audio_token_id).sum()) == 25 * 8
    begins = torch.nonzero(ids == processor.audio_bos_token_id)[:, 0].tolist()
    ends = torch.nonzero(ids == processor.audio_eos_token_id)[:, 0].tolist()
    assert [end - begin - 1 for begin, end in zip(begins, ends, strict=True)] == [75, 125]


def test_a_row_of_two_sounds_is_learned_packed_as_alone(tiny, processor, rows, pair):
    together = logps_of(tiny, processor, [rows[0], pair, rows[2]])
    apart = [logps_of(tiny, processor, [each]) for each in (rows[0], pair, rows[2])]
    assert torch.allclose(together, torch.cat(apart), atol=1e-4)


def test_the_order_of_two_sounds_is_heard(tiny, processor, pair):
    swapped = Row("pair", pair.row.messages, pair.row.sounds[::-1], None)
    other = DecodedRow(swapped, pair.sounds[::-1], 0)
    logps = [logps_of(tiny, processor, [each]) for each in (pair, other)]
    assert not torch.allclose(*logps, atol=1e-3)


def test_two_sounds_are_answered_and_asked_as_they_are_learned(tiny, processor, rows, pair):
    """Greedy answers of a batch with one and with two sounds are those of each alone."""
    model = load_model(ModelConfig(path=str(tiny)))
    together = answers(model, processor, [pair, rows[0]], 8)
    alone = [answers(model, processor, [each], 8)[0] for each in (pair, rows[0])]
    assert together == alone
    asked = ask(processor, pair)
    assert asked.inputs["window_start_s"].tolist() == [4.0] * 2 + [0.0] * 3


def test_a_pack_for_company_only_has_no_gradients(tiny, processor, rows):
    pack = without_loss([prepare(processor, rows[0])])
    assert pack[0].n_labels == 0
    model = load_model(ModelConfig(path=str(tiny))).train()
    (-model.label_logps(**collate(pack)).sum()).backward()
    assert all(not each.grad.any() for each in model.parameters() if each.grad is not None)


def test_our_template_says_what_the_checkpoints_own_says(tiny):
    own = tiny_processor()
    ours = load_processor(str(tiny))
    talks = [
        [{"role": "user", "content": 'Say "hi" {{ x }}'}],
        [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
        [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}],
        [{"role": "user", "content": [{"type": "audio"}, {"type": "text", "text": "a"}]}],
    ]
    for talk in talks:
        for prompted in (True, False):
            options = {"add_generation_prompt": prompted, "tokenize": False}
            expected = own.apply_chat_template(talk, **options)
            assert ours.apply_chat_template(talk, **options) == expected
    # A template of ours, saved with the model and loaded again, is the same.
    assert chat_template(ours) == ours.chat_template
