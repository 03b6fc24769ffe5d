"""What runs say, worked into the cases: each official run once, in the transaction that shows it, by a few statements.

A new alert opens a case; a raised or new one re-opens a case that had ended; a cleared one takes back under the line whom
a department is asked about. All else a run says is heard: written down, its figures shown, the case left where it
stands. Trials and replays say nothing here, nor does a run whose as_of lies before that of one worked in already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    and_,
    case,
    func,
    insert,
    literal,
    not_,
    null,
    or_,
    select,
    update,
)

from monitor.access.moment import written
from monitor.base.vocabulary import AlertState, CaseAct, CaseState, ClearedReason
from monitor.casework.following import follow
from monitor.casework.tables import alerts, case_events, case_runs, cases, runs
from monitor.casework.transitions import Way, sources, transition
from monitor.policy.library import bands_of

#: Who moved a case where a run did.
RUN_ACTOR = "run"
#: Where an act done by a run leads: the same from wherever it starts.
_LED_TO = {
    act: row.target.value
    for act in (CaseAct.CLEAR, CaseAct.FIND_DECEASED, CaseAct.REOPEN)
    for source in sources(act, Way.RUN)
    if (row := transition(source, act))
}
_OVER = (AlertState.NEW.value, AlertState.CONTINUING.value, AlertState.RAISED.value)
_WHO = ("certno_sealed", "name_sealed", "certno_masked", "name_masked", "insutype")
#: Apart: the list of cases is a tree of these, too, and few of them differ from one month to the next.
_LISTED = ("excess_fen", "kind", "category", "insu_admdvs", "town")
_SAME = ("rule", "measure", "burden_fen", "benchmark_fen", "benchmark_year", "multiple", "threshold_fen", "provisional")

#: One alert a person of the run being worked in, with the case it is about, if there is one, what it does to it, and whether
#: the case goes to another place in its list.
_said = Table(
    "said", MetaData(),
    Column("alert_id", Integer, primary_key=True, autoincrement=False),
    Column("case_id", Integer),
    Column("act", String(16)),
    Column("news", String(16)),
    Column("relisted", Boolean),
    prefixes=["TEMPORARY"],
)


def work_in_runs(connection: Connection, moved_of: Callable[[str], Mapping[str, str]] = lambda run_id: {}) -> int:
    """Work in every official run shown that is not worked in yet, in order of commitment; returns how many.

    ``moved_of``: of a run, who of those alerted before stands under another person key since (``following``)."""
    done = select(case_runs.c.run_id)
    official = select(runs).where(runs.c.trial.is_(False), runs.c.replay.is_(False), runs.c.run_id.not_in(done))
    found = connection.execute(official.order_by(runs.c.position)).all()
    for run in found:
        counts = {"opened": 0, "reopened": 0, "moved": 0, "heard": 0}
        skipped = _older_than_worked_in(connection, run.document, run.as_of)
        if not skipped:
            follow(connection, run, moved_of(run.run_id), _at(run), RUN_ACTOR)
            counts = _work_in(connection, run)
        connection.execute(
            insert(case_runs),
            {
                "run_id": run.run_id, "document": run.document, "as_of": run.as_of, "at": _at(run), "actor": RUN_ACTOR,
                "skipped": skipped, **counts,
            },
        )
    return len(found)


def not_worked_in(connection: Connection, run_ids: Iterable[str]) -> set[str]:
    """Those of the runs the cases do not know of yet."""
    return set(run_ids) - set(connection.scalars(select(case_runs.c.run_id)))


def _at(run: Any) -> str:
    return written(datetime.fromisoformat(run.committed_at))


def _older_than_worked_in(connection: Connection, document: str, as_of: date) -> bool:
    r = case_runs.c
    later = select(func.count()).where(
        r.document == document, r.as_of > as_of, r.as_of <= date(as_of.year, 12, 31), r.skipped.is_(False)
    )
    return bool(connection.scalar(later))


def _work_in(connection: Connection, run: Any) -> dict[str, int]:
    own = _own(connection, run)
    _said.create(connection)
    try:
        _take_down(connection, run, own)
        counted = connection.execute(select(_said.c.act, func.count()).group_by(_said.c.act))
        acts = {str(act): int(number) for act, number in counted}
        _write_history(connection, run, own)
        _update_cases(connection, run, own)
        opened = _open(connection, run, own)
    finally:
        _said.drop(connection)
    moved = acts.get(CaseAct.CLEAR.value, 0) + acts.get(CaseAct.FIND_DECEASED.value, 0)
    reopened, heard = (acts.get(act.value, 0) for act in (CaseAct.REOPEN, CaseAct.HEAR))
    return {"opened": opened, "reopened": reopened, "moved": moved, "heard": heard}


def _own(connection: Connection, run: Any) -> ColumnElement[bool]:
    """Where a run's alerts stand, said of every statement: they were written together, and are read so. SQLite would look
    through the alerts of all runs, or go from one to the next by person, which is to and fro."""
    a = alerts.c
    first, last = connection.execute(select(func.min(a.id), func.max(a.id)).where(a.run_id == run.run_id)).one()
    return a.id.between(first or 0, last or 0)


def _take_down(connection: Connection, run: Any, own: ColumnElement[bool]) -> None:
    """Of a person with several alerts, the one over a line counts, and of several the highest above it."""
    a, c = alerts.c, cases.c
    the_case = and_(c.document == run.document, c.year == run.as_of.year, c.person == a.person)
    relisted = or_(*(c[name] != a[name] for name in _LISTED))
    rows = select(a.id, c.id, _act(a.state, a.reason), _news(a.state), relisted).select_from(alerts.outerjoin(cases, the_case))
    # Joined to nothing, the run's name is no way to them.
    rows = rows.where(own, a.run_id.concat("") == run.run_id, a.id.not_in(_outdone(run)))
    connection.execute(insert(_said).from_select([column.name for column in _said.columns], rows))


def _outdone(run: Any) -> Select[int]:
    """Alerts beside another of the same person that counts. Only few have two: to put all in order took most of the time."""
    a = alerts.c
    twice = select(a.person).where(a.run_id == run.run_id).group_by(a.person).having(func.count() > 1)
    order = (case((a.state.in_(_OVER), 0), else_=1), a.excess_fen.desc(), a.rule)
    choice = func.row_number().over(partition_by=a.person, order_by=order).label("choice")
    put = select(a.id, choice).where(a.run_id == run.run_id, a.person.in_(twice)).subquery()
    return select(put.c.id).where(put.c.choice > 1)


def _act(state: ColumnElement[str], reason: ColumnElement[str]) -> ColumnElement[str]:
    """What the alert does to the case there is; empty where nothing is worth writing down."""

    def movable(act: CaseAct) -> ColumnElement[bool]:
        return cases.c.state.in_([source.value for source in sources(act, Way.RUN)])

    again = state.in_((AlertState.NEW.value, AlertState.RAISED.value))
    cleared = state == AlertState.CLEARED.value
    dead = reason == ClearedReason.DECEASED.value
    return case(
        (cases.c.id.is_(None), ""),
        (and_(again, movable(CaseAct.REOPEN)), CaseAct.REOPEN.value),
        (and_(cleared, dead, movable(CaseAct.FIND_DECEASED)), CaseAct.FIND_DECEASED.value),
        (and_(cleared, not_(dead), movable(CaseAct.CLEAR)), CaseAct.CLEAR.value),
        # Somebody unconfirmed a month ago and still so is no news, nor is who goes on as before.
        (or_(again, and_(state != AlertState.CONTINUING.value, state != cases.c.alert_state)), CaseAct.HEAR.value),
        else_="",
    )


def _news(state: ColumnElement[str]) -> ColumnElement[str]:
    """What officers have yet to act on: an earlier raise stays news while it goes on, a doubt that is over does not."""
    gone = cases.c.news.in_((AlertState.CLEARED.value, AlertState.UNCONFIRMED.value))
    return case(
        (cases.c.id.is_(None), ""),
        (and_(state == AlertState.CONTINUING.value, gone), ""),
        (state == AlertState.CONTINUING.value, cases.c.news),
        else_=state,
    )


def _led_to(otherwise: ColumnElement[str]) -> ColumnElement[str]:
    return case(*((_said.c.act == act.value, target) for act, target in _LED_TO.items()), else_=otherwise)


def _write_history(connection: Connection, run: Any, own: ColumnElement[bool]) -> None:
    a, c, s = alerts.c, cases.c, _said.c
    event = {
        "case_id": c.id, "at": literal(_at(run)), "actor": literal(RUN_ACTOR), "act": s.act, "from_state": c.state,
        "to_state": _led_to(c.state), "reason": case((a.reason != "", a.reason), else_=a.state), "detail": literal("{}"),
        "run_id": literal(run.run_id), "version": c.version + 1,
    }
    joined = _said_joined().join(cases, c.id == s.case_id)
    happened = select(*event.values()).select_from(joined).where(own, s.act != "")
    connection.execute(insert(case_events).from_select(list(event), happened.order_by(c.id)))


def _update_cases(connection: Connection, run: Any, own: ColumnElement[bool]) -> None:
    """Show what the run says. In three steps, as an index is written anew for each row whose column is named."""
    a, c, s = alerts.c, cases.c, _said.c
    this = (c.id == s.case_id, a.id == s.alert_id, own)
    facts = {name: a[name] for name in (*_WHO, *_SAME)} | {
        "band": band(run.document), "crossed_on": func.coalesce(a.crossed_on, c.crossed_on), "alert_state": a.state,
        "alert_reason": a.reason, "alert_run": run.run_id, "as_of": run.as_of,
    }
    connection.execute(update(cases).values(facts).where(*this))
    connection.execute(update(cases).values({name: a[name] for name in _LISTED}).where(*this, s.relisted))
    moved = s.act.in_([act.value for act in _LED_TO])
    reopened = s.act == CaseAct.REOPEN.value
    news = {
        "news": s.news, "state": _led_to(c.state), "since": case((moved, _at(run)), else_=c.since),
        "version": c.version + case((s.act != "", 1), else_=0), "reason": case((moved, ""), else_=c.reason),
        "due_on": case((reopened, null()), else_=c.due_on), "closed_at": case((reopened, null()), else_=c.closed_at),
    }
    connection.execute(update(cases).values(news).where(c.id == s.case_id, or_(s.act != "", s.news != c.news)))


def _open(connection: Connection, run: Any, own: ColumnElement[bool]) -> int:
    a, s, at = alerts.c, _said.c, _at(run)
    last = connection.scalar(select(func.max(cases.c.id))) or 0
    empty = {name: literal("") for name in ("news", "reason", "answer", "recognised_as", "relief_kind")}
    row: dict[str, ColumnElement[Any]] = {name: a[name] for name in ("person", *_WHO, *_LISTED, *_SAME, "crossed_on")}
    row |= {
        "document": literal(run.document), "year": literal(run.as_of.year), "band": band(run.document), "alert_state": a.state,
        "alert_reason": a.reason, "opened_run": literal(run.run_id), "opened_at": literal(at), "opened_crossing": a.crossed_on,
        "known_at": literal(written(datetime.fromisoformat(run.latest_load)) if run.latest_load else None, String),
        "alert_run": literal(run.run_id), "as_of": literal(run.as_of), "state": literal(CaseState.NEW.value),
        "since": literal(at), "version": literal(1), **empty,
    }
    # In the order of the alerts: cases by number read as their list does.
    found = select(*row.values()).select_from(_said_joined()).where(own, s.case_id.is_(None), a.state.in_(_OVER))
    connection.execute(insert(cases).from_select(list(row), found.order_by(a.id)))
    c = cases.c
    event = {
        "case_id": c.id, "at": c.since, "actor": literal(RUN_ACTOR), "act": literal(CaseAct.OPEN.value),
        "from_state": literal(""), "to_state": c.state, "reason": c.alert_state, "detail": literal("{}"), "run_id": c.alert_run,
        "version": c.version,
    }
    opened = select(*event.values()).where(c.id > last)
    connection.execute(insert(case_events).from_select(list(event), opened.order_by(c.id)))
    return connection.scalar(select(func.count()).where(c.id > last)) or 0


def _said_joined() -> Any:
    return _said.join(alerts, alerts.c.id == _said.c.alert_id)


def band(document: str) -> ColumnElement[int]:
    """The highest of the document's bands an alert has crossed, 0 for none: as in ``assess/alerts.sql``, and exact here too, as a
    burden and a benchmark have no more than two decimals."""
    a = alerts.c
    crossed = [
        (a.burden_fen * 100 > a.benchmark_fen * percent, literal(percent)) for percent in reversed(bands_of(document))
    ]
    return case(*crossed, else_=0) if crossed else literal(0)
