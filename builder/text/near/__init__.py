"""Near duplicates as pure functions: permutations, buckets, the walk through one bucket, facts, and the walk through all."""
