"""What each page of this room shows: typed contexts; templates format and never decide."""
