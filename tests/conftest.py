"""One real system for all the tests that want one; a test that kills a program starts it again."""

from collections.abc import Iterator

import pytest
from system import System, running_system


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with running_system(tmp_path_factory.mktemp("data")) as system:
        yield system


@pytest.fixture
def system(started: System) -> System:
    started.send_everybody_home()
    return started
