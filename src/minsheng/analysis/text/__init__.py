"""Text work that runs in a notebook without the platform."""
