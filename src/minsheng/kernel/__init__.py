"""Words all rules share. No Django, no clock, no chance, no disk: text, moments and random.Random come in."""
