"""Texts scored by models that hear; accepted rows are MF-Skills."""
