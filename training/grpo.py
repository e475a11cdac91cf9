"""GRPO on MF-Think: G answers a question, rewarded for form, truth and structure.

``partimento train grpo CONFIG`` on one device, ``torchrun … --no-python partimento train grpo
CONFIG`` on several. Run again, it goes on from its last checkpoint.

A step: every device takes its questions, encodes each sound once, draws the answers from a whole
copy of the language model that it gathers for as long as it draws, scores them, and learns from
each question and its answers as one row.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.distributed.fsdp import register_fsdp_forward_method

from training.branches import add_branch_logps, branched
from training.command import stage_command
from training.completions import Completion, means, scored, write_completions
from training.config import GrpoConfig
from training.grpo_loss import advantages, group_loss
from training.language_copy import language_copy
from training.launches import open_run
from training.loader import StepLoader
from training.loop import learning_rate, new_optimizer, set_recompute
from training.model import load_processor, load_sharded
from training.parallel import Devices, arithmetic, clip_gradients, devices, sync_gradients
from training.questions import Question, ask, prompt_embeddings
from training.rollout import Answers, Sampling, draw, uniform_draws
from training.rows import epoch_rows
from training.weights import write_model


@dataclass
class Group:
    """A question with its answers.

    `old` and `reference` are log-probabilities of their tokens, of shape (n_said,); they are
    computed at the first update. `weight` is 0 where it is computed for company only.
    """

    question: Question
    answers: list[Tensor]
    drawn_logps: Tensor
    advantage: Tensor
    completions: list[Completion]
    weight: float
    old: Tensor | None = None
    reference: Tensor | None = None


@dataclass
class Sums:
    """What is measured at an update, summed over answers."""

    values: dict[str, float] = field(default_factory=dict)

    def add(self, values: dict[str, float], weight: float) -> None:
        """Add what was measured of a group."""
        for name, value in values.items():
            self.values[name] = self.values.get(name, 0.0) + weight * value


def train(config: GrpoConfig) -> None:
    """Run reinforcement learning to its end.

    Parameters
    ----------
    config : GrpoConfig

    Raises
    ------
    CheckpointError, ModelNotLoadedError, FileNotFoundError, NothingUsableError
        If the checkpoint, the model or the data cannot be used.
    """
    with devices(config.parallel) as here:
        _train(config, here)


def _train(config: GrpoConfig, here: Devices) -> None:
    n_steps = config.max_steps or steps_of(config)
    run = open_run(config, here)
    processor = load_processor(config.model.path)
    model = load_policy(config, here)
    reference = load_reference(config, here) if config.beta else None
    optimizer = new_optimizer(model, config)
    state = run.restore(model, optimizer)
    loader = StepLoader(config, here, ask, state["positions"])

    steps = iter(loader)
    for step in range(state["step"] + 1, n_steps + 1):
        started = time.perf_counter()
        groups = asked(model, processor, next(steps), config, here, step)
        drawn = time.perf_counter()
        for update in optimizer.param_groups:
            update["lr"] = learning_rate(config, step - 1, n_steps)
        for _ in range(config.iterations):
            measured = learn(model, reference, optimizer, groups, config, here)
        completions = gathered(groups, here)
        if here.is_first:
            write_completions(Path(config.output) / "completions", step, completions)
        if step == 1 or step % config.log_steps == 0:
            times = {"rollout_s": drawn - started, "learn_s": time.perf_counter() - drawn}
            rate = {"learning_rate": optimizer.param_groups[0]["lr"]}
            run.journal.write(step, measured | means(completions) | rate | times)
        if step % config.save_steps == 0 and step < n_steps:
            run.checkpoints.save(step, model, optimizer, {"positions": loader.positions(here)})
    run.checkpoints.finish()
    write_model(model, processor, Path(config.output), here)


def load_policy(config: GrpoConfig, here: Devices) -> Any:
    """The model that learns, with the forwards of GRPO."""
    model = load_sharded(config.model, here, config.parallel, seed=config.seed).train()
    set_recompute(model, config)
    add_branch_logps(model)
    register_fsdp_forward_method(model, "get_audio_features")
    return model


def load_reference(config: GrpoConfig, here: Devices) -> Any:
    """The model as it was at the start of the run, split by layers as the one that learns is."""
    frozen = config.model.model_copy(update={"dtype": config.reference_dtype})
    reference = load_sharded(frozen, here, config.parallel, is_trained=False).eval()
    add_branch_logps(reference)
    return reference


def asked(
    model: Any,
    processor: Any,
    questions: Sequence[Question],
    config: GrpoConfig,
    here: Devices,
    step: int,
) -> list[Group]:
    """Answers of a device's questions with their advantages: as many groups on each device."""
    answered = drawn_answers(model, processor, questions, config, here, step)
    groups = []
    for question, answers in zip(questions, answered, strict=True):
        lengths = answers.lengths.tolist()
        said = [row[:n] for row, n in zip(answers.tokens, lengths, strict=True)]
        texts = processor.batch_decode([each.tolist() for each in said], skip_special_tokens=True)
        completions = scored(config, question, texts, lengths, answers.has_ended.tolist(), step)
        rewards = torch.tensor([each.reward for each in completions])
        logps = torch.cat([row[:n] for row, n in zip(answers.logps, lengths, strict=True)])
        advantage = advantages(rewards).to(here.device)
        groups.append(Group(question, said, logps, advantage, completions, 1.0))
    last = groups[-1]
    company = Group(
        last.question, last.answers, last.drawn_logps, last.advantage, last.completions, 0.0
    )
    return [*groups, *(here.most(len(groups)) - len(groups)) * [company]]


@torch.no_grad()
def drawn_answers(
    model: Any,
    processor: Any,
    questions: Sequence[Question],
    config: GrpoConfig,
    here: Devices,
    step: int,
) -> list[Answers]:
    """Answers of a device's questions, drawn from a copy that is freed afterwards.

    Which answers are drawn depends on the seed, the step and the question alone, not on the number
    of devices.
    """
    sampling = Sampling(
        n_tokens=config.completion_tokens,
        temperature=config.temperature,
        ends=(processor.tokenizer.eos_token_id,),
        never=(model.config.audio_token_id,),
        is_compiled=config.model.compile_layers,
    )
    n_most = here.most(len(questions))  # before anything is gathered for a question
    language = language_copy(model, arithmetic(here.device, config.model.arithmetic))
    prompts = [prompt_embeddings(model, language, question) for question in questions]
    for _ in range(n_most - len(questions)):
        prompt_embeddings(model, language, questions[-1])  # FSDP's devices gather together
    first = (step - 1) * config.global_batch_rows + here.rank
    draws = [
        uniform_draws(config.seed, first + index * here.n_ranks, config.group, sampling.n_tokens)
        for index in range(len(questions))
    ]
    found: list[Answers] = []
    for start in range(0, len(prompts), config.questions_at_once):
        together = slice(start, start + config.questions_at_once)
        found += draw(language, prompts[together], draws[together], sampling)
    model.reshard()  # what encoding gathered
    return found


def learn(
    model: Any,
    reference: Any,
    optimizer: torch.optim.Optimizer,
    groups: Sequence[Group],
    config: GrpoConfig,
    here: Devices,
) -> dict[str, float]:
    """An update from the answers of all devices.

    Returns
    -------
    dict
        Means over all answers: `loss`, `kl`, `clipped`, `drawn_difference` (of the log-probability
        of a token when it was drawn, and now); and `gradient_norm`.
    """
    n_answers = config.global_batch_rows * config.group
    sums = Sums()
    for index, group in enumerate(groups):
        sync_gradients(model, config.parallel, is_last=index == len(groups) - 1)
        loss, measured = _loss(model, reference, group, config, here)
        (group.weight * loss / n_answers).backward()
        sums.add(measured, group.weight)
    norm = clip_gradients(model, config.gradient_norm)
    optimizer.step()
    optimizer.zero_grad()
    totals = here.sum(*sums.values.values())
    found = {name: total / n_answers for name, total in zip(sums.values, totals, strict=True)}
    return found | {"gradient_norm": norm}


def _loss(
    model: Any, reference: Any, group: Group, config: GrpoConfig, here: Devices
) -> tuple[Tensor, dict[str, float]]:
    """The loss of a group, summed over its answers, and what was measured."""
    row = branched(group.question.inputs_on(here.device), group.answers)
    if reference is not None and group.reference is None:
        with torch.no_grad():
            group.reference = reference.branch_logps(temperature=config.temperature, **row)
    logps = model.branch_logps(temperature=config.temperature, **row)
    if group.old is None:
        group.old = logps.detach()
    lengths = torch.tensor([len(each) for each in group.answers], device=here.device)
    loss, measured = group_loss(
        logps,
        group.old,
        group.reference,
        lengths,
        group.advantage,
        epsilon=config.epsilon,
        beta=config.beta,
    )
    apart = (group.old - group.drawn_logps).abs().mean().item() * len(group.answers)
    return loss, measured | {"loss": loss.item(), "drawn_difference": apart}


def gathered(groups: Sequence[Group], here: Devices) -> list[Completion]:
    """The answers of all devices, in the order of the questions."""
    own = [group.completions for group in groups if group.weight]
    of_ranks = here.gather(own)
    n_most = max(len(each) for each in of_ranks)
    ordered = [each[index] for index in range(n_most) for each in of_ranks if index < len(each)]
    return [completion for group in ordered for completion in group]


def steps_of(config: GrpoConfig) -> int:
    """Updates of the configured epochs, of one iteration each."""
    n_rows = epoch_rows(config.sources, needs_gold=config.needs_gold)
    return max(1, math.ceil(config.epochs * n_rows / config.global_batch_rows))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the stage of a config.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the command line.
    """
    stage_command("grpo", GrpoConfig, train, arguments)


if __name__ == "__main__":
    main()
