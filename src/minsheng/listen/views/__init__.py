"""The doors of this room: filing, coming back, and what a resident may do at any time."""
