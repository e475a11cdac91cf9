import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from training import loss

N_TOKENS, WIDTH, N_WORDS = 50, 16, 300


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(loss, "_CHUNK_TOKENS", 16)


def made(dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(N_TOKENS, WIDTH, generator=generator).to(dtype).requires_grad_()
    head = torch.randn(N_WORDS, WIDTH, generator=generator).to(dtype).requires_grad_()
    labels = torch.randint(N_WORDS, (N_TOKENS,), generator=generator)
    return hidden, head, labels, torch.randn(N_TOKENS, generator=generator)


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_chunks_have_the_values_and_gradients_of_the_whole(temperature):
    found, expected = [], []
    for seen, logps_of in ((found, loss.label_logps), (expected, plain)):
        hidden, head, labels, upstream = made(torch.float32)
        logps = logps_of(hidden, head, labels, temperature)
        (logps * upstream).sum().backward()
        seen += [logps.detach(), hidden.grad, head.grad]
    for ours, theirs in zip(found, expected, strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def plain(hidden, head, labels, temperature):
    logits = (hidden @ head.T).float() / temperature
    return logits.log_softmax(-1).gather(1, labels[:, None])[:, 0]


def test_the_heads_gradient_is_rounded_once():
    """Not once a chunk, as sums in bfloat16 would be."""
    exact = made(torch.float32)
    (loss.label_logps(*exact[:3]) * exact[3]).sum().backward()
    hidden, head, labels, upstream = made(torch.bfloat16)
    (loss.label_logps(hidden, head, labels) * upstream).sum().backward()
    error = (head.grad.float() - exact[1].grad).norm() / exact[1].grad.norm()
    assert head.grad.dtype == torch.bfloat16
    assert error < 0.02


class Largest(TorchDispatchMode):
    """The size of the largest tensor that is made."""

    n_numbers = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        made = function(*args, **(kwargs or {}))
        sizes = [each.numel() for each in tree_leaves(made) if isinstance(each, torch.Tensor)]
        self.n_numbers = max([self.n_numbers, *sizes])
        return made


@pytest.mark.parametrize(("logps_of", "is_whole"), [(loss.label_logps, False), (plain, True)])
def test_logits_of_all_tokens_are_never_there(logps_of, is_whole):
    hidden, head, labels, _ = made(torch.float32)
    with Largest() as largest:
        logps_of(hidden, head, labels, 1.0).sum().backward()
    assert (largest.n_numbers >= N_TOKENS * N_WORDS) == is_whole
    assert largest.n_numbers >= 16 * N_WORDS


def test_no_labels_have_no_gradients():
    hidden, head, labels, _ = made(torch.float32)
    loss.label_logps(hidden[:0], head, labels[:0]).sum().backward()
    assert not hidden.grad.any()
    assert not head.grad.any()
