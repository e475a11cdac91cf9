"""What a corpus holds, in numbers: one pass over its shards, in the memory of a shard."""
