"""What a stage costs before it is queued: memory of a device by part, time, GPU-hours, checkpoints.

``python -m training.plan CONFIG --gpus N [--gpu h100] [--mfu 0.4]``. Nothing is loaded but the
model's config. All formulas are in this file; those of activations are counted on a CPU by
`tests/training/test_plan.py`, the sum was compared with a GPU's peak (`docs/training.md`).
"""
