"""Which settlements are one, exported under two ids: the list an officer settles, and the words that settle it.

A word is a fact of the store (``Manifest.duplicates``), so what was known at a moment bounds it, a run's inputs name it, and the
audit has it. What was recalculated since never overwrites it, and it can be taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.access.actor import Actor
from monitor.access.scope import Scope
from monitor.assess.duplicates import Copy, amount_of, find
from monitor.assess.frames import details
from monitor.assess.inputs import name_replaced, name_settlements, register_persons
from monitor.assess.sql import sql
from monitor.base.errors import AccessError, StoreError
from monitor.base.vocabulary import AlertKind, Measure, Word
from monitor.review.joins import check_seen, checked_reason
from monitor.store.engine import DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.manifest import CopyRecord, DuplicateRecord, Manifest, RunRecord
from monitor.store.names import look_up

Row = dict[str, Any]


class DuplicateState(Word):
    """Where it stands whether two settlements are one, exported under two ids."""

    OPEN = "open", "待认定", "疑似同一结算的两个结算ID，尚未认定，按本局规则计入或不计"
    SAME = "same", "认定重复", "认定是同一结算，只计一笔"
    DISTINCT = "distinct", "认定不重复", "认定是两笔结算，都计入"


@dataclass(frozen=True)
class Effect:
    """What leaving copies out does to somebody's line in the latest run. ``without``: the burden without this copy;
    ``without_all``: without any of the person's that are not settled. Amounts in yuan."""

    kind: AlertKind
    burden: Decimal
    threshold: Decimal
    without: Decimal
    without_all: Decimal


@dataclass(frozen=True)
class Listed:
    """One suspected duplicate as it is shown. ``number``: D3 is 3; ``numbered``: whether it is kept, or only a place in the list."""

    number: int
    copy: Copy
    state: DuplicateState
    word: DuplicateRecord | None
    certno: str
    psn_name: str
    effects: tuple[Effect, ...]
    #: District and township of the person by the register, or of each of the two settlements where it says nothing.
    places: tuple[tuple[str, str], tuple[str, str]]
    numbered: bool


@dataclass(frozen=True)
class Duplicates:
    """All of them; the latest run the effects are of, None before the first; whether some have no number yet; ``half``: those of
    which one side lies outside the scope, left out."""

    listed: tuple[Listed, ...]
    record: RunRecord | None
    unnumbered: bool
    half: int = 0


def duplicates(store: Store, scope: Scope | None = None) -> Duplicates:
    """Every suspected duplicate among what counts, decided or not, of what is known now: one look at all settlements. ``scope``: only
    those of which both sides belong there; of how many one does, is counted. Looking gives none a number: ``number_copies`` does."""
    known = store.manifest
    with store.engine_scope() as engine:
        # What was decided is listed too: found as if nothing had been left out for it.
        undecided = replace(known, duplicates=())
        register_persons(store, known, engine)
        name_replaced(store, undecided, engine)
        if not known.of_table("settlements"):
            return Duplicates((), None, unnumbered=False)
        name_settlements(store, known, engine, None, "looked_through")
        found = find(engine, store.keys.hash, store.home.tables)
        names = look_up(store, known, engine, sorted({one.person for one in found}))
        placed = _placed(engine, found)
    together = numbered(known, [one.record for one in found])
    numbers = {(one.first, one.copy): number for number, one in enumerate(together, start=1)}
    words = {(one.first, one.copy): one for one in known.decided_copies()}
    record = known.run(None) if known.runs else None
    effects = _effects(store, record, found, words)
    rows = []
    for one in found:
        key = (one.record.first, one.record.copy)
        word = words.get(key)
        state = DuplicateState.OPEN if word is None else DuplicateState.SAME if word.same else DuplicateState.DISTINCT
        certno, name = names.get(one.person, ("", ""))
        places, kept = _places(one, placed), numbers[key] <= len(known.copies)
        rows.append(Listed(numbers[key], one, state, word, certno, name, effects.get(one.place, ()), places, kept))
    inside = [row for row in rows if scope is None or all(scope.covers(*place) for place in row.places)]
    half = 0 if scope is None else sum(scope.covers(*row.places[0]) != scope.covers(*row.places[1]) for row in rows)
    return Duplicates(tuple(sorted(inside, key=lambda row: row.number)), record, len(together) > len(known.copies), half)


def _placed(engine: DuckEngine, found: Sequence[Copy]) -> dict[Decimal, tuple[str, str]]:
    """District and township the register gives these people. in: what ``register_persons`` leaves."""
    people = [{"person": person} for person in sorted({one.person for one in found})]
    engine.table("candidates", table_of({"person": pa.decimal128(38, 0)}, people))
    engine.view("placed_register", sql("placed_register"))
    rows = engine.rows(sql("registered")).to_pylist()
    return {row["person"]: (row["insu_admdvs"] or "", row["town"] or "") for row in rows}


def _places(one: Copy, placed: Mapping[Decimal, tuple[str, str]]) -> tuple[tuple[str, str], tuple[str, str]]:
    district, town = placed.get(one.person, ("", ""))
    return (district or one.insu_admdvs, town), (district or one.first_insu_admdvs, town)


def numbered(manifest: Manifest, found: Sequence[CopyRecord]) -> tuple[CopyRecord, ...]:
    """The manifest's list with those that have no number yet: the numbers there are stay."""
    there = {(one.first, one.copy) for one in manifest.copies}
    return (*manifest.copies, *(one for one in found if (one.first, one.copy) not in there))


def number_copies(store: Store) -> None:
    """Give those that have none their numbers, for good. ``store``: held for writing."""
    found = [one.copy.record for one in duplicates(store).listed]
    together = numbered(store.manifest, found)
    if len(together) > len(store.manifest.copies):
        store.commit(replace(store.manifest, copies=together))


def decide(
    store: Store, number: int, *, same: bool | None, reason: str, by: str, now: str, actor: Actor | None = None,
    seen: str | None = None,
) -> Listed:
    """An officer's word that D``number`` is one settlement twice, or two; None takes the word back. ``store``: held for writing.

    ``actor``: whose scope must cover both sides; None at the command line. ``seen``: as in ``joining.decide``. The same word again
    changes nothing. Raises MonitorError, AccessError."""
    why = checked_reason(reason)
    number_copies(store)
    one = next((row for row in duplicates(store).listed if row.number == number), None)
    if one is None:
        raise StoreError(f"没有编号为 D{number} 的疑似重复结算（或其中一笔已被更正、退费）；monitor review --duplicates 可列出全部")
    if actor is not None and not all(actor.scope.covers(*place) for place in one.places):
        raise AccessError(f"D{one.number} 的两笔结算不都在账号 {actor.name} 的范围内，须由范围涵盖两边的数据管理员认定")
    if (one.word.same if one.word else None) == same:
        return one
    check_seen(f"D{number}", seen, one.word, one.state.label)
    there = one.copy.record
    record = DuplicateRecord(there.first, there.copy, there.person, same, why, by, now)
    store.commit(replace(store.manifest, duplicates=(*store.manifest.duplicates, record)))
    return next(row for row in duplicates(store).listed if row.number == number)


def rule_undecided(store: Store, *, left_out: bool, reason: str, by: str, now: str) -> bool:
    """Record the bureau's rule for those nobody has decided on; whether it is another than before. Raises MonitorError."""
    why = checked_reason(reason)
    if left_out == (not store.manifest.counts_undecided()):
        return False
    record = DuplicateRecord("", "", "", left_out, why, by, now)
    store.commit(replace(store.manifest, duplicates=(*store.manifest.duplicates, record)))
    return True


def _effects(
    store: Store, record: RunRecord | None, found: Sequence[Copy], words: Mapping[tuple[str, str], DuplicateRecord]
) -> dict[tuple[int, int], tuple[Effect, ...]]:
    """By place of the copy, for people the latest run has over a line (alerts, and those listed apart)."""
    if record is None or not found:
        return {}
    kept = details(store, record.run)
    first, last = kept["window"]
    counted = _counted_then(kept["inputs"], found)
    inside = [one for one in found if first <= one.setl_time.date().isoformat() <= last and one.place in counted]
    lines: dict[Decimal, list[Row]] = {}
    for name in ("alerts", "set_aside"):
        for row in pq.read_table(store.home.runs / record.run / f"{name}.parquet").to_pylist():
            # Whoever has come back under the line is listed too, and over no line.
            if row["burden"] > row["threshold"]:
                lines.setdefault(row["person"], []).append(row)
    unsettled: Counter[tuple[Decimal, str]] = Counter()
    for one in inside:
        if (one.record.first, one.record.copy) not in words:
            for row in lines.get(one.person, ()):
                unsettled[one.person, row["rule"]] += _amount(one, Measure(row["measure"]))  # type: ignore[assignment]
    effects = {}
    for one in inside:
        own = []
        for row in lines.get(one.person, ()):
            without = row["burden"] - _amount(one, Measure(row["measure"]))
            everything = row["burden"] - unsettled[one.person, row["rule"]]
            own.append(Effect(AlertKind(row["kind"]), row["burden"], row["threshold"], without, everything))
        effects[one.place] = tuple(own)
    return effects


def _counted_then(inputs: Row, found: Sequence[Copy]) -> set[tuple[int, int]]:
    """The copies the run counted."""
    said = {(first, copy): same for first, copy, same in inputs.get("duplicates", ())}
    otherwise = not inputs.get("undecided_duplicates_count", True)
    return {one.place for one in found if not said.get((one.record.first, one.record.copy), otherwise)}


def _amount(one: Copy, measure: Measure) -> Decimal:
    return amount_of(measure, one.psn_part_amt, one.maf_pay, one.outside_policy)
