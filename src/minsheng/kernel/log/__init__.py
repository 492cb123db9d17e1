"""Canonical form, commitments, tree, signed notes, tiles, proofs."""
