"""The same job written in pandas as well as pandas can: what the run has to be three times faster than.

Only the columns needed are read, by Arrow on all cores; amounts are whole fen in int64 and a person is the low half of
the key (64 bits), both taken from Arrow's buffers without a Python object a row. What the run does besides (people
listed apart, the distribution, the sealing of names, the case database) is left out here, in pandas' favour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import floor
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from monitor.assess.inputs import Asked, ask
from monitor.bench.exports import DOCUMENT
from monitor.bench.homes import AS_OF
from monitor.policy.library import load_library
from monitor.settings import Home
from monitor.store.home import Store, open_store
from monitor.vocabulary import MONITORED, Category, Measure

Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

_AMOUNTS = ["psn_part_amt", "maf_pay", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt"]
_ROWS = ["person", "by_psn_no", "counts", "setl_time", "batch", "line", *_AMOUNTS]
#: A row of the store as one number.
_PLACE = 40


@dataclass(frozen=True)
class _Settlements:
    """Every stored settlement, column by column; ``keep``: the rows that count in the window."""

    files: list[Path]
    lengths: list[int]
    person: Ints
    time: npt.NDArray[np.datetime64]
    place: Ints
    amounts: dict[str, Ints]
    keep: Flags

    def texts(self, chosen: Flags, columns: list[str]) -> pd.DataFrame:
        """Text columns of the chosen rows only, beside their person, time and place."""
        ends = np.cumsum(self.lengths)
        parts = []
        for file, end, length in zip(self.files, ends, self.lengths, strict=True):
            here = chosen[end - length : end]
            if here.any():
                parts.append(pq.read_table(file, columns=columns).filter(pa.array(here)))
        if not parts:
            return pd.DataFrame({name: [] for name in (*columns, "person", "time", "place")})
        frame: pd.DataFrame = pa.concat_tables(parts).to_pandas()
        return frame.assign(person=self.person[chosen], time=self.time[chosen], place=self.place[chosen])


def alerts_of(home: Home, target: Path) -> int:
    """Burden by four measures, identities, lines, first crossings; alerts are written to ``target`` and counted."""
    store = open_store(home)
    asked = ask(store, store.manifest, load_library().get(DOCUMENT), date.fromisoformat(AS_OF), provisional=False)
    register = _current(store, "people")
    settlements = _settlements(store, asked, register)
    burdens = _burdens(settlements)
    people = _known(settlements, _near_a_line(burdens, asked), register)
    over = _over(people, _statuses(store, asked, people), asked)
    found = over.join(_crossings(settlements, over), how="left")
    found.to_parquet(target, index=False)
    return len(found)


def _low(column: pa.ChunkedArray) -> Ints:
    """The low 64 bits of decimals: fen for amounts, most of a key. Nulls are 0."""
    parts = []
    for chunk in column.chunks:
        filled = chunk.fill_null(Decimal(0)) if chunk.null_count else chunk
        halves = np.frombuffer(filled.buffers()[1], dtype=np.int64)
        parts.append(halves[2 * filled.offset : 2 * (filled.offset + len(filled)) : 2])
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _place(batch: Any, line: Any) -> Ints:
    return (np.asarray(batch, dtype=np.int64) << _PLACE) + np.asarray(line, dtype=np.int64)


def _read(files: Sequence[Path], columns: list[str]) -> pd.DataFrame | None:
    """Small tables whole; keys as int64 and whether they were null."""
    if not files:
        return None
    table = pa.concat_tables([pq.read_table(file, columns=columns) for file in files])
    keys = [name for name in columns if pa.types.is_decimal(table.schema.field(name).type)]
    frame: pd.DataFrame = table.drop_columns(keys).to_pandas()
    for name in keys:
        frame[name] = _low(table.column(name))
    return frame.assign(place=_place(frame["batch"], frame["line"]))


def _outdated(store: Store, table: str) -> Ints:
    frame = _read(store.files(store.manifest.of_table(table), "outdated"), ["batch", "line"])
    return np.empty(0, np.int64) if frame is None else frame["place"].to_numpy()


_FACTS = {
    "people": ["batch", "line", "person", "psn", "insutype", "insured", "insu_admdvs", "town", "deceased"],
    "identities": ["batch", "line", "person", "category", "begin", "ended", "risk_eliminated", "died"],
}


def _current(store: Store, table: str) -> pd.DataFrame:
    frame = _read(store.files(store.manifest.of_table(table), "part-"), _FACTS[table])
    assert frame is not None, "the bench imports people and identities"
    return frame[~frame["place"].isin(_outdated(store, table))]


def _settlements(store: Store, asked: Asked, register: pd.DataFrame) -> _Settlements:
    files = store.files(store.manifest.of_table("settlements"), "part-")
    lengths: list[int] = []
    columns: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in _ROWS}
    for file in files:
        table = pq.read_table(file, columns=_ROWS)
        lengths.append(table.num_rows)
        for name in _ROWS:
            column = table.column(name)
            columns[name].append(_low(column) if pa.types.is_decimal(column.type) else column.to_numpy())
    # One column after the other, each list given up as soon as it is joined: memory for one copy and not two.
    whole = {name: np.concatenate(columns.pop(name)) for name in _ROWS}
    place = _place(whole.pop("batch"), whole.pop("line"))
    first = np.datetime64(datetime.combine(asked.lines.window_from, time()))
    past = np.datetime64(datetime.combine(asked.lines.window_to + timedelta(days=1), time()))
    keep = whole["counts"].astype(bool) & (whole["setl_time"] >= first) & (whole["setl_time"] < past)
    keep &= ~pd.Series(place).isin(_left_out(store)).to_numpy()
    person = _resolved(whole["person"], whole["by_psn_no"].astype(bool), register)
    amounts = {name: whole[name] for name in _AMOUNTS}
    return _Settlements(files, lengths, person, whole["setl_time"], place, amounts, keep)


def _left_out(store: Store) -> Ints:
    """Places of superseded rows, and of originals refunded by a reversal where both are current."""
    outdated = _outdated(store, "settlements")
    files = store.files(store.manifest.of_table("settlements"), "refunded")
    pairs = _read(files, ["batch", "line", "by_batch", "by_line"])
    if pairs is None:
        return outdated
    reversal = pd.Series(_place(pairs["by_batch"], pairs["by_line"]), index=pairs.index)
    valid = ~reversal.isin(outdated) & ~pairs["place"].isin(outdated)
    return np.concatenate([outdated, pairs.loc[valid, "place"].to_numpy()])


def _resolved(person: Ints, by_psn_no: Flags, register: pd.DataFrame) -> Ints:
    """Rows with a psn_no only get the register's person where it knows the number."""
    known = register[(register["person"] != 0) & (register["psn"] != 0)]
    at = pd.Index(known["psn"]).get_indexer(pd.Index(person[by_psn_no]))
    person = person.copy()
    person[by_psn_no] = np.where(at >= 0, known["person"].to_numpy()[at], person[by_psn_no])
    return person


def _burdens(settlements: _Settlements) -> pd.DataFrame:
    """The four measures in fen, a row a person."""
    keep = settlements.keep
    amounts = pd.DataFrame({name: amount[keep] for name, amount in settlements.amounts.items()}, copy=False)
    sums = amounts.groupby(settlements.person[keep], sort=False).sum()
    after = sums["psn_part_amt"]
    outside = sums["fulamt_ownpay_amt"] + sums["overlmt_selfpay"] + sums["preselfpay_amt"]
    before = after + sums["maf_pay"]
    return pd.DataFrame(
        {
            Measure.BURDEN_BEFORE_AID.value: before, Measure.BURDEN_AFTER_AID.value: after,
            Measure.IN_POLICY_BEFORE_AID.value: before - outside, Measure.IN_POLICY_AFTER_AID.value: after - outside,
        }
    )


def _fen(threshold: Decimal) -> int:
    """Burdens are whole fen: more than the line is more than the line's whole fen."""
    return floor(threshold * 100)


def _near_a_line(burdens: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    near = np.zeros(len(burdens), dtype=bool)
    for line in asked.lines.lines:
        near |= (burdens[line.measure.value] > _fen(line.threshold)).to_numpy()
    return burdens[near]


def _known(settlements: _Settlements, people: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Scheme, district and whether they live: the register's latest insured row, else the latest settlement's."""
    rows = register.assign(
        key=np.where(register["person"] != 0, register["person"], register["psn"]),
        insured=register["insured"].fillna(value=True).astype(bool),
        deceased=register["deceased"].fillna(value=False).astype(bool),
    )
    rows = rows[rows["key"].isin(people.index)].sort_values(["insured", "place"])
    said = rows.groupby("key").agg({"insutype": "last", "insu_admdvs": "last", "town": "last", "deceased": "max"})
    people = people.join(said)
    lacking = people.index[people["insutype"].isna() | people["insu_admdvs"].isna()]
    chosen = settlements.keep & pd.Series(settlements.person).isin(lacking).to_numpy()
    shown = settlements.texts(chosen, ["setl_id", "insutype", "insu_admdvs"]).sort_values(["time", "setl_id", "place"])
    latest = shown.groupby("person")[["insutype", "insu_admdvs"]].last()
    for name in ("insutype", "insu_admdvs"):
        people[name] = people[name].fillna(latest[name].reindex(people.index)).fillna("")
    return people.assign(town=people["town"].fillna(""), deceased=people["deceased"].eq(True))


def _statuses(store: Store, asked: Asked, people: pd.DataFrame) -> pd.DataFrame:
    """Every category of each person as (person, category, position); leaves the dead out of ``people``."""
    order = {category.value: place for place, category in enumerate(Category)}
    rows = _current(store, "identities")
    rows = rows[rows["person"].isin(people.index)]
    people.loc[rows.loc[rows["died"].astype(bool), "person"].unique(), "deceased"] = True
    named = rows["category"].isin([category.value for category in asked.document.named])
    begun = rows["begin"] <= asked.as_of
    ended = rows["ended"].notna() & (rows["ended"] < asked.as_of)
    gone = rows["risk_eliminated"].astype(bool) & rows["category"].isin([category.value for category in MONITORED])
    held = rows.loc[named & begun & ~ended & ~gone, ["person", "category"]].drop_duplicates()
    ordinary = people.index.difference(pd.Index(held["person"]))
    held = pd.concat([held, pd.DataFrame({"person": ordinary, "category": Category.ORDINARY.value})])
    return held.assign(position=held["category"].map(order))


def _over(people: pd.DataFrame, statuses: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """One row a person and rule over its line, the first category that satisfies the rule."""
    living = people[~people["deceased"] & people["insu_admdvs"].str.startswith(asked.document.prefix)]
    rows = statuses.merge(living, left_on="person", right_index=True)
    parts = list(_against_lines(rows, asked))
    found = pd.concat(parts).sort_values(["position", "threshold", "region_prefix"])
    return found.drop_duplicates(["person", "rule"]).reset_index(drop=True)


def _against_lines(rows: pd.DataFrame, asked: Asked) -> Iterable[pd.DataFrame]:
    for line in asked.lines.lines:
        for covered in asked.lines.population:
            if covered.rule != line.rule:
                continue
            here = rows[
                (rows["category"] == covered.category.value)
                & rows["insutype"].str.startswith(covered.insutype_prefix)
                & rows["insu_admdvs"].str.startswith(line.region_prefix)
                & (rows[line.measure.value] > _fen(line.threshold))
            ]
            yield here.assign(
                rule=line.rule, kind=line.kind.value, measure=line.measure.value, burden=here[line.measure.value],
                threshold=float(line.threshold), fen=_fen(line.threshold), region_prefix=line.region_prefix,
            )


def _crossings(settlements: _Settlements, over: pd.DataFrame) -> pd.DataFrame:
    """Day and settlement at which the running sum first was over, in the order of ``over``."""
    chosen = settlements.keep & pd.Series(settlements.person).isin(over["person"]).to_numpy()
    rows = settlements.texts(chosen, ["setl_id"])
    for name, amount in settlements.amounts.items():
        rows[name] = amount[chosen]
    rows = rows.sort_values(["person", "time", "setl_id", "place"])
    outside = rows["fulamt_ownpay_amt"] + rows["overlmt_selfpay"] + rows["preselfpay_amt"]
    before = rows["psn_part_amt"] + rows["maf_pay"]
    amounts = {
        Measure.BURDEN_BEFORE_AID.value: before, Measure.BURDEN_AFTER_AID.value: rows["psn_part_amt"],
        Measure.IN_POLICY_BEFORE_AID.value: before - outside,
        Measure.IN_POLICY_AFTER_AID.value: rows["psn_part_amt"] - outside,
    }
    parts = []
    for measure, asked_for in over.groupby("measure"):
        running = amounts[str(measure)].groupby(rows["person"], sort=False).cumsum()
        traced = rows[["person", "time", "setl_id"]].assign(running=running)
        met = traced.merge(asked_for[["person", "fen"]].reset_index(names="alert"), on="person")
        # merge keeps the order of the left side: the first row of an alert is its earliest.
        parts.append(met[met["running"] > met["fen"]].drop_duplicates("alert").set_index("alert"))
    first = pd.concat(parts) if parts else pd.DataFrame({"time": [], "setl_id": []})
    return pd.DataFrame({"crossed_on": first["time"].dt.date, "crossing_setl_id": first["setl_id"]})
