"""What a list of cases can be narrowed by, who cases can be given to, and which alert and which case belong together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from monitor.access.scope import EVERYTHING, Scope
from monitor.access.sessions import scope_of
from monitor.access.tables import account_roles, accounts
from monitor.base.vocabulary import Role
from monitor.casework.reading.narrowing import within
from monitor.casework.tables import alerts, cases, runs


@dataclass(frozen=True)
class CaseChoices:
    """What there is within a scope. ``documents``: title by id, the newest run's; ``years``: the newest first."""

    documents: dict[str, str]
    years: tuple[int, ...]
    kinds: tuple[str, ...]
    categories: tuple[str, ...]
    districts: tuple[str, ...]
    towns: tuple[str, ...]


@dataclass(frozen=True)
class Officer:
    """Somebody a case can be given to: an account in use that has the role, and whose people they see."""

    account: int
    name: str
    display: str
    scope: Scope


def case_choices(connection: Connection, scope: Scope = EVERYTHING) -> CaseChoices:
    """In one pass over the cases of the scope."""
    c = cases.c
    columns = (c.document, c.year, c.kind, c.category, c.insu_admdvs, c.town)
    found = connection.execute(select(*columns).where(*within(c, scope)).group_by(*columns)).all()
    titles = {row.document: row.title for row in connection.execute(select(runs.c.document, runs.c.title).order_by(runs.c.position))}
    return CaseChoices(
        {document: titles.get(document, document) for document in sorted({row.document for row in found})},
        tuple(sorted({row.year for row in found}, reverse=True)),
        tuple(sorted({row.kind for row in found})), tuple(sorted({row.category for row in found})),
        tuple(sorted({row.insu_admdvs for row in found})), tuple(sorted({row.town for row in found if row.town})),
    )


def officers(connection: Connection) -> tuple[Officer, ...]:
    """Everybody a case can be given to, by display name."""
    joined = accounts.join(account_roles, account_roles.c.account == accounts.c.id)
    asked = select(accounts.c.id, accounts.c.name, accounts.c.display).select_from(joined)
    asked = asked.where(account_roles.c.role == Role.OFFICER.value, accounts.c.disabled_at.is_(None))
    return tuple(
        Officer(number, name, display, scope)
        for number, name, display in connection.execute(asked.order_by(accounts.c.display, accounts.c.name)).all()
        if (scope := scope_of(connection, number)) is not None
    )


def names_of(connection: Connection) -> dict[int, str]:
    """Display name by account number, of every account there is or was: cases keep whom they were given to."""
    return {row.id: row.display for row in connection.execute(select(accounts.c.id, accounts.c.display))}


def case_of(connection: Connection, run_id: str, person: str, scope: Scope = EVERYTHING) -> int | None:
    """The case of somebody a run's alert is about; None where there is none within the scope."""
    c, r = cases.c, runs.c
    run = connection.execute(select(r.document, r.as_of).where(r.run_id == run_id)).one_or_none()
    if run is None:
        return None
    asked = select(c.id).where(c.document == run.document, c.year == run.as_of.year, c.person == person, *within(c, scope))
    return connection.scalar(asked)


def alert_of(connection: Connection, case_id: int, scope: Scope = EVERYTHING) -> int | None:
    """The alert that says what a case shows; None where its run is not among the images any more."""
    a, c = alerts.c, cases.c
    joined = cases.join(alerts, (a.run_id == c.alert_run) & (a.person == c.person) & (a.rule == c.rule))
    found: int | None = connection.scalar(select(func.max(a.id)).select_from(joined).where(c.id == case_id, *within(c, scope)))
    return found
