"""Checks an export or a receipt without Django and without a database."""
