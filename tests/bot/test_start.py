"""`python -m bot run` serves on loopback, or stops with one clear line."""

from __future__ import annotations

import socket
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from conftest import ROOT

from bot.__main__ import StartRefused, option, serving

SECRET = "long enough to be a secret"


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that looks like a model, named by WARMLINE_MODEL."""
    path = tmp_path / "model.tar.gz"
    (tmp_path / "metadata.json").write_text("{}" * 4000)
    with tarfile.open(path, "w:gz") as tar:
        tar.add(tmp_path / "metadata.json", "metadata.json")
    monkeypatch.setenv("WARMLINE_MODEL", str(path))
    monkeypatch.setenv("WARMLINE_BOT_SECRET", SECRET)
    return path


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_loopback_is_the_default(archive: Path) -> None:
    """Rasa's own default is every interface."""
    arguments = serving(["run", "-p", free_port()])
    assert option(arguments, "-i", "--interface") == "127.0.0.1"
    assert option(arguments, "-m", "--model") == str(archive)


def test_an_operator_may_choose_another_interface(archive: Path) -> None:
    """What was given on the command line stays."""
    arguments = serving(["run", "--interface=127.0.0.2", "-p", free_port()])
    assert option(arguments, "-i", "--interface") == "127.0.0.2"


def test_a_missing_model_is_named(archive: Path) -> None:
    archive.unlink()
    with pytest.raises(StartRefused, match=r"No model in .*: run `make train`"):
        serving(["run"])


@pytest.mark.parametrize("content", [b"", b"not an archive", None])
def test_a_broken_model_is_named(archive: Path, content: bytes | None) -> None:
    """Also one whose end is missing."""
    archive.write_bytes(archive.read_bytes()[:-30] if content is None else content)
    with pytest.raises(StartRefused, match="cannot be loaded"):
        serving(["run"])


def test_an_archive_of_something_else_is_named(archive: Path, tmp_path: Path) -> None:
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(tmp_path / "metadata.json", "other.json")
    with pytest.raises(StartRefused, match="not a model"):
        serving(["run"])


def test_a_short_secret_is_refused(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_BOT_SECRET", "short")
    with pytest.raises(StartRefused, match="WARMLINE_BOT_SECRET"):
        serving(["run"])


def test_a_port_in_use_is_named(archive: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(StartRefused, match=f"Cannot listen on 127.0.0.1:{port}"):
            serving(["run", "-p", port])


def test_debug_logs_are_refused_while_serving(archive: Path) -> None:
    """At that level Rasa prints every message."""
    with pytest.raises(StartRefused, match="customers' words"):
        serving(["run", "--debug"])


def test_the_process_ends_with_one_line(tmp_path: Path) -> None:
    """No trace, no waiting, not zero."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run", "-m", str(tmp_path / "none.tar.gz")],
        cwd=ROOT,
        env={"PATH": "", "WARMLINE_BOT_SECRET": SECRET},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr.strip().splitlines() == [
        f"No model in {tmp_path / 'none.tar.gz'}: run `make train`."
    ]
