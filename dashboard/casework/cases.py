"""Where the pages of casework get their data and do their acts: each is somebody's, asked again at every one.

Nothing of cases is cached: they change under everybody's hands. What may be asked is required here, what may be done by the
functions of ``monitor.casework``, which also write it down.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from dashboard.casework.acting import acting
from dashboard.door.access import access, home, now
from dashboard.queries.database import connection, sealer
from monitor.access.actor import Actor
from monitor.access.moment import CHINA
from monitor.access.opening import Access
from monitor.access.roles import permitted, require
from monitor.access.scope import Scope
from monitor.actions import cases as actions
from monitor.actions.acting import Acting
from monitor.actions.cases import GIVING, decide_case, decide_cases, tell_decisions
from monitor.base.errors import AccessError, StoreError
from monitor.base.vocabulary import Permission
from monitor.casework import cases, reliefs
from monitor.casework.cases import Decision, Preview
from monitor.casework.due_dates import due_items
from monitor.casework.layouts import layouts
from monitor.casework.reading import case_choices, case_listing
from monitor.casework.reading import figures as counting
from monitor.casework.reading.case_choices import CaseChoices, Officer
from monitor.casework.reading.case_listing import CaseFilters, CaseRow, Happened, Workload
from monitor.casework.reading.figures import CaseFigures
from monitor.casework.reading.in_full import InFull, in_full
from monitor.casework.reading.listing import OfRun, Page
from monitor.casework.reading.query import ListQuery
from monitor.casework.reliefs import Instead, ProposedRelief
from monitor.casework.text_dates import Item
from monitor.policy.library import load_library


@dataclass(frozen=True)
class Seen:
    """A case with all the page shows of it; ``alert``: the number of the alert its facts are from, where there still is one."""

    row: CaseRow
    history: tuple[Happened, ...]
    alert: int | None


def today() -> date:
    """The day in China: cases are due by it."""
    return now().astimezone(CHINA).date()


def narrowed(actor: Actor, towns: tuple[str, ...]) -> Actor:
    """The same person seeing no more than these townships of what they see; everything they see where none is named."""
    if not towns:
        return actor
    own = actor.scope.towns
    kept = tuple(town for town in towns if not own or town in own)
    return replace(actor, scope=Scope(actor.scope.districts, kept or ("\0",)))


def case_page(query: ListQuery[CaseFilters], actor: Actor) -> Page[CaseRow]:
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return case_listing.case_page(opened, query.within(actor.scope))


def choices(actor: Actor) -> CaseChoices:
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return case_choices.case_choices(opened, actor.scope)


def officers(actor: Actor) -> tuple[Officer, ...]:
    """Everybody a case can be given to."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return case_choices.officers(opened)


def names(actor: Actor) -> dict[int, str]:
    """Display name by account number, for who was given a case."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return case_choices.names_of(opened)


def one(case_id: int, actor: Actor) -> Seen | None:
    """A case with its history; None for one there is not within the viewer's scope. Remarks, in which anybody may be named, are
    opened for who could have anybody's name shown."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        row = case_listing.case_one(opened, case_id, actor.scope)
        if row is None:
            return None
        opener = sealer() if permitted(actor, Permission.REVEAL) else None
        history = case_listing.case_history(opened, case_id, actor.scope, opener)
        return Seen(row, history, case_choices.alert_of(opened, case_id, actor.scope))


def case_of(run_id: str, person: str, actor: Actor) -> int | None:
    """The number of the case of somebody on a run's list."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return case_choices.case_of(opened, run_id, person, actor.scope)


def in_run(row: CaseRow) -> OfRun:
    """Whom a case is about as its newest run knows them."""
    return OfRun(
        row.id, row.person, row.name_masked, row.certno_masked, row.category, row.insutype, row.insu_admdvs, row.town, row.alert_run
    )


def whole(row: CaseRow, actor: Actor) -> InFull[CaseRow]:
    """Name and number in full, for who has just said what for (``somebody.reveal`` has written it down)."""
    require(actor, Permission.REVEAL)
    if not actor.scope.covers(row.insu_admdvs, row.town):
        raise AccessError(f"没有编号为 {row.id} 的案件，或不在您的范围内")
    with connection() as opened:
        return next(in_full(opened, [row], sealer()))


def decide(case_id: int, version: int, decision: Decision, actor: Actor) -> int:
    """One act on one case as it was seen at ``version``. Raises MonitorError; who may not is written down."""
    by, held = acting(actor, "screen:case"), access()
    version = decide_case(by, held, case_id, version, decision)
    if decision.act in GIVING:
        _tell(by, held)
    return version


def reliefs_of(case_id: int, actor: Actor) -> list[ProposedRelief]:
    """What replies say of reliefs for a case within the viewer's scope; remarks are opened for who could have any name shown."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return reliefs.of_case(opened, case_id, actor.scope, sealer() if permitted(actor, Permission.REVEAL) else None)


def take_relief(line_id: int, version: int, given: Decision, actor: Actor) -> None:
    """Register a relief a reply speaks of as the case's, as it was seen. Raises MonitorError; who may not is written down."""
    by, held = acting(actor, "screen:case"), access()
    relief = Instead(given.relief_kind, given.relief_fen, given.relief_on, given.remark)
    actions.take_relief(by, held, line_id, version, relief)
    _tell(by, held)


def drop_relief(line_id: int, actor: Actor) -> None:
    """Leave the case's relief as it is. Raises MonitorError; who may not is written down."""
    actions.drop_relief(acting(actor, "screen:case"), access(), line_id)


def _tell(by: Acting, held: Access) -> None:
    """Reliefs decided one by one go into the store's case decisions; while somebody else writes there it is left to the next run,
    and 待办 says so until then."""
    with suppress(StoreError):
        tell_decisions(replace(by, where="screen:case"), held)


def preview(filters: CaseFilters, decision: Decision, actor: Actor) -> Preview:
    """How many cases of the list, and which, the act would be about."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return cases.preview(opened, actor, filters, decision, now=now())


def decide_listed(filters: CaseFilters, decision: Decision, selection_sha256: str, actor: Actor) -> int:
    """The act on all of the list that was previewed; returns how many. Raises MonitorError; who may not is written down."""
    by, held = acting(actor, "screen:cases"), access()
    done = decide_cases(by, held, filters, decision, selection_sha256)
    if decision.act in GIVING:
        _tell(by, held)
    return done


def workloads(actor: Actor) -> tuple[Workload, ...]:
    """What each officer has in hand, within the viewer's scope."""
    require(actor, Permission.SEE_OVERVIEW)
    with connection() as opened:
        return case_listing.workloads(opened, today(), actor.scope)


def figures(filters: CaseFilters, actor: Actor) -> CaseFigures:
    """From crossing to relief, within the viewer's scope."""
    require(actor, Permission.SEE_OVERVIEW)
    with connection() as opened:
        return counting.figures(opened, filters, today(), actor.scope)


def due(actor: Actor) -> list[Item]:
    """What is due, late and missing, within the viewer's scope."""
    from monitor.store.home import open_store

    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return due_items(open_store(home()), opened, load_library().documents, layouts(home().referral), today(), actor.scope)


def count(filters: CaseFilters, actor: Actor) -> int:
    """How many cases the filters leave."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return case_listing.case_page(opened, ListQuery(filters, size=1, scope=actor.scope)).total
