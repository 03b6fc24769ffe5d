"""What has to be said beside somebody's amounts: marks, and the sentence of the last column."""

from __future__ import annotations

from typing import Any

from monitor.vocabulary import AidMark

Row = dict[str, Any]


def marks_of(row: Row) -> list[AidMark]:
    """What else an officer asks about a row of ``entitlements``; none where nothing could be computed."""
    if row["expected"] is None:
        return []
    held = {
        AidMark.CAP_REACHED: row["cap_reached"] or row["tilt_cap_reached"],
        AidMark.CARE_NOT_COUNTED: row["uncounted"] > 0,
        AidMark.NOT_REFERRED: row["unreferred"] > 0,
        AidMark.REFERRAL_ASSUMED: row["assumed"] > 0,
    }
    return [mark for mark, holds in held.items() if holds]


def note_of(row: Row) -> str:
    """Why a row cannot be computed, or what has to be known of its amounts."""
    if row["expected"] is None:
        return str(row["sentence"])
    said = []
    if row["sentence"]:
        said.append(f"另有身份的标准不能计算（{row['sentence']}），补齐后应享金额可能更高")
    if row["has_apart"]:
        said.append(f"其中单列的门诊费用 {row['apart_eligible']} 元，救助 {row['apart_aid']} 元")
    if row["decided"]:
        said.append(f"应享金额含一事一议决定的 {row['decided']} 元")
    return "；".join(said)
