"""What became of a department's file, line by line, in words and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.base.vocabulary import DEPARTMENTS, ReplyMatch
from monitor.casework.replies import WHY, ReplyOutcome
from monitor.casework.reply_reading import HEADINGS, OWN_REASONS, place_text
from monitor.casework.warning_lists import THEIRS
from monitor.intake.checks import REASONS
from monitor.intake.unused import as_json, as_lines

#: Lines that were not simply applied are listed on the terminal up to this many a file.
LISTED = 20


def reason_text(why: str) -> str:
    """What is in the way of a line, as a sentence."""
    return WHY.get(why) or THEIRS.get(why) or OWN_REASONS.get(why) or REASONS.get(why, why)


def as_text(outcome: ReplyOutcome) -> str:
    """What became of a file, for the terminal."""
    if outcome.known_before:
        known = f"{outcome.file}：此前已导入（反馈 {outcome.reply_id}），共 {outcome.read} 行全部重复，没有新增"
        return "\n".join([known, *(f"  {line}" for line in as_lines(outcome.unused, outcome.unknown_values, HEADINGS))])
    lines = [
        f"{outcome.file}（{DEPARTMENTS.get(outcome.department, '省级名单')}，反馈 {outcome.reply_id}）：读入 {outcome.read} 行 ＝ "
        f"接受 {outcome.accepted} ＋ 重复 {outcome.duplicates} ＋ 拒绝 {outcome.rejected}"
    ]
    lines += [f"  {match.label} {outcome.counts[match.value]} 行" for match in ReplyMatch if match.value in outcome.counts]
    lines += [f"  {reason_text(why)}：{rows} 行" for why, rows in sorted(outcome.why.items())]
    if outcome.kept:
        lines.append(f"  没有读懂或多出的内容已原样记入说明：{'，'.join(f'{name} {rows} 行' for name, rows in outcome.kept.items())}")
    if outcome.reliefs:
        lines.append(f"  部门反馈的救助 {outcome.reliefs} 行，已列在各案件上，等待经办人采用（monitor cases reliefs）")
    for line, match, why in outcome.listed[:LISTED]:
        lines.append(f"  第 {place_text(line)} 行：{ReplyMatch(match).label}{f'（{reason_text(why)}）' if why else ''}")
    if len(outcome.listed) > LISTED:
        lines.append(f"  …… 另有 {len(outcome.listed) - LISTED} 行，见看板的反馈页面")
    if outcome.batch:
        lines.append(f"  认定的身份已导入身份名单（批次 {outcome.batch}），下次运行起采用")
    lines += [f"  {line}" for line in as_lines(outcome.unused, outcome.unknown_values, HEADINGS)]
    return "\n".join(lines)


def as_object(outcome: ReplyOutcome) -> dict[str, Any]:
    """What became of a file, as a JSON object."""
    return {
        "reply": outcome.reply_id, "file": outcome.file, "department": outcome.department, "read": outcome.read,
        "accepted": outcome.accepted, "duplicates": outcome.duplicates, "rejected": outcome.rejected, "counts": outcome.counts,
        "why": outcome.why, "known_before": outcome.known_before, "batch": outcome.batch,
        "kept_as_remark": outcome.kept, "reliefs": outcome.reliefs, "listed": _listed(outcome.listed),
        **as_json(outcome.unused, outcome.unknown_values),
    }


def _listed(listed: Sequence[tuple[int, str, str]]) -> list[dict[str, str]]:
    return [{"line": place_text(line), "match": match, "why": why} for line, match, why in listed]
