"""Whom a month's list to a department holds, and why: the preview, the hash of what was seen, the comparison with an earlier look.

Nobody is sent twice without news. Whether there is news is a comparison of the case with the newest line it was sent to
that department with; ``classify`` is the whole rule.
"""

from __future__ import annotations

import hashlib
import json
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate, chain
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from monitor.access.scope import Scope
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AlertState, CaseState, ClearedReason, PackState, ReferralNews, Word
from monitor.casework.layouts import Layout
from monitor.casework.reading.narrowing import within
from monitor.casework.tables import case_runs, cases, referral_lines, referral_packs, runs
from monitor.store.uncollected import uncollected

N, S = ReferralNews, CaseState

#: Packs that are out: what stands in them has been told.
TOLD = (PackState.SENT.value, PackState.RECEIVED.value)
#: Packs on their way: whoever stands in one does not stand in a second.
WAITING = (PackState.PROPOSED.value, PackState.APPROVED.value)
#: What a line keeps of its case; the hash of a pack is of these.
FACTS = (
    "kind", "rule", "measure", "burden_fen", "benchmark_fen", "benchmark_year", "multiple", "threshold_fen", "excess_fen", "band",
    "crossed_on", "provisional", "alert_state", "alert_reason",
)
WHERE = ("category", "insutype", "insu_admdvs", "town")
MASKED = ("certno_masked", "name_masked")
#: What is copied as it is.
KEPT = ("certno_sealed", "name_sealed")


class PackError(MonitorError):
    """A list to a department cannot be dealt with like this; the sentence says why and what can be done."""


class LeftOut(Word):
    """Why a case does not stand in a department's list."""

    NOT_THEIRS = "not_theirs", "不推送该部门", "按推送版式，这类预警或身份不推送该部门"
    NOT_READY = "not_ready", "尚未审核完毕", "待审核或审核中，没有提交推送"
    EXCLUDED = "excluded", "已排除", "经办人已排除，有原因"
    NO_NEWS = "no_news", "推送过、没有变化", "推送过该部门，此后没有新情况"
    WAITING = "waiting", "已在待发名单", "已在同一部门另一份待审核或已批准的名单上"
    COVERED = "covered", "已在保障范围", "经办人查明已有救助身份或已在监测范围"
    ANSWERED = "answered", "已有答复", "部门已答复，或已落实救助、已办结"
    DECEASED = "deceased", "已死亡", "此人已经死亡"
    NO_LONGER_OVER = "no_longer_over", "已不在线上", "没有推送过该部门，现已不在线上"
    UNCONFIRMED = "unconfirmed", "待核实", "本次数据少于上次，是否仍在线上不能确定"


class CaseFacts(Protocol):
    """What ``classify`` asks of a case, and of the line it was sent with."""

    @property
    def kind(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def insu_admdvs(self) -> str: ...
    @property
    def excess_fen(self) -> int: ...
    @property
    def band(self) -> int: ...
    @property
    def provisional(self) -> bool: ...


@dataclass(frozen=True)
class Told:
    """The newest line a case was sent to the department with."""

    news: str
    kind: str
    rule: str
    category: str
    insu_admdvs: str
    excess_fen: int
    band: int
    provisional: bool
    answer: str


@dataclass(frozen=True)
class Line:
    """One person of a list, with the facts as they are sent. ``facts``: ``FACTS`` by name; ``kept``: what is copied sealed."""

    case_id: int
    person: str
    news: ReferralNews
    covered: bool
    facts: dict[str, Any]
    where: dict[str, str]
    masked: dict[str, str]
    kept: dict[str, Any] = field(repr=False, default_factory=dict)

    @property
    def excess_fen(self) -> int:
        return int(self.facts["excess_fen"])

    @property
    def said(self) -> list[Any]:
        """What the list says of the person: the content of its hash."""
        day = self.facts["crossed_on"]
        facts = [self.facts[name] for name in FACTS if name != "crossed_on"]
        return [self.case_id, self.person, self.news.value, self.covered, *facts, day.isoformat() if day else None,
                *self.where.values(), *self.masked.values()]


@dataclass(frozen=True)
class Asked:
    """What a list is of: a department's layout, month, document, and whose people (prefixes; empty: all)."""

    layout: Layout
    month: str
    document: str
    scope: Scope

    @property
    def last_day(self) -> date:
        year, month = int(self.month[:4]), int(self.month[5:7])
        return date(year, month, monthrange(year, month)[1])


@dataclass(frozen=True)
class RunFacts:
    """The run whose facts a list is of. ``trial``: only to be looked at (``trial_preview``)."""

    run_id: str
    title: str
    as_of: date
    known_at: str
    provisional: bool
    trial: bool = False


@dataclass(frozen=True)
class Preview:
    """A list as it would go out. ``left_out``: cases of the document, year and district by why they do not stand in it."""

    asked: Asked
    run: RunFacts
    lines: tuple[Line, ...]
    left_out: dict[str, int]
    content_sha256: str

    @property
    def news(self) -> dict[str, int]:
        return dict(sorted(Counter(line.news.value for line in self.lines).items()))

    @property
    def covered(self) -> int:
        return sum(line.covered for line in self.lines)

    @property
    def excess_fen(self) -> int:
        """Of those over a line: who is back under it has none."""
        return sum(line.excess_fen for line in self.lines if line.news is not N.BACK_UNDER)

    @property
    def counts(self) -> dict[str, Any]:
        return {"news": self.news, "covered": self.covered, "left_out": self.left_out, "excess_fen": self.excess_fen}


@uncollected()
def preview(connection: Connection, asked: Asked, besides: int | None = None) -> Preview:
    """The list as it would go out now. ``besides``: a pack of ours that does not keep its own people out.

    Raises PackError where no official run of the document is worked into the cases, or a later month's is.
    """
    run = _run_of(connection, asked)
    lines: list[Line] = []
    left_out: Counter[str] = Counter()
    told, waiting = _told(connection, asked), _waiting(connection, asked, besides)
    found = select(*_ASKED).where(
        cases.c.document == asked.document, cases.c.year == run.as_of.year, *within(cases.c, asked.scope)
    )
    for row in connection.execute(found.order_by(cases.c.id)):
        news = classify(row, told.get(row.id), asked.layout, row.id in waiting)
        if isinstance(news, LeftOut):
            left_out[news.value] += 1
        else:
            lines.append(_line(row, news, asked.layout))
    lines.sort(key=lambda line: (line.covered, line.news is N.BACK_UNDER, -line.excess_fen, line.case_id))
    return Preview(asked, run, tuple(lines), dict(sorted(left_out.items())), content_hash(asked, run.run_id, lines))


def classify(case: Any, told: Told | None, layout: Layout, waiting: bool) -> ReferralNews | LeftOut:
    """Why the case stands in the list, or why it does not. ``told``: what the department was last told of it."""
    state = CaseState(case.state)
    if told is None and not layout.takes(case.document, case.kind, case.category):
        return LeftOut.NOT_THEIRS
    if waiting:
        return LeftOut.WAITING
    if state is S.EXCLUDED:
        return LeftOut.EXCLUDED
    if state is S.DECEASED:
        return LeftOut.DECEASED
    if told is not None and told.news != N.BACK_UNDER and _is_under(case, state):
        return N.BACK_UNDER
    if state in (S.NEW, S.UNDER_REVIEW):
        return LeftOut.NOT_READY
    if state is S.ALREADY_COVERED:
        return LeftOut.COVERED
    if state is S.BACK_UNDER or case.alert_state == AlertState.CLEARED:
        return LeftOut.NO_NEWS if told is not None else LeftOut.NO_LONGER_OVER
    if state not in (S.READY, S.SENT, S.RECEIVED):
        return LeftOut.ANSWERED
    if case.alert_state == AlertState.UNCONFIRMED:
        return LeftOut.UNCONFIRMED
    if told is None:
        # Ready, or with another department that was told first.
        return N.NEW
    # An officer who takes an answered case up again and marks it ready has learnt something no run knows.
    return _changed(case, told, layout) or (N.CONTINUING if state is S.READY and told.answer else LeftOut.NO_NEWS)


def _is_under(case: Any, state: CaseState) -> bool:
    """Whether the department is to be told that somebody is not over a line any more.

    Of those it has answered, a correction only: that an identity it has given takes effect is no news to it.
    """
    if state is S.BACK_UNDER:
        return True
    if case.alert_state != AlertState.CLEARED:
        return False
    return state in (S.READY, S.SENT, S.RECEIVED) or case.alert_reason == ClearedReason.CORRECTION


def _changed(case: CaseFacts, told: Told, layout: Layout) -> ReferralNews | None:
    more = case.excess_fen - told.excess_fen
    if told.news == N.BACK_UNDER:
        return N.CONTINUING
    if case.band > told.band or more >= layout.amount_up_fen:
        return N.RAISED
    other = any(getattr(case, name) != getattr(told, name) for name in ("kind", "rule", "category", "insu_admdvs", "provisional"))
    return N.CONTINUING if other or -more >= layout.amount_up_fen else None


def content_hash(asked: Asked, run_id: str, lines: Iterable[Line]) -> str:
    """Of the list in its order, and of what it is: department and columns, month, document, run, districts and townships."""
    digest, encode = hashlib.sha256(), json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    head = [asked.layout.department, asked.layout.sha256, asked.month, asked.document, run_id,
            sorted(asked.scope.districts), sorted(asked.scope.towns)]
    for part in (head, *(line.said for line in lines)):
        digest.update(encode(part).encode() + b"\n")
    return digest.hexdigest()


def differences(before: Sequence[Row[Any]], now: Sequence[Line]) -> dict[str, int]:
    """How many people a list has gained, lost, and says something else of, against the lines kept of it."""
    kept = {row.case_id: row for row in before}
    fresh = {line.case_id: line for line in now}
    changed = sum(
        1 for case_id, line in fresh.items() if case_id in kept and any(
            getattr(kept[case_id], name) != value
            for name, value in {**line.facts, **line.where, "news": line.news.value, "covered": line.covered}.items()
        )
    )
    return {"added": len(fresh.keys() - kept.keys()), "gone": len(kept.keys() - fresh.keys()), "changed": changed}


#: The columns of a case that are looked at: those of a line's parts first, each part in a piece.
_PARTS = (FACTS, WHERE, MASKED, KEPT)
_ENDS = tuple(accumulate(len(part) for part in _PARTS))
_ASKED = tuple(cases.c[name] for name in (*chain(*_PARTS), "id", "person", "state", "document", "recognised_as"))


def _line(row: Row[Any], news: ReferralNews, layout: Layout) -> Line:
    covered = row.category in layout.covered or row.recognised_as in layout.covered
    facts, where, masked, kept = (
        dict(zip(part, row[end - len(part) : end], strict=True)) for part, end in zip(_PARTS, _ENDS, strict=True)
    )
    return Line(row.id, row.person, news, covered, facts, where, masked, kept)


def _run_of(connection: Connection, asked: Asked) -> RunFacts:
    """The newest official run of the document up to the month's end."""
    worked_in = select(case_runs.c.run_id).where(case_runs.c.skipped.is_(False))
    official = select(runs.c.run_id, runs.c.title, runs.c.as_of, runs.c.known_at, runs.c.provisional).where(
        runs.c.document == asked.document, runs.c.run_id.in_(worked_in)
    )
    newest = connection.execute(official.order_by(runs.c.as_of.desc(), runs.c.position.desc()).limit(1)).one_or_none()
    if newest is None:
        raise PackError(f"文件 {asked.document} 还没有正式运行过，没有可推送的名单；请先执行 monitor run")
    if newest.as_of > asked.last_day:
        raise PackError(
            f"文件 {asked.document} 已有截至 {newest.as_of} 的运行，案件的数字已是那时的，不能再推送 {asked.month} 月的名单；"
            f"请推送 {newest.as_of:%Y-%m} 或以后的月份"
        )
    return RunFacts(*newest)


def _told(connection: Connection, asked: Asked) -> dict[int, Told]:
    """Case → what the department was last told of it, recalled packs left out."""
    line, p = referral_lines.c, referral_packs.c
    last = (
        select(func.max(line.id)).select_from(referral_lines.join(referral_packs, line.pack_id == p.id))
        .where(p.department == asked.layout.department, p.state.in_(TOLD), p.document == asked.document)
        .group_by(line.case_id)
    )
    columns = (line.news, line.kind, line.rule, line.category, line.insu_admdvs, line.excess_fen, line.band, line.provisional,
               line.answer)
    found = connection.execute(select(line.case_id, *columns).where(line.id.in_(last)))
    return {case_id: Told(*rest) for case_id, *rest in found}


def _waiting(connection: Connection, asked: Asked, besides: int | None) -> set[int]:
    line, p = referral_lines.c, referral_packs.c
    conditions: list[ColumnElement[bool]] = [
        p.department == asked.layout.department, p.document == asked.document, p.state.in_(WAITING)
    ]
    if besides is not None:
        conditions.append(p.id != besides)
    return set(connection.scalars(
        select(line.case_id).select_from(referral_lines.join(referral_packs, line.pack_id == p.id)).where(and_(*conditions))
    ))


def documents_with_cases(connection: Connection) -> list[str]:
    """Documents whose runs are worked into the cases."""
    return list(connection.scalars(select(case_runs.c.document).distinct().order_by(case_runs.c.document)))
