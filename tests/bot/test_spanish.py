"""Spanish is told from English by everyday words."""

from __future__ import annotations

import pytest

from bot.spanish import sounds_spanish


@pytest.mark.parametrize(
    "text",
    [
        "hola necesito ayuda con mi factura",
        "no hablo ingles",
        "¿Cuánto debo?, por favor",
        "no entiendo nada, solo hablo español",
        "quiero pagar la luz",
    ],
)
def test_spanish(text: str) -> None:
    assert sounds_spanish(text)


@pytest.mark.parametrize(
    "text",
    [
        "hola", "help me please", "no", "my name is de la Cruz and I need my bill", "gracias amigo",
        "", "12 34", "I live in Los Lagos on El Camino and the internet is down",
    ],
)  # fmt: skip
def test_everything_else(text: str) -> None:
    """One word, or a Spanish name in an English sentence, is not enough."""
    assert not sounds_spanish(text)
