"""Quiet logs: no noise of libraries, and never a word that a customer wrote."""

from __future__ import annotations

import logging
import os
import sys
import traceback
import types
import warnings
from typing import Any

from bot.patches import LeanStartError, applied, replace

WITHHELD = "(withheld)"
# Rasa's own list of log fields that may hold what a customer wrote is longer than this; these are
# the ones it does not know of.
MORE_PRIVATE_FIELDS = ("parse_data_intent", "value", "entities", "events")


def withhold_text_in_logs() -> None:
    """Rasa's structured logs name the fields that hold a customer's words, for a paid add-on to
    mask. We put `(withheld)` there, always."""
    from rasa.utils import log_utils

    private = set(_private_fields(log_utils)) | set(MORE_PRIVATE_FIELDS)

    def withhold(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
        return {key: WITHHELD if key in private else value for key, value in event.items()}

    replace(log_utils, "_anonymizer", withhold, "logs never hold what a customer wrote")


def _private_fields(log_utils: types.ModuleType) -> tuple[str, ...]:
    """The list inside Rasa's `_anonymizer`, read from its constants."""
    current = vars(log_utils)["_anonymizer"]
    known = applied.get("rasa.utils.log_utils._anonymizer")
    code = (known.original if known else current).__code__
    lists = [c for c in code.co_consts if isinstance(c, tuple) and "user_text" in c]
    if not lists:
        raise LeanStartError("rasa.utils.log_utils._anonymizer no longer lists private fields")
    return lists[0]


def withhold_text_in_tracebacks() -> None:
    """An exception's message and a frame's variables may quote a customer; where it was raised
    does not."""
    import structlog
    from rasa.utils import log_utils

    def without_values(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
        error = sys.exc_info()[1] if event.pop("exc_info", None) else None
        return {**event, "exception": _place(error)} if error else event

    def record_factory(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = original(*args, **kwargs)
        if record.exc_info and record.exc_info[1]:
            record.exc_text, record.exc_info = _place(record.exc_info[1]), None
        return record

    replace(
        structlog.processors, "dict_tracebacks", without_values, "Rasa logs every frame's variables"
    )
    # Unconfigured, as in a test or a script, it prints every message at debug level.
    log_utils.configure_structlog(logging.INFO)
    original = replace(
        logging, "_logRecordFactory", record_factory, "tracebacks end in the error's message"
    )


def _place(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{frames}{type(error).__name__}"


def silence_noise() -> None:
    """Settings that Rasa and its libraries read when imported; an operator's own value wins."""
    for name, value in {
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "LOG_LEVEL_LIBRARIES": "ERROR",
        "LOG_LEVEL_MATPLOTLIB": "ERROR",
        "SANIC_HOST": "127.0.0.1",
    }.items():
        os.environ.setdefault(name, value)


def silence_warnings() -> None:
    """Comes last: Sanic resets the filters when imported, and Rasa when its command line starts."""
    from rasa.utils import common

    def filter_warnings(*args: Any, **kwargs: Any) -> None:
        original(*args, **kwargs)
        ignore_known_warnings()

    original = replace(common, "_filter_warnings", filter_warnings, "Rasa sets filters of its own")
    ignore_known_warnings()


def ignore_known_warnings() -> None:
    import sanic  # noqa: F401  resets the filters when imported

    for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
        warnings.filterwarnings("ignore", category=category)
    for message in (
        "pkg_resources is deprecated",
        # Rasa does not see that a form or an action says it; our tests check that something does.
        r"The utterance 'utter_\w+' is not used in any story",
        # Shown to everybody, whatever the domain.
        "Slot auto-fill has been removed",
    ):
        warnings.filterwarnings("ignore", message=message)
