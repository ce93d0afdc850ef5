from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ops.programs import Alive, alive


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def programs(folder: Path) -> Iterator[Alive]:
    with alive(folder) as pipe:
        yield pipe
