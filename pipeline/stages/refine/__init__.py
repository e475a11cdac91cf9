"""Captions that a source brought, rewritten to what was measured and sung."""
