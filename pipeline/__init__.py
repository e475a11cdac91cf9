"""The stages: what is done to music and text. No Prefect, no Ray."""
