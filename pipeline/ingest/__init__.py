"""From a folder or listing to tracks: scan, inspect what is new, place it in partitions."""
