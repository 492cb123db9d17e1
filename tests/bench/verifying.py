"""A whole export, checked as a stranger checks it; and how fast the sequencer takes entries in."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from tests.bench.measures import Measure
from tests.process.towns import Town


def measure(town: Town, loaded: dict[str, Any], scratch: Path, filing_rate: float | None) -> list[Measure]:
    """Export the large town, verify it with and without replay."""
    export = scratch / "export"
    began = time.perf_counter()
    town.do("export", export, timeout=7200)
    exporting = time.perf_counter() - began
    found = []
    size: dict[str, Any] = {}
    for name, arguments, bar in (
        ("verify: chains, tree, signatures", ["--no-replay"], 50_000.0),
        ("verify with replay and figures", [], 20_000.0),
    ):
        said = json.loads(town.do("verify", export, "--json", *arguments, timeout=7200))
        assert said["holds"], said["findings"][:3]
        size = {"leaves": said["size"], "matters": said["counts"]["matters"]}
        note = f"{said['size']:,} leaves, {said['counts']['matters']:,} matters, {said['seconds']:.1f} s"
        found.append(Measure(name, said["size"] / said["seconds"], "entries/s", bar, note=note, size=size))
    rate = loaded["n_entries"] / loaded["sequencing"]
    ratio = rate / filing_rate if filing_rate else None
    found += [
        Measure(
            "sequencing", rate, "entries/s",
            note=f"{loaded['n_entries']:,} entries in {loaded['n_nights']} nightly batches", size=size,
        ),
        Measure(
            "sequencing ÷ filing, postgresql", ratio or 0.0, "×", 20.0 if ratio else None,
            note="" if ratio else "run it together with: filing",
        ),
        Measure("export (disclosure, figures, files)", size["leaves"] / exporting, "entries/s", size=size),
    ]  # fmt: skip
    return found
