"""What a run keeps, kept by the job in pandas: names unsealed, the run's files, its image in a case database.

Names are opened and sealed and indexed by the project's own functions, and the database's tables are the project's:
both sides need them. Everything between is pandas, as somebody would write it who knows it well.
"""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection, delete, insert

from bench.exports import DOCUMENT
from bench.homes import AS_OF
from bench.in_pandas import Found, find, read, register_rows
from monitor.access.hashing import blind_index, person_hex
from monitor.access.masking import mask_name, mask_number
from monitor.assess.inputs import ALERT_COLUMNS, Asked, ask
from monitor.assess.years import held
from monitor.base.settings import Home
from monitor.casework import tables
from monitor.casework.database import open_database
from monitor.policy.library import load_library
from monitor.store.home import Store, open_store

RUN = "in-pandas"
_SIGHTINGS = ["batch", "line", "person", "psn", "name"]


def run_in_pandas(home: Home, directory: Path) -> int:
    """A run's whole work: files in ``directory``, rows in its ``casework.sqlite``, which is there; alerts found."""
    store = open_store(home)
    asked = ask(store, store.manifest, load_library().get(DOCUMENT), date.fromisoformat(AS_OF), provisional=False)
    found = find(store, asked)
    alerts, set_aside = _listed(found.alerts, found), _listed(found.set_aside, found)
    people = pd.concat([found.alerts["person"], found.set_aside["person"]]).drop_duplicates()
    names = _names(store, found, people)
    _write(store, directory, alerts, set_aside, found.distribution, names)
    engine = open_database(f"sqlite:///{directory / 'casework.sqlite'}")
    with engine.begin() as connection:
        connection.execute(delete(tables.runs))
        connection.execute(delete(tables.search_marks))
        _show(store, connection, asked, found, alerts, set_aside, names)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    return len(alerts)


def _listed(rows: pd.DataFrame, found: Found) -> pd.DataFrame:
    """The columns of a run's lists, amounts still whole: burden in fen, excess in millionths of a yuan."""
    lines = pd.DataFrame(
        {name: pd.Series([getattr(line, name) for line in found.lines], dtype=object)
         for name in ("benchmark", "benchmark_year", "multiple", "threshold", "provisional")}
    )
    at = rows["line"].to_numpy()
    said = {name: lines[name].to_numpy()[at] for name in lines.columns}
    # The highest of 50, 100, 150 % of the benchmark that the burden is over, in tenths of a fen; without one, none.
    benchmark = np.array([int((line.benchmark or 0) * 1000) for line in found.lines])[at]
    tenths = rows["burden"].to_numpy() * 10
    band = sum((tenths > benchmark * percent // 100).astype(int) * 50 for percent in (50, 100, 150))
    rows = rows.assign(**said)
    return rows if "reason" in rows else rows.assign(state="new", reason="", band=np.where(benchmark > 0, band, 0))


def _names(store: Store, found: Found, people: pd.Series[int]) -> pd.DataFrame:
    """certno and psn_name of everybody listed, by person: of the sighting with the register's name, else the latest."""
    shown = read(store.files(list(store.manifest.loads), "sightings"), _SIGHTINGS)
    assert shown is not None, "the bench imports people"
    shown = shown.assign(wanted=np.where(shown["person"] != 0, shown["person"], shown["psn"]))
    shown = shown[shown["wanted"].isin(people)]
    told = register_rows(found.register, people)
    registered = told[told["name"] != 0].groupby("key")["name"].last()
    shown = shown.assign(
        right=shown["name"].eq(shown["wanted"].map(registered)) & shown["name"].ne(0), named=shown["name"].ne(0)
    )
    chosen = shown.sort_values(["right", "named", "batch", "line"]).drop_duplicates("wanted", keep="last")
    parts = [
        (load.batch, path, pd.Index(chosen.loc[chosen["batch"] == load.number, "line"]))
        for load in store.manifest.loads if load.number in set(chosen["batch"])
        for path in store.files([load], "names-")
    ]
    with ThreadPoolExecutor() as workers:
        opened = pd.concat(workers.map(lambda part: _unseal(store, *part), parts))
    named = chosen[["wanted", "batch", "line"]].merge(opened, on=["batch", "line"]).set_index("wanted")
    return named[["certno", "psn_name"]].reindex(people).fillna("")


def _unseal(store: Store, batch: str, path: Path, lines: pd.Index[Any]) -> pd.DataFrame:
    plain = store.sealer.open(path.read_bytes(), f"{batch}/{path.name}")
    opened = pq.read_table(io.BytesIO(plain), columns=["certno", "psn_name", "batch", "line"], use_threads=False)
    here = pd.Series(opened.column("line").to_numpy()).isin(lines).to_numpy()
    frame: pd.DataFrame = opened.filter(pa.array(here)).to_pandas()
    return frame


def _decimals(low: Any, high: Any, kind: pa.Decimal128Type) -> pa.Array:
    """Decimals of 128 bits from their halves."""
    halves = np.column_stack([np.asarray(low, dtype=np.int64), np.asarray(high, dtype=np.int64)])
    return pa.Array.from_buffers(kind, len(halves), [None, pa.py_buffer(np.ascontiguousarray(halves))])


def _write(
    store: Store, directory: Path, alerts: pd.DataFrame, set_aside: pd.DataFrame, distribution: pd.DataFrame, names: pd.DataFrame
) -> None:
    """The files a run keeps: lists open but for names, names sealed."""
    for name, rows in (("alerts", alerts), ("set_aside", set_aside)):
        columns = {}
        for column, kind in ALERT_COLUMNS.items():
            if column == "person":
                columns[column] = _decimals(rows["person"], rows["high"], pa.decimal128(38, 0))
            elif column in ("burden", "excess"):
                whole = rows[column].to_numpy()
                columns[column] = _decimals(whole, whole >> 63, pa.decimal128(18, 2 if column == "burden" else 6))
            elif column in rows:
                columns[column] = pa.array(rows[column], kind)
        pq.write_table(pa.table(columns), directory / f"{name}.parquet")
    pq.write_table(pa.Table.from_pandas(distribution, preserve_index=False), directory / "distribution.parquet")
    buffer = io.BytesIO()
    names.to_parquet(buffer)
    (directory / "names.sealed").write_bytes(store.sealer.seal(buffer.getvalue(), f"runs/{RUN}/names"))


def _show(
    store: Store, connection: Connection, asked: Asked, found: Found, alerts: pd.DataFrame, set_aside: pd.DataFrame,
    names: pd.DataFrame,
) -> None:
    """The rows the screens ask for, in one transaction."""
    reasons = set_aside["reason"].value_counts()
    settlements = held(store.manifest, asked.lines.window_from, asked.lines.window_to)
    assert settlements is not None, "the bench's window is whole months"
    superseded = read(store.files(store.manifest.of_table("settlements"), "outdated"), ["batch", "line", "setl_time"])
    if superseded is not None:
        day = superseded["setl_time"].dt.date
        inside = superseded[(day >= asked.lines.window_from) & (day <= asked.lines.window_to)]
        settlements -= inside["place"].nunique()
    connection.execute(
        insert(tables.runs),
        {
            "run_id": RUN, "position": 1, "document": DOCUMENT, "title": asked.document.title, "as_of": asked.as_of,
            "known_at": "", "committed_at": "", "trial": False, "replay": False, "provisional": asked.lines.provisional,
            "settlements": settlements, "counted": found.counted, "persons": found.persons,
            "latest_settlement": found.latest.date(), "flagged": len(alerts), "uncovered": int(reasons.get("no_rule", 0)),
            "outside_region": int(reasons.get("outside_region", 0)), "deceased": int(reasons.get("deceased", 0)), "health": "{}",
        },
    )
    alerts = alerts.assign(excess_fen=_fen(alerts["excess"]), month=pd.to_datetime(alerts["crossed_on"]).dt.strftime("%Y-%m"))
    set_aside = set_aside.assign(excess_fen=_fen(set_aside["excess"]))
    found_by = pd.DataFrame(columns=["mark", "person"])
    for table, rows in ((tables.alerts, alerts), (tables.set_aside, set_aside)):
        shown = _shown(store, rows, names)
        marks = [shown[[kind, "person"]].set_axis(["mark", "person"], axis=1) for kind in ("last4", "name")]
        found_by = pd.concat([found_by, *marks])
        there = [column.name for column in table.columns if column.name in shown]
        _insert(connection, table, shown[there])
    _insert(connection, tables.search_marks, found_by.dropna().drop_duplicates().sort_values(["mark", "person"]))
    for table in (tables.summary, tables.town_summary):
        by = [column.name for column in table.primary_key if column.name != "run_id"]
        counted = alerts.groupby(by)["excess_fen"].agg(["size", "sum"]).reset_index()
        _insert(connection, table, counted.rename(columns={"size": "people", "sum": "excess_fen"}).assign(run_id=RUN))
    _insert(connection, tables.distribution, found.distribution.assign(run_id=RUN))


def _insert(connection: Connection, table: Any, rows: pd.DataFrame) -> None:
    if len(rows):
        connection.execute(insert(table), cast("list[dict[str, Any]]", rows.astype(object).to_dict("records")))


def _fen(millionths: pd.Series[int]) -> pd.Series[int]:
    """Half a fen away from zero; what is listed is over a line, so none is negative."""
    return (millionths + 5_000) // 10_000


def _shown(store: Store, rows: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """A list's rows as the case database has them: sealed, masked, in fen; and what people are found by."""
    key, sealer = store.keys.hash, store.sealer
    told = names.reindex(rows["person"])
    certnos, people = told["certno"].tolist(), told["psn_name"].tolist()
    halves = zip(rows["high"].tolist(), rows["person"].to_numpy().view(np.uint64).tolist(), strict=True)

    def fen(amount: Decimal | None) -> int | None:
        return None if amount is None else int(amount * 100 + Decimal("0.5"))

    at_line = {column: rows[column].map(fen, na_action="ignore") for column in ("benchmark", "threshold")}
    columns: dict[str, list[Any]] = {
        "person": [person_hex((high << 64) + low) for high, low in halves],
        "certno_sealed": [sealer.seal_text(one or None, "casework/certno") for one in certnos],
        "name_sealed": [sealer.seal_text(one or None, "casework/name") for one in people],
        "certno_masked": [mask_number(one) for one in certnos], "name_masked": [mask_name(one) for one in people],
        "last4": [blind_index(key, "last4", one[-4:]) if one else None for one in certnos],
        "name": [blind_index(key, "name", one) if one else None for one in people],
    }
    return rows.assign(
        run_id=RUN, **{name: pd.Series(values, index=rows.index, dtype=object) for name, values in columns.items()},
        burden_fen=rows["burden"], benchmark_fen=at_line["benchmark"], threshold_fen=at_line["threshold"],
        multiple=rows["multiple"].map(lambda one: f"{one.normalize():f}", na_action="ignore"),
    )
