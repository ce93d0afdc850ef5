"""What may happen to a conversation, as values and pure functions; no input or output here."""
