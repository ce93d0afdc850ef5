"""How every benchmark reports: rows beside their targets, as a table and as JSON.

The JSON is ``{machine, versions, rows: [{what, value, unit, reference?, ratio?, target?, met}]}``.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def row(what: str, value: float, unit: str, at_most: float | None = None) -> Row:
    """*at_most* is the target, where there is one."""
    if at_most is None:
        return {"what": what, "value": value, "unit": unit, "met": None}
    return {"what": what, "value": value, "unit": unit, "target": at_most, "met": value <= at_most}


def latencies(what: str, seconds: Iterable[float]) -> list[Row]:
    """The 50th, 95th and 99th percentile in milliseconds; nothing where nothing was measured."""
    ordered = sorted(seconds)
    if not ordered:
        return []
    at = {p: ordered[min(len(ordered) - 1, len(ordered) * p // 100)] for p in (50, 95, 99)}
    return [row(f"{what}, p{p}", round(value * 1000, 1), "ms") for p, value in at.items()]


def publish(rows: list[Row], out: Path, packages: Iterable[str]) -> None:
    """Print *rows* and write them to *out* with the machine and the versions of *packages*."""
    for one in rows:
        met = {True: "met", False: "NOT MET", None: ""}[one["met"]]
        print(f"{one['what']:<44} {one['value']:>10} {one['unit']:<11} {met}")
    out.parent.mkdir(parents=True, exist_ok=True)
    versions = {"python": platform.python_version()} | {p: version(p) for p in packages}
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
    facts = {"machine": machine, "versions": versions, "rows": rows}
    out.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", "utf-8")
