"""Trains Music Flamingo on released shards: SFT, cold start, GRPO, evaluation."""
