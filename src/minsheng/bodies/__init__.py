"""Public bodies of every kind, areas, competences, calendars: a town read from its folder."""
