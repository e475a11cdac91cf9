"""The answers of `builtin/facts`: what measured facts alone can say, without a model."""
