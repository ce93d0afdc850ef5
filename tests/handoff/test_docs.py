"""What the README shows is what the code does."""

from pathlib import Path

from handoff.domain.diagram import mermaid

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_the_state_diagram_is_the_transition_table() -> None:
    """Print it anew with ``python -m handoff.domain.diagram``."""
    assert mermaid() in README


def test_the_tree_names_folders_that_exist() -> None:
    """And every folder of ours is named."""
    root = Path(__file__).parents[2]
    named = [line.split("`")[1] for line in README.splitlines() if line.startswith("| `")]
    assert [n for n in named if not (root / n).is_dir()] == []
    ours = {p.parent.name for p in root.glob("*/*.py")} | {"data", "docs", "tests"}
    assert ours - {n.rstrip("/") for n in named} == set()
