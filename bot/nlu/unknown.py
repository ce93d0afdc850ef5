"""A message of words that training never saw is not understood, however sure the classifier is."""

from __future__ import annotations

import json
import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

WORDS = re.compile(r"[^\W\d_]{2,}")
FILE = "words.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class UnknownWords(GraphComponent):
    """Takes back an intent of less than `sure` confidence when most words are unknown.

    `most` is the share of unknown words, of two letters and more, at which it does. Figures are
    not words: a bare account number passes.
    """

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, words: set[str]
    ) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._words = words

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"most": 0.6, "sure": 0.8}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> UnknownWords:
        return cls(config, model_storage, resource, set())

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> UnknownWords:
        with model_storage.read_from(resource) as folder:
            words = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, set(words))

    def train(self, training_data: TrainingData) -> Resource:
        texts = [example.get(TEXT) or "" for example in training_data.intent_examples]
        self._words = {word for text in texts for word in WORDS.findall(text.lower())}
        with self._storage.write_to(self._resource) as folder:
            (folder / FILE).write_text(json.dumps(sorted(self._words)), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if self._is_strange(message):
                intent = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1.0}
                message.set(INTENT, intent, add_to_output=True)
        return messages

    def _is_strange(self, message: Message) -> bool:
        words = WORDS.findall((message.get(TEXT) or "").lower())
        unknown = sum(word not in self._words for word in words)
        confidence = (message.get(INTENT) or {}).get("confidence") or 0.0
        return (
            bool(words)
            and unknown / len(words) >= self._config["most"]
            and confidence < self._config["sure"]
        )
