"""``make bench``: ``python -m bench [--settlements N] [--directory DIR]`` prints every figure as one JSON object."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.performance import bench
from monitor.base.errors import MonitorError

SETTLEMENTS = 30_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """0 measured, whether the limits are met or not; 1 when a step fails or pandas and the run disagree."""
    parser = argparse.ArgumentParser(prog="bench", description="the figures of the performance table, as JSON")
    parser.add_argument("--settlements", type=int, default=SETTLEMENTS, metavar="N", help="how many a year (30 million)")
    parser.add_argument("--directory", type=Path, metavar="DIR", help="where generated files are kept (bench-data)")
    asked = parser.parse_args(arguments)
    try:
        found = bench(asked.settlements, asked.directory)
    except MonitorError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
