"""What can be asked of, and written to, the tables within one transaction: rows in, values out.

A conversation that is about to change is read with its row locked, so that two who want to
change it come one after the other; ``save`` checks the version besides.
"""

from .agents import AgentRows
from .conversations import ConversationRows
from .entries import EntryRows


class Transaction(ConversationRows, EntryRows, AgentRows):
    """Open from ``Store.begin`` or ``Store.read`` until the end of its block."""


__all__ = ["Transaction"]
