"""懂 What it is about, whose it is, what it resembles (not built yet; masking lives in analysis/text)."""
