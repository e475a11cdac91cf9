"""Chains of thought that lead to accepted answers."""
