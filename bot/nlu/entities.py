"""Puts the facts that rules find into Rasa's parse, as entities."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import facts


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactExtractor(GraphComponent, EntityExtractorMixin):
    """Entities `account`, `zip`, `money`, `number`, `people`, `member`, `skip`; all from rules."""

    def __init__(self) -> None:
        self._finder = facts.FactFinder()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactExtractor:
        return cls()

    @staticmethod
    def required_packages() -> list[str]:
        return ["spacy"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa's cache sees this class only; the rules are next door."""
        return hashlib.sha256(Path(facts.__file__).read_bytes()).hexdigest()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            found = [_entity(fact) for fact in self._finder.facts(message.get(TEXT) or "")]
            if found:
                entities = message.get(ENTITIES, []) + self.add_extractor_name(found)
                message.set(ENTITIES, entities, add_to_output=True)
        return messages


def _entity(fact: facts.Fact) -> dict[str, Any]:
    return {"entity": fact.kind, "value": fact.value, "start": fact.start, "end": fact.end}
