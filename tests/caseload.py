"""Runs that say something of made-up people, shown in an office's case database and worked into its cases.

    load = Caseload(office)
    load.says("2026-01-31", {1: Said("new"), 2: Said("new", burden=90_000_00)})
    load.of(1).state
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from casebook import WEIHAI, blind
from office import Office
from sqlalchemy import Row, insert, select, update

from monitor.access.actor import Actor
from monitor.access.scope import EVERYTHING, Scope
from monitor.base.vocabulary import CaseAct, Role
from monitor.casework.cases import Decision, decide
from monitor.casework.from_runs import work_in_runs
from monitor.casework.tables import alerts, case_events, cases, referral_lines, referral_packs, runs, search_marks
from monitor.casework.writing import write

BENCHMARK = 40_000_00


@dataclass(frozen=True)
class Said:
    """What a run says of somebody: an alert's state, its burden in fen, why it is cleared, where the person is insured."""

    state: str
    burden: int = 70_000_00
    reason: str = ""
    rule: str = "致贫预警线"
    district: str = "371002"
    town: str = "甲镇"


def actor(*roles: Role, account: int | None = None, name: str = "li.na", scope: Scope = EVERYTHING) -> Actor:
    return Actor(name, "李样例", frozenset(roles), scope, "screen", account, None)


OFFICER = actor(Role.OFFICER)


class Caseload:
    def __init__(self, office: Office, guarded: bool = False) -> None:
        """``guarded``: packs are what the program makes of them; otherwise a test writes them as it wants."""
        self.office = office
        if not guarded:
            office.without_pack_guards()
        self._runs = 0

    def shows(self, as_of: str, said: Mapping[int, Said], **given: Any) -> str:
        """A run as the synchronisation writes it, not worked in yet; its id. ``given``: other columns of the run."""
        self._runs += 1
        run_id = blind(f"run {self._runs}")[:16]
        row = {
            "run_id": run_id, "position": self._runs, "document": WEIHAI, "title": "样例文件", "as_of": date.fromisoformat(as_of),
            "known_at": f"{as_of}T12:00:00+08:00", "committed_at": f"{as_of}T20:{self._runs % 60:02d}:00+08:00", "trial": False,
            "replay": False, "provisional": False, "predecessor": None, "settlements": 0, "counted": 0, "persons": 0,
            "latest_settlement": None, "latest_load": f"{as_of}T09:00:00+08:00", "flagged": 0, "uncovered": 0, "outside_region": 0,
            "deceased": 0, "health": "{}", **given,
        }
        with self.office.engine.begin() as connection:
            connection.execute(insert(runs), row)
            if said:
                connection.execute(insert(alerts), [self._alert(run_id, person, one) for person, one in said.items()])
                marks = [(blind(text), blind(f"person {person}")) for person in said for text in (f"{person:04d}", "样例甲")]
                columns = {"mark": [mark for mark, _ in marks], "person": [person for _, person in marks]}
                write(connection, search_marks, columns, lacking=True)
        return run_id

    def says(self, as_of: str, said: Mapping[int, Said], **given: Any) -> str:
        """The same, worked into the cases."""
        run_id = self.shows(as_of, said, **given)
        self.work_in()
        return run_id

    def work_in(self) -> int:
        with self.office.access.begin() as connection:
            return work_in_runs(connection)

    def _alert(self, run_id: str, person: int, said: Said) -> dict[str, Any]:
        over = said.state in ("new", "continuing", "raised")
        number = f"99010119500101{person:04d}"
        return {
            "run_id": run_id, "person": blind(f"person {person}"), "certno_sealed": self.office.access.sealer.seal_text(number, "casework/certno"),
            "name_sealed": self.office.access.sealer.seal_text("样例甲", "casework/name"), "certno_masked": f"9901**********{person:04d}",
            "name_masked": "样**",
            "category": "ordinary", "insutype": "390", "insu_admdvs": said.district, "town": said.town, "measure": "burden_before_aid",
            "burden_fen": said.burden, "benchmark_fen": BENCHMARK, "benchmark_year": 2025, "multiple": "1.5",
            "threshold_fen": BENCHMARK * 3 // 2, "excess_fen": said.burden - BENCHMARK * 3 // 2, "reason": said.reason,
            "provisional": False, "rule": said.rule, "kind": "poverty_due_to_illness",
            "crossed_on": date(2026, 1, 15) if over else None, "crossing_setl_id": "S1" if over else None, "state": said.state,
        }

    def of(self, person: int) -> Row[Any]:
        """The person's case of 2026."""
        with self.office.engine.connect() as connection:
            asked = select(cases).where(cases.c.person == blind(f"person {person}"), cases.c.year == 2026)
            return connection.execute(asked).one()

    def history(self, person: int) -> list[tuple[str, str, str, str]]:
        """Act, from, to, reason."""
        e = case_events.c
        with self.office.engine.connect() as connection:
            asked = select(e.act, e.from_state, e.to_state, e.reason).where(e.case_id == self.of(person).id).order_by(e.id)
            return [tuple(row) for row in connection.execute(asked)]

    def decide(self, person: int, act: CaseAct, *, by: Actor = OFFICER, at: datetime | None = None, **given: Any) -> int:
        case = self.of(person)
        return decide(
            self.office.access, by, case.id, given.pop("version", case.version), Decision(act, **given),
            now=at or self.office.at(self._runs), where="screen:cases",
        )

    def put(self, person: int, state: str, **columns: Any) -> None:
        """A case in a state it did not come to by itself."""
        with self.office.engine.begin() as connection:
            connection.execute(update(cases).where(cases.c.id == self.of(person).id).values(state=state, **columns))

    def pack(self, department: str, *people: int, state: str = "approved", sent_at: str | None = None, serial: int = 1) -> int:
        """A referral pack with these people's cases, as far as casework looks into it; its number."""
        with self.office.engine.begin() as connection:
            pack = connection.execute(
                insert(referral_packs).returning(referral_packs.c.id),
                {
                    "department": department, "month": "2026-02", "document": WEIHAI, "run_id": "r", "districts": "[]", "filters": "{}",
                    "layout": "standard", "year": 2026, "serial": serial, "state": state, "content_sha256": "", "counts": "{}",
                    "people": len(people), "excess_fen": 0, "known_at": "", "proposed_at": "", "proposed_by": "li.na",
                    "sent_at": sent_at, "version": 1,
                },
            ).scalar_one()
            shared = [column.name for column in referral_lines.columns if column.name in cases.c and column.name not in ("id", "answer", "news", "answered_at")]
            for position, person in enumerate(people, start=1):
                case = self.of(person)
                row = {name: getattr(case, name) for name in shared}
                row |= {"pack_id": pack, "position": position, "case_id": case.id, "news": "new", "covered": False, "answer": "", "answer_reason": ""}
                connection.execute(insert(referral_lines), row)
        return int(pack)
