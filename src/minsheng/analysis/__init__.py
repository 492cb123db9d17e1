"""Computations that run in a notebook without the platform (later issues fill the rooms below)."""
