"""Every change we make to Rasa while it runs, each with its reason.

Rasa 3.6.21 imports TensorFlow whatever the pipeline, calls actions over HTTP, and checks each
answer against a schema that it compiles each time. `apply` makes a process without these three
costs and with quiet logs.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from bot.neural import answer_for_tensorflow, refuse_neural_components
from bot.patches import replace
from bot.quiet import (
    ignore_known_warnings,
    silence_noise,
    silence_warnings,
    withhold_text_in_logs,
    withhold_text_in_tracebacks,
)

LOCAL_SCHEME = "local:"


def run_actions_in_process() -> None:
    """`action_endpoint: {url: local:<package>}` runs that package's actions in Rasa's process.

    Saves a process, a port, 3 ms a call, and the failure "the action server is down". Any other
    address keeps its usual meaning.
    """
    from rasa.core.utils import AvailableEndpoints

    from bot.inprocess import InProcessActions

    logging.getLogger("rasa_sdk.executor").setLevel(logging.WARNING)  # names each action, twice

    def read_endpoints(cls: Any, endpoint_file: str) -> Any:
        endpoints = original.__func__(cls, endpoint_file)
        url = getattr(endpoints.action, "url", None) or ""
        if url.startswith(LOCAL_SCHEME):
            endpoints.action = InProcessActions(url[len(LOCAL_SCHEME) :])
        return endpoints

    original = replace(
        AvailableEndpoints,
        "read_endpoints",
        classmethod(read_endpoints),
        "actions run in Rasa's process",
    )


def compile_answer_schema() -> None:
    """The schema of an action's answer is compiled once; Rasa does it again at every action,
    which takes 20 of an action turn's 25 ms."""
    from jsonschema.validators import validator_for
    from rasa.core.actions.action import RemoteAction

    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)

    def validate_action_result(self: Any, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    replace(
        RemoteAction,
        "_validate_action_result",
        validate_action_result,
        "the answer's schema is compiled once",
    )


class _Complaints(logging.Filter):
    """Keeps the errors of the loading of a model, which Rasa logs with a trace of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= logging.ERROR:
            self.heard.append(record.getMessage())
        return record.levelno < logging.ERROR


def stop_without_model() -> None:
    """Rasa logs that its model cannot be loaded and serves on without one; we stop."""
    from rasa.core import run

    async def load_agent_on_start(model_path: str, *args: Any) -> Any:
        complaints = _Complaints()
        loader = logging.getLogger("rasa.core.agent")
        loader.addFilter(complaints)
        agent = await original(model_path, *args)
        loader.removeFilter(complaints)
        if not agent.is_ready():
            reason = " ".join(complaints.heard) or "no model is in it"
            print(f"The model {model_path} cannot be loaded: {reason}", file=sys.stderr, flush=True)
            os._exit(1)  # the server's own stop would wait for a start that never comes
        return agent

    original = replace(
        run, "load_agent_on_start", load_agent_on_start, "a server without a model must not run"
    )


def apply() -> None:
    """Makes this process lean. Safe to call twice. Raises LeanStartError on another Rasa."""
    silence_noise()
    without_tensorflow = answer_for_tensorflow()
    ignore_known_warnings()
    run_actions_in_process()
    compile_answer_schema()
    withhold_text_in_logs()
    withhold_text_in_tracebacks()
    stop_without_model()
    if without_tensorflow:
        refuse_neural_components()
    silence_warnings()
