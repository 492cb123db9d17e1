"""Honest figures: shares with their intervals (more of them in a later issue)."""
