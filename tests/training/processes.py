"""Several processes as torchrun starts them, without its launcher."""

import os
import socket

import torch
import torch.multiprocessing as processes


def run_ranks(function, n_ranks, *arguments):
    """Call ``function(*arguments)`` in so many processes, each with the environment of its rank."""
    processes.spawn(_rank, (function, n_ranks, free_port(), arguments), nprocs=n_ranks)


def _rank(number, function, n_ranks, port, arguments):
    os.environ |= {
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "RANK": str(number),
        "LOCAL_RANK": str(number),
        "WORLD_SIZE": str(n_ranks),
    }
    torch.set_num_threads(1)
    function(*arguments)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
