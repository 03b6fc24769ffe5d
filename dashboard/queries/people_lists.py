"""Lists of people, page by page, narrowed and searched."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Literal

from dashboard.door.access import home
from dashboard.queries import cached
from monitor.access.actor import Actor
from monitor.access.roles import require
from monitor.base.errors import StoreError
from monitor.base.settings import keys_directory
from monitor.base.vocabulary import Permission
from monitor.casework.reading.listing import AlertRow, AsideRow, Page
from monitor.casework.reading.narrowing import AsideFilters, Filters, Search, ShortfallFilters
from monitor.casework.reading.query import ListQuery
from monitor.casework.reading.shortfalls import ShortfallRow
from monitor.intake.identity_number import normalise

if TYPE_CHECKING:
    from monitor.reports.premium_screen import ShownGap, ShownPremiums

PAGE_SIZES = (20, 50, 100)


def alert_page(run_id: str, query: ListQuery[Filters], actor: Actor) -> Page[AlertRow]:
    require(actor, Permission.SEE_PEOPLE)
    return cached.alert_page(home().database_url, run_id, query.within(actor.scope))


def aside_page(run_id: str, query: ListQuery[AsideFilters], actor: Actor) -> Page[AsideRow]:
    require(actor, Permission.SEE_PEOPLE)
    return cached.aside_page(home().database_url, run_id, query.within(actor.scope))


def shortfall_page(run_id: str, query: ListQuery[ShortfallFilters], actor: Actor) -> Page[ShortfallRow]:
    require(actor, Permission.SEE_PEOPLE)
    return cached.shortfall_page(home().database_url, run_id, query.within(actor.scope))


def premium_list(run_id: str, month: date, actor: Actor) -> ShownPremiums:
    """The premium list of a month under the run's document, masked, within the viewer's scope. Raises MonitorError."""
    require(actor, Permission.SEE_PEOPLE)
    return cached.premium_list(home().database_url, run_id, month, cached.stamp(), actor.scope)


def insurance_gaps(run_id: str, actor: Actor) -> tuple[ShownGap, ...]:
    """Who of the named people is not insured, was not for a time or is in no register: masked, within the viewer's scope."""
    require(actor, Permission.SEE_PEOPLE)
    return cached.insurance_gaps(home().database_url, run_id, actor.scope)


def search_for(kind: Literal["certno", "last4", "name"], text: str) -> Search | None:
    """What was typed as a keyed hash; None for nothing typed. Raises StoreError where the keys are missing.

    Numbers are brought to the form intake keeps: half width, no blanks, upper-case X, eighteen digits, a pass without its renewals.
    """
    typed = "".join(unicodedata.normalize("NFKC", text).split())
    if not typed:
        return None
    if kind != "certno":
        return Search(kind, _searched_hash(kind, typed.upper() if kind != "name" else typed))
    return Search(kind, _searched_hash(kind, number := normalise(typed)[0]), _other_keys(number))


def _other_keys(number: str) -> tuple[str, ...]:
    """The keys of the same person's other numbers."""
    from monitor.assess.same_person import keys_of
    from monitor.store.home import open_store

    return keys_of(open_store(home()), [number])[number][1:] if home().manifest.exists() else ()


def _searched_hash(kind: Literal["certno", "last4", "name"], text: str) -> str:
    from monitor.access.hashing import searched_hash
    from monitor.access.keys import load
    from monitor.store.manifest import read

    manifest = read(home().manifest)
    if manifest is None:
        raise StoreError("数据目录还没有数据，无法查找；请先执行 monitor import settlements")
    return searched_hash(load(keys_directory(), manifest.home).hash, kind, text)
