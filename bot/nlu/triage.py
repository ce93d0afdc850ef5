"""Puts how soon a person is needed into Rasa's parse, beside the intent."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from triage import floor


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class TriageMarker(GraphComponent):
    """Sets `triage: {level, score, kinds, evidence}`. Config `patterns`: the floor's file."""

    def __init__(self, patterns: Path) -> None:
        self._floor = floor.Floor.load(patterns)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"patterns": str(floor.DEFAULT_PATH)}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TriageMarker:
        return cls(Path(config["patterns"]))

    @staticmethod
    def required_packages() -> list[str]:
        return ["spacy"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa's cache sees neither the patterns nor the code that reads them."""
        code = sorted(Path(floor.__file__).parent.glob("*.py"))
        digest = hashlib.sha256()
        for path in [Path(config["patterns"]), *code]:
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            message.set("triage", as_dict(self._floor.assess(message.get(TEXT) or "")), True)
        return messages


def as_dict(triage: floor.Triage) -> dict[str, Any]:
    return {
        "level": triage.level,
        "score": triage.score,
        "kinds": list(triage.kinds),
        "evidence": triage.evidence,
    }
