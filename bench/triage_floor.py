"""How much the triage floor catches, what it wrongly takes for urgent, and how long it needs.

    python bench/triage_floor.py --distress DISTRESS.jsonl --calm CALM.jsonl [--out FIGURES.json]

DISTRESS has `text`, `distress` (0 or 1), `kind` and `verified` (0 or 1); CALM has `text`, all of it
calm. Urgent is level 3 or 4. `--show KIND` lists what went wrong, for those who edit the patterns.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from triage.floor import Floor

Row = dict[str, Any]

URGENT = 3
NEEDS = ("hunger_water", "medical", "suicide_selfharm", "shelter_medicine")
LOAD = "import time; t = time.perf_counter(); from triage.floor import Floor; Floor.load(); " + (
    "print(time.perf_counter() - t)"
)
MOST_FALSE_ALARMS = 0.02
MOST_MS = 1.0
MOST_LOAD_S = 1.5


def main() -> int:
    options = _options()
    rows: list[Row] = []
    floor = Floor.load()
    distress, calm = _read(options.distress), _read(options.calm)
    if distress is not None:
        rows += _recall(floor, distress)
        rows.append(_alarms(floor, _calm_of(distress), "calm, distress file"))
        _show(floor, distress, options.show)
    if calm is not None:
        rows.append(_alarms(floor, calm, "calm, calm file"))
        _show(floor, [row | {"kind": "calm", "distress": 0} for row in calm], options.show)
    rows += _speed(
        floor, [row["text"] for row in (distress or []) + (calm or [])] or ["I smell gas"]
    )
    _print(rows)
    figures = json.dumps({"rows": rows}, indent=2)
    options.out.write_text(figures + "\n") if options.out else print(figures)
    return 0 if distress is not None and calm is not None else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--distress", type=Path, required=True)
    parser.add_argument("--calm", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="write the JSON here and not to the screen")
    parser.add_argument("--show", default="", help="list the errors of this kind, or 'calm'")
    return parser.parse_args()


def _read(path: Path) -> list[Row] | None:
    if not path.is_file():
        print(f"{path}: absent, so nothing of it is measured", file=sys.stderr)
        return None
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _calm_of(distress: Iterable[Row]) -> list[Row]:
    return [row for row in distress if not row["distress"]]


def _urgent(floor: Floor, row: Row) -> bool:
    return floor.assess(row["text"]).level >= URGENT


def _recall(floor: Floor, distress: list[Row]) -> list[Row]:
    verified = [row for row in distress if row["distress"] and row["verified"]]
    by_kind = {kind: [row for row in verified if row["kind"] == kind] for kind in NEEDS}
    groups = {**by_kind, "the four together": [row for rows in by_kind.values() for row in rows]}
    return [
        _share(f"urgent, {kind}", sum(_urgent(floor, row) for row in rows), len(rows))
        for kind, rows in groups.items()
    ]


def _alarms(floor: Floor, calm: list[Row], what: str) -> Row:
    taken = sum(_urgent(floor, row) for row in calm)
    return _share(f"taken for urgent, {what}", taken, len(calm)) | {"target": MOST_FALSE_ALARMS}


def _share(what: str, count: int, of: int) -> Row:
    low, high = _wilson(count, of)
    value = round(count / of, 4) if of else None
    return {"what": what, "value": value, "count": count, "of": of, "low": low, "high": high}


def _wilson(count: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % score interval (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    share, spread = count / of, z * z / of
    middle = share + spread / 2
    reach = z * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    return round((middle - reach) / (1 + spread), 4), round((middle + reach) / (1 + spread), 4)


def _speed(floor: Floor, texts: list[str]) -> list[Row]:
    ordinary = [text for text in texts if len(text) <= 200]
    taken = sorted(_ms(floor, text) for text in ordinary)
    longest = ("My power is out and I have no food. " * 120)[:4000]
    return [
        {
            "what": "ordinary message, median",
            "value": statistics.median(taken),
            "unit": "ms",
            "target": MOST_MS,
        },
        {"what": "ordinary message, p95", "value": taken[int(len(taken) * 0.95)], "unit": "ms"},
        {"what": "4,000 characters", "value": _ms(floor, longest), "unit": "ms"},
        {
            "what": "import and load",
            "value": _load_s(),
            "unit": "s",
            "target": MOST_LOAD_S,
        },
    ]


def _load_s() -> float:
    """Of a fresh process, once everything has been compiled to bytecode."""
    with tempfile.TemporaryDirectory() as cache:
        compiling = os.environ | {"PYTHONPYCACHEPREFIX": cache, "PYTHONDONTWRITEBYTECODE": ""}
        command = [sys.executable, "-c", LOAD]
        for _ in range(2):
            fresh = subprocess.run(
                command, capture_output=True, text=True, check=True, cwd=_ROOT, env=compiling
            )
    return round(float(fresh.stdout), 3)


def _ms(floor: Floor, text: str) -> float:
    start = time.perf_counter()
    floor.assess(text)
    return round((time.perf_counter() - start) * 1000, 3)


def _show(floor: Floor, rows: list[Row], kind: str) -> None:
    for row in rows:
        found = floor.assess(row["text"]) if kind == row["kind"] or kind == "calm" else None
        if found and (found.level >= URGENT) != bool(row["distress"]):
            print(f"{found.level} {found.kinds} {found.evidence!r} | {row['text'][:300]}")


def _print(rows: list[Row]) -> None:
    for row in rows:
        counts = f"{row['count']}/{row['of']}  [{row['low']}, {row['high']}]" if "of" in row else ""
        print(f"{row['what']:<38} {row['value']} {row.get('unit', '')} {counts}", file=sys.stderr)


_ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    sys.exit(main())
