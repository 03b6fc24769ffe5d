"""The parts of papers that are written from the program: `make papers` writes them, tests/unit/test_papers.py holds them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import monitor
from monitor.base.vocabulary import CaseState
from monitor.casework.transitions import TABLE, Transition, Way

ROOT = Path(__file__).resolve().parent.parent


def case_states() -> str:
    """The states of a case as a Mermaid diagram, and the acts between them as a table."""
    edges: dict[tuple[CaseState, CaseState], list[str]] = {}
    for row in TABLE:
        for state in row.sources:
            edges.setdefault((state, row.target), []).append(row.act.value)
    order = list(CaseState)
    drawn = "".join(
        f"    {source} --> {target}: {', '.join(acts)}\n"
        for (source, target), acts in sorted(edges.items(), key=lambda one: (order.index(one[0][0]), order.index(one[0][1])))
    )
    named = "".join(f"    {state}: {state.label} ({state})\n" for state in CaseState)
    rows = "".join(_row(row) for row in TABLE)
    return (
        f"```mermaid\nstateDiagram-v2\n    [*] --> {order[0]}\n{named}{drawn}```\n\n"
        f"| act | 办理事项 | from | to | how | who | needs |\n|---|---|---|---|---|---|---|\n{rows}"
    )


def _row(row: Transition) -> str:
    sources = ", ".join(f"`{state}`" for state in CaseState if state in row.sources)
    ways = ", ".join(way for way in Way if way in row.ways)
    return (
        f"| `{row.act}` | {row.act.label} | {sources} | `{row.target}` | {ways} | {', '.join(sorted(row.roles)) or '–'} |"
        f" {', '.join(sorted(row.needs)) or '–'} |\n"
    )


def rooms() -> str:
    """The rooms of ``monitor``, in the order the data moves, as its docstring has them."""
    lines = re.findall(r"^    (\S+(?:, \S+)*)\s{2,}(\S.*)$", monitor.__doc__ or "", re.MULTILINE)
    return "| room | what it holds |\n|---|---|\n" + "".join(
        f"| {', '.join(f'`{name}`' for name in names.split(', '))} | {said} |\n" for names, said in lines
    )


#: Paper → name of a part → what stands in it.
GENERATED: dict[str, dict[str, Callable[[], str]]] = {"docs/ARCHITECTURE.md": {"rooms": rooms, "case states": case_states}}


def written(paper: str) -> str:
    """The paper as it is to be: every generated part anew, the rest as it stands."""
    text = (ROOT / paper).read_text(encoding="utf-8")
    for name, made in GENERATED[paper].items():
        marks = re.compile(rf"(<!-- generated: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
        if len(marks.findall(text)) != 1:
            raise ValueError(f"{paper} needs the marks of “{name}” once")
        part = made()
        text = marks.sub(lambda found, part=part: f"{found[1]}{part}{found[2]}", text)  # type: ignore[misc]
    return text


if __name__ == "__main__":
    for each in GENERATED:
        (ROOT / each).write_text(written(each), encoding="utf-8")
