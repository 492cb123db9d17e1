"""督 Findings, instructions, interpellation, appraisal (not built yet)."""
