"""Departments' answers taken in: each line of a file matched with a person of a pack, applied to the case or listed with why not.

One file is one transaction with its entry of the audit. What it grants goes into the identity list by the store's ordinary
import, right after: the reply says it is owed until it is there, and the next ``finish`` makes up for a crash in between.
The granted list is written from the reply, so the second attempt brings the same bytes and adds nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from monitor.access.actor import Actor
from monitor.access.deeds import Deed
from monitor.access.hashing import number_hex
from monitor.access.masking import mask_name, mask_number
from monitor.access.moment import CHINA, written
from monitor.access.opening import Access
from monitor.access.roles import require
from monitor.access.scope import EVERYTHING, Scope
from monitor.assess.same_person import keys_of
from monitor.base.errors import AccessError
from monitor.base.vocabulary import DEPARTMENTS, AuditAction, CaseState, Permission, ReliefProposal, ReplyMatch
from monitor.base.wording import spaced
from monitor.casework.as_written import names_agree
from monitor.casework.cases import Decision, answer
from monitor.casework.layouts import Layout
from monitor.casework.reading.narrowing import within
from monitor.casework.reading.pack_listing import number_of
from monitor.casework.reading.reply_listing import TO_SETTLE
from monitor.casework.relief_decisions import feed
from monitor.casework.reliefs import said_before
from monitor.casework.reply_reading import DESTROYED, Answer, ReplyFile, Warned, WarnedFile, kept_of, read_reply
from monitor.casework.selection import TOLD, PackError
from monitor.casework.tables import (
    CERTNO_SEAL,
    NAME_SEAL,
    REMARK_SEAL,
    cases,
    referral_lines,
    referral_packs,
    replies,
    reply_lines,
)
from monitor.casework.transitions import ANSWERS
from monitor.demo.home import keep
from monitor.demo.people import guard_numbers
from monitor.intake.columns import IDENTITIES
from monitor.intake.unused import UnknownValue, Unused, as_json
from monitor.store.home import Store, in_memory
from monitor.store.loading import load_file

M, S = ReplyMatch, CaseState

#: What ``reply_lines.why`` says: what is in the way, or what else to know, beside ``reply_reading.OWN_REASONS``.
WHY: dict[str, str] = {
    "after_due": "过了反馈期限，仍已采用",
    "two_answers": "同一文件里对此人有不同的答复",
    "differs": "与该部门以前的答复不同",
    "name_differs": "姓名与推送的不一致",
    "other_pack": "此人在该部门的另一份名单上，不在所写的名单上",
    "only_pack": "所写的名单上没有此人，此人只在该部门的另一份名单上，仍已采用",
    "other_answer": "案件已有另一部门的答复，此答复不能再改变它",
    "case_ended": "案件已经办结或排除",
    "not_sent": "没有向该部门推送过此人",
    "outside_scope": "此人不在您的范围内",
    "unknown_pack": "没有这个编号的名单",
    "date_ahead": "身份生效日期晚于下个月，请核对是否写错",
}
_ACT = {state.value: act for act, state in ANSWERS.items()}


@dataclass(frozen=True)
class ReplyOutcome:
    """What became of a file: ``counts`` by ``ReplyMatch``; ``why`` by what is in the way or else to know; ``known_before``:
    the same bytes came earlier. read = accepted + duplicates + rejected, always. ``kept``: lines by heading whose cell was not
    understood, or stands in no column of ours, and is in the remark as written; ``reliefs``: proposed at cases."""

    reply_id: int
    file: str
    department: str
    read: int
    counts: dict[str, int]
    why: dict[str, int]
    known_before: bool = False
    batch: str | None = None
    listed: tuple[tuple[int, str, str], ...] = field(default=(), repr=False)
    #: What of the file was not used, and words nobody knows.
    unused: tuple[Unused, ...] = ()
    unknown_values: tuple[UnknownValue, ...] = ()
    kept: dict[str, int] = field(default_factory=dict)
    reliefs: int = 0
    #: Whether the home was the demonstration's until this file.
    ended_demo: bool = False

    @property
    def rejected(self) -> int:
        return 0 if self.known_before else self.counts.get(M.UNREADABLE.value, 0)

    @property
    def duplicates(self) -> int:
        return self.read if self.known_before else self.counts.get(M.REPEATED.value, 0)

    @property
    def accepted(self) -> int:
        return self.read - self.rejected - self.duplicates


@dataclass(frozen=True)
class _Sent:
    """A line of a pack an answer can be about."""

    id: int
    case_id: int
    pack_id: int
    name_sealed: bytes | None = field(repr=False)
    answer: str
    answer_reason: str
    insu_admdvs: str
    town: str
    late: bool


@dataclass(frozen=True)
class Incoming:
    """A file as it is handed in. ``encoding``: None where it is to be found out; ``strict``: nothing is taken of a file that is not
    wholly used; ``end_demo``: a home of the demonstration may end being one."""

    path: Path
    encoding: str | None = None
    strict: bool = False
    end_demo: bool = False


def import_reply(
    store: Store, by: Deed, file: Incoming, layout: Layout, codes: Mapping[str, str], pack_id: int | None = None
) -> ReplyOutcome:
    """Take one department's answers in, and what they grant into the identity list. ``store`` is held for writing.

    Raises IntakeError when the file cannot be read as a whole, PackError or AccessError; then nothing of it is kept.
    """
    require(by.actor, Permission.IMPORT_DATA)
    read = read_reply(store, file.path, layout, file.encoding, codes, file.strict)
    ended = guard_numbers(
        store, read.name, read.sha256, (one.certno for one in read.answers if DESTROYED not in one.reasons), may_end=file.end_demo,
        now=by.now,
    )
    keys = keys_of(store, (one.certno for one in read.answers if one.certno and not one.reasons))
    with by.access.begin() as connection:
        outcome = known_before(connection, read.name, read.sha256)
        if outcome is None:
            outcome = _take(connection, by, read, layout, pack_id, keys)
    batches = finish(store, by.access, now=by.now)
    return replace(
        outcome, batch=batches.get(outcome.reply_id, outcome.batch), unused=read.unused, unknown_values=read.unknown_values,
        ended_demo=ended,
    )


def finish(store: Store, access: Access, *, now: datetime) -> dict[int, str]:
    """Bring identities that replies granted and the store lacks into the identity list; returns reply → batch. What reliefs of
    cases decided one by one come to goes into the store's case decisions at the same time."""
    feed(store, access, now=now)
    done: dict[int, str] = {}
    with access.engine.connect() as connection:
        owed = owed_replies(connection)
    for reply_id, department in owed:
        with access.engine.connect() as connection:
            content = _granted(connection, access, reply_id, department)
        # Whom a reply grants something, the home has sent: made up wherever the home is the demonstration's.
        keep(store, hashlib.sha256(content).hexdigest())
        with in_memory(store.home, f"reply-{reply_id}-{department}.csv", content) as path:
            batch = load_file(store, path, IDENTITIES, now.isoformat()).batch
        with access.begin() as connection:
            connection.execute(update(replies).where(replies.c.id == reply_id).values(batch=batch))
        done[reply_id] = batch
    return done


def owed_replies(connection: Connection, scope: Scope = EVERYTHING) -> list[tuple[int, str]]:
    """Replies that granted identities the store has not been given, to anybody within the scope, with their departments."""
    granting = select(reply_lines.c.reply_id).where(*_GRANTING, *within(reply_lines.c, scope))
    r = replies.c
    found = connection.execute(select(r.id, r.department).where(r.batch.is_(None), r.id.in_(granting)).order_by(r.id))
    return [(int(number), str(department)) for number, department in found]


_GRANTING = (
    reply_lines.c.answer == S.ACCEPTED.value,
    reply_lines.c.category != "",
    or_(reply_lines.c.match == M.APPLIED.value, reply_lines.c.settled_as == "applied"),
)


def _granted(connection: Connection, access: Access, reply_id: int, department: str) -> bytes:
    """The identities a reply grants, as a list any department could have sent: each under the number the person was sent under, as
    that is the number they stand under here."""
    line = reply_lines.c
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["certno", "psn_name", "category", "begin", "department"])
    number = func.coalesce(referral_lines.c.certno_sealed, line.certno_sealed)
    asked = select(number, line.name_sealed, line.category, line.effective_on).select_from(
        reply_lines.outerjoin(referral_lines, referral_lines.c.id == line.referral_line_id)
    )
    for certno, name, category, begin in connection.execute(
        asked.where(line.reply_id == reply_id, *_GRANTING).order_by(line.line)
    ):
        open_text = access.sealer.open_text
        writer.writerow([open_text(certno, CERTNO_SEAL), open_text(name, NAME_SEAL), category, begin, DEPARTMENTS[department]])
    return text.getvalue().encode()


# --- one file ---------------------------------------------------------------------------------------------------------


def known_before(connection: Connection, name: str, sha256: str) -> ReplyOutcome | None:
    """What the same bytes came to when they came first; None where they are new."""
    row = connection.execute(select(replies).where(replies.c.sha256 == sha256)).one_or_none()
    if row is None:
        return None
    return ReplyOutcome(row.id, name, row.department, row.read, json.loads(row.counts), {}, known_before=True, batch=row.batch)


def _take(
    connection: Connection, by: Deed, read: ReplyFile, layout: Layout, pack_id: int | None, keys: Mapping[str, Sequence[str]]
) -> ReplyOutcome:
    name, sha256, answers = read.name, read.sha256, read.answers
    access, actor, now = by.access, by.actor, by.now
    sent, packs = _sent_to(connection, layout, pack_id, now)
    if not packs:
        which = f"名单 {pack_id}" if pack_id else f"{layout.label}"
        raise PackError(f"{spaced(which, '没有')}已发出的推送名单，没有可答复的人；没有导入，请核对文件和 --pack、--from")
    head = {
        "department": layout.department, "layout": layout.department, "sha256": sha256, "pack_id": pack_id,
        "month": now.astimezone(CHINA).strftime("%Y-%m"), "at": written(now), "actor": actor.name, "account": actor.account,
        "read": len(answers), "counts": "{}",
    }
    key = connection.execute(insert(replies), head).inserted_primary_key
    assert key is not None
    reply_id = int(key[0])
    # Who was told of by another number of theirs is answered by any.
    people = [
        next((key for key in keys.get(one.certno, ()) if key in sent), "")
        or (number_hex(access.hash_key, one.certno) if one.certno else "")
        for one in answers
    ]
    held = _Held(by, sent, packs, _different_twice(answers, people))
    counts: Counter[str] = Counter()
    whys: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    listed: list[tuple[int, str, str]] = []
    told = said_before(connection, {line.case_id for lines in sent.values() for line in lines})
    for one, person in zip(answers, people, strict=True):
        match, why, line = _match(held, one, person)
        if match is None:
            assert line is not None
            match, other = _apply(connection, by, one, line, layout.department, reply_id)
            why = other or (why if match is M.APPLIED else "")
            held.seen.add(person)
        counts[match.value] += 1
        if why:
            whys[why] += 1
        if match not in (M.APPLIED, M.REPEATED) or why:
            listed.append((one.line, match.value, why))
        relief = (line.case_id, one.relief_kind, one.relief_fen, one.relief_on) if one.relief and line else None
        proposed = relief is not None and (match is not M.REPEATED or relief not in told)
        told |= {relief} if relief is not None else set()
        rows.append(_line(access, reply_id, one, person, Matched(match, why, line), proposed))
    connection.execute(insert(reply_lines), rows)
    assert len(rows) == len(answers) == sum(counts.values()), "every line read is kept with what became of it"
    kept, reliefs = kept_of(answers), sum(row["relief_as"] != "" for row in rows)
    connection.execute(
        update(replies).where(replies.c.id == reply_id).values(counts=json.dumps(dict(counts)), notes=notes_of(read, kept))
    )
    by.note(connection, AuditAction.REPLIED, f"reply:{reply_id}", {
        "department": layout.department, "pack": pack_id, "sha256": sha256, "read": len(answers), "counts": dict(counts),
        "why": dict(whys), "reliefs": reliefs,
    })
    return ReplyOutcome(
        reply_id, name, layout.department, len(answers), dict(counts), dict(whys), listed=tuple(listed), kept=kept, reliefs=reliefs,
    )


def notes_of(read: ReplyFile | WarnedFile, kept: Mapping[str, int]) -> str:
    """What is kept of a file beside its lines: what went into remarks, what was not used, what nobody knows."""
    return json.dumps({"kept": dict(kept), **as_json(read.unused, read.unknown_values)}, ensure_ascii=False)


def _sent_to(
    connection: Connection, layout: Layout, pack_id: int | None, now: datetime
) -> tuple[dict[str, list[_Sent]], dict[str, int]]:
    """Everybody the department was sent, by person, the newest line first; and the packs by number and id."""
    line, p = referral_lines.c, referral_packs.c
    today = now.astimezone(CHINA).date()
    out = [p.department == layout.department, p.state.in_(TOLD), *([p.id == pack_id] if pack_id is not None else [])]
    numbers: dict[str, int] = {}
    for number, year, serial in connection.execute(select(p.id, p.year, p.serial).where(*out)):
        numbers[number_of(layout.department, year, serial)] = numbers[str(number)] = int(number)
    asked = select(
        line.person, line.id, line.case_id, line.pack_id, line.name_sealed, line.answer, line.answer_reason, line.insu_admdvs,
        line.town, p.due_on,
    ).select_from(referral_lines.join(referral_packs, line.pack_id == p.id)).where(*out).order_by(line.id.desc())
    found: dict[str, list[_Sent]] = defaultdict(list)
    for person, *values, due_on in connection.execute(asked):
        found[person].append(_Sent(*[*values, due_on is not None and today > due_on]))
    return found, numbers


def _different_twice(answers: Sequence[Answer], people: Sequence[str]) -> set[str]:
    """Whom the file answers for in two ways."""
    said: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for one, person in zip(answers, people, strict=True):
        if person and not one.reasons:
            said[person].add((one.answer, one.answer_reason, one.category, one.effective_on))
    return {person for person, ways in said.items() if len(ways) > 1}


@dataclass(frozen=True)
class _Held:
    """What a file's answers are held against: the lines sent to the department, by person, and its packs by number and id; whom the
    file answers for in two ways (``twice``); for whom an answer of it was applied already (``seen``)."""

    by: Deed
    sent: Mapping[str, Sequence[_Sent]]
    packs: Mapping[str, int]
    twice: set[str]
    seen: set[str] = field(default_factory=set)


def _match(held: _Held, one: Answer, person: str) -> tuple[ReplyMatch | None, str, _Sent | None]:
    """Whose answer it is, and what is in the way of applying it; no match yet where nothing is."""
    access, actor, packs, sent = held.by.access, held.by.actor, held.packs, held.sent.get(person, ())
    if one.reasons:
        return M.UNREADABLE, one.reasons[0], None
    if not sent:
        return M.UNKNOWN, "unknown_pack" if one.pack and one.pack not in packs else "not_sent", None
    if one.pack and one.pack not in packs:
        # Somebody we did send: an officer decides, and nothing the department said is lost.
        inside = actor.scope.covers(sent[0].insu_admdvs, sent[0].town)
        return (M.CONFLICT, "unknown_pack", sent[0]) if inside else (M.UNKNOWN, "outside_scope", None)
    line, note = next((line for line in sent if not one.pack or line.pack_id == packs[one.pack]), None), ""
    if line is None:
        if len({one.pack_id for one in sent}) > 1:
            return M.CONFLICT, "other_pack", sent[0]
        # The only list of the department with this person: its number was mistyped.
        line, note = sent[0], "only_pack"
    if not actor.scope.covers(line.insu_admdvs, line.town):
        return M.UNKNOWN, "outside_scope", None
    if one.name and line.name_sealed and not names_agree(one.name, access.sealer.open_text(line.name_sealed, NAME_SEAL)):
        return M.CONFLICT, "name_differs", line
    if one.effective_on is not None and one.effective_on > _latest_day(held.by.now):
        return M.CONFLICT, "date_ahead", line
    if person in held.twice:
        return M.CONFLICT, "two_answers", line
    if person in held.seen:
        return M.REPEATED, "", line
    return None, note, line


def _latest_day(now: datetime) -> date:
    """The last day of the month after: what takes effect later than that is asked about."""
    today = now.astimezone(CHINA).date()
    years, month = divmod(today.month + 1, 12)
    return date(today.year + years, month + 1, 1) - timedelta(days=1)


def _apply(
    connection: Connection, by: Deed, one: Answer, line: _Sent, department: str, reply_id: int
) -> tuple[ReplyMatch, str]:
    case = connection.execute(select(cases).where(cases.c.id == line.case_id)).one()
    if line.answer:
        same = (line.answer, line.answer_reason) == (one.answer, one.answer_reason) and (
            one.answer != S.ACCEPTED or (case.recognised_as, case.recognised_on) == (one.category, one.effective_on)
        )
        return (M.REPEATED, "") if same else (M.CONFLICT, "differs")
    if answer(connection, by, line.case_id, decision_of(one, department), reply_id):
        return M.APPLIED, "after_due" if line.late else ""
    return _refused(case)


def _refused(case: Row[Any]) -> tuple[ReplyMatch, str]:
    """Why the table of transitions does not take an answer."""
    return (M.LATE, "case_ended") if case.state in (S.CLOSED, S.EXCLUDED) else (M.CONFLICT, "other_answer")


def decision_of(one: Answer, department: str) -> Decision:
    """A department's answer as a decision about a case; what it says in words is kept whole."""
    return Decision(
        _ACT[one.answer], reason=one.answer_reason, remark=one.remark, category=one.category, effective_on=one.effective_on,
        department=department,
    )


class Matched(NamedTuple):
    """What became of a line, why, and whoever it was matched with."""

    match: ReplyMatch
    why: str
    place: _Sent | Row[Any] | None


def line_row(access: Access, reply_id: int, one: Answer | Warned, person: str, found: Matched) -> dict[str, Any]:
    """A line that came in as ``reply_lines`` keeps it, without an answer."""
    seal, place = access.sealer.seal_text, found.place
    return {
        "reply_id": reply_id, "line": one.line, "certno_sealed": seal(one.certno or None, CERTNO_SEAL),
        "name_sealed": seal(one.name or None, NAME_SEAL), "certno_masked": mask_number(one.certno),
        "name_masked": mask_name(one.name), "person": person or None, "insu_admdvs": place.insu_admdvs if place else "",
        "town": place.town if place else "", "match": found.match.value, "why": found.why,
        "answer": "", "answer_reason": "", "category": "", "relief_kind": "", "relief_as": "", "settled_as": "", "version": 1,
    }


def _line(access: Access, reply_id: int, one: Answer, person: str, found: Matched, proposed: bool) -> dict[str, Any]:
    line = found.place
    return {
        **line_row(access, reply_id, one, person, found),
        "case_id": line.case_id if line else None, "referral_line_id": line.id if line else None,
        "answer": one.answer, "answer_reason": one.answer_reason, "category": one.category, "effective_on": one.effective_on,
        "relief_kind": one.relief_kind, "relief_fen": one.relief_fen, "relief_on": one.relief_on,
        "relief_as": ReliefProposal.PROPOSED.value if proposed else "",
        "remark_sealed": access.sealer.seal_text(one.remark or None, REMARK_SEAL),
    }


# --- what was listed --------------------------------------------------------------------------------------------------


def settle(
    access: Access, actor: Actor, line_id: int, version: int, *, apply: bool, now: datetime, where: str
) -> None:
    """Decide about a line that was listed: apply the answer, or drop it. An identity it grants is owed to the store then
    (``finish``). Raises PackError where the case cannot take it or somebody was first, AccessError outside the scope."""
    line = reply_lines.c
    with access.begin() as connection:
        found = connection.execute(
            select(reply_lines, replies.c.department).join(replies, line.reply_id == replies.c.id).where(line.id == line_id)
        ).one_or_none()
        if found is None or not actor.scope.covers(found.insu_admdvs, found.town):
            raise AccessError(f"没有编号为 {line_id} 的反馈行，或不在您的范围内")
        if found.version != version or found.settled_at is not None:
            at = (found.settled_at or "")[:16].replace("T", " ")
            raise PackError(f"这一行反馈已由 {found.settled_by} 于 {at} 处理；请刷新后查看")
        if found.match not in TO_SETTLE:
            raise PackError("这一行反馈不须处理")
        require(actor, Permission.IMPORT_DATA)
        if apply:
            _apply_listed(connection, Deed(access, actor, now, where), found)
        connection.execute(
            update(reply_lines).where(line.id == line_id).values(
                settled_at=written(now), settled_by=actor.name, settled_as="applied" if apply else "dropped", version=version + 1
            )
        )
        if not apply:
            # A relief is proposed with the answer it came with, and goes with it.
            connection.execute(update(reply_lines).where(line.id == line_id, line.relief_as == ReliefProposal.PROPOSED.value).values(
                relief_as=ReliefProposal.DROPPED.value, relief_at=written(now), relief_by=actor.name
            ))
        access.audit.append(
            connection, actor, AuditAction.REPLIED, f"reply:{found.reply_id}", now=now, where=where,
            detail={"line": found.line, "settled_as": "applied" if apply else "dropped", "match": found.match, "why": found.why},
        )


def _apply_listed(connection: Connection, by: Deed, found: Row[Any]) -> None:
    if found.case_id is None:
        raise PackError("这一行没有对上推送过的人，只能作“不采用”处理；此人的身份请用 monitor import identities 导入")
    said = Answer(
        found.line, (), answer=found.answer, answer_reason=found.answer_reason, category=found.category,
        effective_on=found.effective_on, remark=by.access.sealer.open_text(found.remark_sealed, REMARK_SEAL),
    )
    taken = answer(connection, by, found.case_id, decision_of(said, found.department), found.reply_id)
    if not taken:
        state = connection.execute(select(cases.c.state).where(cases.c.id == found.case_id)).scalar_one()
        raise PackError(f"案件现为“{CaseState(state).label}”，不能采用这一答复；请先由经办人重新办理，或作“不采用”处理")
    if found.category:
        # Owed to the identity list again, with this line in it.
        connection.execute(update(replies).where(replies.c.id == found.reply_id).values(batch=None))
