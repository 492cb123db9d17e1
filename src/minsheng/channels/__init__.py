"""Other doors: Open311, import, mail, telephony (not built yet)."""
