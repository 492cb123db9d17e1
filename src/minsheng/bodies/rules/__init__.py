"""Pure rules of this room: they ask or answer, and store nothing."""
