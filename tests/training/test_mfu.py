import time

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from tests.tiny_musicflamingo import tiny_model, tiny_processor
from training.collate import collate, prepare
from training.mfu import Meter, ModelSize
from training.packing import DecodedRow
from training.row import Row, Sound


def batch_of(processor, seconds):
    said = [{"role": "user", "content": "?"}, {"role": "assistant", "content": "It is so." * 9}]
    rows = [
        DecodedRow(Row(str(i), said, (Sound({}),), None), (torch.randn(16000 * s).numpy(),), 0)
        for i, s in enumerate(seconds)
    ]
    return [prepare(processor, row) for row in rows]


def test_flops_are_those_that_torch_counts():
    processor = tiny_processor()
    model = tiny_model(processor).train()
    model.set_attn_implementation("eager")  # torch does not count the fused one on a CPU
    batch = collate(batch_of(processor, [30]))
    n_tokens, n_labels = batch["input_ids"].shape[1], int((batch["labels"] != -100).sum())
    labels = batch.pop("labels")
    with FlopCounterMode(display=False) as counter:
        model(**batch, labels=labels, use_cache=False).loss.backward()
    counted = counter.get_total_flops()
    size = ModelSize.of(model)
    ours = size.flops(torch.tensor([n_tokens]), len(batch["input_features"]), n_labels)
    # torch also counts the convolutions, and the head on every token.
    ours += 6 * size.head_weights * (n_tokens - n_labels)
    convolutions = 6 * 3 * (3000 * 128 * 40 + 1500 * 40 * 40)
    print(ours, convolutions, counted, n_tokens, n_labels)
    assert ours + convolutions == pytest.approx(counted, rel=0.1)


def test_rows_of_a_pack_attend_to_themselves_alone():
    size = ModelSize.of(tiny_model(tiny_processor()))
    apart = size.flops(torch.tensor([500, 500]), 2, 10)
    together = size.flops(torch.tensor([1000]), 2, 10)
    assert together - apart == 12 * size.lm_layers * size.lm_attention_width * 500_000


def test_the_meter_counts_tokens_and_rows_since_the_last_report():
    processor = tiny_processor()
    meter = Meter(ModelSize.of(tiny_model(processor)))
    batch = batch_of(processor, [2, 3])
    meter.add([row.n_tokens for row in batch], sum(row.n_windows for row in batch), 9)
    report = meter.report()
    rows_per_token = report["rows_per_s"] / report["tokens_per_s"]
    assert rows_per_token == pytest.approx(2 / sum(row.n_tokens for row in batch))
    assert "mfu" not in report or torch.cuda.is_available()
    assert report["waiting"] == 0
    assert meter.report()["tokens_per_s"] == 0


def test_the_meter_says_which_share_of_the_time_had_no_rows():
    meter = Meter(ModelSize.of(tiny_model(tiny_processor())))
    started = time.perf_counter()
    while time.perf_counter() - started < 0.02:
        pass
    meter.waited(0.02)
    assert 0 < meter.report()["waiting"] <= 1
    assert meter.report()["waiting"] == 0


def test_frozen_parts_cost_less():
    model = tiny_model(tiny_processor())
    whole = ModelSize.of(model)
    assert (whole.lm_flops, whole.tower_flops, whole.projector_flops) == (6, 6, 6)
    model.requires_grad_(False)
    model.model.multi_modal_projector.requires_grad_(True)
    projector = ModelSize.of(model)
    assert (projector.lm_flops, projector.tower_flops, projector.projector_flops) == (4, 2, 6)
