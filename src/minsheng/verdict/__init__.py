"""评 The resident says; rating boxes; review and recheck."""
