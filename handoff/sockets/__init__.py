"""Socket.IO's two namespaces: who is asking, what do they want, which use case is it."""

from ..announce import AGENT, CUSTOMER
from .agents import AgentDesk
from .customers import CustomerDesk
from .edge import Desks, Services, TextPacket


def namespaces(services: Services) -> list[Desks]:
    return [CustomerDesk(CUSTOMER, services), AgentDesk(AGENT, services)]


__all__ = ["Services", "TextPacket", "namespaces"]
