"""The rule language: format, checker, walk, status, clocks, who may do what."""
