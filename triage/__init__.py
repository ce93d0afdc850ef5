"""How soon a person must be there: a level 0-4 for every message, whatever its intent.

`floor` decides it from reviewed patterns, with no model, so that it works when nothing else does.
`safety` holds the fixed words that are shown with it.
"""
