"""Actions run in Rasa's own process; whatever they raise becomes an honest sentence.

This is the one boundary for errors of actions: a customer never meets silence because a service
was down. The answer asks for a person, and the log names the error without the customer's words.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

from rasa.core.actions.action import ActionExecutionRejection
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection as SdkRejection

logger = logging.getLogger(__name__)

LEAVE_FORM = [ActiveLoop(None), SlotSet("requested_slot", None)]


class InProcessActions(EndpointConfig):
    """Stands where Rasa expects the address of an action server."""

    def __init__(self, package: str) -> None:
        super().__init__(url=f"local:{package}")
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(self, json: dict[str, Any], **_: Any) -> dict[str, Any] | None:
        """The action's events and messages. `json` is what Rasa sends to an action server."""
        try:
            answer: dict[str, Any] | None = await self._executor.run(json)
            return answer
        except SdkRejection as rejection:
            raise ActionExecutionRejection(json["next_action"], rejection.message) from rejection
        except Exception as error:  # the outermost loop of an action
            logger.error("Action %s failed: %s", json.get("next_action"), described(error))
            return failed(json.get("next_action", ""))


def failed(action_name: str) -> dict[str, Any]:
    """The answer in place of one that an action could not give.

    A form's check only leaves the form: the form's own action runs next and speaks.
    """
    speaks = not action_name.startswith("validate_")
    return {"events": list(LEAVE_FORM), "responses": [{"response": "utter_failed"}] * speaks}


def described(error: Exception) -> str:
    """The error's type and where it was raised; never its message, which may quote a customer."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {frame.filename}:{frame.lineno}"
