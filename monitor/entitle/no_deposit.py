"""Who may be admitted without a deposit (先诊疗后付费) on a day, by the categories a document names: no run is needed for it.

What the texts ask besides the identity (first seen and referred by a primary-care institution, a designated hospital within the
city) is not known before somebody is admitted: it stands as a sentence on the list, and hospitals check it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from monitor.access.hashing import person_hex
from monitor.assess.inputs import parameters_known, register_persons
from monitor.base.errors import PolicyError, StoreError
from monitor.base.vocabulary import Category
from monitor.entitle.premiums import identity_facts
from monitor.entitle.sql import sql
from monitor.policy.document import Document
from monitor.policy.parameters import with_recorded
from monitor.policy.provisions import Offer, OfferKind
from monitor.store.engine import table_of
from monitor.store.home import Store
from monitor.store.names import look_up


@dataclass(frozen=True)
class Admissible:
    """Somebody on the list. ``until``: last day the identity is in force, None where no end is known; ``certno`` and ``name`` empty
    where nobody told us."""

    person: str
    category: str
    since: date
    until: date | None
    insutype: str
    insu_admdvs: str
    town: str
    in_register: bool
    certno: str = field(repr=False, default="")
    name: str = field(repr=False, default="")


@dataclass(frozen=True)
class NoDeposit:
    """The list of a day under a document, by district, township and category. ``aside``: people with such an identity who are not
    on it, by why: deceased, elsewhere, no_number."""

    document: Document
    offer: Offer
    on: date
    people: tuple[Admissible, ...]
    aside: dict[str, int]

    @property
    def conditions(self) -> tuple[str, ...]:
        """What the text asks besides, and how it is read."""
        return (self.offer.text, *(reading.text for reading in self.offer.readings))


#: Why somebody with such an identity is not on the list.
ASIDE = {"deceased": "已死亡", "elsewhere": "参保地不在文件地区", "no_number": "没有证件号码，医疗机构无法核对"}


def offer_of(document: Document) -> Offer:
    """What the document says of admission without a deposit. Raises PolicyError where it says nothing."""
    found = [offer for offer in document.provisions.offers if offer.kind is OfferKind.NO_DEPOSIT]
    if not found:
        raise PolicyError(f"文件 {document.id} 没有写先诊疗后付费，没有名单可列；写了的文件见 monitor documents")
    return found[0]


def no_deposit(store: Store, document: Document, on: date, prefixes: Sequence[str] = (), towns: Sequence[str] = ()) -> NoDeposit:
    """Everybody who may be admitted without a deposit on the day, of the insured districts that start with one of ``prefixes``
    and of ``towns`` (empty: all).

    Raises PolicyError where the document does not say who, StoreError where no identity list was loaded.
    """
    known = store.manifest
    settled = with_recorded(document, parameters_known(known, document.id))
    offer = offer_of(settled)
    if not [load for load in known.of_table("identities") if load.accepted]:
        raise StoreError("还没有导入过身份名单，不能列出先诊疗后付费名单；请先用 monitor import identities 导入")
    order = {category: position for position, category in enumerate(Category)}
    with store.engine_scope() as engine:
        identity_facts(store, known, engine, settled, on.replace(month=1, day=1), on)
        engine.table("offered", table_of(
            {"category": pa.string(), "position": pa.int32()},
            [{"category": one.value, "position": order[one]} for one in offer.categories],
        ))
        engine.table("list_day", table_of({"day": pa.date32()}, [{"day": on}]))
        engine.make("registered_people", sql("registered_people"))
        found: list[dict[str, Any]] = engine.rows(sql("no_deposit")).to_pylist()
    inside = [row for row in found if _within(row, prefixes, towns)]
    with store.engine_scope() as engine:
        register_persons(store, known, engine)
        names = look_up(store, known, engine, [row["person"] for row in inside if not row["aside"]])
    people: list[Admissible] = []
    aside: dict[str, int] = {}
    for row in inside:
        certno, name = names.get(row["person"], ("", ""))
        why = row["aside"] or ("" if certno else "no_number")
        if why:
            aside[why] = aside.get(why, 0) + 1
            continue
        people.append(Admissible(
            person_hex(int(row["person"])), row["category"], row["since"], row["until"], row["insutype"], row["insu_admdvs"],
            row["town"], row["in_register"], certno, name,
        ))
    people.sort(key=lambda one: (one.insu_admdvs, one.town, order[Category(one.category)], one.certno))
    return NoDeposit(settled, offer, on, tuple(people), dict(sorted(aside.items())))


def _within(row: dict[str, Any], prefixes: Sequence[str], towns: Sequence[str]) -> bool:
    return (not prefixes or row["insu_admdvs"].startswith(tuple(prefixes))) and (not towns or row["town"] in towns)
