"""公 Public pages, the daily disclosure, the log for everyone."""
