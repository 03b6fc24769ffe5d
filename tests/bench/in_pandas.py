"""The same job written in pandas as well as pandas can: what the run has to be three times faster than.

The same result, table for table: burden by four measures, people near a line with scheme, district and life, every
line they meet, alerts with their first crossing, people set aside, the distribution, the counts of the window; then
names and numbers, the files and the case database (``kept_by_pandas``). Only the columns needed are read, by Arrow on
all cores; amounts are whole fen in int64 and a person is the low half of the key (64 bits), both taken from Arrow's
buffers without a Python object a row.

Lines and incomes are settled by the run's own code, names are sealed by it. Left out, in pandas' favour: the run's
manifest by hashes and the store's commit, the comparison with a predecessor (there is none here), the health of the
loads, the command line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from math import floor
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from monitor.assess.inputs import Asked
from monitor.base.vocabulary import MONITORED, Category, Measure
from monitor.policy.lines import Line
from monitor.store.home import Store

Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

_SUMMED = ["psn_part_amt", "maf_pay", "outside_policy"]
_OUTSIDE = ["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt"]
_ROWS = ["person", "by_psn_no", "counts", "setl_time", "batch", "line", "psn_part_amt", "maf_pay", *_OUTSIDE]
_TEXTS = ["setl_id", "insutype", "insu_admdvs"]
#: A row of the store as one number.
_PLACE = 40
#: Lines have at most six decimals: a yuan in millionths, a fen in millionths.
_YUAN, _FEN = 10**6, 10**4


@dataclass(frozen=True)
class _Settlements:
    """Every stored settlement, column by column; ``keep``: the rows that count in the window."""

    files: list[Path]
    lengths: list[int]
    person: Ints
    high: Ints
    time: npt.NDArray[np.datetime64]
    place: Ints
    amounts: dict[str, Ints]
    keep: Flags

    def of(self, people: pd.Index[int]) -> pd.DataFrame:
        """The counted rows of these people with their texts, in order of time and then setl_id."""
        chosen = self.keep & pd.Series(self.person).isin(people).to_numpy()
        ends = np.cumsum(self.lengths)
        parts = []
        for file, end, length in zip(self.files, ends, self.lengths, strict=True):
            here = chosen[end - length : end]
            if here.any():
                read = pq.read_table(file, columns=_TEXTS, read_dictionary=_TEXTS[1:]).filter(pa.array(here))
                parts.append(read.cast(pa.schema([(name, pa.string()) for name in _TEXTS])))
        texts = pa.concat_tables(parts).to_pandas() if parts else pd.DataFrame({name: [] for name in _TEXTS})
        frame: pd.DataFrame = texts.assign(
            person=self.person[chosen], high=self.high[chosen], time=self.time[chosen], place=self.place[chosen],
            **{name: amount[chosen] for name, amount in self.amounts.items()},
        )
        return frame.sort_values(["person", "time", "setl_id", "place"])


@dataclass(frozen=True)
class Found:
    """What the run finds. ``alerts`` and ``set_aside``: a row a person and rule, with ``line`` an index into
    ``lines``, ``burden`` in fen, ``excess`` in millionths of a yuan, ``person`` and ``high`` the halves of the key."""

    lines: Sequence[Line]
    alerts: pd.DataFrame
    set_aside: pd.DataFrame
    distribution: pd.DataFrame
    counted: int
    persons: int
    latest: datetime
    register: pd.DataFrame


def find(store: Store, asked: Asked) -> Found:
    """The whole assessment."""
    lines = [*asked.lines.lines, *(row.line for row in asked.lines.uncovered_lines)]
    register = _current(store, "people")
    settlements = _settlements(store, asked, register)
    burdens = _burdens(settlements)
    measures = {line.measure for line in lines}
    lowest = {measure: min(line.threshold for line in lines if line.measure is measure) for measure in measures}
    floors = {measure: amount / 2 for measure, amount in lowest.items()}
    people = _registered(_above(burdens, floors), register)
    # Read once for all later steps: whoever is above the lowest line of a measure, and whom the register does not tell.
    lacking = people.index[people["insutype"].isna() | people["insu_admdvs"].isna()]
    rows = settlements.of(_above(people, lowest).index.union(lacking))
    people = _known(people, rows[rows["person"].isin(lacking)], asked)
    statuses = _statuses(store, asked, people)
    met = _judged(people, statuses, asked)
    judged, uncovered = _with_lines(met, lines), _with_lines(_uncovered(people, statuses, met, asked), lines)
    over = judged[(judged["excess"] > 0) & judged["inside"] & ~judged["deceased"]].reset_index(drop=True)
    alerts = over.join(_crossings(rows, over), how="left")
    aside = _set_aside(judged, uncovered)
    full = _high_halves(rows, register, pd.concat([alerts["person"], aside["person"]]))
    return Found(
        lines, _keyed(alerts, full), _keyed(aside, full), _distribution(judged, floors, lines), int(settlements.keep.sum()),
        len(burdens), pd.Timestamp(settlements.time[settlements.keep].max()).to_pydatetime(), register,
    )


def _keyed(listed: pd.DataFrame, full: pd.Series[int]) -> pd.DataFrame:
    """With the key's high half, in the order the run keeps: the reason where there is one, kind, excess, person, rule."""
    listed = listed.assign(high=full.reindex(listed["person"]).to_numpy(), low=listed["person"].to_numpy().view(np.uint64))
    by = ["reason"] if "reason" in listed else []
    order = [*by, "kind", "excess", "high", "low", "rule"]
    return listed.sort_values(order, ascending=[name != "excess" for name in order]).drop(columns="low").reset_index(drop=True)


def _half(column: pa.ChunkedArray, which: int) -> Ints:
    """64 bits of decimals: the low ones (0) are fen for amounts and most of a key, the high ones (1) the rest of it.
    Nulls are 0."""
    parts = []
    for chunk in column.chunks:
        filled = chunk.fill_null(Decimal(0)) if chunk.null_count else chunk
        halves = np.frombuffer(filled.buffers()[1], dtype=np.int64)
        parts.append(halves[2 * filled.offset + which : 2 * (filled.offset + len(filled)) + which : 2])
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _place(batch: Any, line: Any) -> Ints:
    return (np.asarray(batch, dtype=np.int64) << _PLACE) + np.asarray(line, dtype=np.int64)


def read(files: Sequence[Path], columns: list[str], whole: str = "") -> pd.DataFrame | None:
    """Small tables whole; keys as int64, 0 where there is none; of one key (``whole``) the high half, too."""
    if not files:
        return None
    # Parts differ in whether a column could have been empty.
    table = pa.concat_tables([pq.read_table(file, columns=columns) for file in files], promote_options="default")
    keys = [name for name in columns if pa.types.is_decimal(table.schema.field(name).type)]
    frame: pd.DataFrame = table.drop_columns(keys).to_pandas()
    for name in keys:
        frame[name] = _half(table.column(name), 0)
    if whole:
        frame[f"{whole}_high"] = _half(table.column(whole), 1)
    return frame.assign(place=_place(frame["batch"], frame["line"]))


def _outdated(store: Store, table: str) -> Ints:
    frame = read(store.files(store.manifest.of_table(table), "outdated"), ["batch", "line"])
    return np.empty(0, np.int64) if frame is None else frame["place"].to_numpy()


_FACTS = {
    "people": ["batch", "line", "person", "psn", "name", "insutype", "insured", "insu_admdvs", "town", "deceased"],
    "identities": ["batch", "line", "person", "category", "begin", "ended", "risk_eliminated", "died"],
}


def _current(store: Store, table: str) -> pd.DataFrame:
    frame = read(store.files(store.manifest.of_table(table), "part-"), _FACTS[table], whole="person")
    assert frame is not None, "the bench imports people and identities"
    return frame[~frame["place"].isin(_outdated(store, table))]


def _settlements(store: Store, asked: Asked, register: pd.DataFrame) -> _Settlements:
    files = store.files(store.manifest.of_table("settlements"), "part-")
    lengths: list[int] = []
    columns: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in (*_ROWS, "high")}
    for file in files:
        table = pq.read_table(file, columns=_ROWS)
        lengths.append(table.num_rows)
        for name in _ROWS:
            column = table.column(name)
            columns[name].append(_half(column, 0) if pa.types.is_decimal(column.type) else column.to_numpy())
        columns["high"].append(_half(table.column("person"), 1))
    # One column after the other, each list given up as soon as it is joined: memory for one copy and not two.
    whole = {name: np.concatenate(columns.pop(name)) for name in (*_ROWS, "high")}
    place = _place(whole.pop("batch"), whole.pop("line"))
    first = np.datetime64(datetime.combine(asked.lines.window_from, time()))
    past = np.datetime64(datetime.combine(asked.lines.window_to + timedelta(days=1), time()))
    keep = whole["counts"].astype(bool) & (whole["setl_time"] >= first) & (whole["setl_time"] < past)
    keep &= ~pd.Series(place).isin(_left_out(store)).to_numpy()
    person = _resolved(store, whole["person"], whole["by_psn_no"].astype(bool), register)
    amounts = {name: whole[name] for name in ("psn_part_amt", "maf_pay")}
    # Added up row by row first: three groups of sums instead of five.
    amounts["outside_policy"] = whole.pop(_OUTSIDE[0]) + whole.pop(_OUTSIDE[1]) + whole.pop(_OUTSIDE[2])
    return _Settlements(files, lengths, person, whole["high"], whole["setl_time"], place, amounts, keep)


def _left_out(store: Store) -> Ints:
    """Places of superseded rows, and of originals refunded by a reversal where both are current."""
    outdated = _outdated(store, "settlements")
    files = store.files(store.manifest.of_table("settlements"), "refunded")
    pairs = read(files, ["batch", "line", "by_batch", "by_line"])
    if pairs is None:
        return outdated
    reversal = pd.Series(_place(pairs["by_batch"], pairs["by_line"]), index=pairs.index)
    valid = ~reversal.isin(outdated) & ~pairs["place"].isin(outdated)
    return np.concatenate([outdated, pairs.loc[valid, "place"].to_numpy()])


def _resolved(store: Store, person: Ints, by_psn_no: Flags, register: pd.DataFrame) -> Ints:
    """Rows with a psn_no only get the register's person where it knows the number, a mistyped number its owner's."""
    known = register[(register["person"] != 0) & (register["psn"] != 0)]
    at = pd.Index(known["psn"]).get_indexer(pd.Index(person[by_psn_no]))
    person = person.copy()
    person[by_psn_no] = np.where(at >= 0, known["person"].to_numpy()[at], person[by_psn_no])
    mistyped = _mistyped(store, known)
    at = mistyped.index.get_indexer(pd.Index(person))
    return np.where(at >= 0, mistyped.to_numpy()[at], person) if len(mistyped) else person


def _mistyped(store: Store, known: pd.DataFrame) -> pd.Series[int]:
    """Numbers the register does not have, shown with a psn_no that it gives somebody, under no other name: whose each is.

    The run asks besides that the numbers name no other birth date or sex. In generated files every second number of a psn_no has
    a wrong check character, which says nothing of either, and no psn_no lacks its row in the register.
    """
    shown = read(store.files(list(store.manifest.loads), "sightings"), ["batch", "line", "person", "psn", "name"])
    assert shown is not None, "every load shows somebody"
    shown = shown[(shown["person"] != 0) & (shown["psn"] != 0)].merge(known[["psn", "person"]], on="psn", suffixes=("", "_known"))
    other = shown[(shown["person"] != shown["person_known"]) & ~shown["person"].isin(known["person"])]
    own = shown[(shown["person"] == shown["person_known"]) & shown["psn"].isin(other["psn"])]
    pairs = other.merge(own, on="psn", suffixes=("", "_own"))
    fits = (pairs["name"] == pairs["name_own"]) | (pairs["name"] == 0) | (pairs["name_own"] == 0)
    found: pd.Series[int] = pairs[fits].drop_duplicates("person").set_index("person")["person_known"]
    return found


def _measures(amounts: pd.DataFrame) -> dict[str, pd.Series[int]]:
    """The four measures in fen, of sums or of running sums."""
    after, outside = amounts["psn_part_amt"], amounts["outside_policy"]
    before = after + amounts["maf_pay"]
    return {
        Measure.BURDEN_BEFORE_AID.value: before, Measure.BURDEN_AFTER_AID.value: after,
        Measure.IN_POLICY_BEFORE_AID.value: before - outside, Measure.IN_POLICY_AFTER_AID.value: after - outside,
    }


def _burdens(settlements: _Settlements) -> pd.DataFrame:
    """The four measures in fen, a row a person."""
    keep = settlements.keep
    amounts = pd.DataFrame({name: amount[keep] for name, amount in settlements.amounts.items()}, copy=False)
    return pd.DataFrame(_measures(amounts.groupby(settlements.person[keep], sort=False).sum()))


def _fen(threshold: Decimal) -> int:
    """Burdens are whole fen: more than the line is more than the line's whole fen."""
    return floor(threshold * 100)


def _above(burdens: pd.DataFrame, amounts: dict[Measure, Decimal]) -> pd.DataFrame:
    """Who is above any of these amounts."""
    above = np.zeros(len(burdens), dtype=bool)
    for measure, amount in amounts.items():
        above |= (burdens[measure.value] > _fen(amount)).to_numpy()
    return burdens[above]


def register_rows(register: pd.DataFrame, people: Any) -> pd.DataFrame:
    """The register's rows of these people under the key settlements are stored by, the row to believe last."""
    rows = register.assign(key=np.where(register["person"] != 0, register["person"], register["psn"]))
    rows = rows[rows["key"].isin(people)]
    return rows.assign(insured=rows["insured"].fillna(value=True).astype(bool)).sort_values(["insured", "place"])


def _high_halves(rows: pd.DataFrame, register: pd.DataFrame, people: pd.Series[int]) -> pd.Series[Any]:
    """The high half of each person's key: the register's where it has one, as rows under a psn_no carry that number's."""
    by_certno = register.loc[register["person"].isin(people), ["person", "person_high"]]
    parts = [by_certno.to_numpy(), rows[["person", "high"]].to_numpy()]
    return pd.DataFrame(np.concatenate(parts), columns=["low", "high"]).drop_duplicates("low").set_index("low")["high"]


def _registered(people: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """What the register says: scheme, district, township of the latest insured row that tells, and whether they live."""
    rows = register_rows(register, people.index)
    rows = rows.assign(deceased=rows["deceased"].fillna(value=False).astype(bool))
    said = rows.groupby("key").agg({"insutype": "last", "insu_admdvs": "last", "town": "last", "deceased": "max"})
    return people.join(said)


def _known(people: pd.DataFrame, shown: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Scheme and district from the latest settlement where the register does not tell; whether they are insured inside."""
    latest = shown.groupby("person")[["insutype", "insu_admdvs"]].last()
    filled = {name: people[name].fillna(latest[name].reindex(people.index)).fillna("") for name in latest.columns}
    return people.assign(
        **filled, town=people["town"].fillna(""), deceased=people["deceased"].eq(True),
        inside=filled["insu_admdvs"].str.startswith(asked.document.prefix),
    )


def _statuses(store: Store, asked: Asked, people: pd.DataFrame) -> pd.DataFrame:
    """Every category of each person as (person, category, position); marks who died in ``people``."""
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


_TOLD = ["person", "category", "insutype", "insu_admdvs", "town", "deceased", "inside"]


def _judged(people: pd.DataFrame, statuses: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """One row a person and rule they meet, by the first category that satisfies the rule."""
    rows = statuses.merge(people, left_on="person", right_index=True)
    found = pd.concat(_meetings(rows, asked))
    found = found.sort_values(["position", "threshold", "region_prefix"], kind="stable")
    return found.drop_duplicates(["person", "rule"])


def _meetings(rows: pd.DataFrame, asked: Asked) -> Iterable[pd.DataFrame]:
    for number, line in enumerate(asked.lines.lines):
        here = rows[rows["insu_admdvs"].str.startswith(line.region_prefix) | ~rows["inside"]]
        for covered in asked.lines.population:
            if covered.rule == line.rule:
                met = here["category"].eq(covered.category.value) & here["insutype"].str.startswith(covered.insutype_prefix)
                yield _against(here[met], number, line)


def _against(rows: pd.DataFrame, number: int, line: Line) -> pd.DataFrame:
    return rows[[*_TOLD, "position"]].assign(
        burden=rows[line.measure.value], line=number, rule=line.rule, region_prefix=line.region_prefix,
        threshold=int(line.threshold * _YUAN),
    )


def _uncovered(people: pd.DataFrame, statuses: pd.DataFrame, judged: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Whom no rule covers, against the line of their group: the lowest of those that hold where they are insured."""
    first = statuses.sort_values("position").drop_duplicates("person")
    first = first[~first["person"].isin(judged["person"])]
    rows = first.merge(people, left_on="person", right_index=True)
    ordinary = rows["category"].eq(Category.ORDINARY.value)
    chosen: dict[tuple[str, str], tuple[Decimal, str, int]] = {}
    for number, row in enumerate(asked.lines.uncovered_lines, start=len(asked.lines.lines)):
        place = (row.group, row.line.region_prefix)
        one = (row.line.threshold, row.line.rule, number)
        chosen[place] = min(chosen.get(place, one), one)
    parts = [rows.iloc[:0][_TOLD].assign(burden=0, line=0, rule="", region_prefix="", threshold=0, position=0)]
    for (group, prefix), (_, _, number) in chosen.items():
        here = ordinary.eq(group == "ordinary") & (rows["insu_admdvs"].str.startswith(prefix) | ~rows["inside"])
        parts.append(_against(rows[here], number, asked.lines.uncovered_lines[number - len(asked.lines.lines)].line))
    return pd.concat(parts)


def _with_lines(rows: pd.DataFrame, lines: Sequence[Line]) -> pd.DataFrame:
    """With what the lists tell of the line beside its rule."""
    said = pd.DataFrame({"kind": [line.kind.value for line in lines], "measure": [line.measure.value for line in lines]})
    return rows.assign(
        excess=rows["burden"] * _FEN - rows["threshold"],
        **{name: said[name].to_numpy()[rows["line"].to_numpy()] for name in said.columns},
    )


def _set_aside(judged: pd.DataFrame, uncovered: pd.DataFrame) -> pd.DataFrame:
    """Over a line and listed apart: one row a person, of the lowest line."""
    both = pd.concat([judged.assign(no_rule=False), uncovered.assign(no_rule=True)])
    both = both[(both["excess"] > 0) & (both["deceased"] | ~both["inside"] | both["no_rule"])]
    both = both.sort_values(["threshold", "rule", "region_prefix"], kind="stable").drop_duplicates("person")
    apart = np.where(both["inside"], "no_rule", "outside_region")
    return both.assign(reason=np.where(both["deceased"], "deceased", apart))


def _distribution(judged: pd.DataFrame, floors: dict[Measure, Decimal], lines: Sequence[Line]) -> pd.DataFrame:
    """People by kind and 5-point bin of burden ÷ benchmark (÷ the line where there is none), as distribution.sql has it."""
    lowest = judged["measure"].map({measure.value: _fen(amount) for measure, amount in floors.items()})
    rows = judged[judged["inside"] & ~judged["deceased"] & (judged["burden"] > lowest)]
    base = np.array([int((line.benchmark or line.threshold) * _YUAN) for line in lines])[rows["line"].to_numpy()]
    # Whole numbers: burden × 20 ÷ benchmark rounded up is minus the floor of its negative.
    bins = -(-rows["burden"].to_numpy() * 20 * _FEN // base)
    counted = pd.DataFrame({"kind": rows["kind"], "percent": np.clip((bins - 1) * 5, 0, 300), "person": rows["person"]})
    return counted.drop_duplicates().groupby(["kind", "percent"]).size().reset_index(name="people")


def _crossings(rows: pd.DataFrame, over: pd.DataFrame) -> pd.DataFrame:
    """Day and settlement at which the running sum first was over, in the order of ``over``."""
    rows = rows[rows["person"].isin(over["person"])]
    running = pd.DataFrame(_measures(rows.groupby("person", sort=False)[_SUMMED].cumsum()))
    parts = []
    for measure, asked_for in over.groupby("measure"):
        traced = rows[["person", "time", "setl_id"]].assign(running=running[measure] * _FEN)
        met = traced.merge(asked_for[["person", "threshold"]].reset_index(names="alert"), on="person")
        # merge keeps the order of the left side: the first row of an alert is its earliest.
        parts.append(met[met["running"] > met["threshold"]].drop_duplicates("alert").set_index("alert"))
    first = pd.concat(parts) if parts else pd.DataFrame({"time": pd.Series(dtype="datetime64[us]"), "setl_id": []})
    return pd.DataFrame({"crossed_on": first["time"].dt.date, "crossing_setl_id": first["setl_id"]})
