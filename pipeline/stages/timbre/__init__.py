"""What is heard of timbre, from step to step."""
