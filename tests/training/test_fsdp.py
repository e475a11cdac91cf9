"""Two ranks of FSDP2 learn what one process learns."""

import os
import socket
from types import SimpleNamespace

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as processes
from accelerate import FullyShardedDataParallelPlugin
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict
from torch.distributed.fsdp import fully_shard

from training.collate import PackCollator
from training.config import ModelConfig
from training.fsdp import sum_in_float32
from training.model import load_model, load_processor
from training.packing import Heard
from training.rows import Row
from training.time_embedding import check_time_embedding

N_STEPS = 2


def packs(processor):
    """Two packs of different lengths, one with a sound of two windows."""
    generator = torch.Generator().manual_seed(0)
    collate = PackCollator(processor)
    made = []
    for lengths_s in ((1, 2), (3,)):
        rows = []
        for i, seconds in enumerate(lengths_s):
            sound = torch.randn(16000 * seconds, generator=generator).numpy()
            said = [{"role": "user", "content": "?"}, {"role": "assistant", "content": f"Row {i}"}]
            rows.append(Heard(Row(str(i), said, {}, None, None), sound, 0))
        made.append(collate.pack(rows))
    return made


def learn(model, batches):
    """Losses and norms of the gradients of some steps."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    seen = []
    for _ in range(N_STEPS):
        losses = [model(**batch, use_cache=False).loss for batch in batches]
        loss = torch.stack(losses).mean()
        loss.backward()
        norm = torch.nn.utils.get_total_norm(
            [p.grad for p in model.parameters() if p.requires_grad]
        )
        seen.append((loss.detach(), norm.full_tensor() if hasattr(norm, "full_tensor") else norm))
        optimizer.step()
        optimizer.zero_grad()
    return [(float(loss), float(norm)) for loss, norm in seen]


def rank(number, folder, port, out):
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    torch.set_num_threads(1)
    dist.init_process_group("gloo", rank=number, world_size=2)
    model = load_model(ModelConfig(path=folder)).train()
    model.gradient_checkpointing_enable()
    mesh = dist.device_mesh.init_device_mesh("cpu", (2,))
    for layer in [*model.model.audio_tower.layers, *model.model.language_model.layers]:
        fully_shard(layer, mesh=mesh)
    fully_shard(model, mesh=mesh)
    seen = learn(model, packs(load_processor(folder))[number : number + 1])
    check_time_embedding(model)
    losses = torch.tensor([loss for loss, _ in seen])
    dist.all_reduce(losses)
    options = StateDictOptions(full_state_dict=True)
    weights = get_model_state_dict(model, options=options)
    if number == 0:
        norms = torch.tensor([norm for _, norm in seen])
        torch.save({"losses": losses / 2, "norms": norms, "weights": weights}, out)
    dist.destroy_process_group()


def test_two_ranks_of_fsdp2_equal_one(tiny, tmp_path):
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    processes.spawn(rank, (str(tiny), port, str(tmp_path / "out.pt")), nprocs=2)
    sharded = torch.load(tmp_path / "out.pt")
    model = load_model(ModelConfig(path=str(tiny))).train()
    seen = learn(model, packs(load_processor(str(tiny))))
    assert sharded["losses"].tolist() == pytest.approx([loss for loss, _ in seen], rel=1e-5)
    assert sharded["norms"].tolist() == pytest.approx([norm for _, norm in seen], rel=1e-4)
    for name, weight in model.state_dict().items():
        assert torch.allclose(sharded["weights"][name], weight, atol=1e-5), name


def test_sums_and_what_comes_out_are_float32_under_bfloat16():
    plugin = FullyShardedDataParallelPlugin(fsdp_version=2)
    plugin.set_mixed_precision("bf16")
    sum_in_float32(SimpleNamespace(state=SimpleNamespace(fsdp_plugin=plugin)))
    policy = plugin.mixed_precision_policy
    assert (policy.param_dtype, policy.reduce_dtype) == (torch.bfloat16, torch.float32)
    assert policy.output_dtype is None
    sum_in_float32(SimpleNamespace(state=SimpleNamespace()))  # one device
