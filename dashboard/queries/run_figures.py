"""The runs there are, and what a run comes to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from dashboard.door.access import access, home, now
from dashboard.locale import t
from dashboard.queries import cached
from dashboard.queries.database import connection
from monitor.access.actor import Actor
from monitor.access.moment import CHINA
from monitor.access.roles import require
from monitor.access.scope import EVERYTHING
from monitor.base.errors import AccessError
from monitor.base.vocabulary import Permission
from monitor.casework.reading import overview as figures
from monitor.casework.reading import shortfalls
from monitor.casework.reading.overview import Choices, Overview, Run
from monitor.casework.reading.shortfalls import DueCount, EntitledRun
from monitor.policy.document import Document
from monitor.policy.library import load_library

if TYPE_CHECKING:
    from monitor.entitle.institutions import Institutions
    from monitor.reports.evaluation_figures import Report
    from monitor.store.home import Store
    from monitor.store.manifest import RunRecord


def runs(actor: Actor) -> list[Run]:
    """Every run, the newest first; none where there is no case database yet."""
    require(actor, Permission.SEE_OVERVIEW)
    url = home().database_url
    if url.startswith("sqlite:///") and not os.path.exists(url.removeprefix("sqlite:///")):  # noqa: PTH110
        return []
    with connection() as opened:
        return figures.runs(opened) if inspect(opened).has_table("runs") else []


def document(document_id: str) -> Document | None:
    """The encoded document a run was made under, or None where this program does not have it any more."""
    return load_library().documents.get(document_id)


def overview(run_id: str, actor: Actor) -> Overview:
    require(actor, Permission.SEE_OVERVIEW)
    return cached.overview(home().database_url, run_id, actor.scope)


def choices(run_id: str, actor: Actor) -> Choices:
    require(actor, Permission.SEE_OVERVIEW)
    return cached.choices(home().database_url, run_id, actor.scope)


def is_entitled(run_id: str, actor: Actor) -> bool:
    """Whether a run's entitlements have been worked out. Read anew: they can come later."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return shortfalls.entitled_run(opened, run_id) is not None


def entitled_run(run_id: str, actor: Actor) -> EntitledRun | None:
    """The figures of a run's entitlements, for who sees everything: they are of the whole region. None where there are none."""
    require(actor, Permission.SEE_PEOPLE)
    if actor.scope != EVERYTHING:
        return None
    with connection() as opened:
        return shortfalls.entitled_run(opened, run_id)


def due_counts(run_id: str, actor: Actor) -> dict[str, tuple[DueCount, ...]]:
    """People and shortfall by reason, category, district and month, for a run whose entitlements are there."""
    require(actor, Permission.SEE_PEOPLE)
    return cached.due_counts(home().database_url, run_id, actor.scope)


def entitled_without(run_id: str) -> tuple[list[str], list[str]]:
    """Of the inputs a run's entitlements hang on: the labels of those nobody told, and what the bureau said there is none of."""
    from monitor.assess.optional import none_sentence
    from monitor.entitle.keeping import details_of
    from monitor.intake.columns import TABLES
    from monitor.store.home import open_store
    from monitor.store.manifest import NoneRecord

    kept = details_of(open_store(home()), run_id)
    needed = kept.get("hangs_on", [])
    said = [none_sentence(NoneRecord(**record)) for table, record in kept.get("said_none", {}).items() if table in needed]
    return [TABLES[table].label for table in needed if table in kept["absent"]], said


def work_out_entitlements(run_id: str, actor: Actor) -> None:
    """Work out a run's entitlements and show them in the case database. Raises MonitorError, as when somebody else writes."""
    from monitor.actions.entitlements import entitled_store
    from monitor.casework.facts import write_facts

    require(actor, Permission.RUN)
    store, _ = entitled_store(home(), run_id, load_library(), actor, "screen:shortfall")
    write_facts(store, access(), now())


def institutions(run_id: str, month: str | None, actor: Actor) -> Institutions:
    """The institutions of a run's document and year, or of one of its months, within the viewer's scope. Raises MonitorError."""
    require(actor, Permission.SEE_OVERVIEW)
    return cached.institutions(home().database_url, run_id, month, actor.scope)


def evaluation(run_id: str, actor: Actor) -> Report:
    """The evaluation of a run's document and year, by the run the year is judged by. It is of the whole document: whoever sees part
    of it is refused. Raises MonitorError."""
    from monitor.reports.evaluation_figures import evaluate, run_of_year

    require(actor, Permission.SEE_OVERVIEW)
    if actor.scope != EVERYTHING:
        raise AccessError(t("evaluation.whole"))
    chosen, library = _record(run_id), load_library()
    judged = run_of_year(_store(), chosen.document, int(chosen.as_of[:4])) or chosen
    found = cached.worked_out(home().database_url, judged.run, cached.stamp())
    with connection() as opened:
        today = now().astimezone(CHINA).date()
        return evaluate(opened, library.get(judged.document), int(judged.as_of[:4]), judged, found, today)


def coverage_months(run_id: str, actor: Actor) -> list[dict[str, str]]:
    """Both 100 % month by month, for who sees everything: they are of the whole region. Raises MonitorError."""
    require(actor, Permission.SEE_OVERVIEW)
    return cached.coverage_months(home().database_url, run_id, cached.stamp())


def coverage_indicators(run_id: str, actor: Actor) -> list[dict[str, str]]:
    """The indicators of the run's document, for who sees everything; assistance only where the run's entitlements are there."""
    require(actor, Permission.SEE_OVERVIEW)
    return cached.coverage_indicators(home().database_url, run_id, cached.stamp())


def _store() -> Store:
    from monitor.store.home import open_store

    return open_store(home())


def _record(run_id: str) -> RunRecord:
    return _store().manifest.run(run_id)
