"""What runs stages: their contract, requests to models, plans, shards and snapshots."""
