"""`make run` before anything is started: one clear line for each thing that stands in the way."""

from __future__ import annotations

import io
import os
import socket
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops import Problem, checks, run
from ops.run import Settings


@pytest.fixture(autouse=True)
def set_up_tree(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A tree that lacks nothing: environments, a whole model, a data folder of its own."""
    for name in ("bot", "handoff"):
        python = folder / "venv" / name / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.touch()
    write_model(folder / "model.tar.gz", "metadata.json")
    monkeypatch.setattr(run, "VENV", folder / "venv")
    monkeypatch.setattr(run, "MODEL", folder / "model.tar.gz")
    for name in [name for name in os.environ if name.startswith("WARMLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WARMLINE_DATA", str(folder / "data"))
    umask = os.umask(0o022)
    yield
    os.umask(umask)


def write_model(file: Path, *names: str) -> None:
    with tarfile.open(file, "w:gz") as archive:
        for name in names:
            content = os.urandom(4096)
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


@pytest.fixture
def free() -> str:
    return str(checks.free_port(besides=0))


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What `make run` says on stderr when it refuses: exactly one line."""
    assert run.main(list(arguments)) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_a_taken_port_is_named_with_another_one(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refusal(capsys, "--port", str(port))
    assert said.startswith(f"Port {port} is taken by another program: choose one with `make run")


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1", "8000.5"])
def test_what_is_no_port_is_refused(capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert "is not a port" in refusal(capsys, f"--port={port}")


def test_an_address_of_another_machine_is_refused(
    capsys: pytest.CaptureFixture[str], free: str
) -> None:
    assert "Cannot listen on 192.0.2.7" in refusal(capsys, "--host", "192.0.2.7", "--port", free)


def test_a_data_folder_that_cannot_be_made_is_named(
    capsys: pytest.CaptureFixture[str], free: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "file").touch()
    monkeypatch.setenv("WARMLINE_DATA", str(folder / "file" / "data"))
    said = refusal(capsys, "--port", free)
    assert said.startswith(f"The data folder {folder}/file/data cannot be written: ")
    assert "WARMLINE_DATA" in said


def test_a_database_that_cannot_be_written_is_named(
    capsys: pytest.CaptureFixture[str], free: str, folder: Path
) -> None:
    (folder / "data" / "warmline.sqlite").mkdir(parents=True)
    assert "warmline.sqlite cannot be written: " in refusal(capsys, "--port", free)


def test_a_database_that_is_none_is_named(
    capsys: pytest.CaptureFixture[str], free: str, folder: Path
) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "warmline.sqlite").write_text("something else entirely")
    assert "is not a SQLite file" in refusal(capsys, "--port", free)


def test_a_missing_model_is_named_with_the_command(
    capsys: pytest.CaptureFixture[str], free: str, folder: Path
) -> None:
    (folder / "model.tar.gz").unlink()
    assert "model.tar.gz is missing: make it with `make train`" in refusal(capsys, "--port", free)


@pytest.mark.parametrize("damage", ["cut", "text", "empty", "other"])
def test_a_broken_model_is_named_with_the_command(
    capsys: pytest.CaptureFixture[str], free: str, folder: Path, damage: str
) -> None:
    file = folder / "model.tar.gz"
    if damage == "other":
        write_model(file, "holiday.jpg")
    else:
        whole = file.read_bytes()
        file.write_bytes({"cut": whole[: len(whole) // 2], "text": b"hello", "empty": b""}[damage])
    said = refusal(capsys, "--port", free)
    assert "make train" in said
    assert "broken" in said or "not a Rasa model" in said


def test_without_a_set_up_the_command_is_named(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    (folder / "venv" / "bot" / "bin" / "python").unlink()
    assert "make setup" in refusal(capsys)


def test_two_cannot_share_a_data_folder(
    capsys: pytest.CaptureFixture[str], free: str, folder: Path
) -> None:
    checks.data_folder(folder / "data")
    with checks.sole_user(folder / "data"):
        assert "Another Warmline is running" in refusal(capsys, "--port", free)


def test_the_data_folder_is_for_its_owner_only(folder: Path) -> None:
    checks.data_folder(folder / "data")
    for made in (folder / "data", folder / "data" / "logs"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_the_demo_password_stays_the_same_and_is_private(folder: Path) -> None:
    first = run.demo_password(folder, {})
    assert len(first.replace("-", "")) == 12
    assert run.demo_password(folder, {}) == first
    assert stat.S_IMODE((folder / "demo-password").stat().st_mode) == 0o600
    assert run.demo_password(folder, {"WARMLINE_DEMO_PASSWORD": "my own"}) == "my own"


def test_options_win_over_variables_and_both_have_defaults(folder: Path) -> None:
    variables = {"WARMLINE_PORT": "8100", "WARMLINE_HOST": "0.0.0.0", "WARMLINE_DEMO": "0"}
    chosen = Settings.read(["--port", "8200"], variables)
    assert (chosen.host, chosen.port, chosen.demo) == ("0.0.0.0", 8200, False)
    plain = Settings.read([], {})
    assert (plain.host, plain.port, plain.demo) == ("127.0.0.1", 8000, True)
    assert plain.data.name == "var"


def test_both_programs_learn_where_the_other_is(folder: Path) -> None:
    """The assistant stays on loopback whatever the desk listens on; the secret is new each time."""
    settings = Settings(host="0.0.0.0", port=8000, data=folder, demo=True)
    assistant, desk = run.specs(settings, "open sesame")
    assert assistant.command[assistant.command.index("-i") + 1] == "127.0.0.1"
    assert assistant.ready == desk.environment["WARMLINE_RASA_URLS"] + "/webhooks/warmline/"
    assert desk.ready == "http://localhost:8000/readyz"
    secret = assistant.environment["WARMLINE_BOT_SECRET"]
    assert desk.environment["WARMLINE_BOT_SECRET"] == secret
    assert run.specs(settings, "")[0].environment["WARMLINE_BOT_SECRET"] != secret
    assert "open sesame" not in str(assistant)


def test_the_welcome_tells_where_to_go_and_who_may_enter(folder: Path) -> None:
    text = run.welcome(Settings("127.0.0.1", 8010, folder, demo=True), "k7mw")
    for words in ("http://localhost:8010/console", "agent, agent2, supervisor, trainer", "k7mw"):
        assert words in text
    assert "network" not in text
    assert "network" in run.welcome(Settings("0.0.0.0", 8010, folder, demo=True), "k7mw")
    silent = run.welcome(Settings("192.0.2.7", 8010, folder, demo=False), "")
    assert "Password" not in silent
    assert "http://192.0.2.7:8010/" in silent


def test_a_large_log_is_put_aside_once(folder: Path) -> None:
    log = folder / "bot.log"
    run.rotate(log)
    log.write_bytes(b"x" * 100)
    run.rotate(log)
    assert log.exists()
    log.write_bytes(b"x" * (run.LOG_LIMIT_BYTES + 1))
    run.rotate(log)
    assert [file.name for file in folder.glob("bot.log*")] == ["bot.log.1"]


def test_a_problem_while_serving_ends_with_its_line(
    capsys: pytest.CaptureFixture[str], free: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def serve(settings: Settings) -> None:
        raise Problem("The desk did not start: it had no wish to.")

    monkeypatch.setattr(run, "serve", serve)
    assert refusal(capsys, "--port", free) == "The desk did not start: it had no wish to.\n"
