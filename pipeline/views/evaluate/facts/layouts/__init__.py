"""References in the layouts that people have, matched to tracks by their names."""
