"""Questions and answers about a track, in five skills, each resting on facts that are named."""
