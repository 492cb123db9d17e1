"""办 The desk: accept, ask, extend, tell, reply."""
