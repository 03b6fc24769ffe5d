"""What is done about cases: one act on one case, one act on a list of them, reliefs taken over from replies."""

from __future__ import annotations

from monitor.access.opening import Access
from monitor.actions.acting import Acting, held_for_writing, refusal_noted
from monitor.base.vocabulary import CaseAct
from monitor.casework import cases, relief_decisions, reliefs
from monitor.casework.cases import Decision
from monitor.casework.reading.case_listing import CaseFilters
from monitor.casework.reliefs import Instead, ProposedRelief
from monitor.store.home import open_store

#: Acts that can give a relief or take one back.
GIVING = (CaseAct.ARRANGE_RELIEF, CaseAct.REOPEN)


def decide_case(by: Acting, access: Access, case_id: int, version: int, decision: Decision) -> int:
    """One act on one case as seen at ``version``; the version it has then. Raises MonitorError; who may not is written down."""
    with refusal_noted(by, f"case:{case_id}", detail={"act": decision.act.value}):
        return cases.decide(access, by.actor, case_id, version, decision, now=by.now, where=by.where)


def decide_cases(by: Acting, access: Access, filters: CaseFilters, decision: Decision, selection_sha256: str) -> int:
    """The act on all of the list that was previewed; how many. Raises MonitorError; who may not is written down."""
    with refusal_noted(by, "cases", detail={"act": decision.act.value}):
        return cases.decide_listed(access, by.actor, filters, decision, selection_sha256, now=by.now, where=by.where)


def take_relief(by: Acting, access: Access, line_id: int, version: int, given: Instead) -> ProposedRelief:
    """Register a relief a reply speaks of as the case's, as it was seen. Raises MonitorError; who may not is written down."""
    with refusal_noted(by, f"reply-line:{line_id}", detail={"act": CaseAct.ARRANGE_RELIEF.value}):
        return reliefs.take_over(by.deed(access), line_id, version, given)


def drop_relief(by: Acting, access: Access, line_id: int) -> ProposedRelief:
    """Leave the case's relief as it is. Raises MonitorError; who may not is written down."""
    with refusal_noted(by, f"reply-line:{line_id}", detail={"act": CaseAct.ARRANGE_RELIEF.value}):
        return reliefs.drop(access, by.actor, line_id, now=by.now, where=by.where)


def tell_decisions(by: Acting, access: Access) -> str | None:
    """Reliefs decided one by one go into the store's case decisions; the batch they are in, None where there are none.

    Raises StoreError while somebody else writes there: then it is left to the next run, and 待办 says so until then."""
    with access.engine.connect() as connection:
        if not relief_decisions.owed(open_store(by.home), connection):
            return None
    with held_for_writing(by, "cases", repaired=False) as (store, held):
        return relief_decisions.feed(store, held, now=by.now)
