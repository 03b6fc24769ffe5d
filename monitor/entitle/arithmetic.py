"""The arithmetic of one schedule for one person, a line each, in figures that are not rounded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from monitor.assess.amounts import exact, money, plain
from monitor.entitle.entitlement import Step
from monitor.policy.assistance import ScheduleRow


@dataclass(frozen=True)
class AidRow:
    """A row of ``aids.sql`` or ``taken.sql``: one schedule and what it gives. Yuan; the formula stands in ``aids.sql``.

    Where ``figures_missing`` is not "", the figures and what follows from them are NULL there and None here: ask first.
    """

    combination: int  #: below zero: the category alone, on all the days it holds
    entry: int  #: place in the rules' schedules
    category: str
    schedule: str
    first: date
    past: date  #: exclusive
    figures_missing: str
    missing: str
    ratio: Decimal
    cap: Decimal
    most: Decimal  #: the highest cap of the categories held
    deductible: Decimal
    serious: bool
    child: bool
    counted: Decimal
    taken_off: Decimal
    eligible: Decimal
    qualifying: Decimal
    qualifying_limit: Decimal
    actual: Decimal
    unreferred: Decimal
    full_aid: Decimal  #: before the cap
    own_aid: Decimal  #: before what several schedules share
    aid: Decimal
    paid_before: Decimal  #: by the year before, for bills reached that get the difference
    aid_before: Decimal
    own_net: Decimal
    net_aid: Decimal
    tilt_threshold: Decimal
    tilt_ratio: Decimal
    tilt_cap: Decimal
    tilt_most: Decimal
    tilt_base: Decimal
    own_tilt: Decimal
    tilt: Decimal
    tilt_before: Decimal
    net_tilt: Decimal
    cap_reached: bool
    tilt_cap_reached: bool


def steps_of(row: ScheduleRow, aid: AidRow) -> list[Step]:
    """The arithmetic, a line each, in figures that are not rounded."""
    steps: list[Step] = []
    if aid.taken_off:
        steps.append(Step("eligible", "扣除其他保险", f"{money(aid.counted)} − {money(aid.taken_off)}", aid.eligible))
    ratio = plain(aid.ratio)
    if aid.child and row.ratio is not None and aid.ratio != row.ratio:
        ratio = f"（{plain(row.ratio)} ＋ {plain(row.extra_points)}）"
    over = f"max(0, {money(aid.eligible)} − {exact(aid.deductible)})"
    steps.append(Step("full_aid", "救助比例 ×（政策范围内自付 − 起付标准）", f"{ratio} × {over}", aid.full_aid))
    if not row.cap_unlimited:
        named = "重特大疾病年度限额" if aid.serious else "年度救助限额"
        working = f"min({exact(aid.cap)}, {exact(aid.full_aid)})"
        if aid.aid < aid.own_aid:
            working = f"{working}，各标准合计不超过所持身份中最高的限额 {exact(aid.most)}，按合计给得最多的办法分给各标准"
        steps.append(Step("aid", named, working, aid.aid))
    if aid.paid_before:
        steps += _paid_before(row, aid)
    if row.has_tilt:
        taken = min(aid.aid_before + aid.net_aid, aid.qualifying_limit)
        if aid.qualifying != aid.eligible:
            year = "本自然年度内" if row.tilt_calendar_year else ""
            steps.append(Step("qualifying", f"倾斜救助只看{year}符合就医和转诊条件的费用", "", aid.qualifying))
            alone = f"{ratio} × max(0, {money(aid.qualifying)} − {exact(aid.deductible)})"
            steps.append(Step("qualifying_aid", "其中这些费用的救助", f"min({exact(aid.aid)}, {alone})", taken))
        steps.append(
            Step("tilt_base", "符合条件的费用 − 其救助 − 倾斜起付标准",
                  f"max(0, {money(aid.qualifying)} − {exact(taken)} − {exact(aid.tilt_threshold)})", aid.tilt_base)
        )
        working = f"{plain(aid.tilt_ratio)} × {exact(aid.tilt_base)}"
        if not row.tilt_cap_unlimited:
            working = f"min({exact(aid.tilt_cap)}, {working})"
        if aid.tilt < aid.own_tilt:
            working = f"{working}，各标准合计不超过所持身份中最高的倾斜限额 {exact(aid.tilt_most)}"
        steps.append(Step("tilt", "倾斜救助", working, aid.tilt))
        if aid.tilt_before:
            working = f"max(0, {exact(aid.tilt)} − {exact(aid.tilt_before)})"
            steps.append(Step("net_tilt", "其中上一年没有付过的", working, aid.net_tilt))
    return steps


def _paid_before(row: ScheduleRow, aid: AidRow) -> list[Step]:
    """What the year before paid for bills reached that get the difference: it has used that year's cap, not this one's."""
    label = f"追溯到的上一年费用当时已付救助 {money(aid.paid_before)}，其中按本标准每笔应有的"
    net = f"max(0, {exact(aid.full_aid)} − {exact(aid.aid_before)})"
    if not row.cap_unlimited:
        net = f"min({exact(aid.cap)}, {net})"
    if aid.net_aid < aid.own_net:
        net = f"{net}，按各标准合计的限额分得"
    return [
        Step("paid_before", label, "", aid.aid_before + aid.tilt_before),
        Step("net_aid", "上一年没有付过、用本年限额的救助", net, aid.net_aid),
    ]
