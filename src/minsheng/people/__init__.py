"""Identity and contact: accounts, roles, consent, vault, access log."""
