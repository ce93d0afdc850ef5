"""The contract of our intent classifier: stored and loaded, it says the same as before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.core.agent import Agent
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource

from bot.nlu.intents import FILE, IntentClassifier

CONTEXT = ExecutionContext(GraphSchema({}), node_name="intents")
WORDS = np.eye(4)
INTENTS = ["bill", "bill", "food", "power"]


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path)


def stored(storage: LocalModelStorage) -> IntentClassifier:
    config: dict[str, Any] = IntentClassifier.get_default_config()
    classifier = IntentClassifier.create(config, storage, Resource("intents"), CONTEXT)
    classifier.clf.fit(WORDS, INTENTS)
    classifier.persist()
    return classifier


def test_a_loaded_one_predicts_the_same(storage: LocalModelStorage) -> None:
    before = stored(storage)
    after = IntentClassifier.load(before.config, storage, Resource("intents"), CONTEXT)
    assert list(after.clf.classes_) == ["bill", "food", "power"]
    assert np.array_equal(before.clf.predict_proba(WORDS), after.clf.predict_proba(WORDS))


def test_only_arrays_are_stored(storage: LocalModelStorage) -> None:
    """Nothing that loading could run."""
    stored(storage)
    with storage.read_from(Resource("intents")) as folder:
        assert [path.name for path in folder.iterdir()] == [FILE]
        with np.load(folder / FILE, allow_pickle=False) as arrays:
            assert sorted(arrays) == ["classes_", "coef_", "intercept_"]


def test_a_model_without_its_weights_is_not_loaded(storage: LocalModelStorage) -> None:
    """Rasa's own would quietly serve an untrained one."""
    with pytest.raises(ValueError, match="does not exist"):
        IntentClassifier.load({}, storage, Resource("intents"), CONTEXT)


@pytest.mark.asyncio(loop_scope="session")
async def test_the_ranking_is_rasas(agent: Agent) -> None:
    """Sorted, as long as configured, and the first one is the intent."""
    heard = await agent.parse_message("how much do i owe")
    ranking = heard["intent_ranking"]
    assert ranking[0] == heard["intent"]
    assert len(ranking) == 5
    assert ranking == sorted(ranking, key=lambda one: -one["confidence"])
