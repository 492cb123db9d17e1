"""Procedure files, calendars, taxonomies, the demo town: data, no code."""
