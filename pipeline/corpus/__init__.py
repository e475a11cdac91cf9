"""A corpus on this machine: opened, built, asked about, and what was built last."""
