"""Runs the benches and prints a table, then everything as JSON. Writes nothing into the clone.

    script/bench [NAME …] [--quick] [--matters N] [--json FILE]

Names: filing, chained, rules, large (pages, verify, sequencing, first page), server. Without any: all but
`server`. Exit code 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench import chained, durable, filing, first, pages, rules, verifying
from tests.bench.measures import Measure, as_json, shown

NAMES = ("filing", "chained", "rules", "large", "server")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="script/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="a few minutes, smaller sizes, shorter runs")
    parser.add_argument("--matters", type=int, help="size of the large town (default 100000; quick 5000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the JSON there instead of printing")
    args = parser.parse_args(argv)
    unknown = set(args.names) - set(NAMES)
    if unknown:
        parser.error(f"there is no bench {min(unknown)}; there are {', '.join(NAMES)}")
    names = args.names or [name for name in NAMES if name != "server"]
    about = _about(args.quick)
    found: list[Measure] = []
    with tempfile.TemporaryDirectory(prefix="minsheng-bench-") as folder, durable.postgres():
        for name in names:
            _say(f"{name} …")
            began = time.perf_counter()
            scratch = Path(folder) / name
            scratch.mkdir()
            found += _one(name, scratch, args, found)
            _say(f"{name}: {time.perf_counter() - began:.0f} s")
    print(shown(found))
    text = as_json(found, about | {"load_at_the_end": os.getloadavg()})
    if args.json:
        args.json.write_text(text + "\n")
    else:
        print(text)
    return 1 if any(one.passes is False for one in found) else 0


def _one(name: str, scratch: Path, args: argparse.Namespace, before: Sequence[Measure]) -> list[Measure]:
    match name:
        case "filing":
            return filing.run(scratch, quick=args.quick)
        case "chained":
            return chained.run(scratch, quick=args.quick)
        case "rules":
            return rules.run(scratch, quick=args.quick)
        case "server":
            return first.newcomer(scratch)
    rate = next((one.value for one in before if one.name == "filing, postgresql"), None)
    return _large(scratch, args.matters or (5_000 if args.quick else 100_000), args.quick, rate)


def _large(scratch: Path, n_matters: int, quick: bool, filing_rate: float | None) -> list[Measure]:
    """One large town for everything that needs one."""
    with pages.large_town(scratch, n_matters) as (town, loaded):
        n_matters, n_entries, seconds = (loaded[name] for name in ("n_matters", "n_entries", "writing"))
        _say(f"  {n_matters} matters, {n_entries} entries written in {seconds:.0f} s")
        found = pages.measure(town, loaded, quick=quick)
        return found + verifying.measure(town, loaded, scratch, filing_rate)


def _about(quick: bool) -> dict[str, Any]:
    head = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return {
        "commit": head.stdout.strip(), "quick": quick, "python": platform.python_version(),
        "cores": os.cpu_count(), "load_at_the_beginning": os.getloadavg(),
    }  # fmt: skip


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
