"""Each change to Rasa still replaces what it was written for."""

from __future__ import annotations

import inspect
import logging
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from conftest import ROOT

from bot import lean, neural, patches, quiet


def test_rasa_is_the_one_the_patches_were_written_for() -> None:
    """The version is pinned; another one needs these tests read again."""
    import rasa

    assert rasa.__version__ == "3.6.21"


def test_every_patch_is_in_place() -> None:
    """What Rasa now finds under each name is ours, and `apply` twice changes nothing."""
    before = dict(patches.applied)
    lean.apply()
    assert before == patches.applied
    for patch in patches.applied.values():
        assert vars(patch.owner)[patch.attribute] is patch.replacement
        assert patch.original is not patch.replacement
        assert patch.why


def source_of(name: str) -> str:
    return inspect.getsource(patches.applied[name].original)


def test_rasa_compiles_the_schema_at_every_action() -> None:
    """The replaced method validates against the same schema, and does nothing else."""
    source = source_of("RemoteAction._validate_action_result")
    assert "validate(result, self.action_response_format_spec())" in source


def test_an_answer_of_the_wrong_shape_is_still_refused() -> None:
    """The compiled schema checks what the original checked."""
    from jsonschema import ValidationError
    from rasa.core.actions.action import RemoteAction

    action = RemoteAction("action_any", None)
    assert action._validate_action_result({"events": [], "responses": [{"text": "hi"}]})
    with pytest.raises(ValidationError):
        action._validate_action_result({"events": "none"})


def test_rasa_reads_one_action_endpoint() -> None:
    """The replaced method is where the address of the actions comes from."""
    source = inspect.getsource(
        patches.applied["AvailableEndpoints.read_endpoints"].original.__func__
    )
    assert 'endpoint_type="action_endpoint"' in source


def test_actions_run_in_process_only_when_the_file_says_so(tmp_path: Path) -> None:
    """An ordinary address keeps meaning an action server."""
    from rasa.core.utils import AvailableEndpoints

    from bot.inprocess import InProcessActions

    ours = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    assert isinstance(ours.action, InProcessActions)
    other = tmp_path / "endpoints.yml"
    other.write_text("action_endpoint:\n  url: http://127.0.0.1:5055/webhook\n")
    assert AvailableEndpoints.read_endpoints(str(other)).action.url.startswith("http://")


def test_neural_components_are_those_that_import_tensorflow() -> None:
    """No other registered component needs TensorFlow."""
    from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS

    importing = {
        component.__name__
        for component in DEFAULT_COMPONENTS
        if "import tensorflow" in Path(inspect.getfile(component)).read_text(encoding="utf-8")
    }
    assert importing == set(neural.NEURAL_COMPONENTS)


def test_a_neural_component_fails_with_one_sentence() -> None:
    """Whoever puts DIET into the pipeline is told what to do."""
    from rasa.nlu.classifiers.diet_classifier import DIETClassifier
    from rasa.shared.exceptions import RasaException

    for method in (DIETClassifier.required_packages, DIETClassifier.create, DIETClassifier.load):
        with pytest.raises(RasaException, match="DIETClassifier needs TensorFlow"):
            method()


def test_no_log_field_holds_a_customers_words(caplog: pytest.LogCaptureFixture) -> None:
    """Neither Rasa's private fields nor the variables and message of an error are logged."""
    import structlog
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.INFO)
    log = structlog.get_logger("warmline.test").bind()
    with caplog.at_level(logging.INFO):
        secret = "my number is 204417"
        log.warning(
            "processor.message", text=secret, user_message=secret, parse_data_entities=secret
        )
        try:
            raise ValueError(secret)
        except ValueError:
            log.exception("it.failed", text=secret)
            logging.getLogger("warmline.test").exception("it failed")
    assert "204417" not in caplog.text
    assert "ValueError" in caplog.text
    assert quiet.WITHHELD in caplog.text


def test_rasas_own_list_of_private_fields_is_used() -> None:
    """The list is read from the replaced function, so that a longer one is honoured."""
    from rasa.utils import log_utils

    fields = quiet._private_fields(log_utils)
    assert {"text", "user_text", "slot_values", "user_message"} <= set(fields)


def test_deprecations_of_libraries_are_not_shown() -> None:
    """Also after Rasa's command line has set its filters."""
    from rasa.utils import common

    with warnings.catch_warnings(record=True) as caught:
        common._filter_warnings(logging.INFO)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        warnings.warn("The utterance 'utter_a' is not used in any story or rule.", stacklevel=1)
        assert caught == []
        warnings.warn("The utterance 'utter_a' is not listed.", stacklevel=1)
        assert len(caught) == 1


def test_importing_the_module_changes_nothing() -> None:
    """Nothing happens at import: neither hook nor patch, nor is Rasa loaded."""
    code = "import sys, bot.lean; assert not bot.patches.applied and 'rasa' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
