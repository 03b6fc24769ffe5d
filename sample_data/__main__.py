"""``python -m sample_data generate|demo``: invented exports for trying and measuring the program."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sample_data import demo
from sample_data.generator.aims import AIMS
from sample_data.generator.exports import Request, write


def parser() -> argparse.ArgumentParser:
    """The two commands and their options."""
    root = argparse.ArgumentParser(prog="python -m sample_data", description="生成样例数据（其中没有任何真实的人）")
    commands = root.add_subparsers(dest="command", required=True)
    generate = commands.add_parser("generate", help="按种子生成任意规模的平台导出文件")
    generate.add_argument("--people", type=int, default=20_000, help="人数（默认 20000）")
    generate.add_argument("--settlements", type=int, help="结算数（默认为人数的 10 倍）")
    generate.add_argument("--months", type=int, default=12, help="月数，1–12（默认 12）")
    generate.add_argument("--year", type=int, default=2025, help="年度（默认 2025）")
    generate.add_argument("--region", default="371000", help="参保区划，六位（默认 371000）")
    generate.add_argument(
        "--document", default="weihai-2022-15", choices=sorted(AIMS), help="人员围绕哪份文件的预警线分布"
    )
    generate.add_argument("--seed", type=int, default=1, help="种子：相同种子生成相同字节（默认 1）")
    generate.add_argument("--output", type=Path, default=Path("build/sample"), help="输出目录（默认 build/sample）")
    generate.add_argument("--split", choices=("month", "none"), default="month", help="结算每月一个文件，或合为一个")
    generate.add_argument("--encoding", choices=("utf-8", "gb18030"), default="utf-8", help="文件编码（默认 utf-8）")
    generate.add_argument("--clean", action="store_true", help="结算中没有须拒绝的行和合计行（供测速比较）")
    shown = commands.add_parser("demo", help="生成演示用的十二个月数据")
    shown.add_argument("--output", type=Path, required=True, help="输出目录")
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """0 done, 2 wrong usage."""
    options = parser().parse_args(arguments)
    if options.command == "demo":
        demo.write(options.output)
        sys.stdout.write(f"演示数据已写入 {options.output}。\n")
        return 0
    try:
        request = Request(
            people=options.people, settlements=options.settlements or 10 * options.people, months=options.months,
            year=options.year, region=options.region, document=options.document, seed=options.seed,
            split=options.split, encoding=options.encoding, dirty=not options.clean,
        )
    except ValueError as wrong:
        parser().error(str(wrong))
    for file in write(request, options.output):
        sys.stdout.write(f"{file}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
