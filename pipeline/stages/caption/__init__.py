"""A short surface caption of every 30 s window, by a model that hears it."""
