"""Rasa without TensorFlow, which it imports whatever the pipeline: placeholders answer for it."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

from bot.patches import LeanStartError

NEURAL_PACKAGES = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras")
NEURAL_COMPONENTS = (
    "ConveRTFeaturizer",
    "DIETClassifier",
    "LanguageModelFeaturizer",
    "ResponseSelector",
    "TEDPolicy",
    "UnexpecTEDIntentPolicy",
)


class _PlaceholderType(type):
    """Answers for any attribute of a class of TensorFlow, so that Rasa's class bodies run."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Placeholder


class Placeholder(metaclass=_PlaceholderType):
    """Stands for everything TensorFlow offers: base class, decorator, type and value."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __init_subclass__(cls, **_: Any) -> None:
        pass

    def __class_getitem__(cls, _: Any) -> type[Placeholder]:
        return cls

    def __call__(self, *args: Any, **_: Any) -> Any:
        return args[0] if args and callable(args[0]) else self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self


class _PlaceholderModule(types.ModuleType):
    __version__ = "0"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Placeholder() if name == "function" else Placeholder


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the packages of TensorFlow where the real ones are not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] in NEURAL_PACKAGES:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _PlaceholderModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def answer_for_tensorflow() -> bool:
    """True where the real TensorFlow is absent and placeholders now answer for it."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return True
    if importlib.util.find_spec("tensorflow") is not None:
        return False
    sys.meta_path.append(_Finder())
    return True


def refuse_neural_components() -> None:
    """Asking for a neural component must fail with one sentence, not deep inside a placeholder."""
    from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS
    from rasa.shared.exceptions import RasaException

    class NeuralComponentUnavailable(RasaException):
        pass

    def refusal(name: str) -> Callable[..., Any]:
        def refuse(*_: Any, **__: Any) -> Any:
            raise NeuralComponentUnavailable(
                f"{name} needs TensorFlow, which this environment leaves out: "
                "take it out of config.yml, or install TensorFlow 2.12 beside Rasa."
            )

        return refuse

    components = {component.__name__: component for component in DEFAULT_COMPONENTS}
    for name in NEURAL_COMPONENTS:
        if name not in components:
            raise LeanStartError(f"{name} is no longer one of Rasa's components")
        for method in ("required_packages", "create", "load"):
            setattr(components[name], method, staticmethod(refusal(name)))
