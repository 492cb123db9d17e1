"""账 Entries, commitments, batches, tiles, checkpoints, handler cursors."""
