"""A bureau in a temporary home: rows as dicts go in through real files and the real loader, runs come out.

Only what a test is about has to be said; the rest of a row is filled in so that the accounting identities hold.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

from monitor import run as journey
from monitor.assess.explain import explain, person_of_number
from monitor.assess.explanation import Explanation
from monitor.assess.frames import details, frame_of
from monitor.base.settings import Home
from monitor.intake.identity_number import check_character
from monitor.policy.codes import category_codes
from monitor.policy.library import load_library
from monitor.reports import machine
from monitor.reports.explanation_json import explanation_json
from monitor.store.home import Store, open_store, writing
from monitor.store.loading import Outcome, load_file, table_named
from monitor.store.manifest import NoneRecord, ParameterRecord, RunRecord

LIBRARY = load_library()
START = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=8)))
CODES = {text: category.value for text, category in category_codes(None).items()}

SETTLEMENT = {
    "setl_id": "", "psn_no": "", "psn_name": "", "certno": "", "insutype": "390", "med_type": "21",
    "setl_time": "2025-03-01 10:00:00", "medfee_sumamt": "", "fulamt_ownpay_amt": "0", "overlmt_selfpay": "0",
    "preselfpay_amt": "0", "inscp_scp_amt": "", "hifp_pay": "0", "maf_pay": "0", "fund_pay_sumamt": "",
    "psn_part_amt": "0", "acct_pay": "0", "psn_cash_pay": "", "hosp_part_amt": "0", "refd_setl_flag": "0",
    "init_setl_id": "", "vali_flag": "1", "insu_admdvs": "371002",
}
PERSON = {"psn_no": "", "psn_name": "", "certno": "", "insutype": "390", "psn_insu_stas": "1", "insu_admdvs": "371002",
          "town": "", "surv_stas": "1"}
IDENTITY = {"certno": "", "psn_name": "", "category": "", "begin": "2024-01-01", "end": "", "department": "民政",
            "risk_eliminated": "否"}
INCOME = {"region": "370000", "residents": "all", "year": "2024", "amount": "40000.00", "source": "测试数据",
          "published_on": "2025-02-01", "approved_by": "测试"}


def certno(n: int) -> str:
    """The n-th made-up person's number: region 99xxxx, a real date, a right checksum; it can be nobody's."""
    first = f"990101{1950 + n % 50:04d}{1 + n % 12:02d}{1 + n % 28:02d}{n % 1000:03d}"
    return first + check_character(first)


def settlement(**given: object) -> dict[str, str]:
    """A settlement row. Amounts not given follow from psn_part_amt, so that identities A to D hold."""
    row = {**SETTLEMENT, **{name: str(value) for name, value in given.items()}}

    def amount(name: str) -> Decimal:
        return Decimal(row.get(name) or 0)

    fund = amount("hifp_pay") + amount("maf_pay")
    total = fund + amount("psn_part_amt") + amount("hosp_part_amt")
    outside = amount("fulamt_ownpay_amt") + amount("overlmt_selfpay") + amount("preselfpay_amt")
    derived = {"fund_pay_sumamt": fund, "medfee_sumamt": total, "inscp_scp_amt": total - outside,
               "psn_cash_pay": amount("psn_part_amt") - amount("acct_pay")}
    return {name: value or str(derived.get(name, "")) for name, value in row.items()}


def write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """The rows as UTF-8 CSV with the first row's columns."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(buffer.getvalue(), encoding="utf-8")
    return path


@dataclass
class Bureau:
    """One installation. Every load and run is committed a minute after the one before."""

    directory: Path
    _minutes: Iterable[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def home(self) -> Home:
        return Home(self.directory / "home")

    def now(self) -> str:
        return (START + timedelta(minutes=next(iter(self._minutes)))).isoformat()

    def store(self) -> Store:
        return open_store(self.home)

    def load(self, table: str, rows: Sequence[Mapping[str, str]] | Path, at: str | None = None) -> Outcome:
        """Rows through a file of their own, or a file as it is."""
        path = rows if isinstance(rows, Path) else write_csv(self.directory / f"{table}-{self.now()[14:16]}.csv", rows)
        with writing(self.home, "test", create=True) as store:
            return load_file(store, path, table_named(table), at or self.now(), category_codes=CODES)

    def settlements(self, *rows: Mapping[str, str]) -> Outcome:
        return self.load("settlements", rows)

    def people(self, *given: Mapping[str, str]) -> Outcome:
        return self.load("people", [{**PERSON, **row} for row in given])

    def identities(self, *given: Mapping[str, str]) -> Outcome:
        return self.load("identities", [{**IDENTITY, **row} for row in given])

    def incomes(self, *given: Mapping[str, str]) -> Outcome:
        return self.load("incomes", [{**INCOME, **row} for row in (given or ({},))])

    def parameters(self, document: str, **values: str) -> None:
        with writing(self.home, "test", create=True) as store:
            records = [ParameterRecord(document, name, value, "测试文件", "测试", self.now()) for name, value in values.items()]
            store.commit(replace(store.manifest, parameters=(*store.manifest.parameters, *records)))

    def none(self, *tables: str, until: str = "2025-12-31") -> None:
        """The bureau's word that there is nothing of these tables."""
        with writing(self.home, "test", create=True) as store:
            said = [NoneRecord(table, until, "测试文件", "测试", self.now()) for table in tables]
            store.commit(replace(store.manifest, none=(*store.manifest.none, *said)))

    def run(self, document: str = "weihai-2022-15", as_of: str = "2025-12-31", **options: Any) -> RunRecord:
        with writing(self.home, "test", create=True) as store:
            request = journey.Request(document, date.fromisoformat(as_of), **options)
            return journey.run(store, LIBRARY, request, self.now())

    def alerts(self, record: RunRecord) -> list[dict[str, Any]]:
        return machine.alert_rows(self.store(), record)

    def set_aside(self, record: RunRecord) -> list[dict[str, Any]]:
        return machine.set_aside_rows(self.store(), record, ("no_rule", "outside_region", "deceased"))

    def details(self, record: RunRecord) -> dict[str, Any]:
        return details(self.store(), record.run)

    def explanation(self, record: RunRecord, number: str) -> Explanation:
        store = self.store()
        frame = frame_of(store, LIBRARY, record, details(store, record.run)["inputs"])
        return explain(store, frame, person_of_number(store, frame, number))

    def explain(self, record: RunRecord, number: str) -> dict[str, Any]:
        """The explanation as the JSON that is written of it."""
        return explanation_json(self.explanation(record, number))
