"""议 Disclosure, comment, hearing, decision, follow-up (not built yet)."""
