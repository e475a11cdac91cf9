"""Attention by plain products is the attention of torch's kernel."""

import pytest
import torch
from torch.nn import functional

from training.packed_attention import row_attention


@pytest.mark.parametrize(("n_queries", "n_keys"), [(7, 7), (3, 8)])
@pytest.mark.parametrize("scaling", [None, 0.3])
def test_plain_products_attend_as_the_kernel_does(n_queries, n_keys, scaling):
    generator = torch.Generator().manual_seed(0)
    shapes = [(1, 6, n_queries, 4), (1, 2, n_keys, 4), (1, 2, n_keys, 4)]
    found = []
    for ours in (True, False):
        query, key, value = (
            torch.randn(shape, generator=generator.manual_seed(i), dtype=torch.float64)
            for i, shape in enumerate(shapes)
        )
        leaves = [each.requires_grad_() for each in (query, key, value)]
        if ours:
            attended = row_attention(query, key, value, scaling)
        else:
            mask = torch.ones(n_queries, n_keys, dtype=torch.bool).tril(n_keys - n_queries)
            attended = functional.scaled_dot_product_attention(
                query, key, value, mask, scale=scaling, enable_gqa=True
            ).transpose(1, 2)
        attended.square().sum().backward()
        found.append([attended, *(each.grad for each in leaves)])
    for mine, theirs in zip(*found, strict=True):
        torch.testing.assert_close(mine, theirs)
