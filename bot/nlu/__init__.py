"""Rasa graph components of our own, each a thin cover over a plain function."""
