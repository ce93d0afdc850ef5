"""Set-up: what is found, what is made again and when, what is said when something is missing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ops import ROOT, Problem, machine, progress, setup, stamps
from tests.ops.programs import DEADLINE_S


def program(file: Path, script: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


class TestFindingPython:
    """Fake interpreters: a working one answers its version to whatever it is asked."""

    def find(self, folder: Path, **environment: str) -> str | None:
        environment = {"HOME": str(folder / "home"), "PATH": str(folder / "path")} | environment
        return machine.find_python(["3.10"], folder / "managed", environment)

    def test_a_shim_that_fails_is_passed_over(self, folder: Path) -> None:
        """As pyenv's does for a version that is installed and not chosen."""
        program(folder / "shims" / "python3.10", "echo 'command not found' >&2; exit 127")
        real = program(folder / "usr" / "python3.10", "echo 3.10")
        assert self.find(folder, PATH=f"{folder}/shims:{folder}/usr") == str(real)

    def test_pyenv_versions_are_found_the_newest_first(self, folder: Path) -> None:
        for patch in ("2", "13", "9"):
            program(folder / f"home/.pyenv/versions/3.10.{patch}/bin/python3.10", "echo 3.10")
        assert self.find(folder) == str(folder / "home/.pyenv/versions/3.10.13/bin/python3.10")

    def test_pyenv_elsewhere_is_found(self, folder: Path) -> None:
        real = program(folder / "py/versions/3.10.1/bin/python3.10", "echo 3.10")
        assert self.find(folder, PYENV_ROOT=str(folder / "py")) == str(real)

    def test_the_path_comes_before_pyenv_and_the_persons_choice_before_both(
        self, folder: Path
    ) -> None:
        program(folder / "home/.pyenv/versions/3.10.1/bin/python3.10", "echo 3.10")
        on_path = program(folder / "path" / "python3.10", "echo 3.10")
        assert self.find(folder) == str(on_path)
        chosen = program(folder / "mine", "echo 3.10")
        assert self.find(folder, WARMLINE_PYTHON310=str(chosen)) == str(chosen)

    def test_a_choice_that_does_not_work_is_told_and_not_passed_over(self, folder: Path) -> None:
        program(folder / "path" / "python3.10", "echo 3.10")
        other = program(folder / "mine", "echo 3.12")
        with pytest.raises(Problem, match=r"WARMLINE_PYTHON310=.*mine is not a working Python"):
            self.find(folder, WARMLINE_PYTHON310=str(other))

    def test_another_version_under_the_name_does_not_count(self, folder: Path) -> None:
        program(folder / "path" / "python3.10", "echo 3.9")
        assert self.find(folder) is None

    def test_one_that_was_downloaded_before_is_used_again(self, folder: Path) -> None:
        real = program(folder / "managed/cpython-3.10.20-x/bin/python3.10", "echo 3.10")
        assert self.find(folder) == str(real)

    def test_a_real_interpreter_passes_the_probe(self) -> None:
        version = "{}.{}".format(*sys.version_info[:2])
        assert machine.is_python(sys.executable, version)
        assert not machine.is_python(sys.executable, "2.7")


class TestFindingNode:
    @pytest.mark.parametrize(
        ("version", "accepted"),
        [
            ("v18.20.1", False),
            ("v20.18.0", False),
            ("v20.19.0", True),
            ("v21.7.3", False),
            ("v22.11.0", False),
            ("v22.12.0", True),
            ("v24.1.0", True),
        ],
    )
    def test_only_versions_that_vite_accepts_count(
        self, folder: Path, version: str, accepted: bool
    ) -> None:
        program(folder / "node", f"echo {version}")
        program(folder / "npm", "echo 10.8.2")
        assert machine.has_node(folder) is accepted

    def test_node_without_a_working_npm_does_not_count(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program(folder / "node", "echo v22.20.0")
        program(folder / "npm", "exit 1")
        assert not machine.has_node(folder)


class TestFingerprints:
    def test_contents_names_and_new_files_count(self, folder: Path) -> None:
        tree = folder / "tree"
        (tree / "inner").mkdir(parents=True)
        (tree / "inner" / "a.yml").write_text("one")
        seen = {stamps.fingerprint([tree])}
        (tree / "inner" / "a.yml").write_text("two")
        seen.add(stamps.fingerprint([tree]))
        (tree / "inner" / "a.yml").rename(tree / "a.yml")
        seen.add(stamps.fingerprint([tree]))
        (tree / "b.yml").touch()
        seen.add(stamps.fingerprint([tree]))
        seen.add(stamps.fingerprint([tree], "another fact"))
        seen.add(stamps.fingerprint([tree, folder / "not there yet"]))
        assert len(seen) == 6

    def test_what_is_made_from_the_inputs_does_not_count(self, folder: Path) -> None:
        before = stamps.fingerprint([folder])
        for made in ("node_modules", "dist", "__pycache__"):
            (folder / made).mkdir()
            (folder / made / "file").touch()
        assert stamps.fingerprint([folder]) == before


Commands = list[list[str]]
Effect = Callable[[list[str]], None]


@pytest.fixture
def tree(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small repository in place of ours."""
    (folder / "requirements").mkdir()
    for name in ("bot", "handoff", "node", "uv"):
        (folder / "requirements" / f"{name}.txt").write_text(name)
    (folder / "config.yml").write_text("language: en")
    for name, path in {"ROOT": ".", "VENV": ".venv", "MODELS": "models", "WEB": "web"}.items():
        monkeypatch.setattr(setup, name, folder / path)
    monkeypatch.setattr(setup, "NODE", folder / ".venv" / "node")
    monkeypatch.setattr(setup, "MODEL", folder / "models" / "warmline.tar.gz")
    return folder


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Callable[[Effect], Commands]:
    """Replaces the running of commands by a record of them and an effect."""

    def replace(effect: Effect) -> Commands:
        ran: Commands = []

        def run(title: str, command: Sequence[str], **_: Any) -> str:
            ran.append([str(part) for part in command])
            effect(ran[-1])
            return ""

        monkeypatch.setattr(setup, "run", run)
        return ran

    return replace


class TestModel:
    @pytest.fixture(autouse=True)
    def environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(setup, "bot", lambda: None)

    @staticmethod
    def train(command: list[str]) -> None:
        out = Path(command[command.index("--out") + 1])
        out.mkdir(parents=True)
        (out / "warmline.tar.gz").write_text("a model")

    def test_the_same_data_is_trained_once(
        self, tree: Path, commands: Callable[[Effect], Commands]
    ) -> None:
        ran = commands(self.train)
        setup.model()
        setup.model()
        assert len(ran) == 1
        assert (tree / "models" / "warmline.tar.gz").read_text() == "a model"
        assert not (tree / "models" / "new").exists()

    def test_changed_data_or_a_lost_model_is_trained_again(
        self, tree: Path, commands: Callable[[Effect], Commands]
    ) -> None:
        ran = commands(self.train)
        setup.model()
        (tree / "config.yml").write_text("language: es")
        setup.model()
        (tree / "models" / "warmline.tar.gz").unlink()
        setup.model()
        assert len(ran) == 3

    @pytest.mark.parametrize("failure", [Problem("bad data"), KeyboardInterrupt()])
    def test_a_training_in_vain_leaves_the_old_model_and_is_tried_again(
        self, tree: Path, commands: Callable[[Effect], Commands], failure: BaseException
    ) -> None:
        def fail(command: list[str]) -> None:
            self.train(command)
            raise failure

        (tree / "models").mkdir()
        (tree / "models" / "warmline.tar.gz").write_text("the old model")
        ran = commands(fail)
        for _ in range(2):
            with pytest.raises(type(failure)):
                setup.model()
        assert len(ran) == 2
        assert [file.name for file in (tree / "models").iterdir()] == ["warmline.tar.gz"]
        assert (tree / "models" / "warmline.tar.gz").read_text() == "the old model"

    def test_a_training_without_a_model_is_an_error(
        self, tree: Path, commands: Callable[[Effect], Commands]
    ) -> None:
        commands(lambda command: None)
        with pytest.raises(Problem, match="without a model"):
            setup.model()


class TestEnvironment:
    @pytest.fixture(autouse=True)
    def interpreters(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(setup, "uv", lambda: Path("uv"))
        monkeypatch.setattr(setup, "python", lambda versions: "python3.10")

    @staticmethod
    def install(command: list[str]) -> None:
        if "venv" in command:
            program(Path(command[-1]) / "bin" / "python", "echo 3.10")

    def test_it_is_made_once_until_the_pins_change(
        self, tree: Path, commands: Callable[[Effect], Commands]
    ) -> None:
        ran = commands(self.install)
        setup.bot()
        setup.bot()
        assert [command[1] for command in ran] == ["venv", "pip"]
        (tree / "requirements" / "bot.txt").write_text("another pin")
        setup.bot()
        assert len(ran) == 4

    def test_an_interrupted_one_is_made_from_scratch(
        self, tree: Path, commands: Callable[[Effect], Commands]
    ) -> None:
        def interrupt(command: list[str]) -> None:
            self.install(command)
            if "pip" in command:
                raise KeyboardInterrupt

        commands(interrupt)
        with pytest.raises(KeyboardInterrupt):
            setup.bot()
        (tree / ".venv" / "bot" / "half").touch()
        ran = commands(self.install)
        setup.bot()
        assert len(ran) == 2
        assert not (tree / ".venv" / "bot" / "half").exists()

    def test_one_whose_python_is_gone_is_made_again(
        self, tree: Path, commands: Callable[[Effect], Commands]
    ) -> None:
        ran = commands(self.install)
        setup.bot()
        (tree / ".venv" / "bot" / "bin" / "python").unlink()
        setup.bot()
        assert len(ran) == 4

    def test_only_what_is_pinned_and_hashed_is_installed(
        self, tree: Path, commands: Callable[[Effect], Commands]
    ) -> None:
        ran = commands(self.install)
        setup.bot()
        assert {"--no-deps", "--require-hashes"} <= set(ran[1])


class TestFrontEnd:
    @staticmethod
    def build(command: list[str]) -> None:
        folder = setup.WEB / ("dist" if "build" in command else "node_modules")
        folder.mkdir(exist_ok=True)

    @pytest.fixture(autouse=True)
    def sources(self, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tree / "web").mkdir()
        (tree / "web" / "package-lock.json").write_text("{}")
        (tree / "web" / "main.ts").write_text("one")
        monkeypatch.setattr(setup, "node_path", lambda: {})

    def test_sources_cost_a_build_and_packages_an_installation(
        self, tree: Path, commands: Callable[[Effect], Commands]
    ) -> None:
        ran = commands(self.build)
        setup.web()
        setup.web()
        assert [command[1] for command in ran] == ["ci", "run"]
        (tree / "web" / "main.ts").write_text("two")
        setup.web()
        assert [command[1] for command in ran[2:]] == ["run"]
        (tree / "web" / "package-lock.json").write_text('{"a": 1}')
        setup.web()
        assert [command[1] for command in ran[3:]] == ["ci", "run"]


class TestWhatIsSaid:
    def test_no_python_names_both_ways_out(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        commands: Callable[[Effect], Commands],
    ) -> None:
        """And why the download failed."""

        def offline(command: list[str]) -> None:
            raise Problem("failed to lookup address information")

        commands(offline)
        monkeypatch.setattr(setup, "uv", lambda: Path("uv"))
        monkeypatch.setattr(machine, "find_python", lambda versions, managed: None)
        with pytest.raises(Problem) as caught:
            setup.python(("3.10",))
        for words in ("lookup address", "pyenv install 3.10", "WARMLINE_PYTHON310=/path/to"):
            assert words in str(caught.value)

    def test_no_pip_names_the_command(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(machine, "answer", lambda *command: None)
        with pytest.raises(Problem, match=r"no pip.*Install it: \S+"):
            machine.require_pip()

    def test_no_chromium_names_the_command_to_who_may_not_install(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program(folder / "apt-get", "exit 1")
        monkeypatch.setenv("PATH", str(folder))
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(Problem, match="sudo sh -c 'apt-get update && apt-get install"):
            setup.chromium()

    def test_a_failing_command_is_shown_with_its_output(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(Problem) as caught:
            progress.run("Packages", ["sh", "-c", "echo No space left on device >&2; exit 3"])
        assert "▸ Packages…" in capsys.readouterr().out
        assert "No space left on device" in str(caught.value)
        assert "The command was: sh -c" in str(caught.value)

    def test_a_command_that_is_not_there_is_named(self, folder: Path) -> None:
        with pytest.raises(Problem, match="none does not start"):
            progress.run("Packages", [folder / "none"])

    def test_a_problem_is_the_end_with_a_non_zero_code(
        self, tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def fail() -> None:
            raise Problem("Nothing works today.")

        monkeypatch.setitem(setup.STEPS, "bot", fail)
        assert setup.main(["bot"]) == 1
        assert "Nothing works today." in capsys.readouterr().err

    def test_pip_sources_become_uv_sources_where_they_exist(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS", "SSL_CERT_FILE"):
            monkeypatch.delenv(name, raising=False)
        listed = [
            "global.index-url='https://mirror.example/simple'",
            f"global.extra-index-url='file://{folder} file:///not/there'",
            ":env:.find-links='/not/there/either'",
            "global.timeout='60'",
        ]
        monkeypatch.setattr(machine, "answer", lambda *command: "\n".join(listed))
        assert machine.pip_sources() == {
            "UV_DEFAULT_INDEX": "https://mirror.example/simple",
            "UV_INDEX": f"file://{folder}",
        }


def test_a_second_set_up_waits_for_the_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says so: the first holds the lock in a process of its own until its input ends."""
    lock = folder / "venv" / "setup.lock"
    script = (
        "import pathlib, sys; from ops import stamps\n"
        "with stamps.only_one(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    waits, has_it = threading.Event(), threading.Event()
    monkeypatch.setattr(stamps, "announce", lambda line: waits.set())

    def second() -> None:
        with stamps.only_one(lock):
            has_it.set()

    with subprocess.Popen(
        [sys.executable, "-c", script, str(lock)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(DEADLINE_S)
        assert not has_it.is_set()
        first.communicate()
        assert has_it.wait(DEADLINE_S)
        thread.join(DEADLINE_S)
