"""Two processes learn what one learns, hold half of it each, and go on from each other's state."""

import os

import pytest
import torch
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict

from tests.training.processes import free_port, run_ranks
from training.checkpoint import CheckpointError, Checkpoints
from training.collate import prepare
from training.config import ModelConfig, ParallelConfig, SftConfig, SourceConfig
from training.loop import new_optimizer, set_recompute, take_step
from training.model import load_model, load_processor, load_sharded
from training.packing import DecodedRow
from training.parallel import devices, layers, units
from training.row import Row, Sound
from training.time_embedding import check_time_embedding
from training.weights import ModelNotLoadedError, write_model

N_STEPS = 2


def config_of(path, **fields):
    return SftConfig(
        model=ModelConfig(path=path, **fields.pop("model", {})),
        output="-",
        sources=(SourceConfig(release="-", dataset="mf-think"),),
        learning_rate=1e-3,
        **fields,
    )


def packs(path):
    """Four packs of different lengths, one with a sound of two windows."""
    generator = torch.Generator().manual_seed(0)
    processor = load_processor(path)
    made = []
    for lengths_s in ((1, 2), (3,), (1,), (2, 1)):
        rows = []
        for i, seconds in enumerate(lengths_s):
            sound = torch.randn(16000 * seconds, generator=generator).numpy()
            said = [{"role": "user", "content": "?"}, {"role": "assistant", "content": f"Row {i}"}]
            rows.append(
                prepare(processor, DecodedRow(Row(str(i), said, (Sound({}),), None), (sound,), 0))
            )
        made.append(rows)
    return made


def learn(config, here):
    """Some steps; what was seen, the model and its optimizer."""
    model = load_sharded(config.model, here, config.parallel).train()
    optimizer = new_optimizer(model, config)
    own = packs(config.model.path)[here.rank :: here.n_ranks]
    seen = [take_step(model, optimizer, own, config, here) for _ in range(N_STEPS)]
    check_time_embedding(model)
    return seen, model, optimizer


def n_full_gradients(model):
    """Gradients of weights as a whole that a device keeps between two packs."""
    kept = 0
    for unit in units(model):
        for group in unit._get_fsdp_state()._fsdp_param_groups:
            for weight in group.fsdp_params:
                gradients = [weight.unsharded_accumulated_grad]
                if hasattr(weight, "_unsharded_param"):
                    gradients.append(weight._unsharded_param.grad)
                kept += sum(each.numel() for each in gradients if each is not None)
    return kept


def rank(path, out, ports):
    """All that two processes are to show, in one launch: each takes its time to start."""
    found = {}
    ways = {
        "sync": ParallelConfig(),
        "keep": ParallelConfig(sync_each_batch=False),
        "replicas": ParallelConfig(replicas=2),
    }
    for port, (name, parallel) in zip(ports, ways.items(), strict=True):
        os.environ["MASTER_PORT"] = str(port)  # each way is a group of its own
        config = config_of(path, parallel=parallel)
        kept = []
        with devices(parallel) as here:
            import training.loop as loop

            original = loop.pack_loss

            def watched(model, *rest, kept=kept, original=original):
                kept.append(n_full_gradients(model))
                return original(model, *rest)

            loop.pack_loss = watched
            seen, model, optimizer = learn(config, here)
            loop.pack_loss = original
            whole = get_model_state_dict(model, options=StateDictOptions(full_state_dict=True))
            own = sum(weight.to_local().numel() for weight in model.parameters())
            found[name] = {"seen": seen, "kept": max(kept), "weights": whole, "own": own}
            if name == "sync":
                checkpoints = Checkpoints(out, here, 2, is_async=True)
                checkpoints.save(N_STEPS, model, optimizer, {"positions": [1, 2]})
                checkpoints.finish()
                write_model(model, load_processor(path), out / "model", here)
    if here.is_first:
        torch.save(found, out / "found.pt")


@pytest.fixture(scope="module")
def two(tiny, tmp_path_factory):
    out = tmp_path_factory.mktemp("two")
    run_ranks(rank, 2, str(tiny), out, [free_port() for _ in range(3)])
    return out, torch.load(out / "found.pt")


@pytest.fixture(scope="module")
def one(tiny):
    with devices(ParallelConfig()) as here:
        seen, model, _ = learn(config_of(str(tiny)), here)
        weights = {name: each.full_tensor() for name, each in model.state_dict().items()}
        n_trained = sum(each.numel() for each in model.parameters() if each.requires_grad)
    return {"seen": seen, "weights": weights, "n_trained": n_trained}


@pytest.mark.parametrize("way", ["sync", "keep", "replicas"])
def test_two_processes_learn_what_one_learns(one, two, way):
    found = two[1][way]
    for ours, expected in zip(found["seen"], one["seen"], strict=True):
        assert ours == pytest.approx(expected, rel=1e-5)
    for name, weight in one["weights"].items():
        assert torch.allclose(found["weights"][name], weight, atol=5e-6), name


def test_no_full_gradients_are_kept_while_accumulating(one, two):
    found = two[1]
    assert found["keep"]["kept"] == one["n_trained"]
    assert found["sync"]["kept"] == 0
    for name, weight in found["keep"]["weights"].items():
        assert torch.allclose(weight, found["sync"]["weights"][name], atol=1e-7), name


def test_each_process_holds_its_half(one, two):
    n_weights = sum(weight.numel() for weight in one["weights"].values())
    assert two[1]["sync"]["own"] <= 0.51 * n_weights
    assert two[1]["replicas"]["own"] == n_weights


def test_one_process_goes_on_from_the_checkpoint_of_two(tiny, one, two):
    config = config_of(str(tiny))
    with devices(config.parallel) as here:
        model = load_sharded(config.model, here, config.parallel)
        optimizer = new_optimizer(model, config)
        checkpoints = Checkpoints(two[0], here, 2, is_async=False)
        state = checkpoints.load(checkpoints.newest(), model, optimizer)
        assert state == {"step": N_STEPS, "n_ranks": 2, "positions": [1, 2]}
        for name, weight in two[1]["sync"]["weights"].items():
            assert torch.equal(model.state_dict()[name].full_tensor(), weight), name
        assert all(float(each["step"]) == N_STEPS for each in optimizer.state.values())


def test_half_a_checkpoint_of_a_later_step_is_none_of_those_kept(tiny, tmp_path):
    """As after a kill, where checkpoints are then written more often."""
    config = config_of(str(tiny))
    with devices(config.parallel) as here:
        model = load_sharded(config.model, here, config.parallel)
        optimizer = new_optimizer(model, config)
        checkpoints = Checkpoints(tmp_path, here, 1, is_async=False)
        checkpoints.save(1, model, optimizer, {})
        (tmp_path / "checkpoint-9").mkdir()
        checkpoints.save(2, model, optimizer, {})
        assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-2"]
        assert checkpoints.newest() == tmp_path / "checkpoint-2"


def test_a_checkpoint_of_other_parts_is_refused(tiny, two):
    config = config_of(str(tiny), model={"lora_rank": 4})
    with devices(config.parallel) as here:
        model = load_sharded(config.model, here, config.parallel)
        checkpoints = Checkpoints(two[0], here, 2, is_async=False)
        with pytest.raises(CheckpointError, match=r"cannot be gone on from.*lora_A"):
            checkpoints.load(checkpoints.newest(), model, new_optimizer(model, config))


def test_what_two_wrote_is_a_folder_of_transformers(two):
    model = load_model(ModelConfig(path=str(two[0] / "model")))
    assert model.config.architectures == ["MusicFlamingoForConditionalGeneration"]
    for name, weight in two[1]["sync"]["weights"].items():
        assert torch.equal(model.state_dict()[name], weight), name


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_split_model_is_the_one_that_transformers_loads(tiny, dtype):
    config = ModelConfig(path=str(tiny), dtype=dtype)
    expected = load_model(config)
    with devices(ParallelConfig()) as here:
        model = load_sharded(config, here, ParallelConfig())
        for name, weight in model.state_dict().items():
            assert torch.equal(weight.full_tensor(), expected.state_dict()[name]), name
        buffers = dict(expected.named_buffers())
        for name, buffer in model.named_buffers():
            assert torch.equal(buffer, buffers[name]), name
            assert buffer.dtype == torch.float32


@pytest.mark.parametrize("arithmetic", ["float32", "bfloat16"])
def test_a_cpu_computes_in_the_stated_dtype_and_learns_in_float32(tiny, arithmetic):
    config = config_of(str(tiny), model={"arithmetic": arithmetic}, recompute="none")
    seen = set()
    with devices(config.parallel) as here:
        model = load_sharded(config.model, here, config.parallel).train()
        for layer in layers(model):
            layer.register_forward_hook(lambda _layer, heard, _out: seen.add(heard[0].dtype))
        optimizer = new_optimizer(model, config)
        before, _ = take_step(model, optimizer, packs(str(tiny)), config, here)
        after, _ = take_step(model, optimizer, packs(str(tiny)), config, here)
        assert {weight.dtype for weight in model.parameters()} == {torch.float32}
    assert seen == {getattr(torch, arithmetic)}
    assert after < before


@pytest.mark.parametrize(
    ("trained", "expected"),
    [
        (("projector",), {"multi_modal_projector"}),
        (("encoder", "projector"), {"audio_tower", "multi_modal_projector"}),
        (("language_model",), {"language_model", "lm_head"}),
    ],
)
def test_only_the_parts_that_are_to_learn_do(tiny, trained, expected):
    config = config_of(str(tiny), model={"trained": trained}, recompute="none")
    before = load_model(config.model).state_dict()
    with devices(config.parallel) as here:
        _, model, _ = learn(config, here)
        after = {name: each.full_tensor() for name, each in model.state_dict().items()}
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    parts = {name.split(".")[1] if name.startswith("model.") else "lm_head" for name in changed}
    assert parts == expected
    assert not any("embed_positions" in name for name in changed)


@pytest.mark.parametrize("recompute", ["all", "cheap"])
def test_what_is_computed_again_is_what_would_have_been_kept(tiny, recompute):
    found = []
    for way in ("none", recompute):
        config = config_of(str(tiny), recompute=way)
        with devices(config.parallel) as here:
            model = load_sharded(config.model, here, config.parallel).train()
            set_recompute(model, config)
            pack = packs(str(tiny))[:1]
            found.append(take_step(model, new_optimizer(model, config), pack, config, here))
    assert found[0] == pytest.approx(found[1], rel=1e-6)


def test_missing_weights_of_a_split_model_are_not_made_up(tiny, tmp_path):
    from safetensors.torch import load_file, save_file

    load_model(ModelConfig(path=str(tiny))).save_pretrained(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    del weights[next(name for name in weights if "multi_modal_projector" in name)]
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with (
        devices(ParallelConfig()) as here,
        pytest.raises(ModelNotLoadedError, match=r"1 weights are missing.*multi_modal_projector"),
    ):
        load_sharded(ModelConfig(path=str(tmp_path)), here, ParallelConfig())


def test_processes_that_are_no_multiple_of_the_replicas_are_refused():
    with (
        pytest.raises(ValueError, match="3 does not divide 1 processes"),
        devices(ParallelConfig(replicas=3)),
    ):
        pass


def test_names_in_the_files_are_those_that_transformers_writes(tiny, two):
    from safetensors import safe_open

    found = []
    for folder in (tiny, two[0] / "model"):
        with safe_open(folder / "model.safetensors", "pt") as file:
            found.append(sorted(file.keys()))
    assert found[0] == found[1]
