"""A stage as on several GPUs, on CPUs: the same launch, FSDP2 and checkpoints, over gloo.

``accelerate launch --config_file training/configs/fsdp2.yaml -m training.rehearsal MODULE CONFIG``.
accelerate shards nothing on CPUs; here it takes each process for one with a GPU.
"""

import os
import runpy
import sys

from accelerate import DistributedType, PartialState


def main() -> None:
    """Run the module named on the command line with the arguments behind it."""
    os.environ["ACCELERATE_TORCH_DEVICE"] = "cpu"
    PartialState._prepare_backend = lambda *_: ("gloo", DistributedType.MULTI_GPU)
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
