"""Whether a message is Spanish, by everyday words: just enough to answer honestly."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W\d_]+")
# None of these is an everyday English word as well.
WORDS = """
hola buenos buenas días dias tardes noches gracias necesito necesita quiero quiere quieren puedo
puede ayuda ayúdame ayudame ayudar favor por mi mis los las el la lo un una unos le de del en y al
se su sus te yo qué que cómo como cuánto cuanto cuándo cuando dónde donde porque está esta están
estan soy estoy somos pero tengo tiene tenemos hablo habla hablar entiendo entiende nada más muy
también español espanol inglés ingles factura recibo cuenta pagar pago debo luz agua comida servicio
señor señora persona alguien hay sin con para usted ustedes trabajo dinero casa hijo hija hijos
mañana hoy ahora
"""
EVERYDAY = frozenset(WORDS.split())
LEAST = 2


def sounds_spanish(text: str) -> bool:
    """Two of the words, and half of all that was written."""
    words = [word.lower() for word in WORD.findall(text)]
    known = [word for word in words if word in EVERYDAY]
    return len(set(known)) >= LEAST and 2 * len(known) >= len(words)
