"""Which intent a message has: Rasa's logistic regression, stored as plain arrays.

Rasa stores it with skops, whose import takes seconds of every start and reads code-like files.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier

FILE = "weights.npz"
FITTED = ("coef_", "intercept_", "classes_")  # all that a fitted one needs to predict


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(LogisticRegressionClassifier):
    """Takes the configuration of LogisticRegressionClassifier."""

    def persist(self) -> None:
        fitted = {name: getattr(self.clf, name) for name in FITTED}
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / FILE, **{**fitted, "classes_": fitted["classes_"].astype(str)})

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> IntentClassifier:
        classifier: IntentClassifier = cls.create(
            config, model_storage, resource, execution_context
        )
        with (
            model_storage.read_from(resource) as folder,
            np.load(folder / FILE, allow_pickle=False) as stored,
        ):
            for name in FITTED:
                setattr(classifier.clf, name, stored[name])
        return classifier
