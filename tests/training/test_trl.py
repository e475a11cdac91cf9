"""Our loop takes the steps that TRL's trainer takes from the same packs."""

import pytest
import torch
from datasets import IterableDataset
from trl import SFTConfig as TrlConfig
from trl import SFTTrainer

from tests.training.test_parallel import config_of, packs
from training.collate import collate
from training.loop import learning_rate, new_optimizer, take_step
from training.model import load_model, load_sharded
from training.parallel import devices

N_STEPS = 3


def test_losses_and_weights_are_those_of_trl(tiny, tmp_path):
    config = config_of(str(tiny), warmup_ratio=0)
    batches = packs(str(tiny))[:2]
    with devices(config.parallel) as here:
        model = load_sharded(config.model, here, config.parallel).train()
        optimizer = new_optimizer(model, config)
        seen = []
        for step in range(N_STEPS):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(config, step, N_STEPS)
            seen.append(take_step(model, optimizer, batches, config, here))
        found = {name: each.full_tensor() for name, each in model.state_dict().items()}
    trainer = of_trl(tiny, tmp_path, [collate(pack) for pack in batches])
    trainer.train()
    expected = [(each["loss"], each["grad_norm"]) for each in trainer.state.log_history[:N_STEPS]]
    assert seen == [pytest.approx(each, rel=1e-4) for each in expected]
    for name, weight in trainer.model.state_dict().items():
        assert torch.allclose(found[name], weight, atol=1e-5), name


def of_trl(tiny, tmp_path, batches):
    """TRL's trainer, which takes the batches in turns, both for each step."""
    model = load_model(config_of(str(tiny)).model)
    model.model.audio_tower.embed_positions.requires_grad_(False)  # as NVIDIA's are not learned
    return SFTTrainer(
        model,
        args=TrlConfig(
            output_dir=str(tmp_path),
            per_device_train_batch_size=1,
            gradient_accumulation_steps=len(batches),
            gradient_checkpointing=False,
            max_steps=N_STEPS,
            learning_rate=1e-3,
            lr_scheduler_type="cosine",
            weight_decay=0.0,
            bf16=False,
            logging_steps=1,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            remove_unused_columns=False,
            dataset_kwargs={"skip_prepare_dataset": True},
            max_length=None,
        ),
        train_dataset=IterableDataset.from_generator(numbers, gen_kwargs={"n": [len(batches)]}),
        data_collator=lambda rows: dict(batches[rows[0]["number"]]),
    )


def numbers(n):
    while True:
        for number in range(n[0]):
            yield {"number": number}
